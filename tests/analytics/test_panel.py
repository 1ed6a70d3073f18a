"""The matched-panel index, worked by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.panel import (
    counted_weeks,
    matched_change,
    matched_panel_index,
    matched_panel_links,
    week_on_week_pairs,
    year_on_year_pairs,
)

MONDAY = date(2025, 1, 6)


def weekly(**counters: list[float | None]) -> pl.DataFrame:
    """Counters week by week from MONDAY on; null = not valid."""
    rows = [
        (counter, MONDAY + timedelta(weeks=week), count, count is not None, "A")
        for counter, counts in counters.items()
        for week, count in enumerate(counts)
    ]
    schema = ["counter_id", "week_start", "passages", "is_valid", "sensitivity_period"]
    return pl.DataFrame(rows, schema=schema, orient="row", schema_overrides={"passages": pl.Float64})


def index(frame: pl.DataFrame, base_year: int = 2025) -> list[float | None]:
    return matched_panel_index(frame, base_year).get_column("index").to_list()


def broken_from(frame: pl.DataFrame, counter: str, week: int, period: str = "B") -> pl.DataFrame:
    is_after = (pl.col("counter_id") == counter) & (pl.col("week_start") >= MONDAY + timedelta(weeks=week))
    return frame.with_columns(sensitivity_period=pl.when(is_after).then(pl.lit(period)).otherwise("sensitivity_period"))


def test_one_counter_is_its_own_index_around_the_mean_of_the_base_year() -> None:
    # mean of 90, 100, 110 is 100
    assert index(weekly(a=[90, 100, 110])) == pytest.approx([90, 100, 110])


def test_a_new_counter_and_a_dead_one_do_not_move_the_index() -> None:
    # levels 1, 1.1, 1.1 * (110 + 500) / (110 + 500) = 1.1, then b alone: 500 / 500; mean of 1, 1.1, 1.1, 1.1 = 1.075
    frame = weekly(a=[100, 110, 110, None], b=[None, 500, 500, 500])
    assert index(frame) == pytest.approx([100 / 1.075, 110 / 1.075, 110 / 1.075, 110 / 1.075])
    assert matched_panel_index(frame, 2025).get_column("n_matched").to_list() == [1, 1, 2, 1]


def test_a_zero_is_a_count_but_a_null_is_not() -> None:
    # week 2: (0 + 80) / (20 + 80) = 0.8 of week 1; were the zero left out it would be 1
    assert index(weekly(a=[20, 0], b=[80, 80])) == pytest.approx([1 / 0.9 * 100, 0.8 / 0.9 * 100])
    assert index(weekly(a=[20, None], b=[80, 80])) == pytest.approx([100, 100])


def test_a_week_without_any_valid_counter_is_null_and_the_chain_bridges_over_it() -> None:
    frame = weekly(a=[100, None, 120])
    assert index(frame) == [pytest.approx(100 / 1.1), None, pytest.approx(120 / 1.1)]
    links = matched_panel_links(frame)
    assert links.row(2) == (MONDAY + timedelta(weeks=2), MONDAY, 1, 1.2)
    assert links.row(1) == (MONDAY + timedelta(weeks=1), None, 0, None)


def test_a_handover_between_counters_without_overlap_links_to_the_latest_week_shared() -> None:
    # week 3 shares no counter with week 2, but b with week 1: 60 / 50
    frame = weekly(a=[100, 100, None], b=[50, None, 60])
    assert matched_panel_links(frame).row(2) == (MONDAY + timedelta(weeks=2), MONDAY, 1, 1.2)


def test_a_replaced_sensor_leaves_its_link_so_the_jump_of_the_break_is_not_growth() -> None:
    frame = broken_from(weekly(a=[100, 200, 200], b=[50, 50, 55]), "a", week=1)
    # only b links week 2 (1.0); both link week 3: (200 + 55) / (200 + 50) = 1.02; mean of 1, 1, 1.02
    mean = 3.02 / 3
    assert index(frame) == pytest.approx([100 / mean, 100 / mean, 102 / mean])


def test_where_every_sensor_is_replaced_at_once_the_part_without_the_base_year_is_null() -> None:
    frame = broken_from(weekly(a=[100, 110, 40, 44, 48.4]), "a", week=2)
    # 40, 44, 48.4 are the longer part of 2025 and keep their index; mean 44.1333
    mean = (40 + 44 + 48.4) / 3
    assert index(frame) == [None, None, *(pytest.approx(100 * x / mean) for x in (40, 44, 48.4))]


def test_a_week_in_which_nobody_passed_does_not_hold_the_chain_at_zero() -> None:
    # levels 1, 0, 1.5 (linked to week 1), mean 2.5 / 3
    assert index(weekly(a=[10, 0, 15])) == pytest.approx([120, 0, 180])


def test_the_base_year_is_the_iso_year_of_the_week() -> None:
    # 30 December 2024 is the Monday of 2025-W01
    frame = weekly(a=[100, 300]).with_columns(pl.col("week_start") - pl.duration(days=7))
    assert index(frame, 2025) == pytest.approx([50, 150])
    assert counted_weeks(frame).rows() == [(2025, 2)]


def test_a_base_year_without_a_valid_counter_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="2019"):
        index(weekly(a=[100, 110]), 2019)


def test_two_rows_for_a_counter_and_week_are_an_error() -> None:
    frame = weekly(a=[100])
    with pytest.raises(ValueError, match="more than one row"):
        index(pl.concat([frame, frame]))


def test_it_needs_no_sensitivity_period_and_ignores_the_order_of_rows() -> None:
    frame = weekly(a=[100, 110, 120], b=[7, None, 9]).drop("sensitivity_period")
    assert index(frame.sort("passages")) == index(frame)


counts = st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=8, max_size=8)


@given(st.lists(counts, min_size=1, max_size=4), st.integers(2, 50))
def test_scaling_all_counts_leaves_the_index_unchanged(columns: list[list[int | None]], factor: int) -> None:
    frame = weekly(**{f"c{i}": column for i, column in enumerate(columns)})
    if counted_weeks(frame.filter(pl.col("passages") > 0)).is_empty():
        return
    scaled = frame.with_columns(pl.col("passages") * factor)
    ours, theirs = (matched_panel_index(each, 2025).fill_null(-1) for each in (scaled, frame))
    assert ours["index"].to_list() == pytest.approx(theirs["index"].to_list(), rel=1e-9)


def test_week_on_week_compares_only_the_counters_valid_in_both_weeks() -> None:
    frame = weekly(a=[100, 110], b=[50, None])
    change = matched_change(frame, week_on_week_pairs(frame.get_column("week_start").unique()))
    assert change.row(1, named=True) == {
        "week_start": MONDAY + timedelta(weeks=1),
        "change": pytest.approx(0.1),
        "passages": 110.0,
        "reference_passages": 100.0,
        "n_matched": 1,
    }
    assert change.row(0) == (MONDAY, None, None, None, 0)


def test_no_year_on_year_across_a_break_nor_from_a_year_that_counted_nobody() -> None:
    frame = weekly(a=[100, 110, 0, 5])
    pairs = pl.DataFrame({"week_start": [MONDAY + timedelta(weeks=1)], "reference_week_start": [MONDAY]})
    assert matched_change(broken_from(frame, "a", week=1), pairs).row(0)[1:] == (None, None, None, 0)
    pairs = pairs.with_columns(pl.all() + pl.duration(weeks=2))
    assert matched_change(frame, pairs).row(0)[1:] == (None, 5.0, 0.0, 1)


def test_week_53_is_compared_with_the_mean_of_the_weeks_52_and_1_before() -> None:
    week_53 = date(2026, 12, 28)
    pairs = year_on_year_pairs(pl.Series([week_53]))
    assert pairs.rows() == [(week_53, date(2025, 12, 22)), (week_53, date(2025, 12, 29))]
    days = [date(2025, 12, 22), date(2025, 12, 29), week_53]
    frame = pl.DataFrame({"counter_id": "a", "week_start": days, "passages": [100, 60, 88], "is_valid": True})
    # 88 against (100 + 60) / 2 = 80
    assert matched_change(frame, pairs).row(0)[1:] == (pytest.approx(0.1), 88.0, 80.0, 1)


def test_another_week_is_compared_with_the_same_iso_week() -> None:
    # 2027-W10 begins on 8 March 2027, 2026-W10 on 2 March 2026
    assert year_on_year_pairs(pl.Series([date(2027, 3, 8)])).rows() == [(date(2027, 3, 8), date(2026, 3, 2))]
