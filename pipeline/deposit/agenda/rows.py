"""What an agenda gives: one row a date of an event, and its Table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from pipeline.contract import Problem
from pipeline.deposit.problems import problem_frame
from pipeline.deposit.table import LineCounts, Table

# From a row of this kind: header → text. Several rows may have one line: those of an event held on several dates.
Cells = Mapping[str, str]
Moment = datetime | date


class AgendaError(ValueError):
    """The file cannot be read as an agenda at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(slots=True)
class Rows:
    """The rows of an agenda under its own headers.

    rows: (line, cells); rejected: line → its text without what names a person; lines: how many events or records the
    file holds. A line is that on which an event begins, or the number of a record.
    """

    header: Sequence[str]
    lines: int
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def reject(self, problem: Problem, text: str) -> None:
        assert problem.line is not None
        self.problems.append(problem)
        self.rejected[problem.line] = text

    def as_table(self, encoding: str) -> Table:
        """counts.read counts lines, of which each is in rows (once or more) or in rejected."""
        cells = {name: [row.get(name, "") for _, row in self.rows] for name in self.header}
        lines = pl.Series("line", [line for line, _ in self.rows], dtype=pl.UInt32)
        if not self.lines:
            self.problems.append(Problem("encoding-error.empty", fix="Vérifiez que c'est le bon fichier."))
        return Table(
            header=list(self.header),
            rows=pl.DataFrame(cells, schema=dict.fromkeys(self.header, pl.String)).with_columns(lines),
            problems=problem_frame(sorted(self.problems, key=lambda problem: problem.line or 0)),
            rejected=pl.DataFrame(
                sorted(self.rejected.items()), schema={"line": pl.UInt32, "raw": pl.String}, orient="row"
            ),
            counts=LineCounts(read=self.lines, rejected=len(self.rejected), blank=0, repeated_header=0),
            encoding=encoding,
            separator="",
            header_line=0,
        )


def as_key(moment: Moment) -> str:
    """What tells a date of an event from its others: `20251213`, `20251213T100000`, `20251213T090000Z` (RFC 5545)."""
    if not isinstance(moment, datetime):
        return f"{moment:%Y%m%d}"
    is_utc = moment.tzinfo is not None and moment.tzname() == "UTC"
    return f"{moment:%Y%m%dT%H%M%S}{'Z' if is_utc else ''}"
