"""Each planted mistake, on three lines."""

import io
import zipfile

from pipeline.demo import mistakes
from pipeline.demo.sheets import csv_bytes, lines_of, xlsx_bytes

LINES = [["compteur", "debut", "passages"], ["A", "03/11/2025 14:00", "1248"], ["B", "03/11/2025 14:00", "3"]]


def test_columns_change_places() -> None:
    assert mistakes.reordered(LINES, ["passages", "compteur"]) == [["passages", "compteur"], ["1248", "A"], ["3", "B"]]


def test_a_title_stands_above_the_header() -> None:
    assert mistakes.with_title(LINES, "Comptages")[:3] == [["Comptages"], [], LINES[0]]


def test_a_total_stands_below() -> None:
    assert mistakes.with_total(LINES, "passages")[-1] == ["Total", "", "1251"]


def test_a_blank_line_stands_before_a_line() -> None:
    assert mistakes.with_blank_lines(LINES, [2]) == [LINES[0], LINES[1], ["", "", ""], LINES[2]]


def test_the_header_comes_again() -> None:
    assert mistakes.with_repeated_header(LINES, 2) == [LINES[0], LINES[1], LINES[0], LINES[2]]


def test_only_the_lines_meant_are_rewritten() -> None:
    meant = mistakes.lines_where(LINES, "compteur", lambda cell: cell == "B")
    assert meant == [2]
    assert mistakes.rewritten(LINES, "passages", lambda _: "x", meant)[1:] == [LINES[1], ["B", "03/11/2025 14:00", "x"]]


def test_cells_are_written_as_people_do() -> None:
    assert mistakes.with_thousands_space("1248") == "1 248"
    assert mistakes.with_thousands_space("248") == "248"
    assert mistakes.with_decimal_comma("14.2") == "14,2"
    assert mistakes.iso_datetime("03/11/2025 14:00") == "2025-11-03 14:00"


def test_a_csv_is_what_a_french_excel_writes() -> None:
    assert csv_bytes([["a", "b"], ["1", "é"]]) == b"\xef\xbb\xbfa;b\r\n1;\xc3\xa9\r\n"
    assert csv_bytes([["é;è"]], encoding="cp1252") == b'"\xe9;\xe8"\r\n'


def test_rows_stand_under_the_templates_headers() -> None:
    rows = [{"date": None, "rain_mm": 3.0, "temp_max_c": 14.2}]
    assert lines_of("weather", rows, ["date", "temp_max_c", "rain_mm"]) == [
        ["date", "temp_max_c", "pluie_mm"],
        ["", "14.2", "3"],
    ]


def test_a_workbook_has_no_date_of_its_own() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(LINES, "Feuille"))) as book:
        assert b"2026-11-01T00:00:00Z" in book.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


def test_a_workbook_holds_numbers_and_dates_as_excel_makes_them() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(LINES, "Feuille"))) as book:
        cells = book.read("xl/worksheets/sheet1.xml")
    # Excel's day 45964 is 3 November 2025 (45658 is 1 January 2025, and 306 days follow); 14:00 is 14/24 of it.
    assert b"<v>45964.58333333334</v>" in cells
    assert b"<v>1248</v>" in cells
