"""What a workbook says beside its values: its size, hidden rows, merged cells, formulas without a value."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from posixpath import join, normpath

from pipeline.deposit.sheet_extent import too_far

MAX_ENTRIES = 2_000
MAX_BYTES = 600_000_000  # of all entries, unpacked
MAX_RATIO = 300  # unpacked to packed, of an entry of more than _SMALL bytes
_SMALL = 1 << 20
_STEP = 1 << 20

_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ROW = re.compile(rb"<row\b[^>]*>")
_CELL = re.compile(rb"<c\b([^>]*[^/])>(.*?)</c>", re.DOTALL)
_MERGE = re.compile(rb'<mergeCell\b[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_ODS_TABLE = re.compile(rb"<table:table\b[^>]*>.*?</table:table>", re.DOTALL)
_ODS_ROW = re.compile(rb"<table:table-row\b[^>]*>")


class WorkbookError(Exception):
    """The workbook may not or cannot be opened; the text says why, in French."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: rows from 1, columns from 0 (A), both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class Marks:
    """The marks of a sheet. Rows from 1, columns from 0.

    hidden: rows that are not shown. broken: row → what stands in a cell that has no value. first_column: the leftmost
    column that holds anything, told where there are merges.
    """

    hidden: set[int] = field(default_factory=set)
    broken: dict[int, str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    first_column: int = 0


def check_archive(data: bytes) -> set[str]:
    """The names of the archive's entries. Raises WorkbookError where it is damaged, or too large to be opened.

    Sizes are measured by unpacking: those that an archive states of itself may lie.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise WorkbookError(f"{len(entries)} fichiers à l'intérieur")
            left = MAX_BYTES
            for entry in entries:
                left -= _unpacked(archive, entry, left)
            if excess := too_far(map(archive.read, entries)):
                raise WorkbookError(excess)
            return {entry.filename for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise WorkbookError("fichier abîmé ou incomplet") from error


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    entry.file_size = MAX_BYTES + 1  # so that reading goes on to the true end
    size = 0
    with archive.open(entry) as packed:
        while step := packed.read(_STEP):
            size += len(step)
            if size > left or (size > _SMALL and size > MAX_RATIO * max(1, entry.compress_size)):
                raise WorkbookError("trop volumineux une fois décompressé")
    return size


def marks_of(data: bytes, sheet: str, place: int) -> Marks:
    """The marks of a sheet, by its name (XLSX) or its place among the sheets (ODS)."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            tables = _ODS_TABLE.findall(archive.read("content.xml"))
            return Marks(hidden=set(_hidden_ods(tables[place])) if place < len(tables) else set())
        path = _path_of(archive, sheet) if "xl/workbook.xml" in names else None
        return _marks(archive.read(path)) if path in names and path else Marks()


def _path_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The entry that holds a sheet."""
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        if _attribute(tag, b"name") == sheet:
            wanted = _attribute(tag, b"r:id")
            for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
                if _attribute(relation, b"Id") == wanted:
                    return normpath(join("xl", _attribute(relation, b"Target"))).lstrip("/")
    return None


def _marks(xml: bytes) -> Marks:
    marks = Marks()
    for number, tag in enumerate(_ROW.findall(xml), 1):
        if _attribute(tag, b"hidden") in ("1", "true"):
            marks.hidden.add(int(_attribute(tag, b"r") or number))
    for found in _MERGE.finditer(xml):
        left, top, right, bottom = (part.decode() for part in found.groups())
        marks.merges.append(Merge(int(top), int(bottom), _column(left), _column(right)))
    if marks.merges or b't="e"' in xml or b"<f" in xml:
        columns = []
        for found in _CELL.finditer(xml):
            reference = _attribute(found[1], b"r")
            if not reference:
                continue  # some programs leave the place out; what stands there is then read as text
            columns.append(_column(reference.rstrip("0123456789")))
            if value := _broken(found[1], found[2]):
                marks.broken[int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))] = value
        marks.first_column = min(columns, default=0)
    return marks


def _broken(attributes: bytes, content: bytes) -> str | None:
    """What stands in a cell that has no value: an error, or a formula that was never computed."""
    value = re.search(rb"<v>(.*?)</v>", content)
    if _attribute(attributes, b"t") == "e":
        return value[1].decode() if value else "#ERR"
    if b"<f" in content and value is None and b"<is>" not in content and _attribute(attributes, b"t") != "str":
        return "formule sans valeur"
    return None


def _hidden_ods(table: bytes) -> Iterator[int]:
    row = 1
    for tag in _ODS_ROW.findall(table):
        repeated = int(_attribute(tag, b"table:number-rows-repeated") or 1)
        if _attribute(tag, b"table:visibility") in ("collapse", "filter"):
            yield from range(row, row + repeated)
        row += repeated


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return unescape(found[1].decode()) if found else ""


def _column(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
