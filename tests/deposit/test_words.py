"""Words out of a list, trades and SIRET numbers."""

import polars as pl
import pytest

from pipeline.deposit.texts import Texts
from pipeline.deposit.words import is_siret, luhn, read_booleans, read_sirets, read_trades, read_words
from pipeline.feeds import get_feed

SHOPS = get_feed("shops")


def test_labels_codes_and_aliases_are_read_and_an_alias_is_said() -> None:
    typed = read_words(
        Texts.of(pl.Series(["indépendant", "Independant", "branch", "chaîne", ""])), SHOPS.column("operator_type")
    )
    assert typed.values.to_list() == ["independent", "independent", "branch", "branch", None]
    assert typed.findings.select("row", "key", "expected").rows() == [
        (3, "constraint-error.enum-repaired", "succursale")
    ]


def test_an_unknown_word_is_told_the_list_and_the_nearest() -> None:
    typed = read_words(Texts.of(pl.Series(["indépendnt"])), SHOPS.column("operator_type"))
    assert typed.values.to_list() == [None]
    assert typed.findings.select("expected", "fix").row(0) == (
        "indépendant, franchise, succursale",
        "Vouliez-vous dire « indépendant » ?",
    )


def test_yes_and_no() -> None:
    column = get_feed("premises").column("is_to_let")
    typed = read_booleans(Texts.of(pl.Series(["oui", "Non", "VRAI", "0", "peut-être", None])), column)
    assert typed.values.to_list() == [True, False, True, False, None, None]
    assert typed.findings["key"].to_list() == ["type-error.boolean"]


def test_trades_become_our_code() -> None:
    typed = read_trades(Texts.of(pl.Series(["Boulangerie", "47.24Z", "4724Z", "astrologue"])), SHOPS.column("activity"))
    assert typed.values.to_list() == ["bakery", "bakery", "bakery", None]
    assert typed.findings["key"].to_list() == ["constraint-error.trade"]


def test_the_luhn_sum_of_a_published_example() -> None:
    # 7992739871 with its check digit 3 (ISO/IEC 7812-1, annex B): 67 for the payload's ten digits, 70 with the key.
    assert luhn("79927398713") == 70


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("73282932000074", True),  # Insee's example SIREN 732 829 320 and its NIC 00074
        ("73282932000075", False),
        ("35600000000048", True),  # La Poste's seat: Luhn holds
        ("35600000049837", True),  # La Poste: 3+5+6+4+9+8+3+7 = 45, divisible by 5; Luhn does not hold
        ("35600000049838", False),
    ],
)
def test_siret_keys(digits: str, valid: bool) -> None:
    assert is_siret(digits) is valid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3,56E+13", "Excel en a effacé des chiffres"),
        ("356000000", "c'est un SIREN"),
        ("35600000000049", "sa clé de contrôle est fausse"),
        ("3560000000004", "il a 13 chiffres"),
        ("SIRET inconnu", "que des chiffres"),
        ("３５６０００００００００４８", "que des chiffres"),
        ("²5600000000048", "que des chiffres"),
        ("00000000000000", "sa clé de contrôle est fausse"),
    ],
)
def test_a_wrong_siret_is_told_why(text: str, words: str) -> None:
    typed = read_sirets(Texts.of(pl.Series([text])), SHOPS.column("siret"))
    assert words in typed.findings["expected"][0]


def test_spaces_in_a_siret_are_repaired() -> None:
    typed = read_sirets(Texts.of(pl.Series(["732 829 320 00074", "73282932000074.0"])), SHOPS.column("siret"))
    assert typed.values.to_list() == ["73282932000074"] * 2
    assert typed.findings["severity"].to_list() == ["repair"] * 2


def test_a_zero_that_excel_dropped_is_proposed_and_not_guessed() -> None:
    # 01000000000009: the 1 stands thirteenth from the right and is not doubled, 1 + 9 = 10.
    typed = read_sirets(Texts.of(pl.Series(["1000000000009"])), SHOPS.column("siret"))
    assert typed.values.to_list() == [None]
    assert "écrivez 01000000000009" in typed.findings["fix"][0]
