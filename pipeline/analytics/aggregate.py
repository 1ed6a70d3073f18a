"""The arithmetic that every composite index is made of: min-max normalisation and weighted means that allow for gaps.

Plain arrays, the last axis being the indicators; NaN = missing, never zero. Source: OECD/JRC 2008, Handbook on
Constructing Composite Indicators, steps 5 and 6.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Rule = Literal["geometric", "arithmetic"]


def min_max(values: ArrayLike, low: ArrayLike, high: ArrayLike, *, scale: tuple[float, float] = (0.0, 100.0)) -> Array:
    """Values on a straight line on which `low` gives scale[0] and `high` scale[1], clipped there; low > high inverts.

    Shapes broadcast; NaN stays NaN. Raises ValueError when low = high.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    if (low == high).any():
        raise ValueError("the two goalposts of an indicator must differ")
    position = np.clip((np.asarray(values, dtype=float) - low) / (high - low), 0, 1)
    return np.asarray(scale[0] + (scale[1] - scale[0]) * position)


def shares_of_present(weights: ArrayLike, present: ArrayLike) -> Array:
    """Weights over the last axis, zero where not present and adding up to 1 over what is; all zero where nothing is."""
    kept = np.where(present, weights, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    shares: Array = np.divide(kept, total, out=np.zeros_like(kept), where=total > 0)
    return shares


def weighted_mean(values: ArrayLike, weights: ArrayLike, rule: Rule) -> Array:
    """Weighted mean over the last axis of what is not NaN, the weights of the rest taken over; NaN where nothing is.

    geometric: exp of the weighted mean of logs; values must then be > 0. arithmetic: the weighted sum.
    """
    values = np.asarray(values, dtype=float)
    present = ~np.isnan(values)
    shares = shares_of_present(weights, present)
    known = np.where(present, values, 1.0)
    mean = np.exp((shares * np.log(known)).sum(axis=-1)) if rule == "geometric" else (shares * known).sum(axis=-1)
    return np.where(shares.any(axis=-1), mean, np.nan)
