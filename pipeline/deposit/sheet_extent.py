"""How far the sheets of a workbook reach, told before a library opens them: it takes room for every cell between.

One letter typed in the last cell of a sheet (XFD1048576) makes seventeen thousand million cells of it.
"""

import re
from collections.abc import Iterable
from functools import partial
from itertools import chain

from pipeline.deposit.sheet_xml import number, opening, parts

MAX_CELLS = 20_000_000  # of all sheets: a million rows of twenty columns
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of a sheet, by Excel itself

_CELL, _ROW = opening(b"c"), opening(b"row")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_ODS_SHEET = re.compile(rb"<table:table\b.*?</table:table>", re.DOTALL)
_ODS_ROW = opening(b"table-row", b"<table:")
_ODS_CELL = opening(b"(?:covered-)?table-cell", b"<table:")
_REPEATED = re.compile(rb"""\btable:number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")
_ODS_VALUE = re.compile(rb"\boffice:(?:value|string-value|date-value|time-value|boolean-value|value-type)\s*=")


def too_far(entries: Iterable[bytes]) -> str | None:
    """What is too large about the sheets that stand in a workbook's entries, in French; None where they fit."""
    cells = 0
    for rows, columns in chain.from_iterable(map(_sizes, entries)):
        cells += rows * columns
        if rows > MAX_ROWS or columns > MAX_COLUMNS or cells > MAX_CELLS:
            return (
                f"ses cases remplies vont jusqu'à la ligne {rows} et à la colonne {columns} : "
                "supprimez celles qui sont loin du tableau"
            )
    return None


def _sizes(xml: bytes) -> Iterable[tuple[int, int]]:
    """Rows and columns of each sheet of an entry, which may have none."""
    if b"sheetData" in xml:
        return [_xlsx_size(xml)]
    return map(_ods_size, _ODS_SHEET.findall(xml)) if b"<table:table-row" in xml else ()


def _xlsx_size(xml: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cells that hold something. A cell without its place stands after the others."""
    letters, numbers, row, column = set(), {b"0"}, 0, 0
    widest = rows = 0
    for _, part in parts(_ROW, xml):
        rows, column = rows + 1, 0
        for cell in _CELL.findall(part):
            if cell.endswith(b"/"):
                continue
            if place := _PLACE.search(cell):
                letters.add(place[1])
                numbers.add(place[2])
            else:
                column += 1
                row = rows
        widest = max(widest, column)
    return max(row, *map(partial(number, default=0), numbers)), max([widest, *map(_column, letters)])


def _ods_size(table: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cells that hold something; what is repeated counts each time."""
    rows = last = widest = 0
    for inside, content in parts(_ODS_ROW, table):
        rows += _times(inside)
        columns = width = 0
        for cell in _ODS_CELL.finditer(content):
            columns += _times(cell[1])
            if _ODS_VALUE.search(cell[1]):
                width = columns
        if width:
            last, widest = rows, max(widest, width)
    return last, widest


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return number(found[1], 1) if found else 1


def _column(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27; too large for any word."""
    column = 0
    for letter in letters[:7].upper():
        column = 26 * column + letter - ord("A") + 1
    return column
