"""The model behind counterfactuals, held against statsmodels' Kalman filter and smoother."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from pipeline.analytics.level_season import Array, Points, best_level_ratio, expectation, posterior

RATIO, NOISE = 0.05, 0.01
FIT, AHEAD = 84, 7


def series() -> Array:
    random = np.random.default_rng(5)
    level = np.cumsum(random.normal(0, np.sqrt(RATIO * NOISE), FIT + AHEAD))
    week = np.array([0.0, 0.1, 0.1, 0.2, 0.5, 0.9, 0.4])[np.arange(FIT + AHEAD) % 7]
    return np.asarray(8 + level + week + random.normal(0, np.sqrt(NOISE), FIT + AHEAD))


def points(start: int, end: int) -> Points:
    at = np.arange(start, end)
    return Points(at.astype(float), (at % 7)[None], np.zeros((1, end - start, 0)))


def kalman(y: Array) -> UnobservedComponents:
    """The same model in statsmodels, with the same variances: noise, level, a week that does not drift."""
    model = UnobservedComponents(y, "llevel", seasonal=7, stochastic_seasonal=False, use_exact_diffuse=True)
    return model.smooth([NOISE, RATIO * NOISE])


def test_forecasts_are_those_of_the_kalman_filter() -> None:
    y = series()
    expected = kalman(y[:FIT]).forecast(AHEAD)
    ours = expectation(y[None, :FIT], points(0, FIT), points(FIT, FIT + AHEAD), level_ratio=RATIO)[0]
    assert ours == pytest.approx(expected, abs=2e-4)


def test_their_variances_grow_as_those_of_the_kalman_filter() -> None:
    y = series()
    expected = kalman(y[:FIT]).get_forecast(AHEAD).var_pred_mean
    covariance = posterior(y[None, :FIT], points(0, FIT), points(FIT, FIT + AHEAD), level_ratio=RATIO)[1][0]
    # ours estimates the noise, statsmodels was told it: compare the growth
    assert np.diagonal(covariance) / covariance[0, 0] == pytest.approx(expected / expected[0], rel=1e-3)


def test_fills_are_those_of_the_kalman_smoother() -> None:
    y = series()
    gap = slice(40, 45)
    y[gap] = np.nan
    smoothed = kalman(y)
    expected = smoothed.smoothed_state[0, gap] + smoothed.smoothed_state[1, gap]
    everything = points(0, len(y))
    ours = expectation(y[None], everything, points(40, 45), level_ratio=RATIO)[0]
    assert ours == pytest.approx(expected, abs=2e-4)


def test_a_day_not_seen_says_nothing() -> None:
    y = series()[None, :FIT]
    hidden = np.where(np.arange(FIT) == 50, np.nan, y)
    spoilt = np.where(np.arange(FIT) == 50, 99.0, y)
    ahead = points(FIT, FIT + AHEAD)
    without = expectation(hidden, points(0, FIT), ahead, level_ratio=RATIO)
    assert without != pytest.approx(expectation(spoilt, points(0, FIT), ahead, level_ratio=RATIO), abs=0.01)
    kept = np.delete(np.arange(FIT), 50)
    shorter = Points(kept.astype(float), (kept % 7)[None], np.zeros((1, FIT - 1, 0)))
    assert without == pytest.approx(expectation(y[:, kept], shorter, ahead, level_ratio=RATIO), abs=1e-5)


def test_many_windows_at_once_are_as_one_by_one_and_one_without_counts_is_unknown() -> None:
    y = series()[None, :FIT]
    batch = np.vstack([y, np.full_like(y, np.nan), 2 * y])
    found = expectation(batch, points(0, FIT), points(FIT, FIT + 2), level_ratio=RATIO)
    alone = expectation(y, points(0, FIT), points(FIT, FIT + 2), level_ratio=RATIO)
    assert found[0] == pytest.approx(alone[0])
    assert np.isnan(found[1]).all()
    assert found[2] == pytest.approx(2 * alone[0])


def test_forecasts_solved_together_are_those_of_the_whole_covariance_whatever_is_hidden() -> None:
    random = np.random.default_rng(3)
    y = random.normal(8, 0.3, (60, FIT))
    for window, n_hidden in enumerate(random.integers(0, FIT - 1, 60)):
        y[window, random.permutation(FIT)[:n_hidden]] = np.nan
    y[0] = random.normal(8, 0.3, FIT)
    x = random.normal(0, 1, (60, FIT + AHEAD, 3))
    season = np.arange(FIT + AHEAD)[None] % 7
    at = np.arange(FIT + AHEAD, dtype=float)
    seen, wanted = (Points(at[part], season[:, part], x[:, part]) for part in (slice(FIT), slice(FIT, None)))
    told, _ = posterior(y, seen, wanted, level_ratio=RATIO)
    assert expectation(y, seen, wanted, level_ratio=RATIO) == pytest.approx(told, abs=1e-4)


def test_the_likeliest_ratio_tells_a_level_that_stands_still_from_one_that_drifts() -> None:
    random = np.random.default_rng(1)
    still = random.normal(5, 0.1, (20, FIT))
    drifting = still + np.cumsum(random.normal(0, 0.1, (20, FIT)), axis=1)
    assert best_level_ratio(still, points(0, FIT)) == 0
    assert best_level_ratio(drifting, points(0, FIT)) == 0.3
    assert best_level_ratio(drifting, points(0, FIT), (0.01,)) == 0.01


def test_a_regressor_takes_what_it_explains() -> None:
    random = np.random.default_rng(2)
    rain = random.random((1, FIT + 1, 1)) < 0.3
    y = 5 - 0.5 * rain[..., 0] + random.normal(0, 0.05, (1, FIT + 1))
    x = rain.astype(float)
    x[:, -1] = 1.0
    at = np.arange(FIT + 1, dtype=float)
    season = np.zeros((1, FIT + 1), dtype=int)
    seen, wanted = Points(at[:-1], season[:, :-1], x[:, :-1]), Points(at[-1:], season[:, -1:], x[:, -1:])
    assert expectation(y[:, :-1], seen, wanted, level_ratio=0.0)[0, 0] == pytest.approx(4.5, abs=0.03)


@pytest.mark.filterwarnings("error")
def test_a_constant_window_says_nothing_of_the_ratio_of_level_to_noise() -> None:
    y, seen = series()[None, :FIT], points(0, FIT)
    constant = np.full_like(y, 3.0)
    assert best_level_ratio(np.vstack([y, constant]), seen) == best_level_ratio(y, seen)
    assert best_level_ratio(constant, seen, (0.1, 0.2)) == 0.1
