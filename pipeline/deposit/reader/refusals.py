"""Lines that are surely refused, for a reason that is seen in all of them at once: too few cells, too many, or a quote
that is never closed.

What is said of them is what `judge` says; a line of which that is not certain is left to it.
"""

import re

import numpy as np
import polars as pl

from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.reader.cells import INVISIBLE
from pipeline.deposit.reader.judge import MEND, is_suspect
from pipeline.deposit.reader.layout import SEPARATORS, Layout
from pipeline.deposit.reader.lines import Lines

# One refused line a row. line: counted from 0; beginning: the first cell of a short line, null of others.
REFUSALS = pl.Schema(
    {
        "line": pl.UInt32,
        "text": pl.String,
        "key": pl.String,
        "value": pl.String,
        "expected": pl.String,
        "beginning": pl.String,
    }
)


def refusals(lines: Lines, odd: np.ndarray, first: int, layout: Layout) -> pl.DataFrame:
    """Which of the odd lines are surely refused, schema REFUSALS, in order. first: physical line of line 0."""
    odd = odd[odd + first != layout.first_line]
    if layout.width == 1 or not layout.separator or not len(odd):
        return REFUSALS.to_frame()
    frame = pl.DataFrame(
        {"line": odd, "text": lines.texts(odd)}, schema={"line": REFUSALS["line"], "text": REFUSALS["text"]}
    )
    cells = pl.col("text").str.splitn(layout.separator, 2).struct.field("field_0").alias("beginning")
    quotes = pl.col("text").str.count_matches(layout.quote, literal=True)
    frame = frame.with_columns(cells, quotes.alias("quotes"))
    ragged = _ragged(frame.filter(pl.col("quotes") == 0), layout)
    unclosed = _unclosed(frame.filter(pl.col("quotes") == 1), lines, layout)
    return pl.concat([ragged, unclosed]).sort("line")


def problems_of(refused: pl.DataFrame) -> pl.DataFrame:
    """What is said of refused lines, schema PROBLEMS."""
    return refused.select(
        "line",
        pl.lit(None, pl.String).alias("column"),
        "key",
        pl.lit("error").alias("severity"),
        "value",
        "expected",
        pl.lit(MEND).alias("fix"),
        pl.lit(None, pl.String).alias("sheet"),
    ).select(PROBLEMS.names())


def _ragged(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Lines without quotes that have another number of cells, and no other separator that might cut them."""
    text, found = pl.col("text"), pl.col("found")
    others = [sign for sign in SEPARATORS if sign != layout.separator]
    frame = frame.with_columns(
        (text.str.count_matches(layout.separator, literal=True) + 1).alias("found"),
        pl.col("beginning").str.strip_chars(INVISIBLE),
    ).filter(
        ~pl.any_horizontal(text.str.contains(sign, literal=True) for sign in others),
        found > 1,  # else it may be a piece of a neighbour
        found != layout.width,
    )
    is_short = found < layout.width
    return _ordinary(frame, layout).select(
        "line",
        "text",
        pl.when(is_short).then(pl.lit("missing-cell-error")).otherwise(pl.lit("extra-cell-error")).alias("key"),
        found.cast(pl.String).alias("value"),
        pl.lit(str(layout.width)).alias("expected"),
        pl.when(is_short).then("beginning").alias("beginning"),
    )


def _unclosed(frame: pl.DataFrame, lines: Lines, layout: Layout) -> pl.DataFrame:
    """Lines whose only quote opens a cell, where the next quote below cannot close it."""
    quote, separator = re.escape(layout.quote), re.escape(layout.separator)
    blank = "[" + "".join(re.escape(sign) for sign in INVISIBLE if sign != layout.separator) + "]"
    cell = pl.col("text").str.extract(f"(?:^|{separator})({blank}*{quote}[^{separator}]*)").alias("value")
    frame = _ordinary(frame.with_columns(cell).filter(pl.col("value").is_not_null()), layout)
    closing = {*INVISIBLE, layout.separator, layout.quote}
    below = [lines.start(at + 1) for at in frame["line"]]
    is_alone = [_is_never_closed(lines.data, begin, layout.quote.encode(), closing) for begin in below]
    return frame.filter(pl.Series(is_alone, dtype=pl.Boolean)).select(
        "line",
        "text",
        pl.lit("quote-error").alias("key"),
        "value",
        pl.lit(None, pl.String).alias("expected"),
        pl.lit(None, pl.String).alias("beginning"),
    )


def _is_never_closed(data: bytes, begin: int, quote: bytes, closing: set[str]) -> bool:
    """Whether the first quote from a byte on surely ends no quoted cell, for a letter or figure follows it."""
    found = data.find(quote, begin)
    follows = data[found + 1 : found + 2]
    return found < 0 or (follows != b"" and follows.isascii() and follows.decode() not in closing)


def _ordinary(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Without the lines that may be a header, a total or a note."""
    if layout.has_figures:  # a line without any may be the header of another table
        frame = frame.filter(pl.col("text").str.contains("[0-9]"))
    suspects = [text for text in frame["beginning"].unique() if not text or is_suspect(text, layout)]
    return frame.filter(~pl.col("beginning").is_in(suspects)) if suspects else frame
