"""The same hours told at several grains: counted once, by the finer, whatever came first; the difference is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.derive import polars_schema
from pipeline.feeds.footfall.feed import FEED
from pipeline.feeds.footfall.overlaps import SET_ASIDE, without_overlaps, without_room

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)  # winter: Paris is one hour ahead
Row = dict[str, Any]


def told(
    hour: float, hours: float, count: float | None, upload: str = "u1", direction: str = "both", counter: str = "A"
) -> Row:
    """One count of `hours` hours from an hour of the day; upload u1 was received first, then u2, …"""
    start = MIDNIGHT + timedelta(hours=hour)
    end = start + timedelta(hours=hours)
    return {
        "counter_id": counter,
        "start": start.replace(tzinfo=None) + timedelta(hours=1),
        "start_utc": start,
        "end_utc": end,
        "count": count,
        "direction": direction,
        "upload_id": upload,
        "upload_order": int(upload[1:]),
    }


def resolved(rows: Sequence[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is used, in the order of time, and what is set aside. The first row stands on line 2."""
    schema = pl.Schema({**polars_schema(FEED), "upload_id": pl.String(), "upload_order": pl.UInt32()})
    numbered = [{"line": line, **row} for line, row in enumerate(rows, start=2)]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in numbered], schema=schema)
    kept, aside = without_overlaps(frame.lazy())
    return kept.collect().sort("counter_id", "start_utc", "direction"), aside


def day_of_hours(upload: str = "u1") -> list[Row]:
    return [told(hour, 1, 10, upload) for hour in range(24)]


@pytest.mark.parametrize(("hours", "day"), [("u1", "u2"), ("u2", "u1")])
def test_a_day_over_hours_that_are_there_is_set_aside_whichever_came_first(hours: str, day: str) -> None:
    kept, aside = resolved([*day_of_hours(hours), told(0, 24, 250, day)])
    assert kept.height == 24
    assert set(kept["upload_id"]) == {hours}
    assert aside.schema == SET_ASIDE
    # 250 told for the day, 24 × 10 = 240 told hour by hour: 10 more.
    columns = ["hours", "count", "kept_count", "kept_hours", "difference", "upload_id", "line", "kept_lines"]
    assert aside.select(columns).rows() == [(24.0, 250.0, 240.0, 24.0, 10.0, day, 26, f"{hours}:2-25")]


@pytest.mark.parametrize(("hours", "doubled"), [("u1", "u2"), ("u2", "u1")])
def test_the_autumn_hour_in_two_rows_stays_two_when_it_also_comes_in_one(hours: str, doubled: str) -> None:
    rows = [told(0, 1, 7, hours), told(1, 1, 3, hours), told(0, 2, 10, doubled), told(2, 1, 4, doubled)]
    kept, aside = resolved(rows)
    assert kept.select("count", "upload_id").rows() == [(7.0, hours), (3.0, hours), (4.0, doubled)]
    assert aside.select("count", "kept_count", "difference").rows() == [(10.0, 10.0, 0.0)]


def test_what_finer_counts_do_not_cover_is_missing_and_nothing_is_compared() -> None:
    kept, aside = resolved([told(10, 1, 20), told(10.5, 0.5, 9, "u2")])
    assert kept["count"].to_list() == [9.0]
    assert aside.select("kept_count", "kept_hours", "difference").rows() == [(9.0, 0.5, None)]


def test_hours_of_which_some_are_not_counted_are_not_compared_with_their_day() -> None:
    rows = [*(told(hour, 1, 10) for hour in range(20)), *(told(hour, 1, None) for hour in range(20, 24))]
    kept, aside = resolved([*rows, told(0, 24, 300, "u2")])
    assert (kept.height, kept["count"].null_count()) == (24, 4)
    assert aside.select("kept_count", "kept_hours", "difference").rows() == [(200.0, 20.0, None)]


def test_hours_that_were_not_counted_do_not_drive_out_the_day_that_was() -> None:
    kept, aside = resolved([*(told(hour, 1, None, "u2") for hour in range(24)), told(0, 24, 300)])
    assert kept["count"].to_list() == [300.0]
    assert (aside.height, aside["count"].null_count()) == (24, 24)


def test_one_direction_alone_does_not_drive_out_the_total() -> None:
    kept, aside = resolved([told(0, 2, 30), told(0, 1, 8, "u2", "in"), told(1, 1, 7, "u2", "in")])
    assert kept["count"].to_list() == [30.0]
    assert aside["direction"].to_list() == ["in", "in"]


def test_two_directions_by_the_hour_stand_before_the_total_of_the_day() -> None:
    halves = [told(hour, 1, count, "u1", way) for hour in range(24) for way, count in (("in", 4), ("out", 5))]
    kept, aside = resolved([*halves, told(0, 24, 200, "u2")])
    assert (kept.height, aside.height) == (48, 1)
    # 24 × (4 + 5) = 216.
    assert aside.select("kept_count", "difference").row(0) == (216.0, -16.0)


def test_a_day_by_direction_is_compared_direction_by_direction() -> None:
    halves = [told(hour, 1, count, "u1", way) for hour in range(24) for way, count in (("in", 4), ("out", 5))]
    days = [told(0, 24, 100, "u2", "in"), told(0, 24, 118, "u2", "out")]
    _, aside = resolved([*halves, *days])
    # 24 × 4 = 96 in, 24 × 5 = 120 out.
    assert aside.select("direction", "difference").rows() == [("in", 4.0), ("out", -2.0)]


def test_two_directions_that_came_after_the_total_of_the_same_hour_replace_it() -> None:
    kept, aside = resolved([told(10, 1, 100), told(10, 1, 60, "u2", "in"), told(10, 1, 50, "u2", "out")])
    assert kept["direction"].to_list() == ["in", "out"]
    assert aside.select("direction", "count", "kept_count", "difference").rows() == [("both", 100.0, 110.0, -10.0)]


def test_a_total_that_came_with_or_after_its_directions_stays() -> None:
    rows = [told(10, 1, 60, "u1", "in"), told(10, 1, 50, "u1", "out"), told(10, 1, 105, "u1")]
    kept, aside = resolved(rows)
    assert (kept.height, aside.height) == (3, 0)


def test_an_hour_that_ends_a_minute_early_is_the_same_grain_and_the_later_upload_wins() -> None:
    kept, aside = resolved([told(10, 59 / 60, 5), told(10, 1, 6, "u2")])
    assert kept["count"].to_list() == [6.0]
    assert aside["count"].to_list() == [5.0]


def test_the_same_hours_of_two_counters_do_not_meet() -> None:
    kept, aside = resolved([told(0, 24, 250, counter="A"), told(0, 1, 10, counter="B")])
    assert (kept.height, aside.height) == (2, 0)


def test_intervals_that_only_touch_do_not_meet() -> None:
    kept, aside = resolved([told(0, 1, 1), told(1, 24, 2), told(25, 1, 3)])
    assert (kept.height, aside.height) == (3, 0)


def test_a_span_is_left_out_only_by_one_that_is_used() -> None:
    # 2 meets 1, which is left out for 0: 2 is used.
    assert without_room([(0, 0, 10), (1, 5, 15), (2, 12, 20)]) == [(1, 0), (1, 2)]


GRAINS = (0.25, 1.0, 2.0, 24.0)
counts = st.one_of(st.none(), st.integers(0, 500).map(float))
intervals = st.builds(
    lambda grain, place, count, direction: (grain * (place % int(48 / grain)), grain, count, direction),
    st.sampled_from(GRAINS),
    st.integers(0, 191),
    counts,
    st.sampled_from(("both", "in", "out")),
)
uploads = st.lists(st.lists(intervals, min_size=1, max_size=12), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(uploads)
def test_nothing_is_counted_twice_and_nothing_is_lost_from_sight(files) -> None:
    facts = {
        (start, hours, way): told(start, hours, count, f"u{number}", way)
        for number, rows in enumerate(files, start=1)
        for start, hours, count, way in rows
    }
    kept, aside = resolved(list(facts.values()))
    assert kept.height + aside.height == len(facts)
    spans = kept.select("start_utc", "end_utc").unique().sort("start_utc")
    assert (spans["end_utc"].head(spans.height - 1) <= spans["start_utc"].tail(spans.height - 1)).all()
    # Whatever is set aside shares time with what is used instead.
    assert aside["kept_lines"].null_count() == 0
    assert (aside["kept_hours"] <= aside["hours"] + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(counts, min_size=4, max_size=4), counts.filter(lambda n: n is not None))
def test_grains_commute(quarters, hour) -> None:
    told_by = [
        [(10 + place / 4, 0.25, count) for place, count in enumerate(quarters)],
        [(10.0, 1.0, hour)],
        [(0.0, 24.0, 900.0)],
    ]
    outcomes = []
    for order in permutations(range(3)):
        rows = [told(*row, upload=f"u{place}") for place, file in zip(order, told_by, strict=True) for row in file]
        kept, aside = resolved(rows)
        outcomes.append((kept["count"].to_list(), aside["difference"].to_list()))
    assert all(outcome == outcomes[0] for outcome in outcomes)
