"""The lines that are surely plain rows, cut by the engine at once; the numbers of all others.

A line is surely plain when it has exactly the cells that the layout says, no quote, no sign of damaged letters, and a
first filled cell that is no header, total or note. Quotes play no part here: they make a line not plain.
"""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from pipeline.deposit.reader.accents import SIGNS
from pipeline.deposit.reader.cells import INVISIBLE
from pipeline.deposit.reader.judge import is_suspect
from pipeline.deposit.reader.layout import SEPARATORS, Layout
from pipeline.deposit.reader.lines import Lines

_BLOCK = 1 << 22
_STEP = 1 << 20
# Invisible characters that white space tests on bytes would miss.
_HIDDEN = tuple(letter.encode() for letter in "\ufeff\u200b")
_WIDE_BLANKS = tuple(letter.encode() for letter in "\u00a0\u2007\u202f")
# Texts that begin with a figure and hold no letter are values: neither header, total nor note.
_MAYBE_WORDS = r"\p{L}|^[^0-9]"


def plain_rows(data: bytes, first: int, layout: Layout) -> tuple[pl.DataFrame, np.ndarray] | None:
    """The plain rows (text columns by the layout's names, `line` UInt32 counted from 0) and the other lines, in order.

    first: physical line of the first. None where the engine cannot cut these lines at all.
    """
    cut = _cut(data, layout)
    if cut is None:
        return None
    table, ragged = cut
    lines = np.arange(table.height + len(ragged), dtype=np.uint32)
    if len(ragged):
        lines = np.delete(lines, ragged)
    if _may_have_blanks(data, layout.separator):
        table = table.with_columns(pl.all().str.strip_chars(INVISIBLE))
    odd = np.union1d(ragged, _lines_with_signs(data, layout))
    is_odd = table.select(_is_odd(table, layout, has_apostrophe=b"'" in data)).to_series()
    if is_odd.any():
        odd = np.union1d(odd, lines[is_odd.to_numpy()])
    if layout.has_words_below and first == layout.first_line:
        odd = np.union1d(odd, [0])
    kept = dict(zip(table.columns[layout.lead :], layout.names, strict=True))
    rows = table.select(pl.col(cell).alias(name) for cell, name in kept.items())
    rows = rows.with_columns(pl.Series("line", lines))
    if len(odd):
        is_plain = np.isin(lines, odd, invert=True, kind="table")
        rows = rows.filter(pl.Series(is_plain))
    return rows, odd.astype(np.int64)


def _cut(data: bytes, layout: Layout) -> tuple[pl.DataFrame, np.ndarray] | None:
    """Every line cut at every separator, and the lines with another number of cells."""
    try:
        table, ragged = _parsed(data, layout, threads=True)
        if ragged:  # the numbers of lines are only known to one thread
            table, ragged = _parsed(data, layout, threads=False)
    except pa.ArrowInvalid:  # no line at all, or one longer than a block
        return None
    frame = pl.from_arrow(table, rechunk=False)
    return (frame, np.array(ragged, np.int64) - 1) if isinstance(frame, pl.DataFrame) else None


def _parsed(data: bytes, layout: Layout, *, threads: bool) -> tuple[pa.Table, list[int]]:
    """The lines with the right number of cells, as text, and the numbers of the others (0 if several threads read)."""
    ragged: list[int] = []

    def skip(row: Any) -> str:
        ragged.append(row.number or 0)
        return "skip"

    names = [f"cell {place}" for place in range(layout.width)]
    table = pacsv.read_csv(
        pa.BufferReader(data),
        read_options=pacsv.ReadOptions(column_names=names, use_threads=threads, block_size=_BLOCK),
        parse_options=pacsv.ParseOptions(
            delimiter=layout.separator,
            quote_char=False,
            double_quote=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return table, ragged


def _lines_with_signs(data: bytes, layout: Layout) -> np.ndarray:
    """The lines with a quote, another separator, or bytes that damaged letters leave."""
    others = (other.encode() for other in SEPARATORS if other not in (layout.separator, ","))
    wanted = (layout.quote.encode(), *others, *SIGNS, *_HIDDEN)
    is_ascii = data.isascii()
    signs = [sign for sign in wanted if (sign.isascii() or not is_ascii) and sign in data]
    if not signs:
        return np.array([], np.int64)
    lines = Lines(data)
    return np.unique(np.concatenate([np.array(lines.holding(sign), np.int64) for sign in signs]))


def _may_have_blanks(data: bytes, separator: str) -> bool:
    """Whether a cell may begin or end with white space."""
    if not data.isascii() and any(blank in data for blank in _WIDE_BLANKS):
        return True
    whole = np.frombuffer(data, np.uint8)
    is_edge = np.zeros(256, bool)
    is_edge[[ord(separator), 10, 13]] = True
    for begin in range(0, len(whole), _STEP):
        step = whole[begin : begin + _STEP]
        is_blank = (step == 32) if separator == "\t" else (step == 32) | (step == 9)
        at = np.flatnonzero(is_blank) + begin
        at_end = at[(at == 0) | (at == len(whole) - 1)]
        if len(at_end) or is_edge[whole[at - 1]].any() or is_edge[whole[at + 1]].any():
            return True
    return False


def _is_odd(table: pl.DataFrame, layout: Layout, *, has_apostrophe: bool) -> pl.Expr:
    """Whether a line of the right width may be something else than a row."""
    names = table.columns
    first = pl.col(names[0])
    if table.select((first == "").any()).item():
        first = pl.coalesce(pl.when(pl.col(name) != "").then(pl.col(name)) for name in names)
    words = table.select(first.unique().alias("word")).to_series().drop_nulls()
    words = words.filter(words.str.contains(_MAYBE_WORDS))
    suspects = [word for word in words if is_suspect(word, layout)]
    odd = first.is_null()
    if suspects:
        odd |= first.is_in(suspects)
    for place in layout.empty:
        odd |= pl.col(names[place]) != ""
    if layout.is_numbered:
        odd |= ~pl.col(names[0]).str.contains("^[0-9]+$")
    if has_apostrophe:
        odd |= pl.any_horizontal(pl.all().str.starts_with("'") & pl.all().str.ends_with("'"))
    return odd.fill_null(True)
