"""A large text read piece by piece, so that memory does not grow with the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.deposit.reader.block import read_block
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.read import Above, assemble, body_start, lay_out, read_text
from pipeline.deposit.reader.text import BOM, LF, count_bytes, is_clean
from pipeline.deposit.table import Table

CHUNK_BYTES = 1 << 26
_TOP_BYTES = 1 << 22
_QUIET = 3  # in the middle of so many plain lines nothing before depends on anything after
_LOOK_BACK = 1 << 17  # bytes in which such a place is looked for


def read_chunks(
    path: Path,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    warn_extra: bool = True,
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[Table]:
    """Read a delimited text in parts whose rows, problems, rejected lines and counts add up to those of the whole.

    What is said of the header stands in the first part; see read_table for the rest. A file that needs a repair as a
    whole (old encoding, lone CR, NUL), or has no header, comes as one part. Columns without a name are kept in every
    part, even where empty, as a later one may fill them. Memory: about ten times `chunk_bytes`.
    """
    begun = _begin(path, columns, aliases, warn_extra) if _is_clean(path, chunk_bytes) else None
    if begun is None:
        yield read_text(path.read_bytes(), columns, aliases, warn_extra=warn_extra)
        return
    start, encoding, layout, above = begun
    line, is_foreign, rest = layout.first_line, False, b""
    with path.open("rb") as file:
        file.seek(start)
        while True:
            read = file.read(chunk_bytes)
            is_last = len(read) < chunk_bytes
            cut = len(read) if is_last else _quiet_place(read, layout)
            if not cut and not is_last:
                rest += read
                continue
            data, rest = b"".join((rest, memoryview(read)[:cut])), read[cut:]
            block = read_block(data, line, layout, is_foreign=is_foreign, is_last=is_last)
            yield assemble(layout, above, block, encoding, [], is_whole=is_last and line == layout.first_line)
            if is_last:
                return
            line += count_bytes(data, LF)
            is_foreign, above, layout = block.is_foreign, Above(), replace(layout, problems=())


def _is_clean(path: Path, step: int) -> bool:
    """Whether no part of the file needs a repair that looks at the whole; parts are cut at line ends."""
    rest = b""
    with path.open("rb") as file:
        while read := file.read(step):
            at = read.rfind(b"\n") + 1
            if not is_clean((rest + read[:at]).removeprefix(BOM)):
                return False
            rest = read[at:] if at else rest + read
    return is_clean(rest)


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
        text = lines.text(at)
        is_plain = (
            layout.quote not in text
            and text.count(layout.separator) == layout.width - 1
            and any(text.split(layout.separator))
        )
        quiet = quiet + 1 if is_plain else 0
        if quiet == _QUIET:
            return begin + lines.start(at + 1)
    return 0
