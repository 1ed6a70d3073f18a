"""How far off a forecast of these counters over such a window is without any event: the measure of every effect.

The interval is not the model's own, which is too narrow on real counts: it is the error that the same method made on
past windows without an event (Abadie 2010's placebos, in time; split conformal prediction, Lei et al. 2018, JASA
113). The errors of all windows of one length are computed once for a set of counters, so that hundreds of events are
affordable. `bench/uplift.py` measures the coverage of both intervals on real counts. Effects are natural logarithms
of observed / expected passages.
"""

import hashlib
import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from pipeline.analytics.baseline import Baseline, Flags
from pipeline.analytics.level_season import Array
from pipeline.analytics.recall import told

CONFIDENCE = 0.95
# The largest of 19 errors bounds the next one in 95 % of cases; with fewer there is no 95 % interval.
FEWEST_PLACEBOS = 19
MOST_PLACEBOS = 104
POWER = 1.96 + 0.84
STRETCH_DAYS = 91


@dataclass(frozen=True, slots=True)
class Window:
    """`length` days that begin `offset` days after the first day from which they are forecast (offset > 0: the
    rebound).
    """

    length: int
    offset: int = 0

    @property
    def span(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Placebos:
    """effects: log errors on past windows without an event, the latest first. weekdays: `same` as the event's, or `any`
    where too few were. observed: passages in these windows.
    """

    effects: Array
    weekdays: Literal["same", "any"]
    observed: Array = field(default_factory=lambda: np.array([]))

    @property
    def half_width(self) -> float | None:
        """The ceil((n + 1) 0.95)-th smallest absolute error; null with fewer than 19 of them."""
        n = len(self.effects)
        if n < FEWEST_PLACEBOS:
            return None
        return float(np.sort(np.abs(self.effects))[_rank(n)])

    @property
    def is_covered(self) -> Flags:
        """Whether the interval of each placebo, made of those before it, held 0, which is the truth; the oldest first.

        Its mean is the coverage that was measured. The 19 oldest have too few before them to be measured.
        """
        oldest_first = np.abs(self.effects[::-1]).tolist()
        before = sorted(oldest_first[:FEWEST_PLACEBOS])
        found = []
        for error in oldest_first[FEWEST_PLACEBOS:]:
            found.append(error <= before[_rank(len(before))])
            insort(before, error)
        return np.array(found, dtype=bool)

    @property
    def smallest_detectable(self) -> float | None:
        """The effect that would be seen four times in five, (1.96 + 0.84) sd of the errors, as a share; null with
        fewer than 19.
        """
        if len(self.effects) < FEWEST_PLACEBOS:
            return None
        return float(np.expm1(POWER * self.effects.std(ddof=1)))


def _rank(n: int) -> int:
    """Which of n errors, from 0 for the smallest, bounds the next one in 95 % of cases."""
    return math.ceil((n + 1) * CONFIDENCE - 1e-9) - 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """observed, expected: passages in the window; null where a day or its forecast is missing."""

    observed: float | None
    expected: float | None
    placebos: Placebos

    @property
    def effect(self) -> float | None:
        """ln(observed / expected); null where one of them is unknown or 0."""
        return math.log(self.observed / self.expected) if self.observed and self.expected else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The calibrated 95 % interval of the effect."""
        effect, half = self.effect, self.placebos.half_width
        return None if effect is None or half is None else (effect - half, effect + half)

    def extra_passages(self, effect: float) -> float:
        """Passages that the effect would have added, observed (1 - exp(-effect)); only where there is an effect."""
        return -(self.observed or 0.0) * math.expm1(-effect)


@dataclass(frozen=True, slots=True)
class Ground:
    """Forecasts and what the days were: is_event C x D flags, or D where an event touches every counter; is_unusual D
    flags (holidays, closing days, the like).

    A window is unusual when one of its days is; it is measured against unusual windows only, an ordinary one against
    ordinary ones.
    """

    base: Baseline
    is_event: Flags
    is_unusual: Flags
    _totals: dict[tuple[tuple[str, ...], Window], tuple[Array, Array]] = field(default_factory=dict)
    _errors: dict[tuple[tuple[str, ...], Window], Array] = field(default_factory=dict)
    _contents: dict[str, list[bytes]] = field(default_factory=dict)

    def estimate(self, counters: Sequence[str], first_day: date, window: Window) -> Estimate:
        """The passages of `counters` in the window from `first_day`, with the placebos of the same window before it."""
        observed, expected = self._windows(tuple(counters), window)
        column = self.base.day(first_day)
        if column is None:
            return Estimate(None, None, Placebos(np.array([]), "any"))
        totals = (float(series[column]) for series in (observed, expected))
        seen, forecast = (None if math.isnan(total) else total for total in totals)
        is_unusual = bool(_any_in(self.is_unusual, window.length, window.offset)[column])
        return Estimate(seen, forecast, self.placebos(counters, first_day, window, is_unusual=is_unusual))

    def placebos(self, counters: Sequence[str], first_day: date, window: Window, *, is_unusual: bool) -> Placebos:
        """The placebos of a window from `first_day`, which may lie beyond the last day: what could be seen then."""
        observed, effects = self._windows(tuple(counters), window)[0], self._log_errors(tuple(counters), window)
        column = (first_day - self.base.days[0]).days if self.base.days else 0
        past = np.arange(max(0, min(len(observed), column - window.span + 1)))[::-1]
        is_like = _any_in(self.is_unusual, window.length, window.offset)
        fit = past[(np.isfinite(effects) & (is_like == is_unusual))[past]]
        same = fit[(column - fit) % 7 == 0]
        is_enough = len(same) >= FEWEST_PLACEBOS
        fit = same[:MOST_PLACEBOS] if is_enough else fit[: 7 * MOST_PLACEBOS]
        return Placebos(effects[fit], "same" if is_enough else "any", observed[fit])

    def content(self, counters: Sequence[str], until: date) -> list[bytes]:
        """Digests of all that is known of the counters up to a day and little more, on which any estimate of a window
        that ends there depends.
        """
        n = (until - self.base.days[0]).days // STRETCH_DAYS if self.base.days else 0
        digests = (self._digests(counter) for counter in counters if counter in self.base.counters)
        return [told(self.base.days[:1], list(counters)), *(each[min(n, len(each) - 1)] for each in digests)]

    def _digests(self, counter: str) -> list[bytes]:
        """For each stretch of days, the digest of all up to its end."""
        if counter not in self._contents:
            base, row = self.base, self.base.counters.index(counter)
            is_event = np.broadcast_to(self.is_event, base.observed.shape)
            parts = [part[row] for part in (base.observed, base.is_usable, base.period, base.expected, is_event)]
            digest, found = hashlib.blake2b(digest_size=16), []
            for first in range(0, len(base.days), STRETCH_DAYS):
                for part in (*parts, self.is_unusual):
                    digest.update(np.ascontiguousarray(part[first : first + STRETCH_DAYS]).data)
                found.append(digest.digest())
            self._contents[counter] = found
        return self._contents[counter]

    def _log_errors(self, counters: tuple[str, ...], window: Window) -> Array:
        """ln(observed / expected) of the window from each of the D days; NaN where an event touches it."""
        key = (counters, window)
        if key not in self._errors:
            observed, expected = self._windows(counters, window)
            is_event = np.zeros(len(self.is_unusual), dtype=bool)
            for row in self.base.rows(counters):
                is_event |= np.broadcast_to(self.is_event, self.base.observed.shape)[row]
            with np.errstate(divide="ignore", invalid="ignore"):
                errors = np.log(observed / expected)
            self._errors[key] = np.where(_any_in(is_event, window.span, 0), np.nan, errors)
        return self._errors[key]

    def _windows(self, counters: tuple[str, ...], window: Window) -> tuple[Array, Array]:
        """Observed and expected passages of the window from each of the D days; NaN where one is missing."""
        key = (counters, window)
        if key not in self._totals:
            rows, n_days = self.base.rows(counters), len(self.base.days)
            observed = np.full(n_days, 0.0 if rows else np.nan)
            expected = observed.copy()
            for step in range(window.offset, window.span):
                ahead = np.full((len(rows), n_days), np.nan)
                ahead[:, : max(0, n_days - step)] = self.base.observed[rows, step:]
                observed += ahead.sum(axis=0)
                expected += self.base.expected[rows, :, step].sum(axis=0) if step < self.base.horizon else np.nan
            self._totals[key] = observed, expected
        return self._totals[key]


def _any_in(flags: Flags, length: int, offset: int) -> Flags:
    """For each day, whether a flag is set on one of the `length` days that begin `offset` days later."""
    padded = np.concatenate([flags, np.zeros(length + offset, dtype=bool)])
    found = np.zeros(len(flags), dtype=bool)
    for step in range(offset, offset + length):
        found |= padded[step : step + len(flags)]
    return found
