"""A line of text to cells: quotes that are right, quotes that are open over the line end, quotes that are misplaced."""

import re
from typing import Literal, NamedTuple

Quoting = Literal["right", "open", "misplaced"]

# White space that people do not see: the ordinary kinds, the byte order mark and the zero-width space.
INVISIBLE = " \t\n\r\v\f\u00a0\u2007\u202f\ufeff\u200b"
_INCHES = re.compile(r'[^"]*[^\W\d_][^"]*\s\d{1,2}(?:[.,]\d+)?"(?:\s[^"]*)?')


class Cells(NamedTuple):
    """The cells of one record, white space around them trimmed, and how its quotes are.

    open: the text ends inside a quoted cell. misplaced: a quote stands where none may stand; the cells are then cut
    at every separator and keep their quotes. is_quoted: some cell stands in quotes by the rules.
    """

    values: list[str]
    quoting: Quoting
    is_quoted: bool = False


def trim(text: str) -> str:
    return text.strip(INVISIBLE)


def is_wrapped(cell: str) -> bool:
    """Whether a cell stands between apostrophes, which may be quotes or its own."""
    return len(cell) > 1 and cell[0] == "'" == cell[-1]


def split(text: str, separator: str, quote: str, most: int | None = None) -> Cells:
    """Cut one record by the strict rules: a quote opens a cell, doubles itself, and closes before a separator.

    most: what has more cells or a misplaced quote is not cut to its end, and passes for misplaced.
    """
    if quote not in text:
        return Cells([trim(cell) for cell in text.split(separator)], "right")
    values: list[str] = []
    at, end = 0, len(text)
    while True:
        start = _skip(text, at, separator)
        if start < end and text[start] == quote:
            value, at = _quoted(text, start + 1, quote)
            if at < 0:
                return Cells(values, "open")
            at = _skip(text, at, separator)
            if at < end and text[at] != separator:
                return _cut(text, separator) if most is None else Cells([], "misplaced")
        else:
            stop = text.find(separator, at)
            stop = end if stop < 0 else stop
            value, at = text[at:stop], stop
            if quote in value:
                return _cut(text, separator) if most is None else Cells([], "misplaced")
        values.append(trim(value))
        if most is not None and len(values) > most:
            return Cells([], "misplaced")
        if at >= end:
            return Cells(values, "right", is_quoted=True)
        at += 1


def unquoted(cell: str, quote: str) -> str | None:
    """What a cell with misplaced quotes means, None where two readings are possible.

    Certain are: no quote at all; a cell quoted by the rules; pairs of quotes inside words (Café "Le Pont"); the same
    pairs in a quoted cell whose inner quotes were not doubled, or were escaped by a backslash; inches (écran 12").
    """
    if quote not in cell:
        return cell
    if len(cell) > 1 and cell[0] == quote == cell[-1]:
        inner = cell[1:-1]
        if quote not in inner.replace(quote * 2, ""):
            return trim(inner.replace(quote * 2, quote))
        plain = inner.replace("\\" + quote, quote)
        if _pairs_fit(plain, quote):
            return trim(plain)
    if _pairs_fit(cell, quote) or (quote == '"' and _INCHES.fullmatch(cell)):
        return cell
    return None


def _skip(text: str, at: int, separator: str) -> int:
    end = len(text)
    while at < end and text[at] in INVISIBLE and text[at] != separator:
        at += 1
    return at


def _quoted(text: str, at: int, quote: str) -> tuple[str, int]:
    """The quoted cell whose content begins at `at`, and the place after its closing quote (−1: it never closes)."""
    parts: list[str] = []
    while True:
        stop = text.find(quote, at)
        if stop < 0:
            return "", -1
        parts.append(text[at:stop])
        if text[stop + 1 : stop + 2] != quote:
            return "".join(parts), stop + 1
        parts.append(quote)
        at = stop + 2


def _cut(text: str, separator: str) -> Cells:
    return Cells([trim(cell) for cell in text.split(separator)], "misplaced")


def _pairs_fit(text: str, quote: str) -> bool:
    """Whether the quotes open before a word and close after one, in turn, as people write them."""
    is_open, at = False, text.find(quote)
    while at >= 0:
        before, after = text[at - 1 : at] if at else " ", text[at + 1 : at + 2] or " "
        if is_open:
            fits = not before.isspace() and (after.isspace() or after in ",.;:!?)]’»-")
        else:
            fits = (before.isspace() or before in "([’«-") and after.isalnum()
        if not fits:
            return False
        is_open, at = not is_open, text.find(quote, at + 1)
    return not is_open
