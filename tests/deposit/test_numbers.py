"""Numbers as people write them."""

import polars as pl
import pytest

from pipeline.contract import Column
from pipeline.deposit.number_words import number_in_words
from pipeline.deposit.numbers import read_numbers
from pipeline.deposit.texts import Texts
from pipeline.feeds import get_feed

COUNT = get_feed("footfall").column("count")
MANUAL = get_feed("manual_counts").column("count")
TEMPERATURE = get_feed("weather").column("temp_max_c")
COST = get_feed("events").column("full_cost_eur")


def read(column: Column, *texts: str | None) -> tuple[list[float | None], list[str]]:
    typed = read_numbers(Texts.of(pl.Series(texts, dtype=pl.String)), column)
    return typed.values.to_list(), typed.findings["key"].to_list()


@pytest.mark.parametrize(
    ("column", "text", "value", "said"),
    [
        (COUNT, "128", 128.0, []),
        (COUNT, " 128 ", 128.0, []),
        (COUNT, "12.5", 12.5, []),
        (COUNT, "0", 0.0, []),
        (COUNT, "12,5", 12.5, ["type-error.decimal-comma"]),
        (COUNT, "1 204", 1204.0, ["type-error.number-repaired"]),
        (COUNT, "1\u00a0204", 1204.0, ["type-error.number-repaired"]),
        (COUNT, "1\u202f204\u202f000", 1204000.0, ["type-error.number-repaired"]),
        (COUNT, "1.204,5", 1204.5, ["type-error.number-repaired"]),
        (COUNT, "1.204.567", 1204567.0, ["type-error.number-repaired"]),
        (COST, "4 500 €", 4500.0, ["type-error.number-repaired"]),
        (TEMPERATURE, "−3", -3.0, ["type-error.number-repaired"]),
        (TEMPERATURE, "-3,5", -3.5, ["type-error.decimal-comma"]),
        (TEMPERATURE, "14,204", 14.204, ["type-error.decimal-comma"]),
        (MANUAL, "3,0", 3, ["type-error.decimal-comma"]),
        (MANUAL, "1.204", 1204, ["type-error.number-repaired"]),
    ],
)
def test_what_has_one_meaning_is_read_and_a_repair_is_said(
    column: Column, text: str, value: float, said: list[str]
) -> None:
    assert read(column, text) == ([value], said)


@pytest.mark.parametrize("text", ["douze", "1 20", "nan", "inf", "-", "#REF!", "1,2,3", "12a", "1e", "1..2", "9" * 400])
def test_what_is_no_number_is_an_error(text: str) -> None:
    assert read(COUNT, text) == ([None], ["type-error.number"])


def test_a_number_with_three_decimals_may_be_thousands_and_is_left_to_the_sender() -> None:
    assert read(COUNT, "1,204", "1.204") == ([None, None], ["type-error.number-ambiguous"] * 2)


def test_the_column_decides_what_its_comma_means() -> None:
    assert read(COUNT, "1,204", "12,5")[0] == [1.204, 12.5]
    assert read(COUNT, "1,204", "1,204,567")[0] == [1204.0, 1204567.0]
    # What only the rest of the column tells is said.
    assert read(COUNT, "1.204", "12.5") == ([1.204, 12.5], ["type-error.number-repaired"])
    assert read(COUNT, "1.2", "12.5") == ([1.2, 12.5], [])


@pytest.mark.parametrize("column", [COUNT, MANUAL])
def test_a_number_too_large_to_be_told_from_the_next_is_an_error(column: Column) -> None:
    # A double holds every whole number up to 2^53 = 9007199254740992; of the next two it holds one.
    assert read(column, "9007199254740991")[0] == [9007199254740991]
    for text in ("9007199254740993", "9223372036854775808", "99 999 999 999 999 999 999"):
        assert read(column, text)[0] == [None]


def test_a_value_without_unit_nor_limit_may_have_thousands() -> None:
    value = get_feed("benchmarks").column("value")
    assert read(value, "1.204") == ([None], ["type-error.number-ambiguous"])
    assert read(value, "12.5") == ([12.5], [])
    assert read(get_feed("events").column("threshold_share"), "0.105") == ([0.105], [])


def test_a_unit_may_be_written_without_its_superscript() -> None:
    area = get_feed("premises").column("area_m2")
    assert read(area, "65 m2") == read(area, "65 m²") == ([65.0], ["type-error.number-repaired"])


def test_zero_is_a_count_and_an_empty_cell_is_none() -> None:
    assert read(COUNT, "0", "", None, "  ") == ([0.0, None, None, None], [])


def test_a_part_of_a_person_is_no_whole_number() -> None:
    assert read(MANUAL, "3,5") == ([None], ["type-error.integer"])


def test_a_repair_in_many_cells_is_said_once_with_their_number() -> None:
    typed = read_numbers(Texts.of(pl.Series([f"1 {n}" for n in range(200, 230)])), COUNT)
    assert typed.findings.select("row", "value", "fix").rows() == [
        (0, "1 200", "De même pour 29 autre(s) case(s) de la colonne.")
    ]
    assert typed.repaired.arg_true().to_list() == list(range(30))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("douze", 12),
        ("Vingt et un", 21),
        ("soixante-quinze", 75),
        ("quatre-vingt-dix-sept", 97),
        ("deux cent quatre-vingts", 280),
        ("mille deux cents", 1200),
        ("deux mille trois", 2003),
        ("septante", 70),
        ("personne", 0),
        ("beaucoup", None),
        ("", None),
    ],
)
def test_french_words_say_a_number(words: str, number: int | None) -> None:
    assert number_in_words(words) == number
