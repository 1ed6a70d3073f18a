"""The templates, as the programs of a volunteer read them."""

import csv
import io
import re
import zipfile

import fastexcel
import pytest

from pipeline.contract.trades import normalise_trade
from pipeline.deposit import read_table
from pipeline.derive import template_csv, template_xlsx
from pipeline.feeds import all_feeds

FEEDS = sorted(all_feeds())


def parts(name: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(template_xlsx(all_feeds()[name]))) as archive:
        return {part: archive.read(part).decode("utf-8") for part in archive.namelist()}


def cells(data: bytes, sheet: int) -> list[list[str]]:
    frame = fastexcel.read_excel(data).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [[cell for cell in row if cell is not None] for row in frame.iter_rows()]


def test_the_csv_of_footfall_is_the_header_of_the_contract_with_what_excel_needs() -> None:
    # contracts.md: compteur | debut | fin | passages | sens; `;` and UTF-8 BOM so that Excel opens it rightly.
    assert template_csv(all_feeds()["footfall"]) == b"\xef\xbb\xbfcompteur;debut;fin;passages;sens\r\n"


@pytest.mark.parametrize("name", FEEDS)
def test_a_csv_template_holds_each_header_once_and_no_row_that_could_become_a_fact(name: str) -> None:
    rows = list(csv.reader(io.StringIO(template_csv(all_feeds()[name]).decode("utf-8-sig")), delimiter=";"))
    assert rows == [[column.header for column in all_feeds()[name].columns]]
    assert all(header.isascii() for header in rows[0])


@pytest.mark.parametrize("name", FEEDS)
def test_a_workbook_has_the_same_headers_no_data_and_a_guide(name: str) -> None:
    feed = all_feeds()[name]
    data = template_xlsx(feed)
    assert fastexcel.read_excel(data).sheet_names == [feed.title.fr[:31], "Mode d'emploi"]
    assert cells(data, 0) == [[column.header for column in feed.columns]]
    guide = [cell for row in cells(data, 1) for cell in row]
    assert feed.title.fr in guide
    for column in feed.columns:
        assert column.header in guide
        assert not column.example or column.example in guide


@pytest.mark.parametrize("name", FEEDS)
def test_the_same_feed_gives_the_same_bytes(name: str) -> None:
    assert template_xlsx(all_feeds()[name]) == template_xlsx(all_feeds()[name])


def test_each_header_carries_a_note_with_what_is_expected_and_an_example() -> None:
    notes = parts("footfall")["xl/comments1.xml"]
    assert notes.count("<comment ") == len(all_feeds()["footfall"].columns)
    assert "0 = personne n'est passé ; vide = non compté" in notes
    assert "Exemple : 03/11/2025 14:00" in notes


def test_choices_yes_no_and_trades_have_drop_downs_that_point_at_their_values() -> None:
    for name, listed in {
        "shops": ["activite", "motif", "statut"],
        "premises": ["secteur", "a_louer", "travaux"],
    }.items():
        sheet = parts(name)["xl/worksheets/sheet1.xml"]
        ranges = re.findall(r"<formula1>'Mode d''emploi'!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)</formula1>", sheet)
        assert len(ranges) == len(listed)
        frame = (
            fastexcel.read_excel(template_xlsx(all_feeds()[name]))
            .load_sheet(1, header_row=None, dtypes="string")
            .to_polars()
        )
        # calamine drops empty rows above the data only, and the guide starts in A1, so row n is line n of the sheet.
        for header, (letter, first, last) in zip(listed, ranges, strict=True):
            column = frame.to_series(ord(letter) - ord("A")).to_list()
            assert column[int(first) - 2] == f"Valeurs de {header}"
            values = column[int(first) - 1 : int(last)]
            assert all(values)
            assert len(column) == int(last) or column[int(last)] is None
            if header == "activite":
                assert all(normalise_trade(value) for value in values)
                assert len(values) == 30
            if header == "motif":
                # contracts.md: retraite, liquidation, transfert, fin de bail, autre
                assert values == ["retraite", "liquidation", "transfert", "fin de bail", "autre"]
            if header == "a_louer":
                assert values == ["oui", "non"]


def test_codes_are_text_cells_and_dates_are_french_dates() -> None:
    styles = parts("shops")["xl/styles.xml"]
    assert 'formatCode="dd/mm/yyyy"' in styles
    assert 'formatCode="@"' in styles
    assert 'formatCode="dd/mm/yyyy hh:mm"' in parts("footfall")["xl/styles.xml"]


@pytest.mark.parametrize("name", FEEDS)
def test_a_template_that_comes_back_untouched_is_read_as_a_file_without_data(name: str) -> None:
    feed = all_feeds()[name]
    headers = [column.header for column in feed.columns]
    for data in (template_csv(feed), template_xlsx(feed)):
        table = read_table(data, headers)
        assert table.header == headers
        assert table.counts.read == 0
        assert table.rows.height == 0
        assert "encoding-error.empty" in table.problems.get_column("key").to_list()
