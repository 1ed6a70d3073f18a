"""A vendor's drifting day labels, put right from the order of the rows where two rows claim the same day and hour."""

import polars as pl

from pipeline.deposit.formats.meaning import said
from pipeline.deposit.formats.model import Moment
from pipeline.deposit.formats.moments import time_of_day
from pipeline.deposit.formats.texts import FILE, Cells, text_expression


def days_by_order(rows: pl.DataFrame, rule: Moment, cells: Cells, column: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows in time order, their day labels corrected in the header `column`, and the repairs (schema PROBLEMS).

    A new day begins where the clock goes back. A row is corrected only when its day and hour are claimed by another row
    too and more than half of the rows around it, between two beginnings, agree on another day: so a gap moves nothing.
    """
    if rule.time is None:
        raise ValueError("order_wins needs a rule with date and time apart")
    hours = time_of_day(text_expression(rule.time, cells))
    since_start = (hours.dt.total_minutes() + 24 * 60 - rule.day_starts_min) % (24 * 60)
    read = rows.select(
        "line",
        text_expression(rule.date, cells).alias("day"),
        text_expression(rule.time, cells).alias("hour"),
        (since_start < since_start.shift(1)).fill_null(False).cum_sum().alias("block"),
    )
    read = read.with_columns(
        pl.len().over("day", "hour").alias("claims"),
        pl.len().over("block", "day").alias("votes"),
        pl.len().over("block").alias("voters"),
    )
    # `votes` of the most named day; a tie is below the majority asked for, so it is never taken.
    read = read.with_columns(
        pl.col("day").sort_by("votes", "day").last().over("block").alias("named"),
        pl.col("votes").max().over("block").alias("most"),
    )
    is_wrong = (
        (pl.col("claims") > 1) & (pl.col("day") != pl.col("named")) & (2 * pl.col("most") > pl.col("voters"))
    ).fill_null(False)
    moved = read.filter(is_wrong).select("line", pl.col("day").alias("value"), pl.col("named").alias("expected"))
    days = read.select(pl.when(is_wrong).then("named").otherwise("day").alias(FILE + column)).to_series()
    corrected = rows.with_columns(days) if moved.height else rows
    return corrected, said(moved, "type-error.date-repaired", "repair", column=column)
