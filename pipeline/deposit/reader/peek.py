"""A cheap look at the top of a file, so that a format can be chosen before the whole is read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.contract import Problem
from pipeline.deposit.reader.layout import QUOTES, SEPARATORS, records
from pipeline.deposit.reader.limits import too_much
from pipeline.deposit.reader.lines import top_lines
from pipeline.deposit.reader.text import UnreadableError, decode

PEEK_ROWS = 60
_TOPS = 1 << 16, 1 << 20  # bytes: the second where the first hold too few lines


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first rows. line: its physical line, 1 = first of the file or sheet; lines: how many it takes."""

    line: int
    cells: tuple[str, ...]
    lines: int = 1


@dataclass(frozen=True, slots=True)
class View:
    """The top of the file read in one way: cut at one separator, or one sheet. Blank rows are left out."""

    rows: tuple[HeadRow, ...]
    separator: str = ""
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Peek:
    """What the top of a file looks like. views: the readings that make sense, the most regular first (of workbooks: the
    sheets in their order); none where the file cannot be read, and then `problems` says why."""

    encoding: str
    views: tuple[View, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> tuple[HeadRow, ...]:
        """The rows of the most plausible view."""
        return self.views[0].rows if self.views else ()


def peek_text(data: bytes) -> Peek:
    """Look at the top of a delimited text."""
    try:
        text = decode(_top(data))
    except UnreadableError as error:
        return Peek("", (), (error.problem,))
    if problem := too_much(text.data):
        return Peek("", (), (problem,))
    lines = top_lines(text.data, PEEK_ROWS)
    found = [separator for separator in SEPARATORS if any(separator in line for line in lines)]
    views = sorted((_view(lines, separator) for separator in found), key=_regularity, reverse=True)
    useful = [view for view in views if _regularity(view)[0] > 0]
    return Peek(text.encoding, tuple(useful or [_view(lines, SEPARATORS[0])]))


def _top(data: bytes) -> bytes:
    """Whole lines from the beginning."""
    most = next((size for size in _TOPS if data.count(b"\n", 0, size) > PEEK_ROWS), _TOPS[-1])
    if len(data) <= most:
        return data
    cut = max(data.rfind(b"\n", 0, most), data.rfind(b"\r", 0, most))
    return data[: cut + 1] if cut > 0 else data[:most]


def _view(lines: Sequence[str], separator: str) -> View:
    found = records(lines, separator, QUOTES[0])
    rows = (HeadRow(record.line, tuple(record.cells.values), record.lines) for record in found)
    return View(tuple(row for row in rows if any(row.cells)), separator)


def _regularity(view: View) -> tuple[int, int]:
    """How many rows have the most common number of cells, and that number; 0 rows where nothing is cut."""
    width, rows = max(
        Counter(len(row.cells) for row in view.rows).items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0)
    )
    return (rows, width) if width > 1 else (0, 1)
