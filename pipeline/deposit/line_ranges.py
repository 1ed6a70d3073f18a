"""Frames that tell of lines, some lines at a time, so that memory does not grow with how many are told of."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import polars as pl

LINES_AT_ONCE = 1 << 18
Cut = Callable[[pl.DataFrame], pl.DataFrame]


def line_ranges(*lines: pl.Series) -> Iterator[Cut]:
    """For each range of LINES_AT_ONCE of these lines, in order, what cuts it out of a frame that has `line`.

    There is one range at least; of several the first and the last are open, so that no line is left out. Rows without a
    line are in none.
    """
    if sum(map(len, lines)) <= LINES_AT_ONCE:
        yield _with_lines
        return
    begins = pl.concat(lines).sort().gather_every(LINES_AT_ONCE).unique(maintain_order=True)[1:]
    for begin, end in pairwise([None, *begins, None]):
        from_begin = pl.lit(True) if begin is None else pl.col("line") >= begin
        up_to_end = pl.col("line").is_not_null() if end is None else pl.col("line") < end
        yield partial(_filtered, within=from_begin & up_to_end)


def _with_lines(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop_nulls("line") if frame["line"].null_count() else frame


def _filtered(frame: pl.DataFrame, within: pl.Expr) -> pl.DataFrame:
    return frame.filter(within)
