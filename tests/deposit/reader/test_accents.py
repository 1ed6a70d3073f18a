"""Question marks that stand for a letter, and those that end a sentence."""

import pytest

from pipeline.deposit.reader.accents import mend


@pytest.mark.parametrize(
    ("cell", "damage"),
    [
        # Line 4,014 of the Drôme's events: ’ would have been lost too.
        ("Connaissez-vous le Rossignol? Certainement l’oiseau, mais qu’il faut remplir d’eau?", "none"),
        ("Vous aimez le jardinage et les plantes du potager? Venez nombreux", "none"),
        ("Que faire dans le centre ville ce samedi?", "none"),
        ("Quel avenir pour nos commerces ?", "none"),
        ("Été? Ouvert", "none"),
        ("https://example.org/?page=2", "none"),
        # Names, where an é has most probably gone; and a sentence that goes on in the middle.
        ("March?", "doubtful"),
        ("Caf? Central", "doubtful"),
        ("Le march? des producteurs du centre ville", "doubtful"),
        # Inside a word, or before the rest of one, there is no question.
        ("No?l", "lost"),
        ("?cole", "lost"),
        ("Le march? de No?l du centre ville et des quartiers", "lost"),
    ],
)
def test_a_question_mark_is_one_where_it_ends_a_sentence(cell: str, damage: str) -> None:
    assert mend(cell) == (cell, damage)
