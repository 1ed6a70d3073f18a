"""Every Sunday at 04:00 (Paris): retention, backup, and a drill that restores the backup and compares its marts."""

from airflow.sdk import CronTriggerTimetable, dag
from chalandise_tasks import DEFAULTS, PARIS, for_each_town


@dag(
    schedule=CronTriggerTimetable("0 4 * * 0", timezone=PARIS),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["chalandise"],
    doc_md=__doc__,
)
def housekeeping():
    for_each_town("housekeeping", minutes=180)


housekeeping()
