"""Frames that tell of lines are cut so that each line is in one range, whatever else is told of."""

import polars as pl
import pytest

from pipeline.deposit import line_ranges as module
from pipeline.deposit.line_ranges import line_ranges


def lines(*numbers: int | None) -> pl.Series:
    return pl.Series("line", numbers, dtype=pl.UInt32)


def cut(told: list[pl.Series], frame: pl.Series) -> list[list[int]]:
    return [cut(frame.to_frame())["line"].to_list() for cut in line_ranges(*told)]


def test_few_lines_are_one_range_without_what_tells_of_no_line() -> None:
    assert cut([lines(3, 7)], lines(None, 3, 7, 9)) == [[3, 7, 9]]
    assert cut([lines()], lines(None)) == [[]]


def test_many_lines_are_several_ranges_that_leave_none_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES_AT_ONCE", 2)
    assert cut([lines(2, 3, 8), lines(5, 9)], lines(1, 2, 3, 4, 5, 6, 9, 12, None)) == [[1, 2, 3, 4], [5, 6], [9, 12]]


def test_all_that_is_told_of_one_line_is_in_one_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES_AT_ONCE", 2)
    assert cut([lines(4, 4, 4, 4, 6, 7)], lines(4, 4, 4, 4, 6, 7)) == [[4, 4, 4, 4], [6, 7]]
