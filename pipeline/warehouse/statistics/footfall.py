"""Analytic models on counts: calibration, the level of the town week by week, and each counter's days."""

import polars as pl

from pipeline.analytics.counts import (
    ANOMALOUS_HOURS,
    WEEK_TOLERANCE,
    anomalous_days,
    calibration_factors,
    directional_split,
    weekly_review,
)
from pipeline.analytics.panel import (
    counted_weeks,
    matched_change,
    matched_panel_index,
    week_on_week_pairs,
    year_on_year_pairs,
)
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of
from pipeline.warehouse.statistics.splices import spliced

Frames = dict[str, pl.DataFrame]
NORM_WEEKS = 4
# A day of which less was counted says nothing of the level of the day.
FULL_DAY_SHARE = 0.9
# More than half of a week with rain explains a low week (convention).
WET_WEEK_DAYS = 4


def calibration(frames: Frames, _town: Town) -> pl.DataFrame:
    """The calibration factor of each counter and sensitivity period that has manual counts."""
    pairs = frames["intermediate.int_calibration_pair"].cast({"manual": pl.Float64, "auto": pl.Float64})
    return calibration_factors(pairs).select(
        "counter_id",
        "sensitivity_period",
        "n_pairs",
        pl.col("factor").alias("factor_estimate"),
        "factor_low",
        "factor_high",
        calibration_factor=pl.when(~pl.col("is_withheld")).then(pl.col("factor")),
    )


def footfall_level_week(frames: Frames, town: Town) -> pl.DataFrame:
    """The matched-panel figures of the centre, one row a published week.

    yoy_note says why there is no figure (`no_reference_week`, `sensitivity_break`, `no_common_counter`) or what to know
    of it (`counters_left_out_by_break`, `week_53`, `last_year_unusual`, separated by a space); null = nothing to say.
    """
    weeks = frames["reference.ref_week"].get_column("week_start").sort()
    weekly = _weekly(frames["intermediate.int_counter_week"].filter("is_in_centre"))
    weekly = spliced(weekly, frames["analytics.counter_splice"])
    norm = _change(weekly, _norm_pairs(weeks), "level_vs_norm_4w_share", "n_counters_norm_4w", "norm_4w_passages")
    parts = [
        panel_index(weekly, town.baseline_year).rename({"index": "footfall_index", "n_matched": "n_counters_index"}),
        _change(weekly, week_on_week_pairs(weeks), "wow_share", "n_counters_wow"),
        _year_on_year(weekly, weeks, norm.select("week_start", off_norm="level_vs_norm_4w_share")),
        norm,
    ]
    level = weeks.to_frame()
    for part in parts:
        level = level.join(part, on="week_start", how="left")
    counts = pl.col("^n_counters_.*$").fill_null(0)
    return level.with_columns(counts).select(columns_of("footfall_level_week")).sort("week_start")


def panel_index(weekly: pl.DataFrame, base_year: int) -> pl.DataFrame:
    """(week_start, index, n_matched) of a matched panel; no rows where nothing was counted in the base year."""
    if base_year not in counted_weeks(weekly).get_column("iso_year"):
        return pl.DataFrame(schema={"week_start": pl.Date, "index": pl.Float64, "n_matched": pl.Int64})
    return matched_panel_index(weekly, base_year)


def _weekly(counter_weeks: pl.DataFrame) -> pl.DataFrame:
    """A valid week has at most a tenth of its hours missing; it enters with these completed, else it would seem low."""
    columns = ("counter_id", "week_start", "is_valid", "sensitivity_period")
    return counter_weeks.select(*columns, passages="passages_completed")


def _change(
    weekly: pl.DataFrame, pairs: pl.DataFrame, change: str, n: str, reference: str | None = None
) -> pl.DataFrame:
    names = {"change": change, "n_matched": n} | ({"reference_passages": reference} if reference else {})
    return matched_change(weekly, pairs).select("week_start", *names).rename(names)


def _norm_pairs(weeks: pl.Series) -> pl.DataFrame:
    lags = pl.DataFrame({"lag": range(1, NORM_WEEKS + 1)})
    reference = pl.col("week_start") - pl.duration(weeks=pl.col("lag"))
    return weeks.to_frame().join(lags, how="cross").select("week_start", reference_week_start=reference)


def _year_on_year(weekly: pl.DataFrame, weeks: pl.Series, off_norm: pl.DataFrame) -> pl.DataFrame:
    pairs = year_on_year_pairs(weeks)
    told = _change(weekly, pairs, "yoy_share", "n_counters_yoy")
    across_breaks = _change(weekly.drop("sensitivity_period"), pairs, "_change", "_n")
    references = pairs.group_by("week_start").agg(
        _earliest=pl.col("reference_week_start").min(), _is_week_53=pl.len() > 1
    )
    caveats = {
        "counters_left_out_by_break": pl.col("n_counters_yoy") < pl.col("_n"),
        "week_53": pl.col("_is_week_53"),
        "last_year_unusual": pl.col("_is_unusual"),
    }
    note = (
        pl.when(pl.col("_earliest") < weeks.min())
        .then(pl.lit("no_reference_week"))
        .when((pl.col("n_counters_yoy") == 0) & (pl.col("_n") > 0))
        .then(pl.lit("sensitivity_break"))
        .when(pl.col("yoy_share").is_null())
        .then(pl.lit("no_common_counter"))
        .when(pl.any_horizontal(*caveats.values()))
        .then(
            pl.concat_str(
                [pl.when(holds).then(pl.lit(code)) for code, holds in caveats.items()], separator=" ", ignore_nulls=True
            )
        )
    )
    return (
        told.join(across_breaks, on="week_start")
        .join(references, on="week_start")
        .join(_unusual_references(pairs, off_norm), on="week_start")
        .select("week_start", "yoy_share", "n_counters_yoy", yoy_note=note)
    )


def _unusual_references(pairs: pl.DataFrame, off_norm: pl.DataFrame) -> pl.DataFrame:
    """(week_start, _is_unusual): whether a week compared with was off its norm while the week itself is not as much.

    What recurs every year, such as the summer holidays, is in both and says nothing against the comparison.
    """
    then = off_norm.rename({"week_start": "reference_week_start", "off_norm": "then"})
    told = pairs.join(then, on="reference_week_start", how="left").join(off_norm, on="week_start", how="left")
    moved = (pl.col("then") - pl.col("off_norm").fill_null(0.0)).abs()
    unusual = (pl.col("then").abs().round(12) > WEEK_TOLERANCE) & (moved.round(12) > WEEK_TOLERANCE)
    return told.group_by("week_start").agg(_is_unusual=unusual.fill_null(False).any())


def counter_day_level(frames: Frames, _town: Town) -> pl.DataFrame:
    """How each day of a counter compares with the days of its kind in the same sensitivity period."""
    holidays = frames["reference.ref_day"].select("day", "is_public_holiday")
    days = frames["intermediate.int_counter_day"].join(holidays, on="day", how="left")
    weekday_of_month = pl.format("{} {}", pl.col("weekday"), pl.col("day").dt.month())
    kind = pl.when("is_public_holiday").then(pl.lit("holiday")).otherwise(weekday_of_month)
    is_full = pl.col("measured_hours") >= FULL_DAY_SHARE * pl.col("expected_hours")
    told = days.select(
        "counter_id",
        "day",
        day_kind=pl.format("{} {}", pl.col("period_no").fill_null(0), kind),
        passages=pl.when(is_full).then("passages"),
        n_anomalous_hours=pl.col("outage_hours") + pl.col("stuck_hours") + pl.col("outlier_hours"),
        is_event_day="is_event_day",
        passages_in="passages_in",
        passages_out="passages_out",
    )
    # An event is meant to bring more people than usual.
    is_festive = pl.col("is_event_day") & (pl.col("level_ratio") > 1) & (pl.col("n_anomalous_hours") < ANOMALOUS_HOURS)
    return (
        directional_split(anomalous_days(told))
        .with_columns(is_anomalous_day=pl.col("is_anomalous") & ~is_festive.fill_null(False))
        .rename({"usual": "usual_passages"})
        .select(columns_of("counter_day_level"))
        .sort("counter_id", "day")
    )


def counter_week_review(frames: Frames, _town: Town) -> pl.DataFrame:
    """The warnings of a week: directions out of balance, and a level that nothing explains.

    Explained by an event at the counter, a public or school holiday, or four rain days. Weeks with holidays and weeks
    without are not each other's norm, else every return from the holidays would be reported.
    """
    weeks = frames["reference.ref_week"].join(frames["intermediate.int_weather_week"], on="iso_week", how="left")
    is_holiday = (pl.col("n_public_holidays") + pl.col("n_school_holidays").fill_null(0)) > 0
    is_wet = (pl.col("rain_days") >= WET_WEEK_DAYS).fill_null(False)
    known = weeks.select("iso_week", is_holiday=is_holiday, is_wet=is_wet)
    directions = (
        frames["intermediate.int_counter_day"]
        .filter("is_in_service")
        .group_by("counter_id", "iso_week")
        .agg(
            has_event=pl.col("is_event_day").any(),
            passages_in=_sum("passages_in"),
            passages_out=_sum("passages_out"),
        )
    )
    told = (
        frames["intermediate.int_counter_week"]
        .select("counter_id", "iso_week", "week_start", "is_valid", "sensitivity_period", passages="passages_completed")
        .join(directions, on=["counter_id", "iso_week"], how="left")
        .join(known, on="iso_week", how="left")
        .with_columns(
            is_explained=pl.col("has_event") | pl.col("is_holiday") | pl.col("is_wet"),
            sensitivity_period=pl.format("{} {}", "sensitivity_period", "is_holiday"),
        )
    )
    names = {"in_share": "week_in_share", "norm": "week_norm_passages", "level_ratio": "week_level_ratio"}
    return (
        directional_split(weekly_review(told))
        .rename(names | {"is_explained": "is_week_explained"})
        .select(columns_of("counter_week_review"))
        .sort("counter_id", "iso_week")
    )


def _sum(column: str) -> pl.Expr:
    """The sum of what is known; null where nothing is."""
    return pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum())
