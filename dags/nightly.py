"""Every night at 02:15 (Paris): check what waits, build, gate, publish, for each town.

A failed gate leaves the previous publication in place; the task's log and the alert file name the figure that failed.
"""

from airflow.sdk import CronTriggerTimetable, dag
from chalandise_tasks import DEFAULTS, PARIS, for_each_town


@dag(
    schedule=CronTriggerTimetable("15 2 * * *", timezone=PARIS),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["chalandise"],
    doc_md=__doc__,
)
def nightly():
    for_each_town("run", minutes=120)


nightly()
