"""Workbooks as people make them: sheets, dates as numbers, merged cells, hidden rows, formulas, footers, damage."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import pytest
import xlsxwriter

from pipeline.deposit import peek, read_table
from pipeline.deposit.problems import problem_list
from pipeline.deposit.table import Table

COLUMNS = ["compteur", "debut", "passages"]


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book)
    return buffer.getvalue()


def sheet_of(rows: list[list[object]], name: str = "Feuil1") -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)

    return workbook(fill)


def said(table: Table) -> list[tuple[int | None, str, str, str | None]]:
    return list(table.problems.select("line", "key", "severity", "sheet").iter_rows())


def test_rows_have_the_numbers_that_the_sheet_shows() -> None:
    table = read_table(sheet_of([["Relevé"], [], COLUMNS, ["GR12", "x", 128], [], ["GR13", "y", 0.5]]), COLUMNS)
    assert table.rows.rows() == [("GR12", "x", "128", 4), ("GR13", "y", "0.5", 6)]
    assert (table.sheet, table.header_line, table.encoding) == ("Feuil1", 3, "xlsx")
    assert said(table) == [(1, "preamble", "repair", "Feuil1"), (5, "blank-row-error", "repair", "Feuil1")]
    assert (table.counts.read, table.counts.blank, table.counts.preamble) == (3, 1, 2)


def test_dates_and_hours_that_excel_keeps_as_numbers_become_iso_text() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["jour", "debut", "heure"])
        forms = [book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm")]
        for number, hour in enumerate((0, 14), 1):
            sheet.write_datetime(number, 0, datetime(2025, 11, 3), forms[0])
            sheet.write_datetime(number, 1, datetime(2025, 11, 3, hour), forms[1])
            sheet.write_datetime(number, 2, time(6, 30), forms[2])
        sheet.write_number(3, 1, 45964.62499999, forms[1])  # 14:59:59.999 as sums of fractions of a day give it

    table = read_table(workbook(fill), ["jour", "debut", "heure"])
    assert table.rows.drop("line").rows() == [
        ("2025-11-03", "2025-11-03T00:00:00", "06:30:00"),
        ("2025-11-03", "2025-11-03T14:00:00", "06:30:00"),
        ("", "2025-11-03T15:00:00", ""),
    ]


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("dd/mm/yyyy", "2025-11-04"),
        ("dd/mm/yyyy hh:mm", "2025-11-04T00:00:00"),
        ("m/d/yy h:mm", "2025-11-04T00:00:00"),
        ('[$-40C]d mmmm yyyy" (heures)"', "2025-11-04"),
    ],
)
def test_a_midnight_is_kept_where_the_cells_show_hours(shown: str, read: str) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 1, ["compteur", "fin"])  # the table does not begin in the first column
        for number in (1, 2):
            sheet.write_string(number, 1, "GR12")
            sheet.write_datetime(number, 2, datetime(2025, 11, 4), book.add_format({"num_format": shown}))

    assert read_table(workbook(fill), ["compteur", "fin"]).rows["fin"].to_list() == [read, read]


def test_the_sheet_with_the_expected_header_is_read_and_said() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Mode d'emploi").write(0, 0, "Remplissez la feuille Données")
        sheet = book.add_worksheet("Données")
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, ["GR12", "x", 1])

    table = read_table(workbook(fill), COLUMNS)
    assert table.sheet == "Données"
    assert (
        problem_list(table.problems)[0].message()
        == "le classeur a plusieurs feuilles ; la feuille « Données » a été lue."
    )
    assert [view.sheet for view in peek(workbook(fill)).views] == ["Mode d'emploi", "Données"]


def test_a_second_sheet_with_the_same_header_is_never_passed_over_in_silence() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Octobre", "Novembre"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, COLUMNS)
            sheet.write_row(1, 0, [name, "x", 1])

    table = read_table(workbook(fill), COLUMNS)
    assert table.rows["compteur"].to_list() == ["Octobre"]
    assert said(table) == [(None, "sheet.several", "warning", "Octobre")]
    assert read_table(workbook(fill), COLUMNS, sheet="Novembre").rows["compteur"].to_list() == ["Novembre"]


def test_hidden_rows_are_read_and_said() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for number in (1, 2, 3):
            sheet.write_row(number, 0, [f"GR1{number}", "x", number])
        sheet.set_row(2, None, None, {"hidden": True})

    table = read_table(workbook(fill), COLUMNS)
    assert table.rows.height == 3
    assert said(table) == [(3, "hidden-row", "warning", "Sheet1")]


def test_a_cell_merged_over_rows_stands_for_each_of_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, COLUMNS)  # the table does not begin in the first column
        for number in (3, 4, 5):
            sheet.write_row(number, 2, ["x", number])
        sheet.merge_range(3, 1, 4, 1, "GR12")
        sheet.write(5, 1, "GR13")

    table = read_table(workbook(fill), COLUMNS)
    assert table.rows.rows() == [("GR12", "x", "3", 4), ("GR12", "x", "4", 5), ("GR13", "x", "5", 6)]
    assert said(table) == [(4, "missing-cell-error.merged", "repair", "Sheet1")]


def test_formulas_give_their_values_and_those_without_a_value_refuse_their_row() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for number, (formula, value) in enumerate((("=60+68", 128), ("=1/0", "#DIV/0!")), 1):
            sheet.write_row(number, 0, [f"GR1{number}", "x"])
            sheet.write_formula(number, 2, formula, None, value)

    table = read_table(workbook(fill), COLUMNS)
    assert table.rows.rows() == [("GR11", "x", "128", 2)]
    assert said(table) == [(3, "type-error.formula", "error", "Sheet1")]
    assert problem_list(table.problems)[0].value == "#DIV/0!"


def test_totals_and_notes_below_and_a_repeated_header_are_told_apart() -> None:
    rows = [COLUMNS, ["GR12", "x", 1], COLUMNS, ["GR13", "y", 2], ["Total", None, 3], [], ["Merci à tous"]]
    table = read_table(sheet_of(rows), COLUMNS)
    assert [row[-1] for row in table.rows.rows()] == [2, 4]
    assert (table.counts.read, table.counts.repeated_header, table.counts.footer) == (4, 1, 2)


def test_cells_beside_the_table_are_said_as_a_column_without_a_name() -> None:
    table = read_table(sheet_of([COLUMNS, ["GR12", "x", 1, None, "à vérifier"]]), COLUMNS)
    assert table.rows["colonne 5"].to_list() == ["à vérifier"]
    assert said(table) == [(1, "blank-header-error", "warning", "Feuil1")]


@pytest.mark.parametrize("cut", [30, 1500, -60])
def test_a_workbook_that_is_cut_is_refused(cut: int) -> None:
    table = read_table(sheet_of([COLUMNS, ["GR12", "x", 1]])[:cut], COLUMNS)
    assert said(table) == [(1, "encoding-error.workbook", "error", None)]


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.txt", "x")
    assert said(read_table(buffer.getvalue(), COLUMNS)) == [(1, "encoding-error.workbook", "error", None)]


def test_an_archive_that_unpacks_to_far_more_than_it_weighs_is_not_opened() -> None:
    """20 MB of zeros weigh 20 kB: a ratio of 1,000, where real sheets stay below 100."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(20_000_000))
    table = read_table(buffer.getvalue(), COLUMNS)
    assert said(table) == [(1, "encoding-error.workbook", "error", None)]
    assert table.problems["value"][0] == "trop volumineux une fois décompressé"


def test_an_archive_of_too_many_files_is_not_opened() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2001):
            archive.writestr(f"{number}.xml", b"")
    assert read_table(buffer.getvalue(), COLUMNS).problems["value"][0] == "2001 fichiers à l'intérieur"


def test_an_opendocument_sheet_is_read_with_its_hidden_rows() -> None:
    def row(cells: list[str], more: str = "") -> str:
        inner = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
        )
        return f"<table:table-row{more}>{inner}</table:table-row>"

    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="Données">'
        + row(COLUMNS)
        + row(["GR12", "x", "1"])
        + row(["GR13", "y", "2"], ' table:visibility="collapse"')
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    table = read_table(buffer.getvalue(), COLUMNS)
    assert table.rows.rows() == [("GR12", "x", "1", 2), ("GR13", "y", "2", 3)]
    assert (table.sheet, table.encoding) == ("Données", "ods")
    assert said(table) == [(3, "hidden-row", "warning", "Données")]


def test_a_day_is_a_day_whatever_the_reading_library_makes_of_it() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["jour", "texte"])
        sheet.write_datetime(1, 0, date(2025, 12, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_string(1, 1, "31/12/2025")

    assert read_table(workbook(fill), ["jour", "texte"]).rows.row(0) == ("2025-12-31", "31/12/2025", 2)


def test_a_letter_typed_far_from_the_table_is_refused_and_not_seventeen_thousand_million_cells_made() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write("XFD1048576", "x")

    [problem] = problem_list(read_table(workbook(fill), COLUMNS).problems)
    assert problem.key == "encoding-error.workbook"
    assert "ligne 1048576 et à la colonne 16384" in problem.message()


def with_sheet(xml: str) -> bytes:
    """A workbook of which the sheet is this text."""
    sent, changed = BytesIO(sheet_of([["x"]])), BytesIO()
    with zipfile.ZipFile(sent) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, xml if entry.filename == "xl/worksheets/sheet1.xml" else old.read(entry))
    return changed.getvalue()


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 16_385 + "</row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="U1000000"><v>1</v></c></row>',
    ],
    ids=["no such column", "no such row", "columns without their place", "more cells than fit: 21 millions"],
)
def test_a_sheet_that_reaches_too_far_is_refused(rows: str) -> None:
    [problem] = problem_list(read_table(with_sheet(sheet_xml(rows)), COLUMNS).problems)
    assert "loin du tableau" in problem.message()


def test_cells_that_are_only_coloured_do_not_count_and_places_may_be_left_out() -> None:
    def row(cells: list[str], attributes: str = "") -> str:
        return f"<row{attributes}>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in cells) + "</row>"

    coloured = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    rows = row(COLUMNS) + row(["GR12", "x", "3"], ' hidden="1"') + coloured
    table = read_table(with_sheet(sheet_xml(rows)), COLUMNS)
    assert table.rows.rows() == [("GR12", "x", "3", 2)]
    assert [problem.key for problem in problem_list(table.problems)] == ["hidden-row"]


HEADER_XML = (
    '<row r="1">'
    + "".join(f'<c r="{"ABC"[n]}1" t="inlineStr"><is><t>{name}</t></is></c>' for n, name in enumerate(COLUMNS))
    + "</row>"
)


def row_xml(number: int, third: str, attributes: str = "") -> str:
    """A row of a counter, a text, and this third cell."""
    texts = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in (("A", "GR"), ("B", "x"))
    )
    return f'<row r="{number}"{attributes}>{texts}{third}</row>'


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="C2"><f>2+3</f><v></v></c>',
        '<c r="C2"><f>2+3</f><v/></c>',
        '<c r="C2"><f>2+3</f><v> </v></c>',
        '<c r="C2"><f>SUM(A2:B2)</f><v></v></c>',
        '<c r="C2" t="str"><f>2+3</f><v></v></c>',
        '<c r="C2" t="str"><f>$A2*B2</f></c>',
        "<c><f>2+3</f><v></v></c>",
    ],
)
def test_a_formula_that_was_never_computed_refuses_its_row(cell: str) -> None:
    table = read_table(
        with_sheet(sheet_xml(HEADER_XML + row_xml(2, cell) + row_xml(3, '<c r="C3"><v>5</v></c>'))), COLUMNS
    )
    assert table.rows.rows() == [("GR", "x", "5", 3)]
    assert said(table) == [(2, "type-error.formula", "error", "Feuil1")]
    assert problem_list(table.problems)[0].value == "formule sans valeur"


def test_a_formula_that_gives_an_empty_text_gives_an_empty_cell() -> None:
    """Excel writes =IF(A2="","",A2*2) so where A2 is empty: it was computed, and the cell shows nothing."""
    cell = '<c r="C2" t="str"><f>IF(A2="","",A2*2)</f><v></v></c>'
    table = read_table(with_sheet(sheet_xml(HEADER_XML + row_xml(2, cell))), COLUMNS)
    assert table.rows.rows() == [("GR", "x", "", 2)]
    assert said(table) == []


def prefixed(xml: str) -> str:
    """The same sheet, its elements under the prefix x."""
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")


def single_quoted(xml: str) -> str:
    return xml.replace('"', "'")


def spaced(xml: str) -> str:
    return xml.replace('="', ' = "')


@pytest.mark.parametrize("written", [prefixed, single_quoted, spaced])
def test_marks_are_found_however_the_sheet_is_written(written: Callable[[str], str]) -> None:
    rows = [
        HEADER_XML,
        row_xml(2, '<c r="C2"><v>1</v></c>'),
        row_xml(3, '<c r="C3"><v>2</v></c>', ' hidden="1"'),
        row_xml(4, '<c r="C4" t="e"><v>#N/A</v></c>'),
        row_xml(5, '<c r="C5"><f>2+3</f></c>'),
        row_xml(6, '<c r="C6"><v>7</v></c>'),
        row_xml(7, ""),
    ]
    xml = sheet_xml("".join(rows)).replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="C6:C7"/></mergeCells>'
    )
    declaration, _, body = xml.partition("?>")
    table = read_table(with_sheet(f"{declaration}?>{written(body)}"), COLUMNS)
    assert table.rows.rows() == [("GR", "x", "1", 2), ("GR", "x", "2", 3), ("GR", "x", "7", 6), ("GR", "x", "7", 7)]
    assert sorted((line or 0, key) for line, key, _, _ in said(table)) == [
        (3, "hidden-row"),
        (4, "type-error.formula"),
        (5, "type-error.formula"),
        (6, "missing-cell-error.merged"),
    ]


def test_the_sheet_is_found_where_the_list_of_sheets_is_written_otherwise() -> None:
    sent, changed = BytesIO(with_sheet(sheet_xml(HEADER_XML + row_xml(2, '<c r="C2"><f>2+3</f></c>')))), BytesIO()
    with zipfile.ZipFile(sent) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            text = old.read(entry).decode()
            is_list = entry.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
            new.writestr(entry, single_quoted(text) if is_list else text)
    assert said(read_table(changed.getvalue(), COLUMNS)) == [(2, "type-error.formula", "error", "Feuil1")]


def test_cells_merged_below_the_table_say_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, ["GR12", "x", 1])
        sheet.merge_range(8, 0, 9, 0, None)

    table = read_table(workbook(fill), COLUMNS)
    assert (table.rows.height, said(table)) == (1, [])


def test_a_sheet_that_reaches_too_far_in_single_quotes_is_refused() -> None:
    rows = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1000000'><c r='U1000000'><v>1</v></c></row>"
    [problem] = problem_list(read_table(with_sheet(sheet_xml(rows)), COLUMNS).problems)
    assert "loin du tableau" in problem.message()
