"""Seasonal adjustment of a weekly index by ISO week, on factors that are known once the base year is over."""

import polars as pl

BASE = 100.0


def seasonally_adjusted(index: pl.DataFrame, base_year: int) -> pl.DataFrame:
    """The level of each week against the same ISO week of the base year: 100 I_t / I_base.

    index: (week_start, index), one row a week, null where unknown. Returns (week_start, seasonal_week_start, factor,
    adjusted) in order of the weeks: factor = I_base / 100, that of week 53, where the base year has none, the mean of
    its weeks 52 and 1; seasonal_week_start = the Monday of the week of the base year (of week 52 for a week 53).
    Null where either is unknown. The factors come from the base year alone, so that no later week revises a published
    one; the price is that a singular week of the base year (a snowfall, a fair) stays in the factor of that week, and
    that the base year itself is 100 throughout. Source: methods.md §6 and §1 (week 53).
    """
    year, week = pl.col("week_start").dt.iso_year(), pl.col("week_start").dt.week()
    weeks = index.sort("week_start").with_columns(week=week)
    base = weeks.filter(year == base_year).select(
        "week", seasonal_week_start="week_start", factor=pl.col("index") / BASE
    )
    if 53 not in base.get_column("week"):
        base = pl.concat([base, _week_53(base)])
    return weeks.join(base, on="week", how="left").select(
        "week_start",
        pl.when(pl.col("factor") > 0).then("seasonal_week_start"),
        pl.when(pl.col("factor") > 0).then("factor"),
        adjusted=pl.when(pl.col("factor") > 0).then(pl.col("index") / pl.col("factor")),
    )


def _week_53(base: pl.DataFrame) -> pl.DataFrame:
    """The factor of a week 53 that the base year does not have; no row unless both neighbours are known."""
    neighbours = base.filter(pl.col("week").is_in([1, 52]) & pl.col("factor").is_not_null())
    if neighbours.height < 2:
        return base.clear()
    return neighbours.select(
        week=pl.lit(53).cast(base.schema["week"]),
        seasonal_week_start=pl.col("seasonal_week_start").max(),
        factor=pl.col("factor").mean(),
    )
