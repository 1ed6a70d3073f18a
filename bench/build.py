"""How fast the marts are built: from nothing, and the night after one new day; for towns of one year and of ten.

A town of 20 counters, hourly, with 400 premises and 60 events a year, of 1 and of 10 years: its full build, then nights
one after the other, each with the counts of one new day, in turn; the least of three counts. Then 100 counters every
5 minutes over 10 years, 105 million counts: its full build. Each build is a process of its own (`chalandise build`),
with its imports; time on the clock, time of the processors, and peak memory. At the end the marts of the last night are
compared with those of a home where nothing was kept.
Goals: full build at most 20 s, nights of 10 years at most 1.5 times those of 1 year; 105 million: at most 120 s, 6 GB.
Writes bench/results/build.json. Run: make bench-build
"""

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from town_files import LAST_DAY, Size, TownFile, counts_file, town_files, town_folder

from pipeline.contract.town import Town, load_town
from pipeline.deposit.deposit import deposit_file
from pipeline.settings import TownHome
from pipeline.warehouse import checksums, newest_build

PROJECT = Path(__file__).resolve().parent.parent
CHALANDISE = str(Path(sys.executable).with_name("chalandise"))
NAME = "banc"
SMALL, LARGE = Size(years=1), Size(years=10)
HUGE = Size(counters=100, years=10, step_min=5)
NIGHTS = 3
GOALS = {"full_s": 20, "times_one_year": 1.5, "huge_s": 120, "huge_gb": 6}


@dataclass(frozen=True, slots=True)
class Place:
    """A town of some size in a folder of its own."""

    size: Size
    folder: Path

    @property
    def town(self) -> Town:
        return load_town(self.folder / "towns", NAME)

    @property
    def home(self) -> TownHome:
        return TownHome(self.folder / "home" / NAME)

    def deposit(self, files: Iterable[TownFile]) -> int:
        """Deposit files; gives the accepted rows of counts."""
        counts, town = 0, self.town
        for file in files:
            path = self.folder / file.name
            path.write_bytes(file.text)
            receipt = deposit_file(
                path, town=town, home=self.home, feed=file.feed, format=None, by="bench", received_at=file.received_at
            )
            path.unlink()
            if receipt.rows.rejected or receipt.status != "accepted":
                raise SystemExit(f"{file.name}: {receipt.status}, {receipt.rows.rejected} rejected")
            counts += receipt.rows.accepted if file.feed == "footfall" else 0
        return counts

    def build(self, as_of: date) -> dict[str, float]:
        """Build in a process of its own: seconds, cpu_seconds, peak_gb."""
        paths = {"CHALANDISE_HOME": str(self.folder / "home"), "CHALANDISE_TOWNS": str(self.folder / "towns")}
        command = [CHALANDISE, "build", "--town", NAME, "--as-of", as_of.isoformat(), "--json"]
        begun = time.perf_counter()
        child = os.posix_spawn(
            CHALANDISE,
            command,
            {**os.environ, **paths},
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, used = os.wait4(child, 0)
        if status:
            raise SystemExit(f"the build of {self.folder.name} failed")
        return {
            "seconds": round(time.perf_counter() - begun, 2),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
            "peak_gb": round(used.ru_maxrss / (1 << 20), 2),
        }


def place_of(size: Size, folder: Path) -> tuple[Place, int]:
    """A town with all its files deposited, and how many counts it has."""
    place = Place(size, folder)
    (folder / "towns").mkdir(parents=True)
    town_folder(folder / "towns", NAME, size)
    return place, place.deposit(town_files(size))


def night(place: Place, number: int) -> dict[str, float]:
    """The build after the counts of one more day."""
    day = LAST_DAY + timedelta(days=number)
    place.deposit([counts_file(place.size, day, day)])
    return place.build(day + timedelta(days=1))


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: min(run[name] for run in runs) for name in runs[0]} | {"peak_gb": max(run["peak_gb"] for run in runs)}


def differing(place: Place, as_of: date) -> list[str]:
    """The tables of the last night that a home where nothing was kept makes otherwise: none, or something is wrong."""
    last = newest_build(place.home) or ""
    found = checksums(place.home, last)
    for left in (place.home.kept, place.home.builds):
        shutil.rmtree(left)
    place.build(as_of)
    return [name for name, told in checksums(place.home, last).items() if told != found[name]]


def nights(folder: Path) -> dict[str, Any]:
    """Full builds and nights of the towns of one year and of ten, in turn."""
    places = {f"{size.years}_years": place_of(size, folder / f"{size.years}") for size in (SMALL, LARGE)}
    today = LAST_DAY + timedelta(days=1)
    told: dict[str, Any] = {
        name: {"counts": counts, "full": place.build(today)} for name, (place, counts) in places.items()
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in places}
    for number in range(1, NIGHTS + 1):
        for name, (place, _) in places.items():
            runs[name].append(night(place, number))
    for name in places:
        told[name]["night"] = least(runs[name])
    one, ten = (told[f"{size.years}_years"]["night"] for size in (SMALL, LARGE))
    told["times_one_year"] = round(ten["seconds"] / one["seconds"], 2)
    told["times_one_year_cpu"] = round(ten["cpu_seconds"] / one["cpu_seconds"], 2)
    large = places[f"{LARGE.years}_years"][0]
    told["tables_that_differ_from_a_full_build"] = differing(large, LAST_DAY + timedelta(days=NIGHTS + 1))
    return told


def huge(folder: Path) -> dict[str, Any]:
    place, counts = place_of(HUGE, folder / "huge")
    return {"counts": counts, "full": place.build(LAST_DAY + timedelta(days=1))}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chalandise-bench-") as name:
        result: dict[str, Any] = {"goals": GOALS, **nights(Path(name))}
        if "--small" not in sys.argv:
            result["5_minutes"] = huge(Path(name))
    result |= {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("duckdb", "polars", "numpy", "statsmodels")},
    }
    told = json.dumps(result, indent=1)
    print(told)
    if "--small" not in sys.argv:
        (PROJECT / "bench" / "results" / "build.json").write_text(told + "\n", "utf-8")


if __name__ == "__main__":
    main()
