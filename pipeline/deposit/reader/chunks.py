"""A large text read piece by piece, so that memory does not grow with the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline.deposit.at_once import at_once
from pipeline.deposit.reader.block import Found, find_plain, read_block
from pipeline.deposit.reader.cuts import cuts
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.read import Above, assemble, body_start, lay_out, read_text
from pipeline.deposit.reader.settle import Block
from pipeline.deposit.reader.text import BOM, clean_lines
from pipeline.deposit.table import Table

CHUNK_BYTES = 1 << 26
_TOP_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class _Part:
    """Whole lines of a text. lines: how many; first: physical line of the first; is_last: nothing comes below."""

    data: bytes
    lines: int
    is_last: bool
    first: int = 0


class _UncleanError(Exception):
    """The text needs a repair that looks at the whole."""


def read_chunks(
    path: Path,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    warn_extra: bool = True,
    chunk_bytes: int = CHUNK_BYTES,
) -> list[Table]:
    """Read a delimited text in parts whose rows, problems, rejected lines and counts add up to those of the whole.

    The usual form of a column, by which pieces of a broken line are known, and a shift of all columns are looked for in
    each part by itself: parts should be long.
    What is said of the header stands in the first part; see read_table for the rest, but that text columns are
    Categorical. A file that needs a repair as a whole (old encoding, lone CR, NUL), or has no header, comes as one
    part. Columns without a name are kept in every part, even where empty, as a later one may fill them.
    Memory: about ten times `chunk_bytes` for each of the parts that are read at once, and the rows.
    """
    try:
        start, encoding, layout, above = _begin(path, columns, aliases, warn_extra)
        tables: list[Table] = []
        for part, block in _read_parts(_parts(path, start, layout, chunk_bytes), layout):
            is_whole = part.is_last and not tables
            tables.append(assemble(layout, above, block, encoding, [], is_whole=is_whole, is_coded=True))
            above, layout = Above(), replace(layout, problems=())
        return tables
    except _UncleanError:
        whole = read_text(path.read_bytes(), columns, aliases, warn_extra=warn_extra, is_coded=True)
        return [replace(whole, rows=whole.rows.cast({pl.String: pl.Categorical()}))]


def _parts(path: Path, start: int, layout: Layout, chunk_bytes: int) -> Iterator[_Part]:
    """The data below the header, cut where nothing before depends on anything after. Raises _UncleanError."""

    def load(cut: tuple[int, int]) -> _Part:
        begin, end = cut
        with path.open("rb") as file:
            file.seek(begin)
            data = file.read(end - begin)
        if (lines := clean_lines(data)) is None:
            raise _UncleanError
        return _Part(data, lines, is_last=end == size)

    size, first = path.stat().st_size, layout.first_line
    for part in at_once(load, cuts(path, start, size, layout, chunk_bytes)):
        yield replace(part, first=first)
        first += part.lines


def _read_parts(parts: Iterable[_Part], layout: Layout) -> Iterator[tuple[_Part, Block]]:
    """Every part read, in order. While the lines of one are judged, others look for their plain rows."""

    def find(part: _Part) -> tuple[_Part, Found]:
        return part, find_plain(Lines(part.data), part.first, layout)

    is_foreign = False
    for part, found in at_once(find, parts):
        block = read_block(found, layout, is_foreign=is_foreign, is_last=part.is_last)
        is_foreign = block.is_foreign
        yield part, block


def _begin(
    path: Path, columns: Sequence[str], aliases: Mapping[str, Sequence[str]] | None, warn_extra: bool
) -> tuple[int, str, Layout, Above]:
    """Where the data begins (byte), the encoding, the layout, and what stands above. Raises _UncleanError, also where
    no header is found."""
    with path.open("rb") as file:
        top = file.read(_TOP_BYTES)
    if len(top) == _TOP_BYTES:
        top = top[: top.rfind(b"\n") + 1]
    mark = len(BOM) if top.startswith(BOM) else 0
    is_readable = top.strip() and clean_lines(top[mark:]) is not None
    laid = lay_out(top[mark:], columns, aliases, "expected", None, warn_extra) if is_readable else None
    if laid is None or laid[0].is_shifted:
        raise _UncleanError
    return mark + body_start(top[mark:], laid[0]), "utf-8-sig" if mark else "utf-8", *laid
