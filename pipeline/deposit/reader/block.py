"""A run of whole lines to rows: what is surely plain, or surely refused, at once, every other line judged by itself.

The vectorised parts decide only what is certain, and say of it what `judge` would. Everything else is said by `judge`
itself, so both ways agree: `careful=True` sends every line there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from pipeline.deposit.reader.cells import INVISIBLE, Cells, split
from pipeline.deposit.reader.judge import judge
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.plain import plain_rows
from pipeline.deposit.reader.refusals import REFUSALS, refusals
from pipeline.deposit.reader.settle import Block, Judged, form, numbered, settle
from pipeline.deposit.reader.shift import is_shifted

LONGEST = 2000  # lines that one quoted cell may take
_TRIES = 64  # quotes that are followed to find the end of a quoted cell


@dataclass(frozen=True, slots=True)
class Found:
    """Lines as the engine sees them. plain: the rows among them, None where it sees none; refused: lines that are
    surely refused (schema REFUSALS); odd: all other lines."""

    lines: Lines
    first: int
    plain: pl.DataFrame | None
    refused: pl.DataFrame
    odd: np.ndarray


def find_plain(lines: Lines, first: int, layout: Layout, *, careful: bool = False) -> Found:
    """The plain rows of whole lines, and the lines surely refused, by the engine alone, so that other threads
    can work meanwhile.

    first: physical line of the first of them. careful: let every line be judged by itself.
    """
    found = None if careful or layout.is_shifted else plain_rows(lines, first, layout)
    if found is None:
        return Found(lines, first, None, REFUSALS.to_frame(), np.arange(len(lines)))
    plain, odd = found
    refused = refusals(lines, odd, first, layout)
    is_left = np.ones(len(odd), bool)
    is_left[np.searchsorted(odd, refused["line"].to_numpy())] = False
    return Found(lines, first, plain, refused, odd[is_left])


def read_block(found: Found, layout: Layout, *, is_foreign: bool = False, is_last: bool = True) -> Block:
    """Judge what is not plain, and put all together.

    is_foreign: the lines stand below the header of another table, until the layout's own header comes again.
    is_last: nothing comes below, so that its end is the end of the file.
    """
    plain, first = found.plain, found.first
    is_all_plain = not len(found.odd) and found.refused.is_empty() and not is_foreign and not layout.twins
    if plain is not None and is_all_plain and not is_shifted(plain, layout.names):
        return Block(numbered(plain, first))
    judged = list(_records(found.lines, found.odd, first, layout))
    return settle(
        judged, plain, found.lines.text, first, layout, refused=found.refused, is_foreign=is_foreign, is_last=is_last
    )


def _records(lines: Lines, odd: np.ndarray, first: int, layout: Layout) -> Iterator[Judged]:
    """The lines that are not surely plain, each with the lines that its quotes take in, judged."""
    free = 0
    for at, text in zip(odd.tolist(), lines.texts(odd), strict=True):
        if at < free:
            continue
        stop = at + 1
        cells = split(text, layout.separator, layout.quote)
        if cells.quoting == "open":
            cells, stop = closed(lines, at, layout)
            text = lines.text(at, stop) if stop > at + 1 else text
        yield Judged(at, stop, judge(cells, first + at, layout), text)
        free = stop


def closed(lines: Lines, at: int, layout: Layout) -> tuple[Cells, int]:
    """The record of a line that ends inside a quoted cell: its cells, and the line after it.

    The cell may truly go over several lines, or its quote may be a slip and the next quote another one. Where both the
    first and the last line would be rows by themselves, their quotes taken as letters, nobody knows: the record is then
    this line alone, its quote left open, and each line below is judged by itself.
    """
    line = lines.text(at)
    text = line
    may_close = (*INVISIBLE, layout.separator, layout.quote, "")  # what may stand behind a quote inside a quoted cell
    for place, other in islice(lines.holding_below(at, layout.quote.encode()), _TRIES):
        # Lines without a quote inside a quoted cell change nothing of how it is cut.
        if other.partition(layout.quote)[2][:1] not in may_close or (last := lines.number(place)) - at > LONGEST:
            break
        text = f"{text}\n{other}"
        cells = split(text, layout.separator, layout.quote, most=layout.width)
        if cells.quoting == "open":
            continue
        if cells.quoting != "right" or len(cells.values) != layout.width or _are_rows(line, other, layout):
            break
        return split(lines.text(at, last + 1), layout.separator, layout.quote), last + 1
    return Cells(line.split(layout.separator), "open"), at + 1


def _are_rows(one: str, other: str, layout: Layout) -> bool:
    """Whether two lines could be rows, their quotes taken as letters: each has the right number of cells, or more
    (where a cell holds separators) and a first cell of the same form."""
    cells = one.split(layout.separator), other.split(layout.separator)
    if min(len(cells[0]), len(cells[1])) < layout.width:
        return False
    return len(cells[0]) == len(cells[1]) == layout.width or form(cells[0][0]) == form(cells[1][0])
