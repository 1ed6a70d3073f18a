"""The OpenAgenda export of the Drôme, 1,068 events, into a town. By the csv module, dates turned to Paris's clock:

sum(first < date(2026, 1, 12)) is 874; of a week, sum(first <= sunday and last >= monday).
"""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("real-drome")]

FILE = "data/events/events_drome.csv"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def raw(shared: Path) -> dict[str, tuple[date, date]]:
    """First and last local day by event."""
    with (shared / FILE).open(encoding="utf-8-sig", newline="") as file:
        return {row["uid"]: (_day(row["first_date"]), _day(row["last_date"])) for row in csv.DictReader(file)}


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(PARIS).date()


@pytest.fixture(scope="module")
def drome(shared: Path, settle):
    return settle("drome", "Europe/Paris", [shared / FILE], as_of=date(2026, 1, 12))


def test_every_event_is_accepted(drome) -> None:
    [receipt] = drome.receipts
    assert (receipt.feed, receipt.format) == ("events", "openagenda")
    assert (receipt.rows.read, receipt.rows.accepted, receipt.rows.rejected) == (1_068, 1_068, 0)
    assert [problem for problem in receipt.problems if problem["severity"] == "error"] == []


def test_utc_becomes_the_town_s_clock(drome, raw: dict[str, tuple[date, date]]) -> None:
    rows = drome.accepted().select("event_id", "start", "end")
    assert {event: (start.date(), end.date()) for event, start, end in rows.iter_rows()} == raw
    # The first one: 16:30 UTC on 1 July 2024 is 18:30 in summer time.
    assert (rows["start"].min(), rows["start"].max()) == (datetime(2024, 7, 1, 18, 30), datetime(2027, 2, 4, 10, 30))


def test_events_to_come_are_kept_but_only_those_begun_are_judged(drome, raw: dict[str, tuple[date, date]]) -> None:
    assert drome.ask("SELECT count(*) FROM staging.stg_events").item() == 1_068
    assert drome.ask("SELECT count(*) FROM marts.mart_event_impact").item() == 874
    assert sum(first < date(2026, 1, 12) for first, _ in raw.values()) == 874


def test_each_week_has_its_events_and_none_is_lost(drome, raw: dict[str, tuple[date, date]], iso_weeks) -> None:
    assert drome.weeks() == iso_weeks(date(2024, 7, 1), date(2026, 1, 11))
    mondays = [date(2024, 7, 1) + timedelta(weeks=n) for n in range(80)]
    told = [sum(a <= monday + timedelta(days=6) and b >= monday for a, b in raw.values()) for monday in mondays]
    assert (told[0], told[-1]) == (1, 15)
    found = drome.ask("SELECT n_events FROM marts.mart_town_week ORDER BY week_start")
    assert found["n_events"].to_list() == told


def test_a_town_without_counters_has_no_passages_rather_than_none(drome) -> None:
    assert drome.ask("SELECT count(passages), count(*) FROM marts.mart_town_week").row(0) == (0, 80)
