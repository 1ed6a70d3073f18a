"""Bytes of a delimited text to a Table: the order in which the parts of the reader do their work."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from pipeline.contract import Problem
from pipeline.deposit.problems import problem_frame
from pipeline.deposit.reader.block import find_plain, read_block
from pipeline.deposit.reader.cells import INVISIBLE
from pipeline.deposit.reader.headers import Expected
from pipeline.deposit.reader.judge import MEND
from pipeline.deposit.reader.layout import (
    SEPARATORS,
    TOP_LINES,
    Layout,
    Record,
    layout_by_header,
    layout_by_place,
    readings,
    records,
)
from pipeline.deposit.reader.limits import too_much, too_wide
from pipeline.deposit.reader.lines import Lines, top_lines
from pipeline.deposit.reader.refusals import problems_of
from pipeline.deposit.reader.settle import Block
from pipeline.deposit.reader.text import UnreadableError, decode
from pipeline.deposit.table import LineCounts, Table

Header = Literal["expected", "absent"]
_REJECTED = {"line": pl.UInt32(), "raw": pl.String()}
_SAMPLE_LINES = 2 * TOP_LINES  # the header is looked for in the first half; the lines below it show their layout
BLANKS = INVISIBLE + "".join(SEPARATORS)
_DATA_ABOVE = 0.6  # share of filled cells from which a line above the header looks like data


@dataclass(slots=True)
class Above:
    """The lines above the header: skipped, or refused where they look like data."""

    skipped: int = 0
    rejected: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_text(
    data: bytes,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    header: Header = "expected",
    header_line: int | None = None,
    warn_extra: bool = True,
    careful: bool = False,
    is_coded: bool = False,
) -> Table:
    """Read a delimited text; see read_table. careful: judge every line by itself (both ways must agree)."""
    try:
        text = decode(data)
    except UnreadableError as error:
        return refused(error.problem)
    if problem := too_much(text.data):
        return refused(problem)
    laid = lay_out(text.data, columns, aliases, header, header_line, warn_extra)
    if laid is None:
        lines = Lines(text.data)
        told = [(number + 1, lines.text(number)) for number in range(len(lines))]
        return without_header(told, columns, text.encoding, text.problems)
    layout, above = laid
    lines = Lines(text.data, body_start(text.data, layout))
    block = read_block(find_plain(lines, layout.first_line, layout, careful=careful), layout)
    return assemble(layout, above, block, text.encoding, text.problems, is_coded=is_coded)


def lay_out(
    data: bytes,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None,
    header: Header,
    header_line: int | None,
    warn_extra: bool,
) -> tuple[Layout, Above] | None:
    """The layout that the top of the data shows, and what stands above the header; None where no header is found, or
    where there is too much of it."""
    top = top_lines(data, _SAMPLE_LINES)
    if too_wide(top[:TOP_LINES]):
        return None
    if header == "absent" or header_line is not None:
        layout = layout_by_place(readings(top), columns, header_line or 0)
        return (layout, Above(max(0, layout.header_line - 1))) if layout else None
    layout = layout_by_header(readings(top), Expected.of(columns, aliases), warn_extra)
    return (layout, _above(top, layout)) if layout else None


def _above(top: Sequence[str], layout: Layout) -> Above:
    found = records(top[: layout.header_line - 1], layout.separator, layout.quote)
    return rows_above(found, layout, lambda record: "\n".join(top[record.line - 1 : record.line - 1 + record.lines]))


def refused(problem: Problem, sheet: str | None = None) -> Table:
    """A file of which nothing can be read."""
    rows = pl.DataFrame(schema={"line": pl.UInt32()})
    counts = LineCounts(read=0, rejected=0, blank=0, repeated_header=0)
    return Table([], rows, problem_frame([problem]), pl.DataFrame(schema=_REJECTED), counts, "", "", 0, sheet)


def rows_above(records: Iterable[Record], layout: Layout, text: Callable[[Record], str]) -> Above:
    """Title lines above the header are passed; one that looks like data (its header was sorted down) is refused."""
    above = Above()
    for record in records:
        cells = record.cells.values
        filled = sum(bool(cell) for cell in cells)
        has_figure = any(letter.isdigit() for cell in cells for letter in cell)
        is_wide = layout.width > 1 and len(cells) == layout.width and filled >= _DATA_ABOVE * layout.width
        if is_wide and has_figure:
            above.rejected[record.line] = text(record)
            told = {"expected": str(layout.header_line), "fix": MEND}
            above.problems.append(Problem("missing-required-header.above", "error", record.line, **told))
            continue
        above.skipped += 1
        if filled:
            above.problems.append(Problem("preamble", "repair", record.line))
    return above


def assemble(
    layout: Layout,
    above: Above,
    block: Block,
    encoding: str,
    problems: Sequence[Problem],
    sheet: str | None = None,
    *,
    is_whole: bool = True,
    is_coded: bool = False,
) -> Table:
    """The Table of what was found above and below the header. Columns that nobody named and nobody filled go.

    is_whole: this is all of the file, not one of several parts. is_coded: the rows stay Categorical.
    """
    rows, said = _named_columns(block.rows, layout, is_whole)
    rows = rows if is_coded else rows.cast({pl.Categorical: pl.String})
    said = [*problems, *layout.problems, *above.problems, *said, *block.problems]
    rejected = above.rejected | block.rejected
    if is_whole and not rows.height and not rejected and block.refused.is_empty():
        said.append(
            Problem("encoding-error.empty", line=layout.header_line or 1, fix="Ajoutez les lignes sous l'en-tête.")
        )
    refused = [pl.DataFrame(list(rejected.items()), schema=_REJECTED, orient="row")]
    told = [problem_frame(sorted(said, key=lambda problem: problem.line or 0))]
    if block.refused.height:
        refused.append(block.refused.select("line", pl.col("text").alias("raw")))
        told.append(problems_of(block.refused))
    counts = LineCounts(
        read=rows.height + sum(part.height for part in refused) + block.blank + block.repeated_header,
        rejected=sum(part.height for part in refused),
        blank=block.blank,
        repeated_header=block.repeated_header,
        preamble=above.skipped,
        footer=block.footer,
    )
    return Table(
        header=list(layout.header),
        rows=rows,
        problems=_by_line(told).with_columns(sheet=pl.lit(sheet, pl.String)),
        rejected=_by_line(refused),
        counts=counts,
        encoding=encoding,
        separator=layout.separator,
        header_line=layout.header_line,
        sheet=sheet,
    )


def _by_line(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames that are in the order of their `line`, as one in that order; null before all."""
    return pl.concat(parts).sort("line", maintain_order=True) if len(parts) > 1 else parts[0]


def _named_columns(rows: pl.DataFrame, layout: Layout, is_whole: bool) -> tuple[pl.DataFrame, list[Problem]]:
    """Without the columns that have neither a name nor a value; one that has values but no name is said."""
    if not layout.header_line:
        return rows, []
    blank = [name for place, name in enumerate(layout.names) if place >= len(layout.header) or not layout.header[place]]
    filled = [name for name in blank if (rows[name] != "").any()]
    fix = "Donnez-lui un nom, ou supprimez-la."
    said = [Problem("blank-header-error", "warning", layout.header_line, name, fix=fix) for name in filled]
    empty = [name for name in blank if name not in filled] if is_whole else []
    return rows.drop(empty), said


def without_header(
    lines: Sequence[tuple[int, str]],
    columns: Sequence[str],
    encoding: str,
    problems: Sequence[Problem],
    sheet: str | None = None,
) -> Table:
    """A file in which no header was found: nothing says what its cells are. lines: each with its physical line."""
    kept = [(number, line) for number, line in lines if line.strip(BLANKS)]
    if not kept:
        return refused(Problem("encoding-error.empty", fix="Vérifiez que c'est le bon fichier."), sheet)
    problem = Problem("missing-required-header.none", "error", kept[0][0], expected=", ".join(columns), sheet=sheet)
    return Table(
        header=[],
        rows=pl.DataFrame(schema={"line": pl.UInt32()}),
        problems=problem_frame([*problems, problem]),
        rejected=pl.DataFrame(kept, schema=_REJECTED, orient="row"),
        counts=LineCounts(read=len(lines), rejected=len(kept), blank=len(lines) - len(kept), repeated_header=0),
        encoding=encoding,
        separator="",
        header_line=0,
        sheet=sheet,
    )


def body_start(data: bytes, layout: Layout) -> int:
    """The byte at which the data below the header begins."""
    at = 0
    for _ in range(layout.first_line - 1):
        found = data.find(b"\n", at)
        if found < 0:
            return len(data)
        at = found + 1
    return at
