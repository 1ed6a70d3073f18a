"""Figures are written as people of each language write them."""

from datetime import date

import pytest

from pipeline.explain.figures import counted, day, shown, typeset

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("value", "kind", "fr", "en"),
    [
        (85194.0, "count", f"85{NARROW}194", "85,194"),
        (0, "count", "0", "0"),
        (None, "count", "–", "–"),
        (0.1, "share", f"10,0{NARROW}%", "10.0%"),
        (-0.08, "change", f"−8,0{NARROW}%", "−8.0%"),
        (0.014, "change", f"+1,4{NARROW}%", "+1.4%"),
        (1234.5, "score", f"1{NARROW}234,5", "1,234.5"),
        (17.084, "number", "17,08", "17.08"),
        (-0.0004, "change", f"0,0{NARROW}%", "0.0%"),
        (0.13, "complement", f"87,0{NARROW}%", "87.0%"),
        (-0.91, "points", "−0,9", "−0.9"),
        (4.5, "points", "+4,5", "+4.5"),
        (0.8977, "euros", "0,90\u00a0€", "€0.90"),
        (15600.0, "whole_euros", f"15{NARROW}600\u00a0€", "€15,600"),
        (18.25, "degrees", "18,2\u00a0°C", "18.2 °C"),
        (date(2026, 11, 15), "day", "15 novembre 2026", "15 November 2026"),
        ("sensitivity_break", "text", "sensitivity_break", "sensitivity_break"),
    ],
)
def test_a_figure_has_its_thousands_its_decimals_and_its_sign(value: object, kind: str, fr: str, en: str) -> None:
    assert shown(value, kind, "fr") == fr
    assert shown(value, kind, "en") == en


def test_a_day_is_written_out() -> None:
    assert day(date(2026, 11, 16), "fr") == "16 novembre 2026"
    assert day(date(2026, 5, 1), "fr") == "1er mai 2026"
    assert day(date(2026, 5, 1), "en") == "1 May 2026"


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [(0, "0\u00a0local", "0 premises"), (1, "1\u00a0local", "1 unit"), (2, "2\u00a0locaux", "2 premises")],
)
def test_a_noun_agrees_with_its_number_as_each_language_has_it(value: int, fr: str, en: str) -> None:
    assert counted(value, "count", ("local", "locaux"), "fr") == fr
    assert counted(value, "count", ("unit", "premises"), "en") == en


def test_french_sentences_are_set_with_the_spaces_that_do_not_break() -> None:
    typed = "« Braderie » : à 95 %, rang 1 ; sûr ?"
    assert typeset(typed, "fr") == "«\u00a0Braderie\u00a0»\u00a0: à 95\u202f%, rang 1\u202f; sûr\u202f?"
    assert typeset(typed, "en") == typed
