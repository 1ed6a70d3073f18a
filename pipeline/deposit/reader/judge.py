"""What one line of the data is: a row, a blank line, the header again, a total or a note, or a line to be refused."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from pipeline.contract import Problem
from pipeline.deposit.reader.accents import mend
from pipeline.deposit.reader.cells import Cells, is_wrapped, split, unquoted
from pipeline.deposit.reader.headers import fold, has_figure
from pipeline.deposit.reader.layout import SEPARATORS, Layout

Kind = Literal["row", "blank", "header", "foreign-header", "footer", "lonely", "short", "rejected"]

_TOTAL = re.compile(
    r"(?:sous[\s-]?totaux|sous[\s-]?total|(?:grand |sub)?totals?|totaux|somme|moyenne|ensemble"
    r"|sum|average|mean)"
    r"(?:\s+g[ée]n[ée]ral|\s+de la\b.*|\s+du\b.*|\s+\d[\d/\s-]*)?\s*:?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:sources?|notes?|nb|n\.b\.|remarques?|légende|legende|avertissement|attention"
    r"|données? (?:au|extraites?|provisoires?|arrêtées?)|extraction|extrait|export|édité|edite|généré|genere"
    r"|imprimé|imprime|mise? à jour|fin du fichier|page \d|last update|generated|printed)\b"
    r"|\*|#|--|//|==|©|\(\*|\(\d\)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"[-+]?[\d\s.,\u00a0\u202f]*\s*[%€]?")
MEND = "Corrigez la ligne dans le fichier d'origine, puis renvoyez-le."


class Verdict(NamedTuple):
    """What a line is. cells: of a row, as many as the layout has names; of a short or
    lonely line, those that it has. problems: what is to be said of it."""

    kind: Kind
    cells: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def judge(cells: Cells, line: int, layout: Layout) -> Verdict:
    """Judge one record. Knows nothing of the lines around it."""
    values = cells.values
    if not any(values):
        return Verdict("blank", problems=[Problem("blank-row-error", "repair", line)])
    is_ordinary = not (is_suspect(next(filter(None, values)), layout) or _is_in_words(values, line, layout))
    if (not is_ordinary or line == layout.first_line) and (header := _header(values, line, layout)):
        return header
    said: list[Problem] = []
    if cells.quoting != "right":
        meant = [unquoted(cell, layout.quote) for cell in values]
        if None in meant or cells.quoting == "open":
            return _refused(
                line, "quote-error", next((c for c, m in zip(values, meant, strict=True) if m is None), None)
            )
        said.append(Problem("quote-error.repaired", "repair", line))
        values = [cell for cell in meant if cell is not None]
    if note := None if is_ordinary and cells.quoting == "right" else _footer(values, line, layout):
        return note
    if otherwise := _cut_otherwise(cells, values, line, layout):
        return otherwise
    if len(values) == 1 and layout.width > 1:
        return _uncut(values[0], line, layout)
    fitted = _fitted(values, line, layout)
    return fitted if isinstance(fitted, Verdict) else _row(fitted, line, layout, said)


def is_suspect(text: str, layout: Layout) -> bool:
    """Whether a line whose first filled cell is `text` may be something else than a row."""
    folded, is_note = _seen(text)
    return is_note or (bool(layout.meant) and (folded in layout.words or folded == layout.meant[0]))


def is_header_word(text: str, layout: Layout) -> bool:
    """Whether a cell spells a header, known or the file's own, in letters alone."""
    if has_figure(text) or not text:
        return False
    folded = _seen(text)[0]
    return (folded in layout.words or folded in layout.meant) and any(map(str.isalpha, folded))


def _is_in_words(values: Sequence[str], line: int, layout: Layout) -> bool:
    """Whether a line among rows with figures is a header: words alone, of which one is a header, in any place.

    Right below the header such a line may describe the columns: it is then judged as any other.
    """
    if not layout.has_figures or line == layout.first_line or not any(is_header_word(v, layout) for v in values):
        return False
    filled = [value for value in values if value]
    is_worded = all(not has_figure(value) and any(map(str.isalpha, value)) for value in filled)
    return len(filled) > 1 and is_worded and not _seen(filled[0])[1]


@lru_cache(maxsize=1 << 14)
def _seen(text: str) -> tuple[str, bool]:
    """A text folded, and whether it begins a total or a note."""
    return fold(text), bool(_TOTAL.fullmatch(text) or _NOTE.match(text))


def _header(values: Sequence[str], line: int, layout: Layout) -> Verdict | None:
    """The header again, or another table's header."""
    filled = [value for value in values if value]
    first = fold(filled[0])
    is_below = layout.has_words_below and line == layout.first_line
    is_other = _is_in_words(values, line, layout)
    if not layout.meant or not (is_below or is_other or first in layout.words or first == layout.meant[0]):
        return None
    folded = [fold(value) for value in filled]
    if tuple(layout.words.get(word, word) for word in folded) == layout.meant:
        return Verdict("header", problems=[Problem("repeated-header", "repair", line)])
    # The vendor's own headers count as well, the hours of wide layouts among them, but figures alone may be values.
    known = sum(word in layout.words or word in layout.meant for word in folded)
    is_named = known > 1 and 2 * known > len(folded) and any(is_header_word(value, layout) for value in filled)
    if is_other or is_named:
        return Verdict("foreign-header", problems=[Problem("repeated-header.other", "error", line, fix=MEND)])
    return None


def _footer(values: Sequence[str], line: int, layout: Layout) -> Verdict | None:
    """A total line or a note. What could as well be a row is refused."""
    if layout.width == 1:
        return None
    filled = [value for value in values if value]
    others = filled[1:]
    footer = Verdict("footer", problems=[Problem("total-line", "repair", line, value=filled[0])])
    if _TOTAL.fullmatch(filled[0]) and len(values) > 1:
        return footer if all(_NUMERIC.fullmatch(value) for value in others) else None
    if not _NOTE.match(filled[0]):
        return None
    if not others or (":" in filled[0] and len(values) != layout.width):
        return footer
    return None if len(values) == layout.width else _refused(line, "total-line.doubtful", filled[0])


def _uncut(value: str, line: int, layout: Layout) -> Verdict:
    """A line that its separator does not cut: wholly in quotes, or a piece of a broken line."""
    inner = split(value, layout.separator, layout.quote)
    if inner.quoting == "right" and len(inner.values) == layout.width:
        return _row(inner.values, line, layout, [Problem("quote-error.repaired", "repair", line)])
    return Verdict("lonely", [value])


def _cut_otherwise(cells: Cells, values: Sequence[str], line: int, layout: Layout) -> Verdict | None:
    """A line that another separator cuts into the right number of cells: nobody knows which one was meant.

    A comma tells nothing beside cells of the right number, where it stands in numbers; nor do cells in quotes.
    """
    is_right = len(values) == layout.width
    if not layout.separator or layout.width == 1 or (is_right and cells.is_quoted):
        return None
    whole = layout.separator.join(values)
    for other in SEPARATORS:
        is_possible = other in whole and other != layout.separator and not (is_right and other == ",")
        if is_possible and len(split(whole, other, layout.quote).values) == layout.width:
            told = {"value": other, "expected": layout.separator, "fix": MEND}
            return Verdict("rejected", problems=[Problem("extra-cell-error.separator", "error", line, **told)])
    return None


def _fitted(values: Sequence[str], line: int, layout: Layout) -> Sequence[str] | Verdict:
    """As many cells as the layout has, or why that cannot be."""
    width, found = layout.width, len(values)
    told = {"value": str(found), "expected": str(width), "fix": MEND}
    if layout.is_shifted:
        return Verdict("rejected", problems=[Problem("shifted-columns", "error", line, fix=MEND)])
    if found > width:
        return Verdict("rejected", problems=[Problem("extra-cell-error", "error", line, **told)])
    if found < width:
        return Verdict("short", values, [Problem("missing-cell-error", "error", line, **told)])
    return values


def _row(values: Sequence[str], line: int, layout: Layout, said: list[Problem]) -> Verdict:
    """A row of the right width, its accents looked at."""
    for place in layout.empty:
        if values[place]:
            key = "shifted-columns" if place < layout.lead else "extra-cell-error"
            told = {"value": str(len(values)), "expected": str(len(layout.header))}
            return Verdict("rejected", problems=[Problem(key, "error", line, fix=MEND, **told)])
    if layout.is_numbered and not values[0].isdecimal():
        return Verdict("rejected", problems=[Problem("shifted-columns", "error", line, fix=MEND)])
    if any(is_wrapped(value) for value in values):
        return _refused(line, "quote-error", next(value for value in values if is_wrapped(value)))
    row: list[str] = []
    for name, value in zip(layout.names, values[layout.lead :], strict=True):
        mended, damage = mend(value)
        if damage == "lost":
            return Verdict("rejected", problems=[Problem("damaged-accents", "error", line, name, value, fix=MEND)])
        if damage == "repaired":
            said.append(Problem("damaged-accents.repaired", "repair", line, name, value, mended))
        elif damage == "doubtful":
            said.append(Problem("damaged-accents", "warning", line, name, value, fix="Vérifiez ce mot."))
        row.append(mended)
    return Verdict("row", row, said)


def _refused(line: int, key: str, value: str | None) -> Verdict:
    return Verdict("rejected", problems=[Problem(key, "error", line, value=value, fix=MEND)])
