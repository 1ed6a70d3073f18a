"""The data dictionary: complete, and never older than the declarations."""

import re
from pathlib import Path

import pytest

from pipeline.contract.problems import messages
from pipeline.contract.trades import all_trades
from pipeline.derive import dictionary
from pipeline.feeds import all_feeds


def test_docs_dictionary_is_as_the_declarations_say(project: Path) -> None:
    written = (project / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary(), "docs/dictionary.md is stale: run `chalandise dictionary --write`"


@pytest.mark.parametrize("name", sorted(all_feeds()))
def test_a_feed_is_listed_with_its_owner_rhythm_and_every_column(name: str) -> None:
    feed = all_feeds()[name]
    chapter = dictionary().split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert feed.owner.fr in chapter
    assert feed.cadence.en in chapter
    for column in feed.columns:
        row = next(line for line in chapter.splitlines() if line.startswith(f"| `{column.header}` |"))
        assert column.label.fr in row
        assert column.label.en in row
        assert column.example in row


def test_every_problem_and_every_trade_is_listed() -> None:
    page = dictionary()
    assert all(f"| `{key}` |" in page for key in messages())
    assert all(f"| `{code}` |" in page for code in all_trades())


def test_every_row_of_a_table_has_as_many_cells_as_its_header() -> None:
    width = 0
    for line in dictionary().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line))
        if not line.startswith("|"):
            width = 0
        elif width:
            assert cells == width, line
        else:
            width = cells


def test_an_optional_column_whose_header_must_be_there_is_told_apart() -> None:
    page = dictionary()
    row = next(line for line in page.splitlines() if line.startswith("| `passages` | `count` |"))
    assert "colonne obligatoire, case vide permise" in row
    assert "≥ 0" in row
