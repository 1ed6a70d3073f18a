"""A large text read piece by piece, so that memory does not grow with the file."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline.deposit.reader.block import LONGEST, read_block
from pipeline.deposit.reader.cells import split
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.read import Above, assemble, body_start, lay_out, read_text
from pipeline.deposit.reader.settle import Block
from pipeline.deposit.reader.text import BOM, LF, count_bytes, is_clean
from pipeline.deposit.table import Table

CHUNK_BYTES = 1 << 26
_TOP_BYTES = 1 << 22
_AT_ONCE = 2  # parts that are read at the same time
_QUIET = 3  # in the middle of so many plain lines nothing before depends on anything after
_LOOK_BACK = 1 << 17  # bytes in which such a place is looked for


@dataclass(frozen=True, slots=True)
class _Part:
    """Whole lines of a text. first: physical line of the first; is_last: nothing comes below."""

    data: bytes
    first: int
    is_last: bool


def read_chunks(
    path: Path,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    warn_extra: bool = True,
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[Table]:
    """Read a delimited text in parts whose rows, problems, rejected lines and counts add up to those of the whole.

    What is said of the header stands in the first part; see read_table for the rest, but that text columns are
    Categorical. A file that needs a repair as a whole (old encoding, lone CR, NUL), or has no header, comes as one
    part. Columns without a name are kept in every part, even where empty, as a later one may fill them.
    Memory: about ten times `chunk_bytes` for each of the parts that are read at once.
    """
    begun = _begin(path, columns, aliases, warn_extra) if _is_clean(path, chunk_bytes) else None
    if begun is None:
        whole = read_text(path.read_bytes(), columns, aliases, warn_extra=warn_extra)
        yield replace(whole, rows=whole.rows.cast({pl.String: pl.Categorical()}))
        return
    start, encoding, layout, above = begun
    for part, block in _read_parts(_parts(path, start, layout, chunk_bytes), layout):
        is_whole = part.is_last and part.first == layout.first_line
        yield assemble(layout, above, block, encoding, [], is_whole=is_whole, is_coded=True)
        above, layout = Above(), replace(layout, problems=())


def _parts(path: Path, start: int, layout: Layout, chunk_bytes: int) -> Iterator[_Part]:
    """The data below the header, cut where nothing before depends on anything after."""
    first, rest = layout.first_line, b""
    with path.open("rb") as file:
        file.seek(start)
        is_last = False
        while not is_last:
            read = file.read(chunk_bytes)
            is_last = len(read) < chunk_bytes
            cut = len(read) if is_last else _quiet_place(read, layout)
            data, rest = b"".join((rest, memoryview(read)[:cut])), read[cut:] if cut else rest + read
            if cut or is_last:
                yield _Part(data, first, is_last)
                first += count_bytes(data, LF)


def _read_parts(parts: Iterable[_Part], layout: Layout) -> Iterator[tuple[_Part, Block]]:
    """Every part read, in order, several at once. Below the header of another table they are read again as such."""
    is_foreign = False
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        waiting: deque[tuple[_Part, Future[Block]]] = deque()

        def next_read() -> tuple[_Part, Block]:
            part, reading = waiting.popleft()
            if not is_foreign:
                return part, reading.result()
            return part, read_block(part.data, part.first, layout, is_foreign=True, is_last=part.is_last)

        for part in parts:
            waiting.append((part, readers.submit(read_block, part.data, part.first, layout, is_last=part.is_last)))
            while waiting and (part.is_last or len(waiting) > _AT_ONCE):
                done, block = next_read()
                is_foreign = block.is_foreign
                yield done, block


def _is_clean(path: Path, step: int) -> bool:
    """Whether no part of the file needs a repair that looks at the whole; parts are cut at line ends."""
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        looks: deque[Future[bool]] = deque()
        for lines in _whole_lines(path, step):
            looks.append(readers.submit(is_clean, lines.removeprefix(BOM)))
            if len(looks) > _AT_ONCE and not looks.popleft().result():
                return False
        return all(look.result() for look in looks)


def _whole_lines(path: Path, step: int) -> Iterator[bytes]:
    """The file in pieces that end where a line does."""
    rest = b""
    with path.open("rb") as file:
        while read := file.read(step):
            at = read.rfind(b"\n") + 1
            if at:
                yield rest + read[:at]
            rest = read[at:] if at else rest + read
    yield rest


def _begin(
    path: Path, columns: Sequence[str], aliases: Mapping[str, Sequence[str]] | None, warn_extra: bool
) -> tuple[int, str, Layout, Above] | None:
    """Where the data begins (byte), the encoding, the layout, and what stands above; None without a header."""
    with path.open("rb") as file:
        top = file.read(_TOP_BYTES)
    if len(top) == _TOP_BYTES:
        top = top[: top.rfind(b"\n") + 1]
    mark = len(BOM) if top.startswith(BOM) else 0
    laid = lay_out(top[mark:], columns, aliases, "expected", None, warn_extra) if top.strip() else None
    if laid is None or laid[0].is_shifted:
        return None
    return mark + body_start(top[mark:], laid[0]), "utf-8-sig" if mark else "utf-8", *laid


def _quiet_place(data: bytes, layout: Layout) -> int:
    """The byte after which a new part may begin: the line before and those after are plain. 0 where there is none."""
    end = data.rfind(b"\n") + 1
    begin = data.find(b"\n", max(0, end - _LOOK_BACK)) + 1  # the first line may be cut, and is left out
    lines = Lines(data[begin:end])
    quiet = 0
    for at in range(len(lines) - 1, -1, -1):
        cells = split(lines.text(at), layout.separator, layout.quote)
        is_plain = cells.quoting == "right" and len(cells.values) == layout.width and any(cells.values)
        quiet = quiet + 1 if is_plain else 0
        if quiet >= _QUIET and not _is_inside_quotes(lines, at + 1, layout):
            return begin + lines.start(at + 1)
    return 0


def _is_inside_quotes(lines: Lines, at: int, layout: Layout) -> bool:
    """Whether a line above that leaves a quote open may take this one in."""
    above, quote = at, layout.quote
    while (above := lines.last_holding(quote.encode(), above)) >= max(0, at - LONGEST):
        text = lines.text(above)
        if split(text, layout.separator, quote).quoting == "open":
            return True
        if split(quote + text, layout.separator, quote).quoting != "open":
            return False  # whatever is open above it ends here
    return False
