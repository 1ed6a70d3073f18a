"""An hour is told once, whatever the steps and directions in which it was counted."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.feeds.footfall.hours import SCHEMA, hours_told

# Shops are open from 10 to 19. In winter Paris is one hour ahead of UTC.
TOWN = Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", Path())
TEN = datetime(2026, 1, 5, 10)
HOUR, FIVE = timedelta(hours=1), timedelta(minutes=5)


def row(count: float | None, start: datetime = TEN, step: timedelta = HOUR, direction: str = "both", flag: str = ""):
    """A cleaned row; flag: the one that is set."""
    flags = {name: name == flag for name in ("is_outage", "is_stuck", "is_outlier")}
    valid = None if flag in ("is_outage", "is_stuck") else count
    utc = (start - HOUR).replace(tzinfo=UTC)
    own = {"counter_id": "A", "start": start, "start_utc": utc, "end_utc": utc + step, "direction": direction}
    return {**own, "count_valid": valid, **flags}


def told(*rows: dict[str, object]) -> dict[str, object]:
    [found] = hours(*rows)
    return found


def hours(*rows: dict[str, object]) -> list[dict[str, object]]:
    return hours_told(pl.DataFrame(list(rows), schema_overrides={"count_valid": pl.Float64}), TOWN).to_dicts()


def test_a_total_is_the_passages_of_its_hour() -> None:
    assert told(row(12.0)) == {
        "counter_id": "A", "day": date(2026, 1, 5), "hour": 10, "first_start_utc": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "received_hours": 1.0, "measured_hours": 1.0, "opening_measured_hours": 1.0, "outage_hours": 0.0,
        "stuck_hours": 0.0, "outlier_hours": 0.0, "one_direction_hours": 0.0, "passages": 12.0, "passages_in": None,
        "passages_out": None,
    }  # fmt: skip


def test_nobody_is_not_the_same_as_not_counted() -> None:
    assert (told(row(0.0))["passages"], told(row(0.0))["measured_hours"]) == (0.0, 1.0)
    assert (told(row(None))["passages"], told(row(None))["measured_hours"]) == (None, 0.0)


def test_two_directions_make_a_total_and_one_does_not() -> None:
    both = told(row(5.0, direction="in"), row(7.0, direction="out"))
    assert (both["passages"], both["passages_in"], both["passages_out"], both["received_hours"]) == (
        12.0,
        5.0,
        7.0,
        1.0,
    )
    half = told(row(5.0, direction="in"), row(None, direction="out"))
    assert (half["passages"], half["passages_in"], half["one_direction_hours"]) == (None, None, 1.0)


def test_a_total_goes_before_its_directions() -> None:
    assert told(row(20.0), row(5.0, direction="in"), row(7.0, direction="out"))["passages"] == 20.0


@pytest.mark.parametrize(("flag", "column"), [("is_outage", "outage_hours"), ("is_stuck", "stuck_hours")])
def test_a_direction_that_was_dead_or_stuck_says_why_the_hour_is_missing(flag: str, column: str) -> None:
    found = told(row(5.0, direction="in"), row(0.0, direction="out", flag=flag))
    assert (found["passages"], found[column], found["one_direction_hours"]) == (None, 1.0, 0.0)


def test_an_outlier_is_kept_and_told_whatever_its_direction() -> None:
    found = told(row(5.0, direction="in"), row(90.0, direction="out", flag="is_outlier"))
    assert (found["passages"], found["outlier_hours"]) == (95.0, 1.0)


def test_twelve_steps_of_five_minutes_are_one_hour_to_the_last_bit() -> None:
    steps = [row(1.0, TEN + n * FIVE, FIVE) for n in range(12)]
    found = told(*steps[:9], row(None, TEN + 9 * FIVE, FIVE), *steps[10:])
    assert (found["passages"], found["received_hours"], found["measured_hours"]) == (11.0, 1.0, 55 / 60)


def test_a_day_in_one_row_stands_at_its_first_hour_with_all_opening_hours() -> None:
    found = told(row(240.0, datetime(2026, 1, 5), timedelta(days=1)))
    assert (found["hour"], found["measured_hours"], found["opening_measured_hours"]) == (0, 24.0, 9.0)


def test_an_interval_counts_what_lies_inside_opening_hours() -> None:
    # From 17:00 to 21:00, two of the four hours are open.
    assert told(row(8.0, datetime(2026, 1, 5, 17), 4 * HOUR))["opening_measured_hours"] == 2.0
    assert told(row(8.0, datetime(2026, 1, 5, 9)))["opening_measured_hours"] == 0.0


def test_the_doubled_autumn_hour_is_one_hour_of_two() -> None:
    local = datetime(2026, 10, 25, 2)
    first = row(3.0, local) | {
        "start_utc": datetime(2026, 10, 25, 0, tzinfo=UTC),
        "end_utc": datetime(2026, 10, 25, 1, tzinfo=UTC),
    }
    second = row(4.0, local) | {
        "start_utc": datetime(2026, 10, 25, 1, tzinfo=UTC),
        "end_utc": datetime(2026, 10, 25, 2, tzinfo=UTC),
    }
    found = told(second, first)
    assert (found["passages"], found["measured_hours"]) == (7.0, 2.0)
    assert found["first_start_utc"] == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_counters_and_days_are_told_apart() -> None:
    later = row(2.0, TEN + timedelta(days=1))
    found = hours(later, row(1.0), row(3.0) | {"counter_id": "B"})
    assert [(hour["counter_id"], hour["day"].day, hour["passages"]) for hour in found] == [
        ("A", 5, 1.0),
        ("A", 6, 2.0),
        ("B", 5, 3.0),
    ]


def test_no_counts_no_hours_but_the_columns() -> None:
    empty = pl.DataFrame([row(1.0)]).clear()
    assert hours_told(empty, TOWN).schema == SCHEMA
