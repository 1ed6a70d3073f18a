"""The marks of an ODS sheet: hidden rows, merged cells, errors, formulas that were never computed, hours."""

import re
from collections.abc import Iterator

from pipeline.deposit.marks import NO_NAME, NO_VALUE, Marks, Merge
from pipeline.deposit.sheet_extent import MAX_COLUMNS, MAX_ROWS
from pipeline.deposit.sheet_xml import attributes, number, opening, parts, text

# The reading library knows these names with this prefix only.
_TABLE = re.compile(opening(b"table", b"<table:").pattern + rb".*?</table:table>", re.DOTALL)
_ROW = opening(b"table-row", b"<table:")
_CELL = opening(b"(?:covered-)?table-cell", b"<table:")
_NOTABLE = (b"table:formula", b"-spanned", b"office:time-value", b'"error"', b"'error'")
_FILLED = re.compile(rb"\soffice:value-type\s*=")
_PARAGRAPH = re.compile(opening(b"p", b"<text:").pattern + rb"(.*?)</text:p>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_ERROR = re.compile(r"#(?=[A-Z])[A-Z/0]{2,}\s?[!?]?|Err\s?:\s?\d+")  # ### is only a number in a narrow column
_TIME = re.compile(r"(-?)P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5}(?:\.\d*)?)S)?)?")
_VALUES = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}


def ods_marks(xml: bytes, sheet: int) -> Marks:
    """The marks of a sheet, by its place among the others."""
    marks, row, leftmost = Marks(), 0, []
    for inside, content in parts(_ROW, _table(xml, sheet)):
        told = attributes(inside)
        times = number(told.get("table:number-rows-repeated"), 1)
        lines = range(row + 1, min(row + times, MAX_ROWS) + 1)
        row += times
        if told.get("table:visibility") in ("collapse", "filter"):
            marks.hidden.update(lines)
        leftmost += _leftmost(content)
        if lines and _is_notable(content):
            for columns, inside, inner in _cells(content):
                if _is_notable(inside):
                    _mark(marks, lines, columns, attributes(inside), inner)
    marks.first_column = min(leftmost, default=0)
    return marks


def _is_notable(xml: bytes) -> bool:
    return any(word in xml for word in _NOTABLE)


def _table(xml: bytes, sheet: int) -> bytes:
    for place, found in enumerate(_TABLE.finditer(xml)):
        if place == sheet:
            return found[0]
    return b""


def _cells(content: bytes) -> Iterator[tuple[range, bytes, bytes]]:
    """The columns that each cell of a row stands in, what stands in its tag and what it holds."""
    column = 0
    for inside, inner in parts(_CELL, content):
        is_repeated = b"number-columns-repeated" in inside
        times = number(attributes(inside).get("table:number-columns-repeated"), 1) if is_repeated else 1
        yield range(column, min(column + times, MAX_COLUMNS)), inside, b"" if inside.endswith(b"/") else inner
        column += times


def _leftmost(content: bytes) -> list[int]:
    """The column of the first cell of a row that the reading library takes for filled."""
    return next(([columns.start] for columns, inside, _ in _cells(content) if _FILLED.search(inside)), [])


def _mark(marks: Marks, lines: range, columns: range, told: dict[str, str], inner: bytes) -> None:
    if value := _broken(told, inner):
        for line in lines:
            marks.broken.setdefault(line, value)
    down, right = (number(told.get(f"table:number-{way}-spanned"), 1) for way in ("rows", "columns"))
    if down > 1 or right > 1:
        marks.merges += [Merge(lines[0], lines[0] + down - 1, left, left + right - 1) for left in columns]
    if told.get("office:value-type") == "time":
        hour = _hour(told.get("office:time-value", ""))
        marks.times.update(((line, column), hour) for line in lines for column in columns)


def _broken(told: dict[str, str], inner: bytes) -> str | None:
    """What stands in a cell that has no value: an error, or a formula that was never computed."""
    shown = _shown(inner)
    is_error = any(name.endswith(":value-type") and value == "error" for name, value in told.items())
    if is_error:
        return shown or NO_NAME
    if "table:formula" not in told:
        return None
    if _ERROR.fullmatch(shown):
        return shown
    kind = told.get("office:value-type", "")
    is_valued = kind == "string" or told.get(f"office:{_VALUES.get(kind, 'value')}", "").strip()
    return None if kind and is_valued else NO_VALUE


def _shown(inner: bytes) -> str:
    """The text of a cell as the sheet shows it; a note pinned to it is none of it."""
    found = _PARAGRAPH.search(inner, inner.rfind(b"</office:annotation>") + 1)
    return text(_TAG.sub(b"", found[2])).strip() if found else ""


def _hour(duration: str) -> str:
    """PT06H30M00S as 06:30:00; as it stands where it is none, so that it is said."""
    found = _TIME.fullmatch(duration)
    if not found:
        return duration
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:4])
    seconds = round(86_400 * days + 3_600 * hours + 60 * minutes + float(found[5] or 0))  # 14:59:59.999 is 15:00
    return f"{found[1]}{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
