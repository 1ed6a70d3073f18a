"""What every event is measured on, from the tables of a build: ordinary days, event days, holidays and weather."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from pipeline.analytics.placebo import Ground
from pipeline.analytics.recall import Recall, afresh
from pipeline.analytics.uplift import ground_of

GROUND_TABLES = (
    "intermediate.int_comparable_day",
    "intermediate.int_event_counter",
    "intermediate.int_event_day",
    "analytics.counter_day_level",
    "reference.ref_day",
    "staging.stg_weather",
)
CONTROL_LEVEL = "control_level"
REGRESSORS = ("is_public_holiday", "is_school_holiday", "rain_mm", "temp_max_c")
# A regressor that is known on fewer days would cost more forecasts than it improves.
KNOWN_SHARE = 0.95
# In a counter's first year a window of any weekday may serve as a placebo; later those of the same weekday suffice, and
# those about holidays, of which there are few.
FIRST_YEAR = timedelta(days=365)
BEFORE_HOLIDAY = 10


def event_ground(
    frames: Mapping[str, pl.DataFrame], first_days: pl.Series, controls: Sequence[str] = (), recall: Recall = afresh
) -> tuple[Ground, list[str]]:
    """The ground for windows that begin on `first_days` (Date), and the regressors that its forecasts allow for.

    frames: GROUND_TABLES. controls: counters whose level the forecasts of all the others allow for; they are not
    forecast themselves. An event that is held nearly every week is part of the ordinary.
    """
    calendar = day_conditions(frames)
    counted = frames["intermediate.int_comparable_day"].filter(pl.col("passages").is_not_null())
    known = known_regressors(calendar, counted.get_column("day"))
    daily = _daily(frames).join(calendar.select("day", *known), on="day", how="left")
    if controls:
        daily = _with_control_level(daily, controls)
        known = [*known, CONTROL_LEVEL]
    days = calendar.select("day", is_unusual="is_public_holiday")
    origins = _origins(counted, days, first_days)
    return ground_of(daily, days, regressors=known, first_days=origins, recall=recall), known


def day_conditions(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """(day, *REGRESSORS), one row a day of the calendar; null = unknown."""
    days = frames["reference.ref_day"].select("day", "is_public_holiday", "is_school_holiday")
    weather = frames["staging.stg_weather"].select("day", "rain_mm", "temp_max_c")
    return days.join(weather, on="day", how="left").sort("day")


def known_regressors(calendar: pl.DataFrame, counted_days: pl.Series) -> list[str]:
    """Those known on nearly all the days on which something was counted."""
    told = calendar.filter(pl.col("day").is_in(counted_days.unique().implode()))
    return [name for name in REGRESSORS if told.height and told[name].count() >= KNOWN_SHARE * told.height]


def _daily(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    key = ["counter_id", "day"]
    touched = (
        frames["intermediate.int_event_counter"]
        .filter("is_treated")
        .join(frames["intermediate.int_event_day"].filter(~pl.col("is_habitual")), on="event_id")
        .select(*key, is_event=True)
        .unique()
    )
    anomalous = frames["analytics.counter_day_level"].select(*key, "is_anomalous_day")
    flags = pl.col("is_event", "is_anomalous_day").fill_null(False)
    return (
        frames["intermediate.int_comparable_day"]
        .select(*key, pl.col("passages").cast(pl.Float64), sensitivity_period="period_no")
        .join(touched, on=key, how="left")
        .join(anomalous, on=key, how="left")
        .with_columns(flags)
        .with_columns(is_usable=~pl.col("is_event") & ~pl.col("is_anomalous_day"))
    )


def _with_control_level(daily: pl.DataFrame, controls: Sequence[str]) -> pl.DataFrame:
    """The other counters with CONTROL_LEVEL, the logarithm of the controls' passages together.

    It is null on a day on which one of them was not counted or an event touched it. A break of theirs is one of the
    level, and so of every forecast that allows for it.
    """
    is_control = pl.col("counter_id").is_in(list(controls))
    ordinary = daily.filter(is_control, ~pl.col("is_event"), pl.col("passages").is_not_null())
    level = (
        ordinary.group_by("day")
        .agg(pl.len().alias("n"), pl.col("passages").sum(), control_period=pl.col("sensitivity_period").sum())
        .filter(n=len(set(controls)))
        .select("day", "control_period", pl.col("passages").log1p().alias(CONTROL_LEVEL))
    )
    others = daily.filter(~is_control).join(level, on="day", how="left")
    return others.with_columns(sensitivity_period=pl.col("sensitivity_period") + pl.col("control_period"))


def _origins(counted: pl.DataFrame, days: pl.DataFrame, first_days: pl.Series) -> list[date]:
    """The days from which a window or one of its placebos may begin; none where nothing is asked."""
    if first_days.is_empty():
        return []
    begun = set(counted.group_by("counter_id").agg(pl.col("day").min()).get_column("day"))
    holidays = days.filter("is_unusual").get_column("day")
    near_holiday = {day - timedelta(days=before) for day in holidays for before in range(BEFORE_HOLIDAY)}
    weekdays = {day.weekday() for day in first_days}
    return [
        day
        for day in counted.get_column("day").unique().sort()
        if day.weekday() in weekdays or day in near_holiday or any(first <= day < first + FIRST_YEAR for first in begun)
    ]
