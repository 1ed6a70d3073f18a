"""The English beside the French of a problem: what to do, and what was expected."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.contract import Problem
from pipeline.deposit.english import english, in_english
from pipeline.deposit.problems import problem_frame, problem_list, shortened


def sentences(tree: ast.Module) -> Iterator[str]:
    """Every literal that is a French sentence: it begins with a capital, has a space and ends as one; no docstring."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | documented:
            yield node.value.replace("{}", "7")


@pytest.fixture(scope="module")
def ways_out(project: Path) -> list[str]:
    """What the deposit's code tells people to do, but for the modules where the English stands beside the French."""
    bilingual = {"receipt.py", "recognise.py", "aliases.py"}
    files = [path for path in (project / "pipeline/deposit").rglob("*.py") if path.name not in bilingual]
    found = {text for path in files for text in sentences(ast.parse(path.read_text(encoding="utf-8")))}
    return sorted(text for text in found if text[:1].isupper() and " " in text and text.endswith((".", " ?")))


def test_everything_to_do_has_its_english(ways_out: list[str]) -> None:
    assert len(ways_out) > 30
    assert [text for text in ways_out if english(text) == text] == []


@pytest.mark.parametrize(
    ("french", "told"),
    [
        ("Vouliez-vous dire « GR12 » ou « GR13 » ?", "Did you mean “GR12” or “GR13”?"),
        (
            "Aucun fichier « Compteurs » n'a encore été déposé : déposez-le d'abord, puis renvoyez celui-ci.",
            "No file “Counters” was deposited so far: deposit it first, then send this one again.",
        ),
        (
            "Le plus proche est « Compteurs » : colonne(s) absente(s) : « nom », « lat » et 3 autre(s). "
            "Modèles connus : « Comptages piétons », « Compteurs ».",
            "The nearest is “Counters”: missing column(s): “nom”, “lat” and 3 more. "
            "Known templates: “Pedestrian counts”, “Counters”.",
        ),
        ("GR12", "GR12"),
    ],
)
def test_names_of_feeds_are_said_in_english_and_data_stay(french: str, told: str) -> None:
    assert english(french) == told


def test_a_sentence_is_english_as_a_whole() -> None:
    problem = Problem("constraint-error.enum", line=4, column="type", value="marchee", expected="marché, braderie",
                      fix="Vouliez-vous dire « marché » ?")  # fmt: skip
    assert in_english(problem).message("en") == (
        "Line 4, column “type”: “marchee” is not in the list. Choose one of: market, clearance sale. "
        "Did you mean “market”?"
    )


def test_what_the_sender_wrote_is_never_translated() -> None:
    # « marché » is a word of the events' list too.
    problem = Problem("damaged-accents.repaired", "repair", 2, "evenement", "marchÃ©", "marché")
    assert in_english(problem).message("en") == (
        "Line 2, column “evenement”: “marchÃ©” was read as “marché” (text saved twice in a wrong encoding)."
    )


def test_a_text_that_was_cut_says_its_length_in_both_languages() -> None:
    problem = Problem("type-error.number", line=2, column="passages", value="x" * 5_000, fix="Écrivez 12.")
    (short,) = problem_list(shortened(problem_frame([problem])))
    assert short.value == "x" * 200 + "… (5000 caractères)"
    assert in_english(short).value == "x" * 200 + "… (5000 characters)"
    assert problem_list(shortened(problem_frame([Problem("type-error.number", value="é" * 200)])))[0].value == "é" * 200
