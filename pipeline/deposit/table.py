"""What a reader gives: the rows as text, each with its physical line, and what is wrong with the lines."""

from dataclasses import dataclass, field

import polars as pl

from pipeline.deposit.texts import Texts


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Physical lines (of XLSX: rows) by what became of them. A quoted cell over several lines counts its row once.

    read: lines of data, whatever became of them = good + rejected + blank + repeated_header.
    preamble and footer stand outside the data (title lines above the header, totals and notes below) and are not in
    `read`.
    """

    read: int
    rejected: int
    blank: int
    repeated_header: int
    preamble: int = 0
    footer: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table read from a file.

    header: cells of the header as sent, white space trimmed. rows: one String column a header cell, named as in the
    expected columns where recognised and as sent where not, plus `line` (UInt32, physical line of the row's start).
    problems: schema PROBLEMS. rejected: `line` (UInt32) and `raw` (the text of the line as sent), one row a line that
    the reader refused. header_line: physical line of the header, 0 where the file has none. sheet: for workbooks.
    """

    header: list[str]
    rows: pl.DataFrame
    problems: pl.DataFrame
    rejected: pl.DataFrame
    counts: LineCounts
    encoding: str
    separator: str
    header_line: int
    sheet: str | None = None
    _texts: dict[str, Texts] = field(default_factory=dict, init=False, repr=False, compare=False)

    def texts(self, name: str) -> Texts:
        """The distinct texts of a column of `rows`, looked for once: checks and what is written ask for the same."""
        if name not in self._texts:
            self._texts[name] = Texts.of(self.rows[name])
        return self._texts[name]
