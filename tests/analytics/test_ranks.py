"""Ranks with the ranks that their intervals allow."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.ranks import rank_bands


def ranked(rows: list[tuple[float | None, float | None, float | None]], week: int = 1) -> list[tuple[object, ...]]:
    schema = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(week=pl.lit(week))
    return rank_bands(frame, "value", "low", "high", by=["week"]).select("rank", "rank_low", "rank_high").rows()


def test_intervals_that_do_not_meet_leave_no_doubt() -> None:
    assert ranked([(1.0, 0.9, 1.1), (3.0, 2.8, 3.2), (2.0, 1.9, 2.1)]) == [(3, 3, 3), (1, 1, 1), (2, 2, 2)]


def test_intervals_that_meet_leave_the_order_open() -> None:
    # the first two overlap, the third lies below both
    assert ranked([(3.0, 2.0, 4.0), (2.5, 1.5, 3.5), (1.0, 0.8, 1.2)]) == [(1, 1, 2), (2, 1, 2), (3, 3, 3)]


def test_equal_values_share_the_better_rank() -> None:
    assert ranked([(2.0, 1.0, 3.0), (2.0, 1.0, 3.0)]) == [(1, 1, 2), (1, 1, 2)]


def test_who_has_no_value_has_no_rank_and_takes_none() -> None:
    assert ranked([(None, None, None), (1.0, 1.0, 1.0)]) == [(None, None, None), (1, 1, 1)]


def test_groups_are_ranked_apart() -> None:
    frame = pl.DataFrame({"week": [1, 2], "v": [1.0, 9.0], "low": [1.0, 9.0], "high": [1.0, 9.0]})
    assert rank_bands(frame, "v", "low", "high", by=["week"])["rank"].to_list() == [1, 1]
    assert rank_bands(frame, "v", "low", "high", by=[])["rank"].to_list() == [2, 1]


figures = st.lists(st.tuples(*[st.floats(0, 100)] * 3).map(sorted), min_size=1, max_size=8)


@given(figures)
def test_the_rank_lies_within_its_limits_and_within_the_group(rows: list[list[float]]) -> None:
    for rank, low, high in ranked([(middle, low, high) for low, middle, high in rows]):
        assert 1 <= low <= rank <= high <= len(rows)
