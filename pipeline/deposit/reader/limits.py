"""Texts that are no table: a line that does not end, more columns than a spreadsheet has."""

from pipeline.contract import Problem
from pipeline.deposit.reader.layout import SEPARATORS, TOP_LINES
from pipeline.deposit.reader.lines import top_lines
from pipeline.deposit.sheet_extent import MAX_COLUMNS

MAX_LINE = 1_000_000  # bytes


def long_line(data: bytes) -> int | None:
    """The byte at which the first line of more than MAX_LINE bytes begins; looks at one place in a million bytes."""
    begin = 0
    while len(data) - begin > MAX_LINE:
        end = data.rfind(b"\n", begin, begin + MAX_LINE + 1)
        if end < 0:
            return begin
        begin = end + 1
    return None


def too_much(data: bytes) -> Problem | None:
    """What is too much about a clean text; None where it may be cut."""
    if (begin := long_line(data)) is not None:
        line = data.count(b"\n", 0, begin) + 1
        return Problem("encoding-error.long-line", line=line, expected=_shown(MAX_LINE))
    for line, text in enumerate(top_lines(data, TOP_LINES), 1):
        columns = 1 + max(text.count(separator) for separator in SEPARATORS)
        if columns > MAX_COLUMNS:
            return Problem("encoding-error.columns", line=line, value=_shown(columns), expected=_shown(MAX_COLUMNS))
    return None


def _shown(number: int) -> str:
    return f"{number:,}".replace(",", " ")
