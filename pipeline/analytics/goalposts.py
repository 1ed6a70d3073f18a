"""The rule by which goalposts are taken from a year of weekly values, once, and then frozen.

Source: methods.md §6; OECD/JRC 2008, Handbook on Constructing Composite Indicators, step 5 (min-max on bounds that do
not follow the data).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PERCENTILES = (5.0, 95.0)
# Half of the spread of the year on either side: room for years better and worse than the one measured.
WIDENING = 0.5
LEAST_WEEKS = 26
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values that an indicator cannot pass, whatever the year; None = none."""

    least: float | None = None
    most: float | None = None


class NotFreezableError(ValueError):
    """The year does not say enough: too few weeks, or an indicator that did not move."""


def goalposts(values: Sequence[float], *, less_is_better: bool, bounds: Bounds) -> tuple[float, float]:
    """(low, high): the values that score 1 and 100; low > high where less is better.

    values: those of the weeks of the year that have one, in the indicator's unit. p5 - (p95 - p5) / 2 and p95 + (p95 -
    p5) / 2, percentiles interpolated linearly, rounded away from the middle to 3 significant digits of their distance,
    then kept within the bounds of the indicator. Raises NotFreezableError with fewer than 26 weeks, or where p5 = p95.
    """
    if len(values) < LEAST_WEEKS:
        raise NotFreezableError(f"{len(values)} week(s) with a value, {LEAST_WEEKS} are needed")
    p5, p95 = (float(p) for p in np.percentile(values, PERCENTILES))
    if math.isclose(p5, p95, rel_tol=1e-9, abs_tol=1e-12):
        raise NotFreezableError("it did not move in that year")
    margin = WIDENING * (p95 - p5)
    step = _step(p95 - p5 + 2 * margin)
    # A hair beyond a multiple of the step is the multiple: 0.30000000000000004 is 0.3, not 0.301.
    least = round(math.floor((p5 - margin) / step + 1e-6) * step, 12)
    most = round(math.ceil((p95 + margin) / step - 1e-6) * step, 12)
    if bounds.least is not None:
        least = max(least, bounds.least)
    if bounds.most is not None:
        most = min(most, bounds.most)
    return (most, least) if less_is_better else (least, most)


def _step(distance: float) -> float:
    """The power of ten of the third significant digit of a distance."""
    return float(10.0 ** (math.floor(math.log10(distance)) - DIGITS + 1))
