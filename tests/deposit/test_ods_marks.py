"""What an OpenDocument sheet says beside its values: errors, formulas never computed, merged cells; and its hours."""

import zipfile
from io import BytesIO

import pytest

from pipeline.deposit import read_table
from pipeline.deposit.problems import problem_list
from pipeline.deposit.table import Table

COLUMNS = ["compteur", "debut", "passages"]


def text(shown: str, attributes: str = "") -> str:
    return f'<table:table-cell{attributes} office:value-type="string"><text:p>{shown}</text:p></table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


def table_of(*rows: str) -> Table:
    """The sheet of these rows under the header, as read."""
    spaces = "".join(
        f' xmlns:{name}="urn:{name}:1.0"'
        if name == "calcext"
        else f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "calcext")
    )
    body = row(*map(text, COLUMNS)) + "".join(rows)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="Données">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return read_table(buffer.getvalue(), COLUMNS)


def said(table: Table) -> list[tuple[int | None, str, str | None]]:
    return [(problem.line, problem.key, problem.value) for problem in problem_list(table.problems)]


ZERO = ' office:value-type="float" office:value="0"'
EMPTY = ' office:value-type="string" office:string-value=""'
ERROR = ' calcext:value-type="error"'
NUMBER = '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (f'<table:table-cell table:formula="of:=1/0"{ZERO}{ERROR}><text:p>#DIV/0!</text:p>', "#DIV/0!"),
        (f'<table:table-cell table:formula="of:=1/0"{ZERO}><text:p>#DIV/0!</text:p>', "#DIV/0!"),
        (f'<table:table-cell table:formula="of:=[.A1]"{ZERO}><text:p>#VALEUR !</text:p>', "#VALEUR !"),
        (f'<table:table-cell table:formula="of:=A("{ZERO}><text:p>Err:508</text:p>', "Err:508"),
        (f'<table:table-cell table:formula="of:=NA()"{EMPTY}{ERROR}><text:p>#N/A</text:p>', "#N/A"),
        (f'<table:table-cell table:formula="of:=NA()"{EMPTY}{ERROR}>', "#ERR"),
        (f"<table:table-cell table:formula='of:=1>0'{ZERO}{ERROR}><text:p>#N/D</text:p>", "#N/D"),
        ('<table:table-cell table:formula="of:=XX(1)"><text:p>#NAME?</text:p>', "#NAME?"),
        ('<table:table-cell table:formula="of:=1+1">', "formule sans valeur"),
        ('<table:table-cell table:formula="of:=1+1" office:value-type="float">', "formule sans valeur"),
    ],
)
def test_errors_and_formulas_without_a_value_refuse_their_row(cell: str, value: str) -> None:
    table = table_of(row(text("GR12"), text("x"), f"{cell}</table:table-cell>"), row(text("GR13"), text("y"), NUMBER))
    assert table.rows.rows() == [("GR13", "y", "5", 3)]
    assert said(table) == [(2, "type-error.formula", value)]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (
            '<table:table-cell table:formula="of:=2+3" office:value-type="float" office:value="5"><text:p>###</text:p>',
            "5",
        ),
        (f'<table:table-cell table:formula="of:=&quot;&quot;"{EMPTY}><text:p></text:p>', ""),
        (
            '<table:table-cell table:formula="of:=1=1" office:value-type="boolean" office:boolean-value="true">'
            "<office:annotation><text:p>#N/A</text:p></office:annotation><text:p>VRAI</text:p>",
            "true",
        ),
    ],
    ids=["a number too wide for its column", "an empty text", "a note about an error"],
)
def test_formulas_that_were_computed_give_their_values(cell: str, read: str) -> None:
    table = table_of(row(text("GR12"), text("x"), f"{cell}</table:table-cell>"))
    assert table.rows.rows() == [("GR12", "x", read, 2)]
    assert said(table) == []


def test_a_row_that_is_repeated_is_refused_each_time_and_the_rows_below_keep_their_numbers() -> None:
    broken = row(
        text("GR12"),
        '<table:table-cell table:formula="of:=1+1" table:number-columns-repeated="2"/>',
        attributes=' table:number-rows-repeated="2"',
    )
    later = row(text("GR13"), text("y"), '<table:table-cell table:formula="of:=1+1"/>')
    table = table_of(broken, row(text("GR13"), text("y"), NUMBER), later)
    assert table.rows.rows() == [("GR13", "y", "5", 4)]
    assert [line for line, _, _ in said(table)] == [2, 3, 5]


def test_a_cell_merged_over_rows_stands_for_each_of_them() -> None:
    table = table_of(
        row(text("GR12", ' table:number-columns-spanned="1" table:number-rows-spanned="2"'), text("x"), NUMBER),
        row("<table:covered-table-cell/>", text("y"), NUMBER),
        row(text("GR13"), text("z"), NUMBER),
    )
    assert table.rows.rows() == [("GR12", "x", "5", 2), ("GR12", "y", "5", 3), ("GR13", "z", "5", 4)]
    assert said(table) == [(2, "missing-cell-error.merged", "GR12")]


def test_merged_cells_are_found_behind_cells_that_are_repeated() -> None:
    same = text("GR12", ' table:number-columns-repeated="2"')
    table = table_of(
        row(same, NUMBER.replace("cell ", 'cell table:number-rows-spanned="2" ', 1)),
        row(same, "<table:covered-table-cell/>"),
    )
    assert table.rows.rows() == [("GR12", "GR12", "5", 2), ("GR12", "GR12", "5", 3)]


@pytest.mark.parametrize(
    ("duration", "hour"),
    [
        ("PT06H30M00S", "06:30:00"),
        ("PT6H30M", "06:30:00"),
        ("PT14H59M59.999S", "15:00:00"),
        ("PT30H05M00S", "30:05:00"),
        ("P1DT6H", "30:00:00"),
        ("demain", "demain"),
    ],
)
def test_hours_are_read(duration: str, hour: str) -> None:
    cell = f'<table:table-cell office:value-type="time" office:time-value="{duration}"><text:p>x</text:p>'
    table = table_of(row(text("GR12"), f"{cell}</table:table-cell>", NUMBER), row(text("GR13"), text("y"), NUMBER))
    assert table.rows.rows() == [("GR12", hour, "5", 2), ("GR13", "y", "5", 3)]
    assert said(table) == []


def test_a_hidden_row_repeated_beyond_every_sheet_takes_no_room() -> None:
    hidden = ' table:visibility="collapse" table:number-rows-repeated="99999999999"'
    table = table_of(row(text("GR12"), text("y"), NUMBER), row("<table:table-cell/>", attributes=hidden))
    assert (table.rows.height, said(table)) == (1, [])
