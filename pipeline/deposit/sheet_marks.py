"""Whether a workbook may be opened, and what its sheets say beside their values."""

import zipfile
from io import BytesIO

from pipeline.deposit.marks import Marks
from pipeline.deposit.ods_marks import ods_marks
from pipeline.deposit.sheet_extent import too_far
from pipeline.deposit.xlsx_marks import path_of, xlsx_marks

MAX_ENTRIES = 2_000
MAX_BYTES = 600_000_000  # of all entries, unpacked
MAX_RATIO = 300  # unpacked to packed, of an entry of more than _SMALL bytes
_SMALL = 1 << 20
_STEP = 1 << 20


class WorkbookError(Exception):
    """The workbook may not or cannot be opened; the text says why, in French."""


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
        if "xl/workbook.xml" in names:
            path = path_of(archive, sheet)
            return xlsx_marks(archive.read(path)) if path in names and path else Marks()
        return ods_marks(archive.read("content.xml"), place)
