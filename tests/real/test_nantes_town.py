"""Nantes, wide by hour, 18 October to 2 November 2025. By awk on the city's file:

awk -F';' 'NR>1{print $1" "$2}' | sort | uniq -c
gives 864 loops and days that come once, and 32 (loops 672 and 673, 16 days) that come three times;
awk -F';' 'NR>1&&$1!=672&&$1!=673{n++; m=substr($2,1,7); for(i=3;i<=26;i++){s[m]+=$i; if($i=="")b++}
           if($2=="2025-10-26"){a++; two+=$5; for(i=3;i<=26;i++)d+=$i}}
           END{print n,b; for(m in s)print m,s[m]; print a,two,d}'
gives 864 lines, 1114 empty hours, 500497 and 41621 passages, and of 26 October 54 lines, 294 at 02 and 16934 in all.

Loops 672 and 673 give each hour as 0 under the flag « Forte » and as two other values: nobody can know which is
right, so that all 3 × 32 = 96 lines are rejected, and no part of them is kept.
"""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("real-nantes")]

FILE = "data/footfall/nantes/244400404_comptages-velo-nantes-metropole.csv"
HOURS = [f"{hour:02}" for hour in range(24)]
SENT_THREE_TIMES = ("672", "673")
TOTALS = {"2025-10": 500_497, "2025-11": 41_621}


@pytest.fixture(scope="module")
def raw(shared: Path) -> list[dict[str, str]]:
    with (shared / FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def nantes(shared: Path, settle, raw: list[dict[str, str]]):
    loops = sorted({row["Numéro de boucle"] for row in raw})
    # Received on 3 November, the day after the last hour.
    return settle("nantes", "Europe/Paris", [shared / FILE], as_of=date(2025, 11, 5), counters=loops)


def test_lines_are_accepted_whole_or_rejected_whole(nantes) -> None:
    [receipt] = nantes.receipts
    assert receipt.format == "nantes-wide-hours"
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.rejected) == (960, 864, 96)
    assert (receipt.values.read, receipt.values.accepted, receipt.values.rejected) == (23_040, 20_736, 2_304)
    # Each rejected line names another; 78 lines « Forte » and 3 « Faible »; 60 lines of 26 October.
    assert receipt.problem_counts == {"duplicate-key": 96, "vendor-flag": 78 + 3, "ambiguous-hour": 60}
    assert (receipt.truncated, len(receipt.problems)) == (False, 96 + 81 + 60)
    repeated = next(problem for problem in receipt.problems if problem["code"] == "duplicate-key")
    assert repeated["fix"].startswith("De même pour 23 autre(s) valeur(s) de la ligne. Gardez la bonne ligne")


def test_the_rejected_lines_are_those_that_come_three_times(nantes, raw: list[dict[str, str]]) -> None:
    [receipt] = nantes.receipts
    lines = [n for n, row in enumerate(raw, start=2) if row["Numéro de boucle"] in SENT_THREE_TIMES]
    rejected = pl.read_parquet(receipt.folder / "rejected.parquet")
    assert rejected["line"].unique().sort().to_list() == lines
    assert not set(nantes.accepted()["counter_id"]) & set(SENT_THREE_TIMES)


def test_what_is_accepted_is_the_file_cell_by_cell(nantes, raw: list[dict[str, str]]) -> None:
    told = {
        (row["Numéro de boucle"], datetime.fromisoformat(f"{row['Jour']}T{hour}:00")): float(row[hour])
        if row[hour]
        else None
        for row in raw
        if row["Numéro de boucle"] not in SENT_THREE_TIMES
        for hour in HOURS
    }
    accepted = nantes.accepted()
    assert {
        (loop, start): count for loop, start, count in accepted.select("counter_id", "start", "count").iter_rows()
    } == told
    assert accepted["count"].null_count() == 1_114
    assert (accepted["start"].min(), accepted["start"].max()) == (datetime(2025, 10, 18), datetime(2025, 11, 2, 23))


def test_the_doubled_hour_is_one_interval_of_two_hours(nantes) -> None:
    autumn = nantes.accepted().filter(pl.col("start").dt.date() == date(2025, 10, 26))
    assert (autumn.height, autumn["count"].sum()) == (54 * 24, 16_934)
    doubled = autumn.filter(pl.col("start").dt.hour() == 2)
    assert (doubled.height, doubled["count"].sum()) == (54, 294)
    assert set(doubled.select("start_utc", "end_utc").rows()) == {
        (datetime(2025, 10, 26, 0, tzinfo=UTC), datetime(2025, 10, 26, 2, tzinfo=UTC))
    }
    others = autumn.filter(pl.col("start").dt.hour() != 2)
    assert set(others["end_utc"] - others["start_utc"]) == {timedelta(hours=1)}


def test_the_day_of_25_hours_is_wholly_counted(nantes) -> None:
    # Loop 787 has 24 filled cells on 26 October.
    day = nantes.ask(
        "SELECT expected_hours, counted_hours FROM marts.mart_footfall_day "
        "WHERE counter_id = '787' AND day = DATE '2025-10-26'"
    )
    assert day.rows() == [(25, 25)]


def test_the_marts_sum_up_to_the_file(nantes, raw: list[dict[str, str]]) -> None:
    # Outages are zeros: they take hours out of the marts, not passages.
    months = nantes.ask(
        "SELECT strftime(day, '%Y-%m') AS month, sum(passages_raw)::BIGINT FROM marts.mart_footfall_day GROUP BY month"
    )
    assert dict(months.rows()) == TOTALS
    stated: Counter[str] = Counter()
    for row in raw:
        if row["Numéro de boucle"] not in SENT_THREE_TIMES:
            stated[row["Numéro de boucle"]] += int(row["Total"])
    loops = nantes.ask("SELECT counter_id, sum(passages_raw)::BIGINT FROM marts.mart_footfall_day GROUP BY counter_id")
    assert {loop: total or 0 for loop, total in loops.iter_rows()} == stated
    assert nantes.ask("SELECT sum(passages) FROM marts.mart_town_week").item() == sum(TOTALS.values())


def test_a_loop_that_never_counted_has_no_figure(nantes) -> None:
    # Loops 682 and 683: 16 lines each, every cell empty, Total 0, flag « Forte ».
    rows = nantes.ask(
        "SELECT counter_id, count(*), count(passages_raw), sum(counted_hours) FROM marts.mart_footfall_day "
        "WHERE counter_id IN ('682', '683') AND day < DATE '2025-11-03' GROUP BY counter_id ORDER BY counter_id"
    )
    assert rows.rows() == [("682", 16, 0, 0), ("683", 16, 0, 0)]


def test_no_week_is_lost(nantes, iso_weeks) -> None:
    assert nantes.weeks() == iso_weeks(date(2025, 10, 18), date(2025, 11, 2)) == ["2025-W42", "2025-W43", "2025-W44"]
