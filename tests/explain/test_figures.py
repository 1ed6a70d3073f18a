"""Figures are written as people of each language write them."""

from datetime import date

import pytest

from pipeline.explain.figures import day, shown

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("value", "kind", "fr", "en"),
    [
        (85194.0, "count", f"85{NARROW}194", "85,194"),
        (0, "count", "0", "0"),
        (None, "count", "–", "–"),
        (0.1, "share", f"10,0{NARROW}%", "10.0%"),
        (-0.08, "change", f"-8,0{NARROW}%", "-8.0%"),
        (0.014, "change", f"+1,4{NARROW}%", "+1.4%"),
        (1234.5, "score", f"1{NARROW}234,5", "1,234.5"),
        (17.084, "number", "17,08", "17.08"),
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
