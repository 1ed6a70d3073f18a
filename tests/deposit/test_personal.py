"""Personal data are found before anything is kept, and ordinary codes are left alone."""

import polars as pl
import pytest

from pipeline.contract import Problem
from pipeline.deposit.personal import personal_data_in_texts, personal_data_in_unread
from pipeline.deposit.texts import texts_in
from pipeline.feeds import get_feed

NOTHING = pl.DataFrame(schema={"line": pl.UInt32, "column": pl.String, "value": pl.String})
HEADERS = {
    "footfall": {"counter_id": "compteur"},
    "events": {"place": "lieu"},
    "shops": {"shop_name": "enseigne", "siret": "siret"},
}


def find(feed: str, header: str, *cells: str, known=(), unread: pl.DataFrame = NOTHING) -> Problem | None:
    rows = pl.DataFrame({header: cells}).with_columns(pl.int_range(2, len(cells) + 2, dtype=pl.UInt32).alias("line"))
    in_texts = personal_data_in_texts(rows, texts_in(rows), HEADERS[feed], get_feed(feed), known)
    return in_texts or personal_data_in_unread(unread, get_feed(feed))


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("A4:5E:60:C2:11:9F", "adresse MAC"),
        ("a4-5e-60-c2-11-9f", "adresse MAC"),
        ("a45e.60c2.119f", "adresse MAC"),
        ("jeanne.martin@example.org", "adresse électronique"),
        ("06 12 34 56 78", "numéro de téléphone"),
        ("0612345678", "numéro de téléphone"),
        ("+33 6 12 34 56 78", "numéro de téléphone"),
        ("AB-123-CD", "plaque d'immatriculation"),
    ],
)
def test_what_names_a_person_or_their_device_in_a_file_of_counts(cell: str, kind: str) -> None:
    found = find("footfall", "divers", "rien", cell)
    assert found is not None
    assert (found.code, found.line, found.column, found.expected) == ("personal-data", 3, "divers", kind)
    assert found.value is None, "the value itself is never repeated"


@pytest.mark.parametrize(
    "cell", ["GR12", "0012", "1700000000", "2025-11-03", "14:00:00", "48.8235", "12:34", "S-042-B", ""]
)
def test_ordinary_cells_name_nobody(cell: str) -> None:
    assert find("footfall", "divers", cell) is None


def test_a_moment_written_with_dots_is_no_telephone() -> None:
    assert find("footfall", "divers", "03.11.2025 14.00") is None
    unread = pl.DataFrame({"line": [2], "column": ["debut"], "value": ["03.11.2025 14.00"]})
    assert find("footfall", "compteur", "GR12", unread=unread) is None
    assert find("footfall", "divers", "03.11.20.25.14") is not None


def test_the_header_alone_says_it_when_the_column_is_filled() -> None:
    found = find("footfall", "Adresse MAC", "x1")
    assert found is not None
    assert found.expected == "adresse MAC"
    assert find("footfall", "Adresse MAC", "") is None


def test_a_counter_that_is_named_like_a_plate_is_a_counter() -> None:
    assert find("footfall", "compteur", "AB-123-CD", known=["AB-123-CD"]) is None
    assert find("footfall", "compteur", "AB-123-CD") is not None


def test_a_cell_that_should_hold_a_number_is_looked_at_too() -> None:
    unread = pl.DataFrame({"line": [7], "column": ["passages"], "value": ["A4:5E:60:C2:11:9F"]})
    found = find("footfall", "compteur", "GR12", unread=unread)
    assert found is not None
    assert (found.line, found.column) == (7, "passages")


@pytest.mark.parametrize("cell", ["Place du Théâtre, 06 12 34 56 78", "écrire à jeanne@example.org"])
def test_telephones_and_addresses_inside_the_text_of_an_event(cell: str) -> None:
    assert find("events", "lieu", cell) is not None


def test_columns_of_an_event_file_that_are_not_read_are_not_looked_at() -> None:
    assert find("events", "contact", "jeanne@example.org") is None


def test_a_siret_is_no_telephone() -> None:
    assert find("shops", "siret", "35600000000048", "732 829 320 00074") is None
