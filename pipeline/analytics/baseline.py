"""What each counter would have counted without an event: forecasts from the days before, for many first days at once.

Source: methods.md §4. Model: `level_season` on log(1 + daily passages), season = day of the week, fitted on the 12
weeks before.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.analytics.level_season import Array, Points, expectation
from pipeline.analytics.recall import Recall, afresh, recalled_numbers, told

FIT_DAYS = 84
FEWEST_FIT_DAYS = 28
FEWEST_SAME_WEEKDAYS = 2
HORIZON_DAYS = 28
# Forecast errors over 1 to 7 days of 21 real counters are flat between 0.01 and 0.1 and smallest about here.
LEVEL_RATIO = 0.03
BATCH_DAYS = 256

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Baseline:
    """C counters, D days in a row, H days ahead. Counts are passages a day.

    observed: C x D, NaN where not counted. is_usable: C x D, days that may inform a forecast. period: C x D, rank of
    the sensitivity period, -1 where unknown. expected: C x D x H: what was to be expected on day d + h from the days
    before d of the same period; NaN where fewer than 28 of the 84 days before are usable, or fewer than two of that
    day of the week (a market every Saturday has no Saturday without it), in another period than day d, beyond the last
    day, and for days d that were not asked for.
    """

    counters: list[str]
    days: list[date]
    observed: Array
    is_usable: Flags
    period: NDArray[np.int64]
    expected: Array

    @property
    def horizon(self) -> int:
        return int(self.expected.shape[2])

    def rows(self, counters: Sequence[str]) -> list[int]:
        """Rows of those counters that are known."""
        return [self.counters.index(counter) for counter in counters if counter in self.counters]

    def day(self, day: date) -> int | None:
        """Its column, null outside the days."""
        column = (day - self.days[0]).days if self.days else -1
        return column if 0 <= column < len(self.days) else None


def baseline(
    daily: pl.DataFrame,
    *,
    regressors: Sequence[str] = (),
    horizon: int = HORIZON_DAYS,
    first_days: Sequence[date] | None = None,
    level_ratio: float = LEVEL_RATIO,
    recall: Recall = afresh,
) -> Baseline:
    """Forecast each counter from each first day (all days where `first_days` is null) over `horizon` days.

    daily: (counter_id, day, passages, is_usable, *regressors, sensitivity_period where there are breaks), a row a
    counter and day; passages null = not counted; is_usable false on days that are not ordinary (an event, an outlier,
    a repaired count): they are compared, never learnt from. No forecast reaches across a break. Regressors are Boolean
    (taken as 0/1) or numbers (standardised over the 12 weeks); a day of which one is null is neither learnt from nor
    forecast. Raises ValueError when a counter has two rows for a day.
    """
    if daily.select("counter_id", "day").is_duplicated().any():
        raise ValueError("a counter has more than one row for a day")
    if daily.is_empty():
        none = np.zeros((0, 0))
        return Baseline([], [], none, none.astype(bool), none.astype(np.int64), np.zeros((0, 0, horizon)))
    calendar = daily.select(pl.date_range(pl.col("day").min(), pl.col("day").max()).alias("day"))
    days = calendar.get_column("day").to_list()
    counters = sorted(daily.get_column("counter_id").unique())
    origins = _origins(days, first_days)
    # Read day by day of the horizon, over all days: so they lie side by side.
    expected = np.full((len(counters), horizon, len(days)), np.nan).transpose(0, 2, 1)
    series = [
        _Series.of(calendar.join(daily.filter(counter_id=counter), on="day", how="left"), regressors)
        for counter in counters
    ]

    def forecast(row: int) -> None:
        for batch in _batches(origins, days):
            near, first = series[row].around(batch, horizon)
            made_of = [told(horizon, level_ratio), (batch - first).tobytes(), *near.content()]
            make = partial(near.forecasts, batch - first, horizon, level_ratio)
            expected[row, batch] = recalled_numbers(recall, made_of, make, width=horizon)

    with ThreadPoolExecutor() as pool:
        list(pool.map(forecast, range(len(series))))
    observed, is_usable, period = (
        np.array([getattr(one, name) for one in series]) for name in ("observed", "is_usable", "period")
    )
    return Baseline(counters, days, observed, is_usable, period, expected)


def _origins(days: list[date], first_days: Sequence[date] | None) -> NDArray[np.int64]:
    columns = range(len(days)) if first_days is None else sorted({(day - days[0]).days for day in first_days})
    return np.array([column for column in columns if 0 <= column < len(days)], dtype=np.int64)


def _batches(origins: NDArray[np.int64], days: list[date]) -> list[NDArray[np.int64]]:
    """The origins of each stretch of BATCH_DAYS of the calendar, so that those of the past stay together."""
    stretch = (origins + days[0].toordinal()) // BATCH_DAYS
    return np.split(origins, np.flatnonzero(np.diff(stretch)) + 1) if len(origins) else []


@dataclass(frozen=True, slots=True)
class _Series:
    """One counter over D days: observed, is_usable and period D, x D x K (NaN = unknown), is_binary K."""

    observed: Array
    is_usable: Flags
    period: NDArray[np.int64]
    x: Array
    is_binary: Flags

    @classmethod
    def of(cls, days: pl.DataFrame, regressors: Sequence[str]) -> "_Series":
        observed = days.get_column("passages").cast(pl.Float64).to_numpy()
        x = days.select(pl.col(*regressors).cast(pl.Float64)).to_numpy() if regressors else np.zeros((days.height, 0))
        told = days.get_column("is_usable").fill_null(False).to_numpy()
        is_usable = told & ~np.isnan(observed) & ~np.isnan(x).any(axis=-1)
        known = days.get_column("sensitivity_period", default=pl.repeat(0, days.height, eager=True))
        period = known.cast(pl.Int64).fill_null(-1).to_numpy()
        is_binary = np.array([days.schema[name] == pl.Boolean for name in regressors], dtype=bool)
        return cls(observed, is_usable, period, x, is_binary)

    def around(self, origins: NDArray[np.int64], horizon: int) -> tuple["_Series", int]:
        """The days on which the forecasts of some origins depend, and the column of the first of them."""
        first = max(0, int(origins[0]) - FIT_DAYS)
        near = slice(first, int(origins[-1]) + horizon)
        parts = (self.observed[near], self.is_usable[near], self.period[near], self.x[near])
        return _Series(*parts, self.is_binary), first

    def content(self) -> list[bytes]:
        return [part.tobytes() for part in (self.observed, self.is_usable, self.period, self.x, self.is_binary)]

    def forecasts(self, origins: NDArray[np.int64], horizon: int, level_ratio: float) -> Array:
        """Expected passages, origins x horizon."""
        span = np.arange(-FIT_DAYS, horizon)
        columns = origins[:, None] + span
        inside = (columns >= 0) & (columns < len(self.observed))
        columns = np.clip(columns, 0, len(self.observed) - 1)
        inside &= self.period[columns] == self.period[origins][:, None]
        fit, ahead = slice(0, FIT_DAYS), slice(FIT_DAYS, None)
        usable = inside & self.is_usable[columns]
        y = np.where(usable, np.log1p(self.observed[columns]), np.nan)[:, fit]
        x = self._standardised(self.x[columns], usable[:, fit])
        # Only which points share a weekday matters, and that is the same in every window.
        season = (span % 7)[None, :]
        at = np.arange(len(span), dtype=float)
        seen = Points(at[fit], season[:, fit], np.nan_to_num(x[:, fit]))
        wanted = Points(at[ahead], season[:, ahead], np.nan_to_num(x[:, ahead]))
        forecast = np.expm1(expectation(y, seen, wanted, level_ratio=level_ratio))
        per_weekday = usable[:, fit].reshape(len(origins), FIT_DAYS // 7, 7).sum(axis=1)
        is_enough = per_weekday.sum(axis=-1, keepdims=True) >= FEWEST_FIT_DAYS
        weekday_is_seen = (per_weekday >= FEWEST_SAME_WEEKDAYS)[:, np.arange(horizon) % 7]
        known = inside[:, ahead] & ~np.isnan(x[:, ahead]).any(axis=-1) & is_enough & weekday_is_seen
        return np.where(known, np.maximum(forecast, 0.0), np.nan)

    def _standardised(self, x: Array, learnt_from: Flags) -> Array:
        """Numbers by the mean and standard deviation of the days learnt from; 0/1 as they are; constant ones become
        0.
        """
        told = np.where(learnt_from[..., None], np.nan_to_num(x[:, :FIT_DAYS]), 0.0)
        n = np.maximum(learnt_from.sum(axis=-1), 1)[:, None, None]
        mean = told.sum(axis=1, keepdims=True) / n
        spread = np.sqrt((np.where(learnt_from[..., None], told - mean, 0.0) ** 2).sum(axis=1, keepdims=True) / n)
        scaled = np.divide(x - mean, spread, out=np.where(np.isnan(x), np.nan, 0.0), where=spread > 1e-12)
        return np.where(self.is_binary, x, scaled)
