"""The marks of an XLSX sheet: hidden rows, merged cells, errors, formulas that were never computed."""

import re
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath

from pipeline.deposit.marks import NO_NAME, NO_VALUE, Marks, Merge
from pipeline.deposit.sheet_xml import attributes, number, opening, parts, text

_SHEET, _RELATION = opening(b"sheet"), opening(b"Relationship")
_ROW, _CELL, _FORMULA, _INLINE, _MERGE = (opening(name) for name in (b"row", b"c", b"f", b"is", b"mergeCell"))
_VALUE = re.compile(opening(b"v").pattern + rb"([^<]*)</")
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_COMPUTED = re.compile(_CELL.pattern + rb"\s*(?=<(?:[^\s<>/:]+:)?f[\s/>])")
_PLACE = re.compile(r"\$?([A-Za-z]{1,7})\$?(\d+)")
_RANGE = re.compile(rf"{_PLACE.pattern}:{_PLACE.pattern}")
# Signs, numbers and places only: it cannot give a text. Others may give an empty one, as =IF(A2="","",A2*2) does.
_SUM = re.compile(r"[\s$A-Za-z0-9.:]*[-+*/^][-+*/^\s$A-Za-z0-9.:()%]*")


def path_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The entry that holds a sheet."""
    for found in _SHEET.finditer(archive.read("xl/workbook.xml")):
        told = attributes(found[1])
        if told.get("name") == sheet:
            wanted = next((value for name, value in told.items() if name.endswith(":id")), "")
            for relation in _RELATION.finditer(archive.read("xl/_rels/workbook.xml.rels")):
                ways = attributes(relation[1])
                if ways.get("Id") == wanted:
                    return normpath(join("xl", ways.get("Target", ""))).lstrip("/")
    return None


def xlsx_marks(xml: bytes) -> Marks:
    marks = Marks(merges=list(_merges(xml)) if b"mergeCell" in xml else [])
    row = 0
    for inside, content in parts(_ROW, xml):
        told = attributes(inside)
        row = number(told.get("r"), row + 1)
        if told.get("hidden") in ("1", "true"):
            marks.hidden.add(row)
        for cell in _notable(content):
            inside, inner = cell[1], _held(content, cell.end())
            if value := _broken(inside, inner):
                marks.broken.setdefault(_line(inside, row), value)
    marks.first_column = first_column(xml) if marks.merges else 0
    return marks


def first_column(xml: bytes) -> int:
    """The leftmost column that holds anything."""
    return min((column for _, content in parts(_ROW, xml) for column in _leftmost(content)), default=0)


def column_of(reference: str) -> int | None:
    place = _PLACE.fullmatch(reference)
    return _column(place[1]) if place else None


def _merges(xml: bytes) -> Iterator[Merge]:
    for found in _MERGE.finditer(xml):
        if corners := _RANGE.fullmatch(attributes(found[1]).get("ref", "")):
            left, top, right, bottom = corners.groups()
            yield Merge(number(top, 1), number(bottom, 1), _column(left), _column(right))


def _notable(content: bytes) -> Iterator[re.Match[bytes]]:
    """The cells of a row that may have no value: of most rows those with a formula, found without the others."""
    return (_CELL if _IS_ERROR.search(content) else _COMPUTED).finditer(content)


def _held(content: bytes, begin: int) -> bytes:
    following = _CELL.search(content, begin)
    return content[begin : following.start() if following else len(content)]


def _line(inside: bytes, row: int) -> int:
    place = _PLACE.fullmatch(attributes(inside).get("r", ""))
    return number(place[2], row) if place else row


def _leftmost(content: bytes) -> list[int]:
    """The column of the first cell of a row that the reading library takes for filled."""
    column = -1
    for inside, inner in parts(_CELL, content):
        told = attributes(inside)
        place = column_of(told.get("r", ""))
        column = column + 1 if place is None else place  # without its place it stands after the last
        value = None if inside.endswith(b"/") else _VALUE.search(inner)
        if _INLINE.search(inner) or (value and (value[2] or told.get("t") == "str")):
            return [column]
    return []


def _broken(inside: bytes, inner: bytes) -> str | None:
    """What stands in a cell that has no value: an error, or a formula that was never computed."""
    value = _VALUE.search(inner)
    shown = text(value[2]).strip() if value else ""
    is_error = _IS_ERROR.search(inside)
    if shown and not is_error:
        return None
    told = attributes(inside)
    if is_error and told.get("t") == "e":
        return shown or NO_NAME
    formula = next(parts(_FORMULA, inner), None)
    if formula is None or shown or _INLINE.search(inner):
        return None
    is_text = told.get("t") == "str" and not _SUM.fullmatch(text(formula[1].partition(b"<")[0]))
    return None if is_text else NO_VALUE


def _column(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1
