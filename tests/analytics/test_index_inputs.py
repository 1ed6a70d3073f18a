"""How sure the counted inputs of the index are, worked by hand and against simulation."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipeline.analytics.index_inputs import evenness_sd, panel_overdispersion, relative_limits, share_limits
from pipeline.analytics.links import evenness

MONDAY = date(2026, 1, 5)


def panel(counts: dict[str, list[float | None]], period: str = "1") -> pl.DataFrame:
    rows = [
        (MONDAY + timedelta(weeks=i), name, period, value)
        for name, values in counts.items()
        for i, value in enumerate(values)
    ]
    schema = {"week_start": pl.Date, "counter_id": pl.String, "sensitivity_period": pl.String, "passages": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def last(weekly: pl.DataFrame) -> float:
    return float(panel_overdispersion(weekly)["overdispersion"][-1])


def test_what_all_counters_share_is_no_disagreement() -> None:
    assert last(panel({"a": [100, 200, 50], "b": [300, 600, 150]})) == 1


def test_disagreement_is_pearsons_chi_square_over_its_degrees() -> None:
    # weeks (100, 300) and (300, 100): shares 1/2, expected 200 each: 4 x 100^2 / 200 = 200 over 1 degree.
    assert last(panel({"a": [100, 300], "b": [300, 100]})) == pytest.approx(200)


def test_pairs_of_weeks_are_pooled() -> None:
    # first pair 200 over 1 degree as above, second pair unchanged: 0 over 1 degree
    assert last(panel({"a": [100, 300, 300], "b": [300, 100, 100]})) == pytest.approx(100)


def test_a_week_to_come_revises_nothing() -> None:
    longer = panel_overdispersion(panel({"a": [100, 300, 300, 9], "b": [300, 100, 100, 800]}))
    assert longer["overdispersion"].to_list()[:3] == pytest.approx([1, 200, 100])


@pytest.mark.parametrize("counts", [{"a": [10, 900]}, {"a": [10, None], "b": [20, 20]}, {"a": [0, 0], "b": [0, 0]}])
def test_without_two_comparable_counters_nothing_is_known(counts: dict[str, list[float | None]]) -> None:
    assert last(panel(counts)) == 1


def test_a_counter_is_never_compared_across_a_break() -> None:
    before, after = panel({"a": [100], "b": [300]}), panel({"a": [300], "b": [100]}, "2")
    later = after.with_columns(pl.col("week_start") + pl.duration(weeks=1))
    assert last(pl.concat([before, later])) == 1


def test_poisson_counters_are_not_overdispersed_and_clustered_ones_are() -> None:
    random = np.random.default_rng(5)
    level = 2000 * random.lognormal(0, 0.2, (400, 1)) * np.array([1.0, 2, 3, 4])
    chance = random.poisson(level)
    # every person counted four times: variance 4 x mean
    clustered = 4 * random.poisson(level / 4)
    for table, expected in ((chance, 1), (clustered, 4)):
        counts = {name: table[:, i].astype(float).tolist() for i, name in enumerate("abcd")}
        assert last(panel(counts)) == pytest.approx(expected, rel=0.2)


def test_relative_limits_are_those_of_the_logarithm() -> None:
    # variance 1/400: exp(-+1.959964 / 20) = 0.906651 and 1.102961
    low, high = (pl.select(limit).item() for limit in relative_limits(pl.lit(1 / 400)))
    assert (low, high) == (pytest.approx(0.906651, abs=1e-6), pytest.approx(1.102961, abs=1e-6))


def test_limits_of_a_share_widen_with_the_overdispersion_and_stay_within_0_and_1() -> None:
    # p = 0.3, n = 2100, phi = 1: sd 0.01; phi = 4: 0.02
    for phi, half in ((1.0, 0.0196), (4.0, 0.0392)):
        low, high = (pl.select(limit).item() for limit in share_limits(pl.lit(0.3), pl.lit(2100), pl.lit(phi)))
        assert (low, high) == (pytest.approx(0.3 - half, abs=1e-5), pytest.approx(0.3 + half, abs=1e-5))
    assert pl.select(share_limits(pl.lit(0.01), pl.lit(4), pl.lit(1.0))[0]).item() == 0


def test_the_spread_of_the_evenness_is_that_of_simulated_ratios() -> None:
    values, sd = np.array([0.5, 1.0, 2.5]), np.array([0.03, 0.05, 0.1])
    frame = pl.DataFrame({"v": values, "variance": (sd / values) ** 2})
    found = frame.select(evenness_sd(pl.col("v"), pl.col("variance"))).item()
    drawn = values + sd * np.random.default_rng(1).standard_normal((4000, 3))
    table = pl.DataFrame({"draw": np.repeat(np.arange(4000), 3), "v": drawn.ravel()})
    simulated = table.group_by("draw").agg(e=evenness(pl.col("v")))["e"].std()
    assert found == pytest.approx(simulated, rel=0.05)


def test_equal_ratios_are_at_the_top_of_the_evenness_where_its_slope_is_zero() -> None:
    frame = pl.DataFrame({"v": [1.0, 1.0], "variance": [0.01, 0.01]})
    columns = (pl.col("v"), pl.col("variance"))
    assert frame.select(evenness_sd(*columns)).item() == pytest.approx(0, abs=1e-12)
    assert frame.head(1).select(evenness_sd(*columns)).item() is None
