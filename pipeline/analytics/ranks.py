"""Ranks that say how far they can be told: never a rank without the ranks that its interval allows."""

import polars as pl


def rank_bands(frame: pl.DataFrame, value: str, low: str, high: str, *, by: list[str]) -> pl.DataFrame:
    """The rank of each row of a group by `value`, the greatest first, with the ranks that the intervals allow.

    frame: (*by, value, low <= value, high >= value, ...), null where a row has no value. Adds rank (equal values share
    the better rank), rank_low = 1 + the rows of the group whose whole interval lies above this one, and rank_high = n
    minus those whose whole interval lies below: two rows are told apart only where their intervals do not overlap.
    rank_low <= rank <= rank_high; null where the value is. The three hold together with the confidence with which all
    intervals of the group hold together. Source: Klein, Wright & Wieczorek 2020, J. R. Stat. Soc. A 183(3).
    """
    place = "_place"
    rows = frame.with_row_index(place)
    known = rows.filter(pl.all_horizontal(pl.col(value, low, high).is_not_null())).select(place, *by, value, low, high)
    keys = by or None
    pairs = known.join(known, on=keys, suffix="_other") if keys else known.join(known, how="cross", suffix="_other")
    ranks = pairs.group_by(place).agg(
        rank=1 + (pl.col(f"{value}_other") > pl.col(value)).sum().cast(pl.Int64),
        rank_low=1 + (pl.col(f"{low}_other") > pl.col(high)).sum().cast(pl.Int64),
        rank_high=pl.len().cast(pl.Int64) - (pl.col(f"{high}_other") < pl.col(low)).sum().cast(pl.Int64),
    )
    return rows.join(ranks, on=place, how="left", maintain_order="left").drop(place)
