"""What a series of counts usually sees at each hour of the week, and how far single hours are from it.

All arrays are series × weeks × hours of the week; NaN = not known.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HOURS_OF_WEEK = 168
# The rate of an hour of the week is the median of the nine weeks around it: it follows seasons and lockdowns, and up to
# four odd weeks (a street festival, works) do not move it. A rate known from fewer than four weeks is not used.
PROFILE_WEEKS = 9
MIN_PROFILE_WEEKS = 4
HAMPEL_LIMIT = 3.0
MAD_TO_SD = 1.4826
MIN_OUTLIER_WEEKS = 8


def usual_rates(rates: Array) -> Array:
    """The rate expected in each week: the median of the nine around it; where fewer than four of them are known, that
    of the nearest week before, else after.
    """
    around = PROFILE_WEEKS // 2
    padded = np.pad(rates, ((0, 0), (around, around), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, PROFILE_WEEKS, axis=1)
    return _filled(_median(windows, MIN_PROFILE_WEEKS))


def unusual_hours(counts: Array, expected: Array, n_weeks: Array) -> NDArray[np.bool_]:
    """Hampel's identifier on log1p(count) − log1p(expected), around its median at each hour of the week: beyond three
    robust standard deviations.

    counts, expected: passages of the same part of the hour; n_weeks: series × 1 × hours of the week, how many weeks
    are known at all; fewer than eight are too few. The standard deviation is 1.4826·MAD of the series' residuals at
    that hour, and never less than the noise of counting itself: by the delta method log1p of a Poisson count has about
    1/√(1 + λ), so that 2 passages in a night hour that usually sees none are no outlier.
    """
    residual = np.where(n_weeks >= MIN_OUTLIER_WEEKS, np.log1p(counts) - np.log1p(expected), np.nan)
    distance = np.abs(residual - _over_weeks(residual))
    noise = 1 / np.sqrt(1 + expected)
    return np.asarray(distance > HAMPEL_LIMIT * np.fmax(MAD_TO_SD * _over_weeks(distance), noise))


def _over_weeks(values: Array) -> Array:
    return _median(np.swapaxes(values, 1, 2), 1)[:, None, :]


def _median(values: Array, fewest: int) -> Array:
    """The median along the last axis of what is known; NaN where fewer than `fewest` are. NaN sorts last."""
    ordered = np.sort(values, axis=-1)
    n = np.count_nonzero(~np.isnan(ordered), axis=-1)[..., None]
    middle = [np.take_along_axis(ordered, np.maximum(at, 0), axis=-1) for at in ((n - 1) // 2, n // 2)]
    found: Array = np.where(n >= fewest, (middle[0] + middle[1]) / 2, np.nan)[..., 0]
    return found


def _filled(values: Array) -> Array:
    """NaN filled along the weeks from the nearest known one before, else after."""
    for ordered in (values, values[:, ::-1]):
        week = np.arange(ordered.shape[1])[None, :, None]
        latest = np.maximum.accumulate(np.where(np.isnan(ordered), 0, week), axis=1)
        ordered[...] = np.take_along_axis(ordered, latest, axis=1)
    return values
