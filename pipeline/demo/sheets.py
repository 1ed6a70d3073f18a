"""Tables as a volunteer keeps them: lines of cells, written as CSV or XLSX."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import xlsxwriter

from pipeline.feeds import get_feed

Lines = list[list[str]]  # the first one is the header, unless a mistake put something before it

_MOMENT = re.compile(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}")
_MADE_ON = datetime(2026, 11, 1)  # workbooks carry a date of creation; a fixed one keeps the bytes the same


def lines_of(feed: str, rows: Iterable[Mapping[str, object]], columns: Iterable[str] | None = None) -> Lines:
    """Rows by internal column name as lines under the template's French headers (all columns, or those named)."""
    declared = get_feed(feed)
    names = list(columns or (column.name for column in declared.columns))
    header = [declared.column(name).header for name in names]
    return [header, *([written(row.get(name)) for name in names] for row in rows)]


def written(value: object) -> str:
    """A value as a French volunteer types it: 03/11/2025, oui, 12.5; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def csv_bytes(lines: Lines, separator: str = ";", encoding: str = "utf-8-sig", newline: str = "\r\n") -> bytes:
    """The lines as CSV, by default as Excel's « CSV UTF-8 » in French: `;`, BOM, CRLF."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(lines)
    return text.getvalue().encode(encoding)


def xlsx_bytes(lines: Lines, name: str) -> bytes:
    """The lines as a workbook of one sheet; Excel turns what looks like a number or a date into one, codes included."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE_ON})
        as_date = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if cell.isdigit():
                    sheet.write_number(row, column, int(cell))
                elif _MOMENT.fullmatch(cell):
                    sheet.write_datetime(row, column, datetime.strptime(cell, "%d/%m/%Y %H:%M"), as_date)
                else:
                    sheet.write_string(row, column, cell)
    return made.getvalue()
