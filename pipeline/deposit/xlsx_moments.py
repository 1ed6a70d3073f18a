"""Which columns of an XLSX sheet show hours beside their days.

Excel keeps a day and its midnight as the same number: only the cell's format tells 04/11/2025 from 04/11/2025 00:00.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from pipeline.deposit.sheet_xml import attributes, number, opening
from pipeline.deposit.xlsx_marks import column_of, first_column, path_of

_TIMED = {*range(18, 23), *range(45, 48)}  # formats that Excel itself numbers and that show an hour
_FORMAT, _STYLES, _STYLE, _CELL = (opening(name) for name in (b"numFmt", b"cellXfs", b"xf", b"c"))
_STYLES_END = re.compile(rb"</(?:[^\s<>/:]+:)?cellXfs\s*>")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)  # words, colours and locales of a format


def moment_columns(data: bytes, sheet: str) -> set[int]:
    """The columns, from 0 for the first that holds anything, where the format of a number shows hours."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names, path = set(archive.namelist()), path_of(archive, sheet)
        timed = _timed_styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else set()
        xml = archive.read(path) if timed and path and path in names else b""
    columns = set(_columns(xml, timed)) if xml else set()
    first = first_column(xml) if columns else 0
    return {column - first for column in columns}


def _timed_styles(xml: bytes) -> set[str]:
    """The places, among the styles of cells, of those that show an hour."""
    formats = set(_TIMED)
    for found in _FORMAT.finditer(xml):
        told = attributes(found[1])
        if re.search("[hs]", _NOT_SHOWN.sub("", told.get("formatCode", "")), re.IGNORECASE):
            formats.add(number(told.get("numFmtId"), -1))
    begin, end = _STYLES.search(xml), _STYLES_END.search(xml)
    if not begin or not end:
        return set()
    styles = enumerate(_STYLE.finditer(xml, begin.end(), end.start()))
    return {str(place) for place, style in styles if number(attributes(style[1]).get("numFmtId"), 0) in formats}


def _columns(xml: bytes, timed: set[str]) -> Iterator[int]:
    styled = re.compile(rb"""\ss\s*=\s*["'](?:%s)["']""" % b"|".join(style.encode() for style in timed))
    for cell in _CELL.finditer(xml):
        if styled.search(cell[1]) and not cell[1].endswith(b"/"):
            told = attributes(cell[1])
            column = column_of(told.get("r", ""))
            if column is not None and told.get("t", "n") == "n":
                yield column
