"""Counts that cannot be what they say: dead and stuck sensors and outlier hours are flagged; nothing is changed or
filled in.

A sensor that dies is written as 0 by its vendor. 0 (nobody passed) and "not counted" are never the same thing; nor is
a figure that a sensor repeats without end a count. Source: docs of the methods, sections 1 and 2 (TMAS practice for
zero runs; Hampel's identifier for outliers).
"""

import math

import polars as pl

from pipeline.contract import Label
from pipeline.contract.town import Town
from pipeline.feeds.public_holidays import public_holidays

SERIES = ("counter_id", "direction")
MIN_OPEN_ZERO_HOURS = 7.0
MAX_ZERO_RUN_PROBABILITY = 1e-6
MAX_STUCK_RUN_PROBABILITY = 1e-6
# The rate of an hour of the week is the median of the nine weeks around it: it follows seasons and lockdowns, and up to
# four odd weeks (a street festival, works) do not move it. A rate known from fewer than four weeks is not used.
PROFILE_WEEKS = 9
MIN_PROFILE_WEEKS = 4
HAMPEL_LIMIT = 3.0
MAD_TO_SD = 1.4826
MIN_OUTLIER_WEEKS = 8

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

_count = pl.col("count")
_is_zero = _count == 0
_is_believed = ~pl.col("is_outage") & ~pl.col("is_stuck")
_hours = (pl.col("end_utc") - pl.col("start_utc")).dt.total_seconds(fractional=True) / 3600
_week = pl.col("start").dt.truncate("1w")
_hour_of_week = ((pl.col("start").dt.weekday().cast(pl.Int32) - 1) * 24 + pl.col("start").dt.hour()).cast(pl.Int32)


def clean(rows: pl.LazyFrame, town: Town) -> pl.LazyFrame:
    """Add `is_outage`, `is_stuck`, `is_outlier` (Boolean) and `count_valid` (Float64, passages) to rows of the footfall feed.

    rows: columns of the feed's accepted rows, any order and any step from minutes to a day, each (counter_id,
    start_utc, direction) once. Returns the same rows, sorted by counter, direction and start. Only a 0 can be an
    outage, only a count above 0 stuck; a row that was not counted is none of the three. Whether an outlier is an event is for those to
    say who know the events.
    """
    ordered = rows.sort(*SERIES, "start_utc").with_columns(_week=_week, _slot=_hour_of_week, _hours=_hours, _run=_run())
    expecting = ordered.join(
        _profile(ordered), on=[*SERIES, "_week", "_slot"], how="left", maintain_order="left"
    ).with_columns(_expected=pl.col("_rate") * pl.col("_hours"))
    expecting = expecting.with_columns(_expected_at_most=pl.col("_expected") * _holiday_level(town))
    return (
        expecting.join(
            _impossible_runs(expecting, town.opening_hours), on=[*SERIES, "_run"], how="left", maintain_order="left"
        )
        .with_columns(is_outage=(_is_zero & pl.col("_is_impossible")).fill_null(False), is_stuck=_is_stuck())
        .with_columns(_residual=_residual())
        .with_columns(is_outlier=_is_outlier())
        .with_columns(count_valid=pl.when(_is_believed).then(_count))
        .select(*rows.collect_schema().names(), *ADDED_COLUMNS)
    )


def _run() -> pl.Expr:
    """The number of the stretch to which a row of a series belongs; a count above 0, or a gap, begins a new one."""
    is_alive = (_count > 0).fill_null(False)
    follows = (pl.col("start_utc") == pl.col("end_utc").shift(1)).fill_null(False)
    return (is_alive | ~follows).cast(pl.UInt32).cum_sum().over(*SERIES)


def _profile(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Passages an hour (`_rate`) expected in each series, week and hour of the week; null where too little is known.

    Only days on which the counter counted somebody enter, so that a dead sensor teaches nothing; its dead weeks take
    the rate of the nearest known week before, else after.
    """
    is_alive = (_count > 0).any().over(*SERIES, pl.col("start").dt.date())
    by_week = (
        rows.with_columns(_seen=is_alive & _count.is_not_null())
        .group_by(*SERIES, "_week", "_slot")
        .agg(
            passages=_count.filter(pl.col("_seen")).sum(),
            hours=pl.col("_hours").filter(pl.col("_seen")).sum(),
        )
        .sort(*SERIES, "_slot", "_week")
    )
    rate = pl.when(pl.col("hours") > 0).then(pl.col("passages") / pl.col("hours"))
    median = rate.rolling_median(PROFILE_WEEKS, min_samples=MIN_PROFILE_WEEKS, center=True)
    return by_week.select(
        *SERIES,
        "_week",
        "_slot",
        median.forward_fill().backward_fill().over(*SERIES, "_slot").alias("_rate"),
        rate.count().over(*SERIES, "_slot").alias("_weeks"),
    )


def _impossible_runs(rows: pl.LazyFrame, opening_hours: tuple[int, int]) -> pl.LazyFrame:
    """The stretches (series, `_run`, `_is_impossible`) whose zeros are too many or too improbable together.

    Too many: at least seven zero hours inside opening hours. Too improbable: P(all zero) = exp(−Σλ) < 1e-6 under
    Poisson with λ = the passages expected in each interval, on a public holiday those of the holiday. Neither stops at
    midnight.
    """
    is_too_long = _open_hours(opening_hours).sum() >= MIN_OPEN_ZERO_HOURS
    is_too_improbable = pl.col("_expected_at_most").sum() > -math.log(MAX_ZERO_RUN_PROBABILITY)
    return rows.filter(_is_zero).group_by(*SERIES, "_run").agg(_is_impossible=is_too_long | is_too_improbable)


def _holiday_level(town: Town) -> pl.Expr:
    """Share of the usual passages that a public holiday may at most be held to see; 1 on any other day.

    No counter has seen 25 December often enough for a rate of its own: what it counted that day over what it usually
    counts on that weekday stands for it, zeros included, so that a dead sensor lowers it and no closed town is an outage.
    """
    day = (*SERIES, pl.col("start").dt.date())
    is_known = _count.is_not_null() & pl.col("_expected").is_not_null()
    counted, usual = (pl.when(is_known).then(told).sum().over(*day) for told in (_count, pl.col("_expected")))
    level = pl.when(usual > 0).then((counted / usual).clip(upper_bound=1.0)).otherwise(1.0)

    def is_holiday(days: pl.Series) -> pl.Series:
        known = public_holidays(town, days.dt.year().drop_nulls().unique()) or {}
        return days.is_in(list(known))

    told = pl.col("start").dt.date().map_batches(is_holiday, return_dtype=pl.Boolean, is_elementwise=True)
    return pl.when(told).then(level).otherwise(1.0)


def _open_hours(opening_hours: tuple[int, int]) -> pl.Expr:
    """Hours of an interval that lie inside opening hours, also where it spans several days."""
    opens, closes = opening_hours

    def since_origin(instant: pl.Expr) -> pl.Expr:
        days = instant.dt.date().cast(pl.Int32)
        hour = instant.dt.hour().cast(pl.Float64) + instant.dt.minute().cast(pl.Float64) / 60
        return days * (closes - opens) + hour.clip(opens, closes) - opens

    return since_origin(pl.col("end")) - since_origin(pl.col("start"))


def _is_stuck() -> pl.Expr:
    """Inside a run of one figure above 0, in intervals that follow each other, of which the repeats after the first
    have together a probability below 1e-6.

    The probability of a repeat is that of Poisson at its mode, the largest there is: 1/√(2πx) but for Stirling's
    1/(12x). Were the usual rate of the hour taken instead, two equal counts on any busy or quiet day would be
    improbable, not because they are equal but because the day is unusual.
    """
    same = (_count == _count.shift(1)) & (pl.col("start_utc") == pl.col("end_utc").shift(1))
    run = (~same.fill_null(False)).cast(pl.UInt32).cum_sum().over(*SERIES)
    figure = _count.clip(lower_bound=1)
    log_repeat = -(2 * math.pi * figure).log() / 2 - 1 / (12 * figure)
    repeats = pl.len().over(*SERIES, run) - 1
    return ((_count > 0) & (repeats * log_repeat < math.log(MAX_STUCK_RUN_PROBABILITY))).fill_null(False)


def _residual() -> pl.Expr:
    """log1p(count) − log1p(expected), around 0 at each hour of the week; null where too few weeks are known."""
    is_usable = _is_believed & (pl.col("_weeks") >= MIN_OUTLIER_WEEKS)
    residual = pl.when(is_usable).then(_count.log1p() - pl.col("_expected").log1p())
    return residual - residual.median().over(*SERIES, "_slot")


def _is_outlier() -> pl.Expr:
    """|residual| above 3 robust standard deviations of that hour of the week.

    The standard deviation is 1.4826·MAD of the counter's residuals at that hour, and never less than the noise of
    counting itself: by the delta method log1p of a Poisson count has about 1/√(1 + λ), so that 2 passages in a night
    hour that usually sees none are no outlier.
    """
    distance = pl.col("_residual").abs()
    spread = MAD_TO_SD * distance.median().over(*SERIES, "_slot")
    noise = 1 / (1 + pl.col("_expected")).sqrt()
    return (distance > HAMPEL_LIMIT * pl.max_horizontal(spread, noise)).fill_null(False)
