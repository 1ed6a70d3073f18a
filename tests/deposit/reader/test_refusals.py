"""Lines that are refused at once are refused as they would be one by one, and no others are."""

from collections.abc import Callable

import pytest

from pipeline.deposit.reader import block
from pipeline.deposit.reader.judge import judge
from pipeline.deposit.table import Table

HEADER = "compteur;debut;passages"
GOOD = "GR12;03/11/2025 14:00;5"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The physical lines that were judged by themselves."""
    lines: list[int] = []
    monkeypatch.setattr(block, "judge", lambda cells, line, layout: lines.append(line) or judge(cells, line, layout))
    return lines


def said(table: Table) -> list[tuple[int, str, str | None, str | None]]:
    return table.problems.select("line", "key", "value", "expected").rows()


def test_short_long_and_unclosed_lines_are_refused_without_being_judged_one_by_one(
    read: Callable[..., Table], judged: list[int]
) -> None:
    table = read("\n".join([HEADER, GOOD, "GR12;03/11/2025 15:00", f"{GOOD};", 'GR12;"03/11/2025 16:00;5', GOOD]))
    assert said(table) == [
        (3, "missing-cell-error", "2", "3"),
        (4, "extra-cell-error", "4", "3"),
        (5, "quote-error", '"03/11/2025 16:00', None),
    ]
    assert table.rejected.rows() == [
        (3, "GR12;03/11/2025 15:00"),
        (4, f"{GOOD};"),
        (5, 'GR12;"03/11/2025 16:00;5'),
    ]
    assert table.rows["line"].to_list() == [2, 6]
    assert judged == []


def test_lines_inside_a_quoted_cell_are_part_of_it_and_not_refused(read: Callable[..., Table]) -> None:
    table = read("\n".join([HEADER, GOOD, 'GR12;"le 03/11', "sans heure;dit-il", '14:00";5', GOOD]))
    assert table.rows["debut"].to_list()[1] == "le 03/11\nsans heure;dit-il\n14:00"
    assert (said(table), table.counts.rejected) == ([], 0)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Total;5", "a total line"),
        ("Source : mairie;2025", "a note"),
        ("compteur;debut", "a piece of the header"),
        ("GR12,03/11/2025 14:00,5;", "cut as well by another separator"),
        (";03/11/2025 14:00", "without a first cell"),
        ("03/11/2025", "not cut at all"),
        ('GR12;"03/11/2025 14:00;5"', "closed on its own line"),
        ('GR12;le "03/11/2025;5', "a quote inside a cell"),
    ],
)
def test_a_line_that_may_be_something_else_is_judged_by_itself(
    line: str, why: str, read: Callable[..., Table], judged: list[int]
) -> None:
    read("\n".join([HEADER, GOOD, line, GOOD, GOOD]))
    assert judged == [3], why


def test_a_quote_that_the_next_one_may_close_is_followed(read: Callable[..., Table], judged: list[int]) -> None:
    read("\n".join([HEADER, GOOD, 'GR12;"03/11/2025 14:00;5', GOOD, 'GR12;03/11/2025 15:00";5', GOOD]))
    assert 3 in judged


def test_a_piece_of_the_line_above_is_seen_beside_lines_that_are_refused_at_once(read: Callable[..., Table]) -> None:
    # The short line does not begin with a code, and the line above ends oddly: both are pieces of one broken line.
    lines = [
        HEADER,
        *(f"GR1{n % 10};03/11/2025 14:00;5" for n in range(19)),
        "GR19;03/11/2025 14:00;5 et",
        "la suite;9",
    ]
    table = read("\n".join([*lines, GOOD]))
    assert [(line, key) for line, key, _, _ in said(table)] == [
        (21, "missing-cell-error.broken"),
        (22, "missing-cell-error"),
    ]
