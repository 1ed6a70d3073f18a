"""A large text: read part by part, its cells kept as numbers of the texts that occur, so that it fits in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import polars as pl

from pipeline.deposit.agenda.kinds import kind_of
from pipeline.deposit.formats import Format, Shaped, apply_format
from pipeline.deposit.reader import View, read_chunks
from pipeline.deposit.table import LineCounts, Table
from pipeline.deposit.workbook import is_workbook

# Texts above this are read in parts: the larger these, the fewer times a text is met that other parts hold too.
LARGE_BYTES, PART_BYTES = 1 << 24, 1 << 25
_TOP_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent. top: all of its bytes, of a large text only the first, in which its layout is seen."""

    path: Path
    top: bytes
    is_large: bool

    @classmethod
    def at(cls, path: Path, whole: bytes | None = None) -> "SentFile":
        """whole: its bytes, where they were read before."""
        if path.stat().st_size <= LARGE_BYTES:
            return cls(path, path.read_bytes() if whole is None else whole, is_large=False)
        with path.open("rb") as file:
            top = file.read(_TOP_BYTES)
        if is_workbook(top) or kind_of(top):
            return cls(path, path.read_bytes(), is_large=False)
        return cls(path, top, is_large=True)


def shape_file(file: SentFile, fmt: Format, timezone: str, views: Sequence[View]) -> Shaped:
    """The file in the feed's columns. A large text in the template is read in parts; vendors' layouts need it whole.

    views: those of its top.
    """
    if not file.is_large:
        return apply_format(file.top, fmt, timezone, views=views)
    if not fmt.is_template:
        return apply_format(file.path.read_bytes(), fmt, timezone, views=views)

    def read(headers: list[str], aliases: Mapping[str, Sequence[str]], _: str | None) -> Table:
        return read_large(file.path, headers, aliases)

    return apply_format(file.top, fmt, timezone, views=views, read=read)


def read_large(path: Path, columns: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> Table:
    """The table that `read_table` gives, with Categorical columns instead of String."""
    parts = read_chunks(path, columns, aliases, chunk_bytes=PART_BYTES)
    if len(parts) == 1:
        return parts[0]
    # Every part tells of the columns without a name that it fills.
    is_told_first = (pl.col("key") != "blank-header-error") | pl.struct("key", "column").is_first_distinct()
    problems = pl.concat(part.problems for part in parts).filter(is_told_first).sort("line", maintain_order=True)
    rows = pl.concat(part.rows for part in parts)
    header = [*parts[0].header, *[""] * len(rows.columns)]
    filled = set(problems.filter(pl.col("key") == "blank-header-error")["column"])
    blank = {name for name, cell in zip(rows.columns, header, strict=False) if not cell and name != "line"}
    return replace(
        parts[0],
        rows=rows.drop(blank - filled),
        problems=problems,
        rejected=pl.concat(part.rejected for part in parts),
        counts=LineCounts(*(sum(getattr(part.counts, one.name) for part in parts) for one in fields(LineCounts))),
    )
