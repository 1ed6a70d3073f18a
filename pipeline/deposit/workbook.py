"""XLSX and ODS to the same Table as a text: the sheet that has the expected header, its rows with their numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import fastexcel
import polars as pl

from pipeline.contract import Problem
from pipeline.deposit.marks import Marks
from pipeline.deposit.reader.cells import INVISIBLE, Cells
from pipeline.deposit.reader.headers import Expected
from pipeline.deposit.reader.judge import MEND, Verdict, judge
from pipeline.deposit.reader.layout import QUOTES, TOP_LINES, Layout, Reading, Record, layout_by_header, layout_by_place
from pipeline.deposit.reader.peek import PEEK_ROWS, HeadRow, Peek, View
from pipeline.deposit.reader.read import Above, Header, assemble, refused, rows_above, without_header
from pipeline.deposit.reader.settle import Judged, settle
from pipeline.deposit.sheet_marks import WorkbookError, check_archive, marks_of
from pipeline.deposit.table import Table
from pipeline.deposit.xlsx_moments import moment_columns

_DATED = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$"
_DAY_ZERO = r"^1899-12-3[01] "  # an hour without a day
_AGAIN = "Ouvrez-le dans Excel, enregistrez-le à nouveau en .xlsx, puis renvoyez-le."
_SAMPLE_ROWS = 2 * TOP_LINES


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet as text. grid: one String column a column of the sheet, empty cells as ""; its row 0 is the first."""

    name: str
    place: int
    grid: pl.DataFrame

    def rows(self, begin: int = 0, count: int | None = None) -> list[list[str]]:
        return [list(cells) for cells in self.grid.slice(begin, count).iter_rows()]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an archive, as XLSX and ODS files are."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def peek_workbook(data: bytes) -> Peek:
    """The first rows of each sheet."""
    try:
        kind, sheets = _open(data)
    except WorkbookError as error:
        return Peek("", (), (_unopened(error),))
    return Peek(kind, tuple(View(_head(sheet), "", sheet.name) for sheet in sheets))


def _head(sheet: Sheet) -> tuple[HeadRow, ...]:
    rows = enumerate(sheet.rows(count=PEEK_ROWS), 1)
    return tuple(HeadRow(number, tuple(cells)) for number, cells in rows if any(cells))


def read_workbook(
    data: bytes,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    header: Header = "expected",
    header_line: int | None = None,
    sheet: str | None = None,
    warn_extra: bool = True,
) -> Table:
    """Read a workbook; see pipeline.deposit.read_table."""
    try:
        kind, sheets = _open(data)
    except WorkbookError as error:
        return refused(_unopened(error))
    asked = [one for one in sheets if sheet in (None, one.name)]
    if not asked:
        return refused(Problem("encoding-error.empty", fix="Vérifiez que c'est le bon fichier."), sheet)
    by_place = header == "absent" or header_line is not None
    expected = Expected.of(columns, aliases)
    found: list[tuple[Sheet, Layout]] = []
    for one in sheets:
        way = _reading(one, len(columns))
        if layout := (
            layout_by_place([way], columns, header_line or 0)
            if by_place
            else layout_by_header([way], expected, warn_extra)
        ):
            found.append((one, layout))
    fitting = [pair for pair in found if pair[0] in asked]
    if not fitting:
        lines = [(number, _shown(cells)) for number, cells in enumerate(asked[0].rows(), 1)]
        return without_header(lines, columns, kind, [], asked[0].name)
    chosen, layout = max(fitting, key=lambda pair: len(pair[1].recognised))
    said = _said_of_sheets(sheets, chosen, [] if by_place else [one for one, _ in found])
    return _table(data, chosen, replace(layout, problems=(*said, *layout.problems)), kind, titled=not by_place)


def _open(data: bytes) -> tuple[str, list[Sheet]]:
    """What kind of workbook it is, and its sheets that hold something, visible ones first."""
    names = check_archive(data)
    kind = "xlsx" if "xl/workbook.xml" in names else "ods" if "content.xml" in names else ""
    if not kind:
        raise WorkbookError("ce n'est pas un classeur")
    try:
        book = fastexcel.read_excel(data)
        loaded = [
            (place, book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string"))
            for place, name in enumerate(book.sheet_names)
        ]
    except fastexcel.FastExcelError as error:
        raise WorkbookError("fichier abîmé ou incomplet") from error
    loaded.sort(key=lambda pair: pair[1].visible != "visible")
    sheets = [
        # ODS tells days and moments apart by itself
        Sheet(
            one.name,
            place,
            _as_text(one.to_polars(), cache(partial(moment_columns, data, one.name)) if kind == "xlsx" else set),
        )
        for place, one in loaded
        if one.width
    ]
    return kind, [one for one in sheets if one.grid.height]


def _as_text(grid: pl.DataFrame, moments: Callable[[], set[int]]) -> pl.DataFrame:
    """Cells as trimmed text, dates as ISO text: days where no cell of the column has or shows an hour, hours alone.

    moments: the columns that show hours, asked only where a column has none but midnight.
    """
    grid = grid.with_columns(pl.all().fill_null("").str.strip_chars(INVISIBLE))
    return grid.with_columns(_iso(column, place, moments) for place, column in enumerate(grid.iter_columns()))


def _iso(column: pl.Series, place: int, shown: Callable[[], set[int]]) -> pl.Series:
    is_dated = column.str.contains(_DATED)
    if not is_dated.any():
        return column
    moments = column.filter(is_dated).str.to_datetime("%Y-%m-%d %H:%M:%S%.f").dt.round("1s")  # 14:59:59.999 is 15:00
    texts = moments.dt.strftime("%Y-%m-%dT%H:%M:%S")
    is_hour = column.filter(is_dated).str.contains(_DAY_ZERO)
    is_midnight = moments == moments.dt.truncate("1d")
    if (is_hour | is_midnight).all() and (is_hour.all() or place not in shown()):
        texts = moments.dt.strftime("%Y-%m-%d")
    texts = pl.select(pl.when(is_hour).then(moments.dt.strftime("%H:%M:%S")).otherwise(texts)).to_series()
    return column.scatter(is_dated.arg_true(), texts)


def _reading(sheet: Sheet, least: int) -> Reading:
    records = [
        Record(number, 1, Cells(_padded(cells, least), "right"))
        for number, cells in enumerate(sheet.rows(count=_SAMPLE_ROWS), 1)
    ]
    return Reading("", QUOTES[0], lambda: records)


def _padded(cells: list[str], least: int) -> list[str]:
    return cells + [""] * (least - len(cells))


def _said_of_sheets(sheets: Sequence[Sheet], chosen: Sheet, fitting: Sequence[Sheet]) -> list[Problem]:
    """Which sheet was read, where there are several; and that others look the same and were not read."""
    others = [one.name for one in fitting if one is not chosen]
    if others:
        return [Problem("sheet.several", "warning", value=chosen.name, expected=", ".join(others))]
    return [Problem("sheet.chosen", "repair", value=chosen.name)] if len(sheets) > 1 else []


def _table(data: bytes, sheet: Sheet, layout: Layout, kind: str, *, titled: bool) -> Table:
    marks = marks_of(data, sheet.name, sheet.place)
    rows = [_padded(cells, layout.width) for cells in sheet.rows()]
    _fill_times(rows, marks)
    said = _filled_merges(rows, marks, layout)
    above = Above(max(0, layout.header_line - 1))
    if titled:
        above = rows_above(
            [Record(n, 1, Cells(cells, "right")) for n, cells in enumerate(rows[: layout.header_line - 1], 1)],
            layout,
            lambda record: _shown(record.cells.values),
        )
    begin = layout.first_line - 1
    judged = [
        Judged(at, at + 1, _verdict(cells, at + layout.first_line, layout, marks), _shown(cells))
        for at, cells in enumerate(rows[begin:])
    ]
    block = settle(judged, None, lambda at, stop: _shown(rows[begin + at]), layout.first_line, layout)
    taken = {record.at + layout.first_line for record in judged if record.verdict.kind == "row"}
    hidden = [Problem("hidden-row", "warning", line) for line in sorted(marks.hidden & taken)]
    return assemble(layout, above, block, kind, [*said, *hidden], sheet.name)


def _verdict(cells: Sequence[str], line: int, layout: Layout, marks: Marks) -> Verdict:
    if line in marks.broken:
        return Verdict(
            "rejected", problems=[Problem("type-error.formula", "error", line, value=marks.broken[line], fix=MEND)]
        )
    return judge(Cells(list(cells), "right"), line, layout)


def _fill_times(rows: list[list[str]], marks: Marks) -> None:
    for (line, column), hour in marks.times.items():
        place = column - marks.first_column
        if line <= len(rows) and 0 <= place < len(rows[line - 1]):
            rows[line - 1][place] = hour


def _filled_merges(rows: list[list[str]], marks: Marks, layout: Layout) -> list[Problem]:
    """A cell merged over several rows of the data stands for each of them."""
    said = []
    for merge in marks.merges:
        place, top = merge.left - marks.first_column, merge.top - 1
        is_inside = layout.first_line <= merge.top <= len(rows) and 0 <= place < layout.width
        if merge.left != merge.right or not is_inside:
            continue
        for row in rows[top + 1 : merge.bottom]:
            row[place] = rows[top][place]
        said.append(
            Problem(
                "missing-cell-error.merged", "repair", merge.top, value=rows[top][place], expected=str(merge.bottom)
            )
        )
    return said


def _shown(cells: Sequence[str]) -> str:
    return " | ".join(cells)


def _unopened(error: WorkbookError) -> Problem:
    return Problem("encoding-error.workbook", line=1, value=str(error), fix=_AGAIN)
