"""Bytes to shaped values, through the reader: what is missing, unknown or unreadable is said and loses no line."""

import polars as pl
import pytest

from pipeline.deposit.formats import Format, Shaped, apply_format, load_formats, match_format
from pipeline.feeds import all_feeds, get_feed

PARIS = "Europe/Paris"


def footfall(name: str) -> Format:
    return {fmt.name: fmt for fmt in load_formats(get_feed("footfall"))}[name]


def keys(shaped: Shaped) -> list[str]:
    return [*shaped.table.problems["key"], *shaped.problems["key"]]


def test_the_template_reads_french_and_english_headers_and_shows_them_as_sent() -> None:
    shaped = apply_format(b"Compteur;start;Passages\nGR12;03/11/2025 14:00;12\n", footfall("template"), PARIS)
    assert shaped.values.select("counter_id", "start", "count", "line").rows() == [
        ("GR12", "03/11/2025 14:00", "12", 2)
    ]
    assert shaped.headers == {"counter_id": "Compteur", "start": "start", "count": "Passages"}
    assert keys(shaped) == []


def test_an_unknown_column_is_said_and_one_that_the_vendor_is_known_to_send_is_not() -> None:
    data = "Zeitstempel;Wetter;Passanten;Location Name;Hunde\n2024-01-01T00:00:00+01:00;rain;5;Domstraße;2\n"
    shaped = apply_format(data.encode(), footfall("hystreet"), PARIS)
    assert shaped.table.problems.select("key", "value").rows() == [("extra-header-warn", "Hunde")]


def test_a_missing_required_header_is_said_by_its_template_name() -> None:
    shaped = apply_format(b"compteur;debut\nGR12;03/11/2025 14:00\n", footfall("template"), PARIS)
    assert shaped.problems.select("line", "key", "severity", "expected").rows() == [
        (1, "missing-required-header", "error", "passages")
    ]
    assert shaped.values.height == 1


def test_a_wide_file_without_value_columns_keeps_its_lines() -> None:
    shaped = apply_format(
        "Numéro de boucle;Jour;Total\n787;2025-11-02;880\n".encode(), footfall("nantes-wide-hours"), PARIS
    )
    assert shaped.values.select("counter_id", "count", "line").rows() == [("787", None, 2)]
    assert shaped.problems["key"].unique().to_list() == ["missing-required-header"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"%PDF-1.7 ...", b"\x00\x01\x02" * 50, b"a;b\n1;2\n"])
def test_what_no_format_recognises_is_no_fault_of_the_program(data: bytes) -> None:
    formats = [fmt for feed in all_feeds().values() for fmt in load_formats(feed)]
    assert match_format(data, formats).chosen is None
    for fmt in formats:
        shaped = apply_format(data, fmt, PARIS)
        assert shaped.values.columns == [*(column.name for column in fmt.feed.columns), "line", "source_column"]
        assert shaped.problems.height
        assert keys(shaped)


def test_every_value_is_text_and_every_line_is_accounted_for() -> None:
    hours = ";".join(f"{hour:02}" for hour in range(24))
    data = (
        f"Numéro de boucle;Jour;{hours};Total\n787;2025-11-02;{';'.join('1' * 24)};24\n\n788;2025-11-02;1;2\n".encode()
    )
    shaped = apply_format(data, footfall("nantes-wide-hours"), PARIS)
    counts = shaped.table.counts
    texts = shaped.values.select(pl.exclude("line"))
    assert set(texts.dtypes) == {pl.String}
    assert counts.read == shaped.values["line"].n_unique() + counts.rejected + counts.blank + counts.repeated_header


def test_of_two_columns_with_one_name_neither_is_taken_in_silence() -> None:
    data = "Zeitstempel;Passanten;Location Name;Passanten\n2024-01-01T00:00:00+01:00;5;Domstraße;9\n"
    shaped = apply_format(data.encode(), footfall("hystreet"), PARIS)
    assert "duplicate-header" in keys(shaped)
    assert shaped.values.height + shaped.table.counts.rejected == 1
