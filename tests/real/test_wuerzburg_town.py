"""Würzburg, hystreet's lasers, 2024: from the city's file to the marts. tests/feeds/footfall/test_wuerzburg.py has the
totals by month of the raw file; here they are held against what a build says. By awk on passanten_wuerzburg.csv:

awk -F';' 'NR>1{n[$5]++; s[$5]+=$4; if($4==0){z[$5]++; h=substr($1,12,2)+0; if(h>=7&&h<=22)d[$5]++}}
           END{for(k in n)print k,n[k],s[k],z[k],d[k]}'
awk -F';' 'NR>1{k=substr($1,1,10)" "$5; n[k]++; s[k]+=$4} END{for(k in n)print k,n[k],s[k]}' | grep '03-31\\|10-27'
"""

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("real-wuerzburg")]

FILE = "data/footfall/wuerzburg/passanten_wuerzburg.csv"
STREETS = ["Kaiserstraße", "Schönbornstraße", "Spiegelstraße"]
MISSING = {"Kaiserstraße": 89, "Schönbornstraße": 135, "Spiegelstraße": 110}
TOTALS = {"Kaiserstraße": 7_483_808, "Schönbornstraße": 9_421_398, "Spiegelstraße": 4_962_043}
# Zeros from 07:00 to 22:59, on streets that see a million passages in a month: the sensor was dead.
DAYTIME_ZEROS = {"Kaiserstraße": 12, "Schönbornstraße": 44, "Spiegelstraße": 45}
# 31 March has 23 hours; 27 October has 25, of which the file gives 24, the doubled one as 0 « not measured ».
SPRING = {"Kaiserstraße": 7_538, "Schönbornstraße": 8_487, "Spiegelstraße": 6_992}
AUTUMN = {"Kaiserstraße": 20_577, "Schönbornstraße": 37_468, "Spiegelstraße": 15_338}


@pytest.fixture(scope="module")
def raw(shared: Path) -> list[dict[str, str]]:
    with (shared / FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def wuerzburg(shared: Path, settle):
    # As of Monday 6 January 2025, so that the week of 31 December is complete.
    return settle("wuerzburg", "Europe/Berlin", [shared / FILE], as_of=date(2025, 1, 6), counters=STREETS)


def test_every_line_is_accepted_and_three_zeros_are_told(wuerzburg) -> None:
    [receipt] = wuerzburg.receipts
    assert (receipt.format, receipt.rows.read, receipt.rows.accepted, receipt.rows.rejected) == (
        "hystreet", 26_018, 26_018, 0,
    )  # fmt: skip
    assert receipt.problem_counts == {"vendor-flag": 3}
    assert [problem["line"] for problem in receipt.problems] == [21_291, 21_292, 21_293]  # 2024-10-27T02:00:00+01:00


def test_what_is_accepted_is_the_file_hour_by_hour(wuerzburg, raw: list[dict[str, str]]) -> None:
    accepted = wuerzburg.accepted()
    assert (accepted["start"].min(), accepted["start"].max()) == (datetime(2024, 1, 1), datetime(2024, 12, 31, 23))
    assert not accepted.select("counter_id", "start_utc").is_duplicated().any()
    told = {
        (row["Location Name"], datetime.fromisoformat(row["Zeitstempel"])): float(row["Passanten"])
        for row in raw
        if row["Zeitstempel"] != "2024-10-27T02:00:00+01:00"
    }
    counted = accepted.drop_nulls("count").select("counter_id", "start_utc", "count")
    assert {(street, start): count for street, start, count in counted.iter_rows()} == told


def test_each_street_misses_its_own_hours(wuerzburg) -> None:
    # In UTC the year has 366 × 24 hours, whatever the clock does.
    hours = wuerzburg.accepted().group_by("counter_id").agg(pl.col("start_utc").n_unique())
    assert {street: 366 * 24 - found for street, found in hours.iter_rows()} == MISSING


def test_the_marts_sum_up_to_the_file(wuerzburg) -> None:
    # Only a zero can be an outage, so that outages take hours out of the marts but not one passage.
    days = wuerzburg.ask("SELECT counter_id, sum(passages_raw) FROM marts.mart_footfall_day GROUP BY counter_id")
    assert dict(days.rows()) == TOTALS
    weeks = wuerzburg.ask("SELECT sum(passages) FROM marts.mart_town_week")
    assert weeks.item() == sum(TOTALS.values()) == 21_867_249


def test_each_month_sums_up_to_the_file(wuerzburg, raw: list[dict[str, str]]) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for row in raw:
        told[row["Location Name"], row["Zeitstempel"][:7]] += int(row["Passanten"])
    assert told["Kaiserstraße", "2024-12"] == 695_016
    months = wuerzburg.ask(
        "SELECT counter_id, strftime(day, '%Y-%m'), sum(passages_raw)::BIGINT FROM marts.mart_footfall_day "
        "WHERE day < DATE '2025-01-01' GROUP BY ALL"
    )
    assert {(street, month): total for street, month, total in months.iter_rows()} == told


def test_a_zero_by_day_is_an_outage_and_no_other_count_is_one(wuerzburg, raw: list[dict[str, str]]) -> None:
    zeros = {(r["Location Name"], datetime.fromisoformat(r["Zeitstempel"])) for r in raw if r["Passanten"] == "0"}
    by_day = {(street, start) for street, start in zeros if 7 <= start.hour <= 22}
    assert Counter(street for street, _ in by_day) == DAYTIME_ZEROS
    found = wuerzburg.ask("SELECT counter_id, start_utc FROM staging.stg_footfall WHERE is_outage")
    outages = set(found.rows())
    assert by_day <= outages <= zeros


def test_hours_that_were_not_counted_are_said_for_what_they_are(wuerzburg) -> None:
    health = wuerzburg.ask(
        "SELECT counter_id, sum(never_received_hours)::INT, sum(not_counted_hours)::INT FROM marts.mart_counter_health "
        "WHERE day < DATE '2025-01-01' GROUP BY counter_id"
    )
    # Never received: the missing ones. Received but not counted: the doubled hour's zero.
    assert {street: (missing, empty) for street, missing, empty in health.iter_rows()} == {
        street: (missing, 1) for street, missing in MISSING.items()
    }


@pytest.mark.parametrize(
    ("day", "hours", "counted", "totals"), [("2024-03-31", 23, 23, SPRING), ("2024-10-27", 25, 23, AUTUMN)]
)
def test_the_days_on_which_the_clock_is_changed(
    wuerzburg, day: str, hours: int, counted: int, totals: dict[str, int]
) -> None:
    rows = wuerzburg.ask(
        "SELECT counter_id, expected_hours, counted_hours, passages_raw FROM marts.mart_footfall_day "
        f"WHERE day = DATE '{day}'"
    )
    assert {street: told for street, *told in rows.iter_rows()} == {
        street: [hours, counted, total] for street, total in totals.items()
    }


def test_no_week_is_lost(wuerzburg, iso_weeks) -> None:
    assert wuerzburg.weeks() == iso_weeks(date(2024, 1, 1), date(2025, 1, 5))
    assert len(wuerzburg.weeks()) == 53


def test_the_gates_let_it_through(wuerzburg, tmp_path: Path) -> None:
    from expectations.gate import gate_town

    assert gate_town(wuerzburg.town, wuerzburg.database, None, tmp_path).failed == ()
