"""The sentences that a sender reads."""

import string
from pathlib import Path

import pytest

from pipeline.contract import Problem
from pipeline.contract.problems import messages

FIELDS = {"value", "expected", "fix"}
# contracts.md: Validata's codes, then ours.
CONTRACT_CODES = {
    *(
        "encoding-error",
        "blank-header-error",
        "blank-row-error",
        "extra-cell-error",
        "missing-cell-error",
        "type-error",
    ),
    *("constraint-error", "missing-required-header", "extra-header-warn", "disordered-header-warn"),
    *("wrong-feed", "repeated-header", "quote-error", "nonexistent-hour", "ambiguous-hour", "unknown-counter"),
    *("unknown-premises", "duplicate-key", "future-date", "personal-data", "shifted-columns", "damaged-accents"),
    "total-mismatch",
}


def words(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(messages()))
def test_a_message_has_both_languages_with_the_same_words_in_braces(key: str) -> None:
    label = messages()[key]
    assert label.fr.strip()
    assert label.en.strip()
    assert words(label.fr) == words(label.en)
    assert words(label.fr) <= FIELDS


def test_every_code_of_the_contract_has_a_message() -> None:
    assert {key.split(".")[0] for key in messages()} >= CONTRACT_CODES


def test_every_table_of_the_file_is_read_so_that_no_message_is_lost(project: Path) -> None:
    text = (project / "pipeline/contract/messages.toml").read_text(encoding="utf-8")
    assert text.count("\nfr = ") == text.count("\nen = ") == len(messages())


def test_a_message_says_line_column_what_was_found_and_what_to_do() -> None:
    problem = Problem("type-error.number", line=42, column="passages", value="douze", fix="Écrivez 12.")
    # The sentence that contracts.md gives as its example.
    assert problem.message("fr") == "Ligne 42, colonne « passages » : « douze » n'est pas un nombre. Écrivez 12."
    assert problem.message("en") == "Line 42, column “passages”: “douze” is not a number. Écrivez 12."
    assert problem.code == "type-error"


def test_a_message_on_a_sheet_names_the_sheet() -> None:
    problem = Problem("constraint-error.required", line=7, column="compteur", sheet="Novembre")
    assert problem.message("fr").startswith("Feuille « Novembre », ligne 7, colonne « compteur » : la case est vide")


def test_a_message_on_the_whole_file_has_no_place_and_no_hole_where_a_word_is_missing() -> None:
    message = Problem("encoding-error.empty").message("fr")
    assert message == "le fichier est vide (0 ligne de données)."


def test_the_receipt_shows_the_sheet_only_where_there_is_one() -> None:
    shown = Problem("blank-row-error", "warning", line=3).as_json()
    assert list(shown) == ["line", "column", "code", "severity", "value", "message", "fix"]
    assert Problem("blank-row-error", "warning", line=3, sheet="A").as_json()["sheet"] == "A"
