"""The funnel of the neighbouring towns, against Spiegelhalter's formulas worked by hand."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pipeline.analytics.benchmark import funnel, poisson_quantile


def towns(counts: list[float | None], populations: list[float | None]) -> pl.DataFrame:
    frame = pl.DataFrame({"count": counts, "population": populations}, schema_overrides={"count": pl.Float64})
    return frame.with_columns(indicator=pl.lit("shops"), year=pl.lit(2025))


def test_the_mean_is_that_of_all_inhabitants_not_of_the_towns() -> None:
    # 1000 * (10 + 290) / (1,000 + 9,000) = 30, not (10 + 32.2) / 2
    frame = funnel(towns([10, 290], [1000, 9000]), by=["indicator", "year"])
    assert frame["rate_per_1000"].to_list() == pytest.approx([10, 32.2222], abs=1e-4)
    assert frame["mean_per_1000"].to_list() == pytest.approx([30, 30])


def test_the_quantile_is_interpolated_between_two_counts() -> None:
    # Poisson(10): F(3) = 0.010336, F(4) = 0.029253 (tables): 4 - (0.029253 - 0.025) / 0.018917 = 3.7752
    assert poisson_quantile(np.array([10.0]), 0.025)[0] == pytest.approx(3.7752, abs=1e-4)
    assert poisson_quantile(np.array([1.0]), 0.025)[0] == 0


def test_limits_narrow_with_the_size_of_the_town_and_hold_the_mean() -> None:
    frame = funnel(towns([10, 100, 1000], [1000, 10_000, 100_000]), by=["indicator"])
    assert frame["overdispersion"].to_list() == [1, 1, 1]
    width = (frame["high_95"] - frame["low_95"]).to_list()
    assert width == sorted(width, reverse=True)
    # E = 1,000: about 1.96 sqrt(1,000) = 62 either way, that is 0.62 per 1,000
    assert frame.select("low_95", "high_95").row(2) == pytest.approx((9.38, 10.61), abs=0.02)
    assert not frame["is_beyond_95"].any()
    assert frame.filter((pl.col("low_998") > pl.col("low_95")) | (pl.col("high_998") < pl.col("high_95"))).is_empty()


def test_a_town_outside_is_said_to_be_but_there_is_no_rank() -> None:
    # ten alike and one at twice the mean: E of the last about 1.1 * 100
    frame = funnel(towns([100.0] * 10 + [200.0], [1000.0] * 11), by=["indicator"])
    assert frame["is_beyond_998"].to_list() == [False] * 10 + [True]
    assert not any("rank" in column for column in frame.columns)


def test_towns_that_differ_more_than_chance_widen_the_funnel() -> None:
    counts = [60.0, 80, 100, 120, 140, 70, 90, 110, 130, 100]
    frame = funnel(towns(counts, [1000.0] * 10), by=["indicator"])
    z = (np.array(counts) - 100) / 10
    low, high = np.quantile(z, [0.1, 0.9])
    phi = np.mean(np.clip(z, low, high) ** 2)
    assert frame["overdispersion"][0] == pytest.approx(phi)
    assert phi > 1 + 2 * np.sqrt(2 / 10)
    # about 1.96 sqrt(phi * 100) either way
    assert frame["high_95"][0] == pytest.approx(100 + 1.96 * np.sqrt(phi * 100), rel=0.03)
    assert not frame["is_beyond_95"].all()


def test_chance_alone_does_not_widen_it_and_leaves_one_town_in_twenty_outside() -> None:
    population = np.linspace(5_000, 60_000, 2000)
    counts = stats.poisson.rvs(population * 8 / 1000, random_state=7)
    frame = funnel(towns(counts.astype(float).tolist(), population.tolist()), by=["indicator"])
    assert frame["overdispersion"][0] == 1
    assert 0.04 < frame["is_beyond_95"].mean() < 0.06


def test_a_town_without_a_figure_stays_without_and_does_not_enter_the_mean() -> None:
    frame = funnel(towns([10, None, 5], [1000, 2000, None]), by=["indicator"])
    assert frame["mean_per_1000"].to_list() == [10, 10, 10]
    assert frame["rate_per_1000"].to_list() == [10, None, None]
    assert frame["low_95"].null_count() == 2


def test_indicators_and_years_are_compared_apart() -> None:
    frame = pl.concat([towns([10], [1000]), towns([90], [1000]).with_columns(year=pl.lit(2024))])
    assert funnel(frame, by=["indicator", "year"])["mean_per_1000"].to_list() == [10, 90]
