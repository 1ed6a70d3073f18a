"""Synthetic control: what the treated place would have been, as a weighted mean of places that were not treated."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Array = NDArray[np.float64]

# What a sum of weights that is not 1 costs, against a misfit of the whole pre-period of the same relative size.
SUM_TO_ONE = 1e4


def synthetic_weights(treated: Array, controls: Array) -> Array:
    """Weights w >= 0 with sum 1 that minimise |treated - controls w|^2 over the period before the treatment.

    treated: T; controls: T x J, in one unit, without NaN. Returns J weights. Raises ValueError when there is no
    control or no moment. Source: Abadie, Diamond & Hainmueller 2010, JASA 105(490), on outcomes alone; solved by
    non-negative least squares with the sum as a heavily weighted further equation.
    """
    if controls.ndim != 2 or 0 in controls.shape:
        raise ValueError("a synthetic control needs at least one control and one moment")
    heavy = SUM_TO_ONE * max(float(np.linalg.norm(treated)), 1e-12)
    weights, _ = nnls(
        np.vstack([controls, np.full(controls.shape[1], heavy)]),
        np.append(treated, heavy),
        maxiter=50 * controls.shape[1],
    )
    return np.asarray(weights / weights.sum())


def synthetic_control(treated: Array, controls: Array, n_before: int) -> Array:
    """What the treated series would have been, T values in its unit, from its weights over the first `n_before`
    moments.

    treated: T; controls: T x J. Each series enters relative to its own mean before the treatment, so that a large
    place may be told from small ones. Raises ValueError as `synthetic_weights`, and when a series is zero throughout
    before.
    """
    level, levels = treated[:n_before].mean(), controls[:n_before].mean(axis=0)
    if not (level > 0 and (levels > 0).all()):
        raise ValueError("each series must be above zero before the treatment")
    weights = synthetic_weights(treated[:n_before] / level, controls[:n_before] / levels)
    return np.asarray(level * (controls / levels) @ weights)
