"""Calibration, odd days, splits and weeks, worked by hand."""

import math
from datetime import date, timedelta

import polars as pl
import pytest

from pipeline.analytics.counts import (
    anomalous_days,
    calibration_factors,
    directional_split,
    splice_factors,
    weekly_review,
)

MONDAY = date(2026, 1, 5)


def pairs(*rows: tuple[float | None, float | None], period: str = "A") -> pl.DataFrame:
    schema = {"manual": pl.Float64, "auto": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        counter_id=pl.lit("c"), sensitivity_period=pl.lit(period)
    )


def test_a_calibration_factor_is_the_ratio_of_the_sums_with_its_poisson_spread() -> None:
    # (120 + 100) / (100 + 100) = 1.1; sqrt(1/220 + 1/200) = 0.09770
    row = calibration_factors(pairs((120, 100), (100, 100))).row(0, named=True)
    assert (row["factor"], row["n_pairs"], row["is_withheld"]) == (pytest.approx(1.1), 2, False)
    assert row["log_sd"] == pytest.approx(0.09770, abs=1e-5)
    assert row["factor_low"] == pytest.approx(1.1 * math.exp(-1.95996 * 0.09770), rel=1e-4)
    assert row["factor_high"] == pytest.approx(1.1 * math.exp(1.95996 * 0.09770), rel=1e-4)


@pytest.mark.parametrize(("manual", "is_withheld"), [(79, True), (80, False), (140, False), (141, True), (0, True)])
def test_an_implausible_factor_is_withheld(manual: int, is_withheld: bool) -> None:
    assert calibration_factors(pairs((manual, 100)))["is_withheld"].to_list() == [is_withheld]


def test_a_factor_is_good_for_one_sensitivity_period_only() -> None:
    frame = calibration_factors(pl.concat([pairs((100, 100)), pairs((130, 100), period="B")]))
    assert frame.select("sensitivity_period", "factor").rows() == [("A", 1.0), ("B", 1.3)]


def test_a_manual_count_of_an_hour_that_the_counter_missed_does_not_enter() -> None:
    row = calibration_factors(pairs((100, 100), (500, None))).row(0, named=True)
    assert (row["factor"], row["n_pairs"]) == (1.0, 1)


def test_a_sensor_that_saw_nobody_has_no_factor() -> None:
    row = calibration_factors(pairs((50, 0))).row(0, named=True)
    assert (row["factor"], row["is_withheld"]) == (None, True)


def test_a_splice_is_new_over_old_in_the_parallel_run() -> None:
    frame = splice_factors(pl.DataFrame({"counter_id": "c", "new": [90, 120], "old": [100, 110]}))
    assert frame["factor"].to_list() == [1.0]
    assert frame["log_sd"].to_list() == pytest.approx([math.sqrt(2 / 210)])


def days(*passages: float | None, odd_hours: int = 0) -> pl.DataFrame:
    schema = {"passages": pl.Float64}
    frame = pl.DataFrame({"passages": passages}, schema=schema)
    return frame.with_columns(counter_id=pl.lit("c"), day_kind=pl.lit("Tue"), n_anomalous_hours=pl.lit(odd_hours))


def test_a_day_far_from_its_kind_is_anomalous() -> None:
    # median of 39, 100, 100, 100, 250.1 is 100
    frame = anomalous_days(days(39, 100, 100, 100, 250.1))
    assert frame["level_ratio"].to_list() == pytest.approx([0.39, 1, 1, 1, 2.501])
    assert frame["is_anomalous"].to_list() == [True, False, False, False, True]
    assert not anomalous_days(days(40, 100, 250))["is_anomalous"].any()


def test_a_day_that_was_not_counted_is_no_anomaly_but_eight_odd_hours_are() -> None:
    assert anomalous_days(days(None, 100, 100))["is_anomalous"].to_list() == [False] * 3
    assert anomalous_days(days(100, odd_hours=8))["is_anomalous"].to_list() == [True]
    assert anomalous_days(days(100, odd_hours=7))["is_anomalous"].to_list() == [False]


@pytest.mark.parametrize(
    ("there", "back", "share", "is_unbalanced"),
    [(60, 40, 0.6, False), (61, 39, 0.61, True), (39, 61, 0.39, True), (40, 60, 0.4, False), (0, 0, None, False)],
)
def test_a_split_more_than_ten_points_off_is_unbalanced(
    there: int, back: int, share: float | None, is_unbalanced: bool
) -> None:
    row = directional_split(pl.DataFrame({"passages_in": [there], "passages_out": [back]})).row(0, named=True)
    assert (row["in_share"], row["is_unbalanced"]) == (share, is_unbalanced)


def weeks(*passages: float | None) -> pl.DataFrame:
    starts = [MONDAY + timedelta(weeks=i) for i in range(len(passages))]
    frame = pl.DataFrame({"week_start": starts, "passages": passages}, schema_overrides={"passages": pl.Float64})
    return frame.with_columns(
        counter_id=pl.lit("c"),
        is_valid=pl.col("passages").is_not_null(),
        is_explained=pl.lit(False),
        sensitivity_period=pl.lit(None, dtype=pl.String),
    )


def test_a_week_is_reviewed_when_it_is_more_than_a_fifth_off_its_four_weeks() -> None:
    # norm of the fifth week: (90 + 110 + 100 + 100) / 4 = 100
    assert weekly_review(weeks(90, 110, 100, 100, 120))["needs_review"].to_list() == [False] * 5
    frame = weekly_review(weeks(90, 110, 100, 100, 121))
    assert frame.row(4, named=True)["level_ratio"] == pytest.approx(1.21)
    assert frame["needs_review"].to_list() == [False] * 4 + [True]


def test_an_explained_week_needs_no_review_and_weeks_not_counted_make_no_norm() -> None:
    explained = weeks(90, 110, 100, 100, 200).with_columns(is_explained=pl.col("passages") == 200)
    assert not weekly_review(explained)["needs_review"].any()
    # of the four weeks before the fifth only one was counted
    assert weekly_review(weeks(None, 100, None, None, 300)).row(4, named=True)["norm"] is None
    assert weekly_review(weeks(100, None, 110, None, 300)).row(4, named=True)["norm"] == pytest.approx(105)


def test_no_norm_reaches_across_a_break() -> None:
    frame = weeks(100, 100, 200, 200, 200)
    broken = frame.with_columns(sensitivity_period=pl.when(pl.col("passages") == 200).then(pl.lit("B")))
    assert weekly_review(broken)["needs_review"].to_list() == [False] * 5
    assert weekly_review(frame)["needs_review"].any()
