"""Counts that cannot be what they say: dead and stuck sensors and outlier hours are flagged; nothing is changed or
filled in.

A sensor that dies is written as 0 by its vendor. 0 (nobody passed) and "not counted" are never the same thing; nor is
a figure that a sensor repeats without end a count. Source: docs of the methods, sections 1 and 2 (TMAS practice for
zero runs; Hampel's identifier for outliers).
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import Label
from pipeline.contract.town import Town
from pipeline.feeds.footfall.usual import HOURS_OF_WEEK, Array, unusual_hours, usual_rates
from pipeline.feeds.public_holidays import public_holidays

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

SERIES = ("counter_id", "direction")
MIN_OPEN_ZERO_HOURS = 7.0
MAX_ZERO_RUN_PROBABILITY = 1e-6
MAX_STUCK_RUN_PROBABILITY = 1e-6
HOUR_US = 3_600_000_000
EPOCH = date(1970, 1, 1)

ADDED_COLUMNS = {
    "is_outage": Label("Zéro impossible : le compteur était en panne", "Impossible zero: the counter was out of order"),
    "is_stuck": Label(
        "Le même nombre répété plus longtemps que le hasard ne le permet : le compteur était bloqué",
        "One figure repeated for longer than chance allows: the counter was stuck",
    ),
    "is_outlier": Label(
        "Heure très éloignée de l'habitude du compteur à cette heure de la semaine",
        "Hour far from what the counter usually sees at that hour of the week",
    ),
    "count_valid": Label(
        "Passages retenus ; vide = non compté, compteur en panne ou bloqué",
        "Passages that are used; empty = not counted, counter out of order or stuck",
    ),
}


def clean(rows: pl.DataFrame, town: Town) -> pl.DataFrame:
    """Add `is_outage`, `is_stuck`, `is_outlier` (Boolean) and `count_valid` (Float64, passages) to rows of the footfall feed.

    rows: columns of the feed's accepted rows, any order and any step from minutes to a day, each (counter_id,
    start_utc, direction) once. Returns the same rows, sorted by counter, direction and start. Only a 0 can be an
    outage, only a count above 0 stuck; a row that was not counted is none of the three. A shorter step is an outlier
    with its hour. Whether an outlier is an event is for those to say who know the events.
    """
    ordered = rows.sort(*SERIES, "start_utc")
    if ordered.is_empty():
        false = (pl.lit(False).alias(name) for name in ADDED_COLUMNS if name != "count_valid")
        return ordered.with_columns(*false, count_valid=pl.col("count"))
    told = _Told.of(ordered)
    rates = _rates(told)
    expected = usual_rates(rates.copy()).ravel()[told.hour_of_weeks] * told.hours
    most = expected * _holiday_level(told, expected, town)
    is_outage = (told.count == 0) & _is_impossible_run(told, most, town.opening_hours)
    is_stuck = _is_stuck(told)
    is_believed = ~is_outage & ~is_stuck & ~np.isnan(told.count)
    is_outlier = is_believed & _is_outlier(told, expected, is_believed, rates)
    flags = {"is_outage": is_outage, "is_stuck": is_stuck, "is_outlier": is_outlier}
    return ordered.with_columns(
        **{name: pl.Series(values) for name, values in flags.items()},
        count_valid=pl.when(pl.Series(~is_outage & ~is_stuck)).then("count"),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """N rows in the order of their series and of time.

    count: passages, NaN = not counted; hours: length of the interval; follows: the interval before ends where this one
    begins, in the same series; first_us, last_us: local start and end in microseconds; shape: series, weeks, hours of
    the week; hour_of_weeks: place of the row in an array of that shape; day: the same for series and days.
    """

    count: Array
    hours: Array
    follows: Flags
    first_us: Places
    last_us: Places
    shape: tuple[int, int, int]
    hour_of_weeks: Places
    day: Places

    @classmethod
    def of(cls, ordered: pl.DataFrame) -> "_Told":
        names = pl.col(*SERIES)
        is_new = ordered.select(pl.any_horizontal(names.ne_missing(names.shift(1)))).to_series().to_numpy()
        series = np.cumsum(is_new) - is_new[0]
        first, last, start, end = (
            ordered.get_column(name).to_physical().to_numpy() for name in ("start", "end", "start_utc", "end_utc")
        )
        follows = np.zeros(len(start), dtype=bool)
        follows[1:] = (start[1:] == end[:-1]) & ~is_new[1:]
        # 1 January 1970 was a Thursday: three days after a Monday.
        week, hour = np.divmod((first // HOUR_US).astype(np.int32) + 72, HOURS_OF_WEEK)
        days = week * 7 + hour // 24
        week -= week.min()
        shape = (int(series[-1]) + 1, int(week.max()) + 1, HOURS_OF_WEEK)
        return cls(
            count=ordered.get_column("count").to_numpy(),
            hours=(end - start) / HOUR_US,
            follows=follows,
            first_us=first,
            last_us=last,
            shape=shape,
            hour_of_weeks=(series * shape[1] + week) * HOURS_OF_WEEK + hour,
            day=series * int(days.max() - days.min() + 1) + days - days.min(),
        )

    def by_hour_of_weeks(self, values: Array, where: Flags) -> Array:
        """The sums of some rows' values in each series, week and hour of the week."""
        n = math.prod(self.shape)
        sums = np.bincount(self.hour_of_weeks[where], values[where], minlength=n)
        return np.asarray(sums.reshape(self.shape), dtype=np.float64)


def _rates(told: _Told) -> Array:
    """Passages an hour in each series, week and hour of the week; NaN where nothing is known.

    Only days on which the counter counted somebody enter, so that a dead sensor teaches nothing.
    """
    is_alive = np.bincount(told.day, told.count > 0) > 0
    is_seen = is_alive[told.day] & ~np.isnan(told.count)
    passages, hours = (told.by_hour_of_weeks(values, is_seen) for values in (told.count, told.hours))
    rates: Array = np.divide(passages, hours, out=np.full(told.shape, np.nan), where=hours > 0)
    return rates


def _is_impossible_run(told: _Told, expected: Array, opening_hours: tuple[int, int]) -> Flags:
    """Whether the zeros of the stretch to which a row belongs are too many or too improbable together.

    A count above 0, or a gap, begins a new stretch; none stops at midnight. Too many: at least seven zero hours inside
    opening hours. Too improbable: P(all zero) = exp(−Σλ) < 1e-6 under Poisson with λ = the passages expected in each
    interval, on a public holiday those of the holiday.
    """
    run = np.cumsum((told.count > 0) | ~told.follows)
    is_zero = told.count == 0
    of_zero, n = run[is_zero], run[-1] + 1
    open_hours = np.bincount(of_zero, _open_hours(told, opening_hours, is_zero), minlength=n)
    passages = np.bincount(of_zero, np.nan_to_num(expected[is_zero]), minlength=n)
    is_impossible = (open_hours >= MIN_OPEN_ZERO_HOURS) | (passages > -math.log(MAX_ZERO_RUN_PROBABILITY))
    return np.asarray(is_impossible[run])


def _holiday_level(told: _Told, expected: Array, town: Town) -> Array:
    """Share of the usual passages that a public holiday may at most be held to see; 1 on any other day.

    No counter has seen 25 December often enough for a rate of its own: what it counted that day over what it usually
    counts on that weekday stands for it, zeros included, so that a dead sensor lowers it and no closed town is an outage.
    """
    days = told.first_us // (24 * HOUR_US)
    first, last = (EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max()))
    holidays = public_holidays(town, range(first.year, last.year + 1)) or {}
    is_holiday = np.isin(days, [(day - EPOCH).days for day in holidays])
    is_known = is_holiday & ~np.isnan(told.count) & ~np.isnan(expected)
    n = int(told.day.max()) + 1
    counted, usual = (
        np.bincount(told.day[is_known], values[is_known], minlength=n) for values in (told.count, expected)
    )
    level = np.divide(counted, usual, out=np.ones(n), where=usual > 0)
    return np.asarray(np.where(is_holiday, np.minimum(level, 1.0)[told.day], 1.0))


def _open_hours(told: _Told, opening_hours: tuple[int, int], where: Flags) -> Array:
    """Hours of some intervals that lie inside opening hours, also where one spans several days."""
    opens, closes = opening_hours

    def since_origin(instant: Places) -> Array:
        day, of_day = np.divmod(instant, 24 * HOUR_US)
        return np.asarray(day * (closes - opens) + np.clip(of_day / HOUR_US, opens, closes) - opens)

    return since_origin(told.last_us[where]) - since_origin(told.first_us[where])


def _is_stuck(told: _Told) -> Flags:
    """Inside a run of one figure above 0, in intervals that follow each other, of which the repeats after the first
    have together a probability below 1e-6.

    The probability of a repeat is that of Poisson at its mode, the largest there is: 1/√(2πx) but for Stirling's
    1/(12x). Were the usual rate of the hour taken instead, two equal counts on any busy or quiet day would be
    improbable, not because they are equal but because the day is unusual.
    """
    is_same = told.follows.copy()
    is_same[1:] &= told.count[1:] == told.count[:-1]
    run = np.cumsum(~is_same)
    repeats = np.bincount(run)[run] - 1
    is_stuck = (told.count > 0) & (repeats > 0)
    figure = np.maximum(told.count[is_stuck], 1)
    log_repeat = -np.log(2 * math.pi * figure) / 2 - 1 / (12 * figure)
    is_stuck[is_stuck] = repeats[is_stuck] * log_repeat < math.log(MAX_STUCK_RUN_PROBABILITY)
    return is_stuck


def _is_outlier(told: _Told, expected: Array, is_believed: Flags, rates: Array) -> Flags:
    """Whether the hour of a row is far from what its series usually sees; steps shorter than an hour are added up."""
    counts, usual = (told.by_hour_of_weeks(values, is_believed) for values in (told.count, expected))
    n_weeks = np.count_nonzero(~np.isnan(rates), axis=1)[:, None, :]
    is_told = told.by_hour_of_weeks(np.ones(len(told.count)), is_believed) > 0
    found = unusual_hours(np.where(is_told, counts, np.nan), usual, n_weeks)
    return np.asarray(found.ravel()[told.hour_of_weeks])
