"""The state-space model behind counterfactuals and repairs, solved for many windows at once.

y_t = level_t + season_(s(t)) + x_t b + noise, level a random walk whose steps have `level_ratio` times the variance
of the noise. Given that ratio the model is a Gaussian process, so the Kalman filter's forecasts and the smoother's
fills are one linear solve; a test holds them against statsmodels' UnobservedComponents. Solving it so, with the ratio
fixed instead of estimated anew in each window, costs 0.05 ms a window instead of 100 ms and more, which is what makes
hundreds of placebo windows an event affordable; the calibration on placebos does not depend on the ratio being the
best one. Sources: methods.md §2 and §4; Harvey 1989, Forecasting, Structural Time Series Models and the Kalman
Filter, ch. 4; Rasmussen & Williams 2006, ch. 2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

# Variances in units of the noise. The first two are vague (the smoother's "diffuse" start); a regressor, 0/1 or of unit
# standard deviation, may move the series by a few times the noise: one seen on a single day is not believed blindly.
VAGUE_LEVEL = 1e4
VAGUE_SEASON = 1e3
REGRESSOR = 25.0
NOT_SEEN = 1e9
# Windows with as many points hidden are solved together: at most 0, 6, 24, any.
FEW_HIDDEN = (-1, 0, 6, 24, 10**9)


# Ratios of level to noise that `best_level_ratio` chooses from: a level that stands still to one that drifts fast.
LEVEL_RATIOS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)


@dataclass(frozen=True, slots=True)
class Points:
    """B windows of N moments. at: N, in steps from the first one. season: 1 or B x N codes. x: B x N x K, K >= 0."""

    at: Array
    season: Codes
    x: Array


def expectation(y: Array, seen: Points, wanted: Points, *, level_ratio: float) -> Array:
    """Expected values (B x M) at the points wanted, from y (B x N, NaN = not seen) at the points seen; in the unit of
    y.

    The windows share their seasons (one row of codes), and so all but their regressors and what was not seen: the
    common covariance is inverted once, and each window corrects for its own few columns (Woodbury's identity), a
    quarter of the time of a solve a window. NaN for a window in which nothing was seen.
    """
    centre, deviation = _centred(y)
    common = Points(seen.at, seen.season, np.zeros((1, len(seen.at), 0)))
    there = Points(wanted.at, wanted.season, np.zeros((1, len(wanted.at), 0)))
    precision = np.linalg.inv(_covariance(common, common, level_ratio)[0] + np.eye(len(seen.at)))
    x = math.sqrt(REGRESSOR) * np.broadcast_to(seen.x, (*y.shape, seen.x.shape[-1]))
    is_hidden = np.isnan(y)
    n_hidden = is_hidden.sum(axis=-1)
    weights = np.zeros(y.shape)
    for fewest, most in pairwise(FEW_HIDDEN):
        alike = np.flatnonzero((n_hidden > fewest) & (n_hidden <= most))
        if len(alike):
            weights[alike] = _weights(deviation[alike], is_hidden[alike], x[alike], precision)
    signal = weights @ _covariance(there, common, level_ratio)[0].T
    of_x = np.swapaxes(x, -1, -2) @ weights[..., None]
    return np.asarray(signal + math.sqrt(REGRESSOR) * (wanted.x @ of_x)[..., 0] + centre)


def _weights(deviation: Array, is_hidden: NDArray[np.bool_], x: Array, precision: Array) -> Array:
    """What each point weighs in any forecast, B x N: (C + x x')^-1 deviation on the points seen, 0 on those hidden.

    deviation, is_hidden: B x N; x: B x N x K; precision: C^-1. A hidden point is one with an effect of its own of
    which nothing is known: a further column of x, 1 there, with an infinite variance.
    """
    n_windows, n_x = len(deviation), x.shape[-1]
    hidden = np.argsort(~is_hidden, axis=-1, kind="stable")[:, : is_hidden.sum(axis=-1).max()]
    is_real = np.take_along_axis(is_hidden, hidden, axis=-1)
    of_x = precision @ x
    first = deviation @ precision
    across = np.take_along_axis(of_x, hidden[..., None], axis=1) * is_real[..., None]
    inner = np.zeros((n_windows, n_x + hidden.shape[1], n_x + hidden.shape[1]))
    inner[:, :n_x, :n_x] = np.swapaxes(x, -1, -2) @ of_x + np.eye(n_x)
    inner[:, n_x:, :n_x] = across
    inner[:, :n_x, n_x:] = np.swapaxes(across, -1, -2)
    inner[:, n_x:, n_x:] = precision[hidden[:, :, None], hidden[:, None, :]] * is_real[:, :, None] * is_real[:, None, :]
    inner[:, n_x:, n_x:] += ~is_real[:, :, None] * np.eye(hidden.shape[1])
    right = np.concatenate([(first[:, None] @ x)[:, 0], np.take_along_axis(first, hidden, axis=-1) * is_real], axis=-1)
    effects = np.linalg.solve(inner, right[..., None])
    left = deviation - (x @ effects[:, :n_x])[..., 0]
    own = np.take_along_axis(left, hidden, axis=-1) - effects[:, n_x:, 0] * is_real
    np.put_along_axis(left, hidden, own, axis=-1)
    return np.asarray(left @ precision)


def posterior(y: Array, seen: Points, wanted: Points, *, level_ratio: float) -> tuple[Array, Array]:
    """As `expectation`, and the covariance (B x M x M) of what would be observed there, noise included.

    The noise variance of each window is its restricted maximum likelihood estimate: the quadratic form over the
    number of points seen less that of the seasons they fall in.
    """
    centre, deviation = _centred(y)
    cross = _covariance(wanted, seen, level_ratio)
    right = np.concatenate([deviation[..., None], np.swapaxes(cross, -1, -2)], axis=-1)
    solved = np.linalg.solve(_noisy(y, seen, level_ratio), right)
    mean = (cross @ solved[..., :1])[..., 0] + centre
    spread = _covariance(wanted, wanted, level_ratio) - cross @ solved[..., 1:] + np.eye(len(wanted.at))
    variance = (deviation * solved[..., 0]).sum(axis=-1) / _degrees(y, seen)
    return mean, variance[:, None, None] * spread


def best_level_ratio(y: Array, seen: Points, candidates: Sequence[float] = LEVEL_RATIOS) -> float:
    """The ratio under which the windows y (B x N) are likeliest (REML), each with its own noise variance."""
    if len(candidates) == 1:
        return candidates[0]
    return max(candidates, key=lambda ratio: _log_likelihood(y, seen, ratio))


def _log_likelihood(y: Array, seen: Points, level_ratio: float) -> float:
    """Of the windows in which anything varies: a constant one has no noise to compare the level with."""
    deviation = _centred(y)[1]
    varies = deviation.any(axis=-1)
    if not varies.any():
        return 0.0
    covariance = _noisy(y, seen, level_ratio)
    quadratic = (deviation * np.linalg.solve(covariance, deviation[..., None])[..., 0]).sum(axis=-1)
    degrees = _degrees(y, seen)
    terms = (
        degrees[varies] * np.log(quadratic[varies] / degrees[varies]) + np.linalg.slogdet(covariance).logabsdet[varies]
    )
    return -0.5 * float(terms.sum())


def _degrees(y: Array, seen: Points) -> Array:
    """Points seen less the seasons they fall in, at least 1, for each window."""
    is_seen = ~np.isnan(y)
    seasons = np.broadcast_to(seen.season, y.shape)
    n_seasons = [len(np.unique(codes[flags])) for codes, flags in zip(seasons, is_seen, strict=True)]
    return np.asarray(np.maximum(is_seen.sum(axis=-1) - np.array(n_seasons), 1), dtype=float)


def _centred(y: Array) -> tuple[Array, Array]:
    """The mean of what was seen (B x 1, NaN if nothing), and the deviations from it, 0 where not seen."""
    is_seen = ~np.isnan(y)
    n_seen = is_seen.sum(axis=-1, keepdims=True)
    total = np.where(is_seen, y, 0.0).sum(axis=-1, keepdims=True)
    centre = np.divide(total, n_seen, out=np.full(total.shape, np.nan), where=n_seen > 0)
    return centre, np.where(is_seen, y - centre, 0.0)


def _noisy(y: Array, seen: Points, level_ratio: float) -> Array:
    """Covariance of what was seen; a point not seen has a noise so large that it says nothing."""
    noise = np.where(np.isnan(y), NOT_SEEN, 1.0)
    return np.asarray(_covariance(seen, seen, level_ratio) + noise[..., None] * np.eye(y.shape[-1]))


def _covariance(a: Points, b: Points, level_ratio: float) -> Array:
    """Prior covariance of the signal between two sets of points, B x N x M, in units of the noise variance.

    The level's random walk starts, vaguely, at step 0.
    """
    level = VAGUE_LEVEL + level_ratio * np.minimum.outer(a.at, b.at)
    season = VAGUE_SEASON * (a.season[:, :, None] == b.season[:, None, :])
    return np.asarray(level + season + REGRESSOR * (a.x @ np.swapaxes(b.x, -1, -2)))
