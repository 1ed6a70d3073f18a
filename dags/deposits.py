"""What was deposited is checked: as soon as a deposit raises its flag, and every 15 minutes as a safety net.

The inbox of each town is taken in, then the town is built and gated without being published, so that a bad file
is known within minutes and not in the night. The flag is a file of its own: the trigger deletes what it watches.
"""

import os
from pathlib import Path

from airflow.providers.standard.triggers.file import FileDeleteTrigger
from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, dag
from chalandise_tasks import DEFAULTS, PARIS, for_each_town

FLAG = Path(os.environ.get("CHALANDISE_HOME", "var")) / "flags" / "deposited"

deposited = Asset(
    "chalandise_deposited",
    watchers=[AssetWatcher(name="deposit_flag", trigger=FileDeleteTrigger(filepath=str(FLAG), poke_interval=5.0))],
)


@dag(
    schedule=AssetOrTimeSchedule(
        assets=[deposited],
        timetable=CronTriggerTimetable("*/15 * * * *", timezone=PARIS),
    ),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["chalandise"],
    doc_md=__doc__,
)
def deposits():
    for_each_town("check", minutes=60)


deposits()
