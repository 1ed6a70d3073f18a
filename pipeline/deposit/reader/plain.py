"""The lines that are surely plain rows, cut by the engine at once; the numbers of all others.

A line is surely plain when it has exactly the cells that the layout says, no quote but around whole cells, no sign of
damaged letters, and a first filled cell that is no header, total or note.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pacsv

from pipeline.deposit.reader.accents import SIGNS
from pipeline.deposit.reader.cells import INVISIBLE
from pipeline.deposit.reader.judge import is_header_word, is_suspect
from pipeline.deposit.reader.layout import SEPARATORS, Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.quotes import Buffer, with_regular_quotes

_BLOCK = 1 << 26
# Of texts between these sizes several blocks are cut at once; larger ones are parts of files, as are others meanwhile.
SHARED_BLOCK, SHARED_UP_TO = 1 << 20, 1 << 24
# Invisible characters that white space tests on bytes would miss.
_HIDDEN = tuple(letter.encode() for letter in "\ufeff\u200b")
# Texts that begin with a figure and hold no letter are values: neither header, total nor note.
_MAYBE_WORDS = r"\p{L}|^[^0-9]"


def plain_rows(text: Lines, first: int, layout: Layout) -> tuple[pl.DataFrame, np.ndarray] | None:
    """The plain rows (Categorical by the layout's names, `line` UInt32 counted from 0) and the other lines, in order.

    first: physical line of the first. None where the engine cannot cut these lines at all.
    """
    regular, irregular, has_quotes = with_regular_quotes(text, layout)
    cut = _cut(regular, layout, has_quotes=has_quotes)
    if cut is None:
        return None
    table, dictionaries, ragged = cut
    is_plain = np.ones(table.height + len(ragged), bool)
    is_plain[ragged] = False
    lines = np.arange(len(is_plain), dtype=np.uint32)
    lines = lines[is_plain] if len(ragged) else lines
    doubtful = [pl.Series(words) for column in dictionaries for words in column if _may_have_blank_ends(words)]
    if any((words != words.str.strip_chars(INVISIBLE)).any() for words in doubtful):
        table = table.with_columns(pl.all().cast(pl.String).str.strip_chars(INVISIBLE).cast(pl.Categorical()))
    beginnings = pl.concat([pl.Series([], dtype=pl.String), *map(pl.Series, dictionaries[0])])
    letters = b"\n".join(words.buffers()[2] or b"" for column in dictionaries for words in column)
    is_plain[irregular] = False
    is_plain[_lines_with_signs(text, letters, layout)] = False
    is_odd = table.select(
        _is_odd(table, beginnings, layout, has_apostrophe=b"'" in letters)
        | _has_header_word(table, dictionaries, layout)
    ).to_series()
    if is_odd.any():
        is_plain[lines[is_odd.to_numpy()]] = False
    if layout.has_words_below and first == layout.first_line:
        is_plain[0] = False
    kept = dict(zip(table.columns[layout.lead :], layout.names, strict=True))
    rows = table.select(pl.col(cell).alias(name) for cell, name in kept.items())
    rows = rows.with_columns(pl.Series("line", lines))
    odd = np.flatnonzero(~is_plain)
    return (rows.filter(pl.Series(is_plain[lines])) if len(odd) else rows), odd


def _may_have_blank_ends(words: pa.Array) -> bool:
    """Whether some text may have white space around it: a byte at one of its ends is blank, or not ASCII."""
    _, offsets, letters = words.buffers()
    if letters is None or not letters.size:
        return False
    places = np.frombuffer(offsets, np.int32)[words.offset : words.offset + len(words) + 1]
    is_filled = places[1:] > places[:-1]
    ends = np.frombuffer(letters, np.uint8)[np.concatenate([places[:-1][is_filled], places[1:][is_filled] - 1])]
    return bool(((ends <= ord(" ")) | (ends >= 128)).any())


def _cut(
    data: Buffer, layout: Layout, *, has_quotes: bool
) -> tuple[pl.DataFrame, list[list[pa.Array]], np.ndarray] | None:
    """Every line cut into its cells, the texts of each column, and the lines with another number of cells.

    has_quotes: quotes stand around whole cells, and separators inside them count for nothing; else they are letters.
    """
    ragged: list[int] = []

    def skip(row: Any) -> str:
        ragged.append(row.number - 1)
        return "skip"

    table = None
    if SHARED_BLOCK < len(data) <= SHARED_UP_TO:
        with suppress(pa.ArrowInvalid):  # threads do not number the lines: where one is ragged, all is cut again
            table = _cut_by_engine(data, layout, has_quotes, lambda row: "error", SHARED_BLOCK)
    if table is None:
        try:
            table = _cut_by_engine(data, layout, has_quotes, skip)
        except pa.ArrowInvalid:  # no line at all, or one longer than a block
            return None
    texts = [[chunk.dictionary for chunk in column.chunks] for column in table.columns]
    return pl.DataFrame(table), texts, np.array(ragged, np.int64)


def _cut_by_engine(
    data: Buffer, layout: Layout, has_quotes: bool, ragged: Callable[[Any], str], shared_block: int | None = None
) -> pa.Table:
    """ragged: what to do with a line of another number of cells. shared_block: bytes that each of several threads cuts
    at a time, None for one thread."""
    names = [f"cell {place}" for place in range(layout.width)]
    return pacsv.read_csv(
        pa.BufferReader(data),
        # The engine's own allocator makes ready far more than a small text needs, which takes longer than to cut it.
        memory_pool=pa.system_memory_pool() if shared_block else None,
        read_options=pacsv.ReadOptions(
            column_names=names, use_threads=shared_block is not None, block_size=shared_block or _BLOCK
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=layout.separator,
            quote_char=layout.quote if has_quotes else False,
            double_quote=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
            invalid_row_handler=ragged,
        ),
        # As numbers of the distinct texts of each block: these repeat themselves.
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


def _lines_with_signs(text: Lines, letters: bytes, layout: Layout) -> np.ndarray:
    """The lines with another separator, or bytes that damaged letters leave. letters: those of all cells."""
    others = (other.encode() for other in SEPARATORS if other not in (layout.separator, ","))
    wanted = (*others, *SIGNS, *_HIDDEN)
    is_ascii = letters.isascii()
    signs = [sign for sign in wanted if (sign.isascii() or not is_ascii) and sign in letters]
    if not signs:
        return np.array([], np.int64)
    return np.unique(np.concatenate([np.array(text.holding(sign), np.int64) for sign in signs]))


def _has_header_word(table: pl.DataFrame, dictionaries: list[list[pa.Array]], layout: Layout) -> pl.Expr:
    """Whether a cell is the word of a header: the line may be the header of another table."""
    odd = pl.lit(False)
    if not layout.has_figures:
        return odd
    for name, texts in zip(table.columns, dictionaries, strict=True):
        worded = {word for part in texts if _has_letters(part) for word in _without_figures(pl.Series(part))}
        if found := [word for word in worded if is_header_word(word.strip(INVISIBLE), layout)]:
            odd |= pl.col(name).is_in([*found, *(word.strip(INVISIBLE) for word in found)]).fill_null(False)
    return odd


def _has_letters(words: pa.Array) -> bool:
    letters = words.buffers()[2]
    return letters is not None and bool((np.frombuffer(letters, np.uint8) >= ord("A")).any())


def _without_figures(words: pl.Series) -> pl.Series:
    return words.filter(~words.str.contains("[0-9]"))


def _is_odd(table: pl.DataFrame, beginnings: pl.Series, layout: Layout, *, has_apostrophe: bool) -> pl.Expr:
    """Whether a line of the right width may be something else than a row. beginnings: the texts of the first column."""
    names = table.columns
    first, words = pl.col(names[0]), beginnings.str.strip_chars(INVISIBLE).unique()
    if (words == "").any():
        first = pl.coalesce(pl.when(pl.col(name) != "").then(pl.col(name)) for name in names)
        words = table.select(first.unique().cast(pl.String).alias("word")).to_series().drop_nulls()
    if not layout.meant or any(letter.isalpha() for letter in layout.meant[0]):
        words = words.filter(words.str.contains(_MAYBE_WORDS))  # else a figure may be the header again
    suspects = [word for word in words if is_suspect(word, layout)]
    odd = first.is_null()
    if suspects:
        odd |= first.is_in(suspects)
    for place in layout.empty:
        odd |= pl.col(names[place]) != ""
    if layout.is_numbered:
        odd |= ~pl.col(names[0]).cast(pl.String).str.contains("^[0-9]+$")
    if has_apostrophe:
        odd |= pl.any_horizontal(pl.all().cat.starts_with("'") & pl.all().cat.ends_with("'"))
    return odd.fill_null(True)
