"""Analytic model on replaced counters: what a parallel run says of the figures before, and the weeks it makes one."""

import polars as pl

from pipeline.analytics.counts import splice_factors
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of

Frames = dict[str, pl.DataFrame]
# Each weekday once: a sensor may see a market otherwise than an ordinary day.
FEWEST_PARALLEL_DAYS = 7


def counter_splice(frames: Frames, _town: Town) -> pl.DataFrame:
    """The factor between a counter and the one that it replaces, from the days on which both counted all hours.

    Between one sensitivity period of each: where the parallel run touches several, the first of the new counter and
    the last of the old one. Empty where fewer than seven days were counted: then nothing is compared across.
    """
    days = frames["intermediate.int_parallel_day"]
    periods = days.group_by("counter_id").agg(
        pl.col("sensitivity_period").min(), pl.col("replaced_sensitivity_period").max()
    )
    run = days.join(periods, on=["counter_id", "sensitivity_period", "replaced_sensitivity_period"])
    told = run.group_by("counter_id", "sensitivity_period", "replaced_counter_id", "replaced_sensitivity_period").agg(
        first_day=pl.col("day").min()
    )
    is_long = pl.col("n_days") >= FEWEST_PARALLEL_DAYS
    return (
        told.join(splice_factors(run.select("counter_id", "new", "old")).rename({"n_pairs": "n_days"}), on="counter_id")
        .rename({"factor": "factor_estimate"})
        .with_columns(splice_factor=pl.when(is_long).then("factor_estimate"))
        .select(columns_of("counter_splice"))
        .sort("counter_id")
    )


def spliced(weekly: pl.DataFrame, splices: pl.DataFrame) -> pl.DataFrame:
    """Weeks of counters in which those of a replaced counter are those of its successor, times the splice factor.

    weekly: (counter_id, week_start, passages, is_valid, sensitivity_period). Where both counted, the successor's week
    stands if it is valid, else the replaced one's: never both, or people would count twice.
    """
    for splice in splices.filter(pl.col("splice_factor").is_not_null()).sort("first_day").iter_rows(named=True):
        is_new = pl.col("counter_id") == splice["counter_id"]
        is_old = (pl.col("counter_id") == splice["replaced_counter_id"]) & (
            pl.col("sensitivity_period") == splice["replaced_sensitivity_period"]
        )
        old = weekly.filter(is_old).with_columns(
            pl.lit(splice["counter_id"]).alias("counter_id"),
            pl.lit(splice["sensitivity_period"], dtype=weekly.schema["sensitivity_period"]).alias("sensitivity_period"),
            pl.col("passages") * splice["splice_factor"],
        )
        both = pl.concat([weekly.filter(is_new), old]).sort("is_valid", descending=True, maintain_order=True)
        chain = both.unique(["counter_id", "week_start"], keep="first", maintain_order=True)
        weekly = pl.concat([weekly.filter(~is_new & ~is_old), chain])
    return weekly
