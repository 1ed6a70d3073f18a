"""Analytic models on what was not counted: days completed with an interval, and the error of that, measured."""

import polars as pl

from pipeline.analytics.imputation import DAILY, imputation_error, impute
from pipeline.analytics.recall import Recall, afresh
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of

Frames = dict[str, pl.DataFrame]
SERIES = ("counter_id", "period_no")
# A day whose counted hours usually hold this much of its passages is scaled up; of the others the rest is filled.
SCALED_SHARE = 0.9
# The error is measured on hidden stretches of this length: from one day to a week it changes little.
ERROR_GAP_DAYS = 3


def counter_day_repair(frames: Frames, _town: Town, recall: Recall = afresh) -> pl.DataFrame:
    """The days of which something was not counted and that could be completed, on the counter's own scale.

    scaled: counted / usual_share; the interval runs from nothing to twice the missing part. imputed: what was counted
    and, of the model's day, the share of the hours that were not counted; for a day not counted at all, the model's
    day. A public holiday is like no other day: it teaches the model nothing and is not imputed. Nothing is filled
    across a break, before the first or after the last full day, nor in a gap longer than 14 days.
    """
    days = _days(frames)
    scaled = days.filter(pl.col("is_scaled")).with_columns(
        completed=pl.col("level"), low=pl.col("passages"), high=2 * pl.col("level") - pl.col("passages")
    )
    fills = impute(_with_ordinary_holidays(_numbered(days)), DAILY, recall)
    missing = 1 - pl.col("usual_share")
    counted = pl.col("passages").fill_null(0)
    imputed = (
        days.filter(~pl.col("is_full") & ~pl.col("is_scaled") & ~pl.col("is_public_holiday"))
        .join(fills.rename({"counter_id": "series"}), on=["series", "step"])
        .filter(pl.col("usual_share").is_not_null())
        .with_columns(
            completed=counted + missing * pl.col("imputed"),
            low=counted + missing * pl.col("imputed_low"),
            high=counted + missing * pl.col("imputed_high"),
        )
    )
    both = [part.with_columns(repair=pl.lit(kind)) for part, kind in ((scaled, "scaled"), (imputed, "imputed"))]
    return (
        pl.concat(both, how="diagonal")
        .with_columns(imputed_hours=pl.col("expected_hours") - pl.col("measured_hours"))
        .select(columns_of("counter_day_repair"))
        .sort("counter_id", "day")
    )


def counter_imputation_error(frames: Frames, _town: Town) -> pl.DataFrame:
    """How wrong filled days are, for each counter and sensitivity period: known days are hidden, filled and compared.

    Beside the fills, the two naive ways they have to beat. Public holidays are not hidden, as they are not filled.
    """
    days = _days(frames)
    known = _numbered(days).with_columns(count=pl.when(~pl.col("is_public_holiday")).then("count"))
    series = days.select("series", *SERIES).unique()
    errors = imputation_error(known, DAILY, gap=ERROR_GAP_DAYS)
    return (
        errors.rename({"counter_id": "series", "n": "n_days"})
        .join(series, on="series")
        .rename({"period_no": "sensitivity_period"})
        .select(columns_of("counter_imputation_error"))
        .sort("counter_id", "sensitivity_period")
    )


def _days(frames: Frames) -> pl.DataFrame:
    """The days in service, with `level`, what a full or scaled day counts; null for the others."""
    days = frames["intermediate.int_counter_day"].filter("is_in_service")
    is_full = pl.col("measured_hours") >= pl.col("expected_hours") - 0.001
    share = pl.when(is_full).then(1.0).when(pl.col("measured_hours") == 0).then(0.0).otherwise("usual_share")
    return (
        days.join(frames["intermediate.int_partial_day"], on=["counter_id", "day"], how="left")
        .join(frames["reference.ref_day"].select("day", "is_public_holiday"), on="day", how="left")
        .with_columns(usual_share=share, is_full=is_full)
        .with_columns(is_scaled=~pl.col("is_full") & (pl.col("usual_share") >= SCALED_SHARE).fill_null(False))
        .with_columns(
            level=pl.when(pl.col("is_full") | pl.col("is_scaled")).then(pl.col("passages") / pl.col("usual_share")),
            series=pl.format("{} {}", "counter_id", "period_no"),
            step=pl.col("day").cast(pl.Int32).cast(pl.Int64),
        )
    )


def _numbered(days: pl.DataFrame) -> pl.DataFrame:
    """(counter_id = series, step, count, is_public_holiday) of `level` without holes: the days between two states of a
    counter are not counted.
    """
    told = days.select("series", "step", "is_public_holiday", count="level")
    span = told.group_by("series").agg(step=pl.int_ranges(pl.col("step").min(), pl.col("step").max() + 1))
    calendar = span.explode("step").sort("series", "step")
    return calendar.join(told, on=["series", "step"], how="left", maintain_order="left").rename(
        {"series": "counter_id"}
    )


def _with_ordinary_holidays(series: pl.DataFrame) -> pl.DataFrame:
    """The series with, on a public holiday, the mean of the same weekday of the weeks before and after."""
    around = [pl.col("count").shift(days).over("counter_id") for days in (-7, 7)]
    ordinary = pl.mean_horizontal(around)
    return series.with_columns(count=pl.when("is_public_holiday").then(ordinary).otherwise("count"))
