"""The band, the chance of a rise, and Sobol indices against the analytic ones."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipeline.analytics.aggregate import Array
from pipeline.analytics.index import Scheme, attractiveness_index
from pipeline.analytics.index_band import index_band, index_sensitivity, sobol_indices
from pipeline.contract.town import Indicator

MONDAY = date(2026, 1, 5)
SCHEME = Scheme((Indicator("a", "P", 0, 10), Indicator("b", "Q", 0, 10)), {"P": 1, "Q": 1})


def values(*weeks: dict[str, tuple[float, float]]) -> pl.DataFrame:
    """indicator -> (value, half-width of its 95 % interval), week by week."""
    rows = [
        (MONDAY + timedelta(weeks=i), name, value, value - half, value + half)
        for i, week in enumerate(weeks)
        for name, (value, half) in week.items()
    ]
    columns = {"value": pl.Float64, "value_low": pl.Float64, "value_high": pl.Float64}
    return pl.DataFrame(rows, schema={"week_start": pl.Date, "indicator": pl.String, **columns}, orient="row")


def test_an_exact_index_of_equal_scores_has_a_band_of_no_width() -> None:
    # whatever the weights and the rule, the mean of 50.5 and 50.5 is 50.5
    row = index_band(values({"a": (5, 0), "b": (5, 0)}), SCHEME).row(0, named=True)
    assert (row["index_low"], row["index_high"], row["p_rise"]) == (pytest.approx(50.5), pytest.approx(50.5), None)


def test_the_band_of_unequal_scores_holds_the_index_and_is_that_of_the_weights() -> None:
    # weight of a ~ Beta(20, 20): 5 % and 95 % quantiles 0.3717 and 0.6283.
    # Arithmetic: 10.9 + 79.2 w; geometric: 10.9 (90.1 / 10.9)^w.
    # half of the draws each: the quantiles of the mixture lie between those of the two rules
    frame = values({"a": (9, 0), "b": (1, 0)})
    row = index_band(frame, SCHEME).row(0, named=True)
    lows = [10.9 * (90.1 / 10.9) ** 0.3717, 10.9 + 79.2 * 0.3717]
    highs = [10.9 * (90.1 / 10.9) ** 0.6283, 10.9 + 79.2 * 0.6283]
    assert lows[0] - 1 < row["index_low"] < lows[1] + 1
    assert highs[0] - 1 < row["index_high"] < highs[1] + 1
    assert row["index_low"] < attractiveness_index(frame, SCHEME)["index"][0] < row["index_high"]


def test_a_sure_rise_has_probability_one_no_change_a_half_and_a_fall_zero() -> None:
    low, high = {"a": (4.0, 0.0), "b": (4.0, 0.0)}, {"a": (5.0, 0.0), "b": (5.0, 0.0)}
    assert index_band(values(low, high, high, low), SCHEME)["p_rise"].to_list() == [None, 1, 0.5, 0]


def test_the_chance_of_a_rise_is_that_of_the_inputs_intervals() -> None:
    # one indicator, from 5 to 6, each with sd 1: the difference is 1 with sd sqrt(2): Phi(0.7071) = 0.7602
    scheme = Scheme((Indicator("a", "P", -90, 100),), {"P": 1})
    half = 1.959964
    p = index_band(values({"a": (5, half)}, {"a": (6, half)}), scheme, draws=20_000)["p_rise"][1]
    assert p == pytest.approx(0.7602, abs=0.01)


def test_an_indicator_that_appears_is_not_a_rise() -> None:
    frame = values({"a": (5, 0)}, {"a": (5, 0), "b": (9, 0)})
    assert index_band(frame, SCHEME)["p_rise"].to_list() == [None, 0.5]


def test_a_week_without_indicators_has_no_band_and_is_stepped_over() -> None:
    frame = values({"a": (4, 0)}, {}, {"a": (5, 0)})
    hole = pl.DataFrame({"week_start": [MONDAY + timedelta(weeks=1)], "indicator": ["a"]})
    band = index_band(pl.concat([frame, hole], how="diagonal"), SCHEME)
    assert band.row(1)[1:] == (None, None, None)
    assert band["p_rise"][2] == 1


def test_the_band_of_a_week_does_not_depend_on_the_other_weeks_and_is_the_same_each_time() -> None:
    weeks = [{"a": (float(i), 0.5), "b": (4.0, 0.5)} for i in range(2, 6)]
    frame = values(*weeks)
    alone = index_band(frame.filter(pl.col("week_start") == MONDAY + timedelta(weeks=3)), SCHEME)
    assert alone.row(0)[:3] == index_band(frame, SCHEME).row(3)[:3]


def test_intervals_are_not_needed() -> None:
    frame = values({"a": (9, 0), "b": (1, 0)})
    assert index_band(frame.drop("value_low", "value_high"), SCHEME).equals(index_band(frame, SCHEME))


def test_sobol_indices_of_the_ishigami_function_are_the_analytic_ones() -> None:
    def ishigami(x: Array) -> Array:
        return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))

    found = sobol_indices(ishigami, dict.fromkeys("abc", (-math.pi, math.pi)), base_samples=8192)
    assert found[:, 0] == pytest.approx([0.3139, 0.4424, 0], abs=0.005)
    assert found[:, 1] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.005)


def test_what_does_not_vary_has_no_sobol_index() -> None:
    def constant(x: Array) -> Array:
        return np.ones(len(x))

    assert np.isnan(sobol_indices(constant, {"x": (0, 1)}, base_samples=8)).all()


def test_the_sensitivity_names_the_wider_input_as_the_main_cause() -> None:
    frame = values({"a": (5, 3.0), "b": (5, 0.3)})
    found = index_sensitivity(frame, SCHEME, MONDAY)
    assert found["factor"].to_list() == ["weight:P", "weight:Q", "rule", "value:a", "value:b"]
    total = dict(zip(found["factor"], found["total"], strict=True))
    assert total["value:a"] > 0.8
    # variances as 3^2 to 0.3^2: about a hundredth
    assert total["value:b"] < 0.05


def test_the_sensitivity_of_a_week_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="2026-01-12"):
        index_sensitivity(values({"a": (5, 1)}), SCHEME, date(2026, 1, 12))
