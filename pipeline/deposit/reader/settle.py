"""What a line is may depend on the lines around it: pieces of a broken line, notes below the data, a second table."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from pipeline.contract import Problem, Severity
from pipeline.deposit.reader.judge import MEND, Verdict
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.refusals import REFUSALS
from pipeline.deposit.reader.shift import is_shifted

_REFUSED = ("short", "rejected", "foreign-header")
_HEADERS = ("header", "foreign-header")
_FORMS, _USUAL = 1000, 0.9
_NOTES = 10  # so many lines below the last blank one may be notes


@dataclass(slots=True)
class Block:
    """What a run of lines holds.

    rows: one Categorical column a name of the layout, and `line` (UInt32, physical), in the order of the file.
    rejected: the text of each refused line by its number; refused: more of them, schema REFUSALS, with their physical
    lines. is_foreign: at its end, lines stand below the header of another table.
    """

    rows: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    refused: pl.DataFrame = field(default_factory=REFUSALS.to_frame)
    blank: int = 0
    repeated_header: int = 0
    footer: int = 0
    is_foreign: bool = False


class Judged(NamedTuple):
    """Lines that belong together, counted from 0 in the block, what they are, and their text."""

    at: int
    stop: int
    verdict: Verdict
    text: str


def settle(
    judged: Sequence[Judged],
    plain: pl.DataFrame | None,
    text: Callable[[int, int], str],
    first: int,
    layout: Layout,
    *,
    refused: pl.DataFrame | None = None,
    is_foreign: bool = False,
    is_last: bool = True,
) -> Block:
    """Put judged and plain rows together. text: lines from one to before another; first: physical line of line 0;
    refused: lines that are surely refused where they stand by themselves, schema REFUSALS."""
    refused = REFUSALS.to_frame() if refused is None else refused
    if inside := [line for record in judged for line in range(record.at + 1, record.stop)]:
        is_by_itself = ~pl.col("line").is_in(pl.Series(inside, dtype=pl.UInt32).implode())
        plain = plain.filter(is_by_itself) if plain is not None else None
        refused = refused.filter(is_by_itself)
    work = _Work(text, first, _merged(plain, judged, layout), judged, refused)
    work.settle_lonely_lines()
    if is_last:
        work.settle_notes_below(layout)
    work.set_foreign_lines_apart(is_foreign)
    work.compare_twins(layout)
    work.refuse_shifted(layout)
    return work.block()


def numbered(rows: pl.DataFrame, first: int) -> pl.DataFrame:
    """The rows with their physical lines instead of those counted from 0."""
    return rows.with_columns(pl.col("line") + pl.lit(first, pl.UInt32))


def _merged(plain: pl.DataFrame | None, judged: Sequence[Judged], layout: Layout) -> pl.DataFrame:
    """Plain and judged rows in the order of the file."""
    schema = dict.fromkeys(layout.names, pl.Categorical()) | {"line": pl.UInt32()}
    told = [(*r.verdict.cells, r.at) for r in judged if r.verdict.kind == "row"]
    rows = pl.DataFrame(told, schema=schema, orient="row")
    if plain is None:
        return rows
    return pl.concat([plain, rows]).sort("line") if len(rows) else plain


@lru_cache(maxsize=1 << 14)
def form(cell: str) -> str:
    """A cell with each letter as a and each figure as 9."""
    return "".join("a" if letter.isalpha() else "9" if letter.isdigit() else letter for letter in cell)


def usual_form(cells: pl.Series) -> str | None:
    """The form that nearly all filled cells have, as codes and dates do."""
    forms = Counter(form(cell) for cell in cells.gather_every(max(1, len(cells) // _FORMS)) if cell)
    common, times = forms.most_common(1)[0] if forms else ("", 0)
    return common if times and times >= _USUAL * forms.total() else None


class _Work:
    """The rows of a block while lines are refused because of those around them. Lines are counted from 0."""

    def __init__(
        self,
        text: Callable[[int, int], str],
        first: int,
        rows: pl.DataFrame,
        judged: Sequence[Judged],
        refused: pl.DataFrame,
    ) -> None:
        self._text = text
        self._first = first
        self._rows = rows
        self._judged = judged
        self._refused = refused
        self._stops = {record.at: record.stop for record in judged}
        self._problems = [problem for record in judged for problem in record.verdict.problems]
        self._rejected = {r.at: r.text for r in judged if r.verdict.kind in _REFUSED}
        self._footer = sum(record.verdict.kind == "footer" for record in judged)
        self._is_foreign = False

    def settle_lonely_lines(self) -> None:
        """A line without any separator is a piece of a neighbour that a line end cut, or, below the data, a note."""
        lonely = [record for record in self._judged if record.verdict.kind == "lonely"]
        short = self._short()
        if not lonely and not short:
            return
        lines, refused = (frame["line"].to_numpy().astype(np.int64) for frame in (self._rows, self._refused))
        others = np.array([*self._rejected, *(record.at for record in lonely)], np.int64)
        every = np.concatenate([lines, refused, others]) if lonely else lines
        every.sort(kind="stable")  # which is quick, as most are in order
        end = max([*(int(some[-1]) for some in (lines, refused) if len(some)), *self._rejected], default=-1)
        gaps = [record.at for record in self._judged if record.verdict.kind in ("blank", "footer")]
        above: dict[int, int] = {}
        below: dict[int, int] = {}
        for record in lonely:
            if record.at > end and any(end < gap < record.at for gap in gaps):
                self._footer += 1
                self._say(record.at, "total-line", "repair", value=record.verdict.cells[0])
                continue
            self._rejected[record.at] = record.text
            self._problems.append(self._broken(record.at, record.at))
            place = int(np.searchsorted(every, record.at))
            above |= {int(line): record.at for line in every[max(0, place - 1) : place]}
            below |= {int(line): record.at for line in every[place + 1 : place + 2]}
        first, last = self._rows.columns[0], self._rows.columns[-2]
        above |= self._above_odd_beginnings(short, first)
        pieces = self._out_of_form(above, last) | self._out_of_form(below, first)
        self._refuse(sorted(pieces), lambda line: self._broken(line, pieces[line]))

    def _short(self) -> dict[int, str]:
        """How each short line begins."""
        judged = {record.at: record.verdict.cells[0] for record in self._judged if record.verdict.kind == "short"}
        return judged | dict(self._refused.drop_nulls("beginning").select("line", "beginning").iter_rows())

    def _above_odd_beginnings(self, short: Mapping[int, str], column: str) -> dict[int, int]:
        """The lines above short ones that do not begin as the others do: these may be the rest of their last cell."""
        usual = usual_form(self._rows[column]) if short else None
        return {at - 1: at for at, cell in short.items() if usual is not None and form(cell) != usual}

    def _out_of_form(self, near: dict[int, int], column: str) -> dict[int, int]:
        """Of the rows beside a lonely line, those whose cell at the break is not of the usual form of its column."""
        if not near:
            return {}
        found = self._rows.filter(pl.col("line").is_in(list(near))).select("line", column)
        usual = usual_form(self._rows[column]) if found.height else None
        return {line: near[line] for line, cell in found.iter_rows() if form(cell) != usual}

    def _broken(self, at: int, other: int) -> Problem:
        told = {"value": str(self._first + other), "fix": MEND}
        return Problem("missing-cell-error.broken", "error", self._first + at, **told)

    def settle_notes_below(self, layout: Layout) -> None:
        """Lines below the last blank one that hold a single filled cell each are notes, not rows."""
        gaps = [record.at for record in self._judged if record.verdict.kind == "blank"]
        if not gaps or layout.width == 1 or not self._rows.height:
            return
        below = self._rows.filter(pl.col("line") > gaps[-1])
        filled = below.select(pl.sum_horizontal(pl.col(layout.names) != "")).to_series()
        if not 0 < below.height <= _NOTES or below.height == self._rows.height or (filled != 1).any():
            return
        self._rows = self._rows.filter(pl.col("line") <= gaps[-1])
        self._footer += below.height
        for *cells, line in below.iter_rows():
            self._say(line, "total-line", "repair", value=next(cell for cell in cells if cell))

    def set_foreign_lines_apart(self, is_foreign: bool) -> None:
        """Lines below the header of another table are refused, until the own header comes again."""
        turns = [(r.at, r.verdict.kind == "foreign-header") for r in self._judged if r.verdict.kind in _HEADERS]
        self._is_foreign = turns[-1][1] if turns else is_foreign
        if not is_foreign and not any(foreign for _, foreign in turns):
            return
        starts = np.array([-1, *(at for at, _ in turns)])
        states = np.array([is_foreign, *(foreign for _, foreign in turns)])
        rows = self._rows["line"].to_numpy()
        foreign = rows[states[np.searchsorted(starts, rows, side="right") - 1]]
        self._refuse(
            foreign.tolist(), lambda line: Problem("repeated-header.other", "error", self._first + line, fix=MEND)
        )

    def compare_twins(self, layout: Layout) -> None:
        """Of two columns with the same header one may fill the other; where they differ, the line is refused."""
        for name, twin in layout.twins:
            differs = (pl.col(name) != pl.col(twin)) & (pl.col(name) != "") & (pl.col(twin) != "")
            cells = self._rows.filter(differs).select("line", name, twin)
            told = {
                line: Problem("duplicate-header.cells", "error", self._first + line, name, one, other, MEND)
                for line, one, other in cells.iter_rows()
            }
            self._refuse(list(told), told.__getitem__)
            filled = pl.when(pl.col(name) == "").then(pl.col(twin)).otherwise(pl.col(name))
            self._rows = self._rows.with_columns(filled.alias(name))

    def refuse_shifted(self, layout: Layout) -> None:
        """Rows whose values all stand one column beside their header are refused: a value was lost at one end."""
        if is_shifted(self._rows, layout.names):
            lines = self._rows["line"].to_list()
            self._refuse(lines, lambda line: Problem("shifted-columns", "error", self._first + line, fix=MEND))

    def block(self) -> Block:
        kinds = [record.verdict.kind for record in self._judged]
        return Block(
            numbered(self._rows, self._first),
            self._problems,
            {self._first + at: text for at, text in sorted(self._rejected.items())},
            numbered(self._refused, self._first),
            blank=kinds.count("blank"),
            repeated_header=kinds.count("header"),
            footer=self._footer,
            is_foreign=self._is_foreign,
        )

    def _say(self, at: int, key: str, severity: Severity, **told: str) -> None:
        self._problems.append(Problem(key, severity, self._first + at, **told))

    def _refuse(self, at: Sequence[int], problem: Callable[[int], Problem]) -> None:
        """Take rows out of the data, each with its problem."""
        if not at:
            return
        for line in at:
            self._rejected[line] = self._text(line, self._stops.get(line, line + 1))
            self._problems.append(problem(line))
        self._rows = self._rows.filter(~pl.col("line").is_in(pl.Series(at, dtype=pl.UInt32).implode()))
