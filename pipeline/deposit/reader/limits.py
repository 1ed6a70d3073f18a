"""Texts that are no table: a line that does not end, more columns than a spreadsheet has."""

from collections.abc import Iterable

from pipeline.contract import Problem
from pipeline.deposit.reader.layout import SEPARATORS, TOP_LINES
from pipeline.deposit.reader.lines import top_lines
from pipeline.deposit.reader.text import MAX_LINE, long_line
from pipeline.deposit.sheet_extent import MAX_COLUMNS


def too_much(data: bytes) -> Problem | None:
    """What is too much about a clean text; None where it may be cut."""
    if (begin := long_line(data)) is not None:
        line = data.count(b"\n", 0, begin) + 1
        return Problem("encoding-error.long-line", line=line, expected=_shown(MAX_LINE))
    return too_wide(top_lines(data, TOP_LINES))


def too_wide(top: Iterable[str]) -> Problem | None:
    """The problem of the first lines of a text, one of which has more columns than a spreadsheet."""
    for line, text in enumerate(top, 1):
        if len(text) < MAX_COLUMNS:
            continue
        columns = 1 + max(text.count(separator) for separator in SEPARATORS)
        if columns > MAX_COLUMNS:
            return Problem("encoding-error.columns", line=line, value=_shown(columns), expected=_shown(MAX_COLUMNS))
    return None


def _shown(number: int) -> str:
    return f"{number:,}".replace(",", " ")
