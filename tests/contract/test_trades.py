"""The trade nomenclature and the words that lead to it."""

import re

import pytest

from pipeline.contract.trades import all_families, all_trades, normalise_trade


def test_there_are_eight_families_and_each_holds_a_trade() -> None:
    assert len(all_families()) == 8
    assert {trade.family for trade in all_trades().values()} == set(all_families())


# Codes and their meaning: NAF rév. 2 from decree 2007-1888, NAF 2025 from Insee's list of 1 August 2025.
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("47.24Z", "bakery"),
        ("4724Z", "bakery"),
        ("10.71C", "bakery"),
        ("10.71H", "bakery"),
        ("47.24y", "bakery"),
        ("56.10A", "restaurant"),
        ("56.11G", "restaurant"),
        ("56.10C", "fast_food"),
        ("56.11J", "fast_food"),
        ("96.02A", "hairdresser"),
        ("9621G", "hairdresser"),
        ("45.11Z", "vehicles"),
        ("47.81Y", "vehicles"),
        ("47.26Z", "press_tobacco"),
        ("47.92H", "press_tobacco"),
        ("64.19Z", "bank_insurance"),
        ("68.32H", "agency"),
    ],
)
def test_a_naf_code_of_either_revision_reads_with_or_without_its_dot(text: str, code: str) -> None:
    assert normalise_trade(text) == code


@pytest.mark.parametrize(
    "text", ["boulangerie", "BOULANGERIE", "Boulangerie-Pâtisserie", "boulangerie patisserie", "  Boulanger ", "bakery"]
)
def test_a_label_reads_whatever_its_case_accents_hyphens_and_spaces(text: str) -> None:
    assert normalise_trade(text) == "bakery"


def test_straight_and_curly_apostrophes_and_ligatures_read_alike() -> None:
    assert normalise_trade("galerie d’art") == normalise_trade("galerie d'art") == "leisure_goods"


@pytest.mark.parametrize("text", ["", "   ", "?", "chaudronnerie navale", "47.24", "4724", "68.32G", "47.81Z"])
def test_what_is_not_a_trade_of_a_shop_is_none_and_never_guessed(text: str) -> None:
    # 47.24 without its letter: class 47.78 and others changed meaning between the revisions.
    # 68.32G: holders of property, not an agency.
    # 47.81Z: food on markets in rév. 2, although 47.81Y is car sales in NAF 2025.
    assert normalise_trade(text) is None


def test_every_word_of_the_nomenclature_leads_to_its_own_trade() -> None:
    for trade in all_trades().values():
        assert {normalise_trade(word) for word in trade.words} == {trade.code}


def test_the_two_revisions_cannot_be_confused_by_their_letters() -> None:
    for trade in all_trades().values():
        assert all(re.fullmatch(r"\d\d\.\d\d[A-FZ]", naf) for naf in trade.naf_rev2), trade.code
        assert all(re.fullmatch(r"\d\d\.\d\d[G-LY]", naf) for naf in trade.naf_2025), trade.code
        assert trade.naf_rev2, trade.code
        assert trade.naf_2025, trade.code


def test_banks_agencies_practices_and_offices_are_cold_fronts_and_nothing_else_is() -> None:
    cold = {trade.code for trade in all_trades().values() if not trade.is_walk_in}
    assert cold == {"bank_insurance", "agency", "medical_practice", "office"}
