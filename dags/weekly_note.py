"""Every Monday at 06:30 (Paris): the officer's note on last week, for each town, from the published marts."""

from airflow.sdk import CronTriggerTimetable, dag
from chalandise_tasks import DEFAULTS, PARIS, for_each_town


@dag(
    schedule=CronTriggerTimetable("30 6 * * 1", timezone=PARIS),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["chalandise"],
    doc_md=__doc__,
)
def weekly_note():
    for_each_town("note", minutes=15)


weekly_note()
