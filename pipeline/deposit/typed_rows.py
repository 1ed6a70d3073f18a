"""The typed rows of a file, made when they are asked for: what stays in memory are numbers that stand for its texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from pipeline.deposit.at_once import Made, at_once

PART_ROWS = 1 << 18
_MOST = 2**32
_MEANT = "@meant"
_ENDS = frozenset({"end", "end_utc"})
_FOR_ENDS = ("start", "start_utc", "end", "end_utc", "end_is_exact", "step")


def repeated(value: Any, height: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """The same value for so many rows, without the engine's plan for it, of which small files would need many."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def in_parts(make: Callable[[int], Made], height: int) -> Iterator[Made]:
    """What `make` gives of the PART_ROWS rows from each of its arguments on, in order; several are made at once."""
    begins = range(0, max(height, 1), PART_ROWS)
    return at_once(make, begins) if len(begins) > 1 else map(make, begins)


@dataclass(frozen=True, slots=True)
class Coded:
    """A typed column. values: by the number of a text; cells: one number a row, null where the row has no text."""

    values: pl.Series
    cells: pl.Series

    def of(self, cells: pl.Series) -> pl.Series:
        """The values of some of the cells."""
        if self.values.null_count() == len(self.values):
            return repeated(None, len(cells), self.values.dtype)
        if len(cells) >= PART_ROWS and (self.values.dtype.is_numeric() or self.values.dtype.is_temporal()):
            return _taken(self.values, cells)
        return self.values[cells]

    @property
    def is_full(self) -> bool:
        """Whether no row is null for sure."""
        return not self.values.null_count() and not self.cells.null_count()

    def part(self, begin: int, height: int) -> pl.Series:
        return self.of(self.cells.slice(begin, height))

    def at(self, rows: pl.Series) -> pl.Series:
        return self.of(self.cells.gather(rows))

    def rows(self, is_meant: pl.Series, *, null: bool = False) -> pl.Series:
        """The rows whose value is meant, in order. is_meant: one Boolean a number; null: the same where no text is."""
        if not is_meant.any() and not (null and self.cells.null_count()):
            return pl.Series([], dtype=pl.UInt32)
        if not len(is_meant):
            return self.cells.is_null().arg_true()

        mask = (is_meant.fill_null(False) if is_meant.null_count() else is_meant).to_numpy()

        def of_part(begin: int) -> pl.Series:
            cells = self.cells.slice(begin, PART_ROWS)
            if cells.null_count():
                return is_meant.gather(cells).fill_null(null).arg_true() + begin
            # No number lies outside: that is not looked at again.
            return pl.Series(np.flatnonzero(mask.take(cells.to_numpy(), mode="clip")) + begin, dtype=pl.UInt32)

        return pl.concat(in_parts(of_part, len(self.cells)), rechunk=True)


def _taken(values: pl.Series, cells: pl.Series) -> pl.Series:
    """What `gather` gives, in less than half its time: no number lies outside, which is not looked at again."""
    from pyarrow.compute import take  # slow to import, and of use for large files alone

    return pl.Series(take(values.to_arrow(), cells.to_arrow(), boundscheck=False))


@dataclass(frozen=True, slots=True)
class Whole:
    """A column that is kept row by row."""

    values: pl.Series

    @property
    def is_full(self) -> bool:
        """Whether no row is null."""
        return not self.values.null_count()

    def part(self, begin: int, height: int) -> pl.Series:
        return self.values.slice(begin, height)

    def at(self, rows: pl.Series) -> pl.Series:
        return self.values.gather(rows)


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Rows with typed columns, texts as Enums of those that occur.

    names: the columns of the feed's schema; columns: these and what helps to make them. has_ends: `end` and `end_utc`
    are filled from the start and the step. settled: for some rows (`row`, ascending) other values of some columns.
    """

    height: int
    names: Sequence[str]
    columns: Mapping[str, Coded | Whole]
    has_ends: bool = False
    settled: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"row": pl.UInt32}))

    @property
    def ends_follow(self) -> bool:
        """Whether each end is a positive step after its start, but for rows that are settled."""
        if not self.has_ends:
            return False
        end, shortest = self.columns["end"].values, self.columns["step"].values.min()
        return end.null_count() == len(end) and isinstance(shortest, timedelta) and shortest > timedelta(0)

    def is_full(self, name: str) -> bool:
        """Whether a column of the schema has no null for sure."""
        is_settled = name not in self.settled.columns or not self.settled[name].null_count()
        if self.has_ends and name in _ENDS:  # else they follow from what is in other columns
            needed = ("start", "start_utc", "step")
            return is_settled and self.ends_follow and all(self.columns[other].is_full for other in needed)
        return is_settled and self.columns[name].is_full

    def at(self, rows: pl.Series, names: Sequence[str] | None = None) -> pl.DataFrame:
        """Some rows, in the order of the list. names: other columns than those of the schema."""
        frame = self._made(lambda column: column.at(rows), names or self.names)
        if self.settled.is_empty() or rows.is_empty():
            return frame
        settled = self.settled.rename(lambda name: f"@{name}")
        told = frame.with_columns(rows.alias("@row")).join(settled, on="@row", how="left", maintain_order="left")
        return told.select(
            pl.coalesce(f"@{name}", name).alias(name) if f"@{name}" in settled.columns else name
            for name in names or self.names
        )

    def part(self, begin: int, names: Sequence[str] | None = None) -> pl.DataFrame:
        """PART_ROWS rows, fewer at the end."""
        frame = self._made(lambda column: column.part(begin, PART_ROWS), names or self.names)
        if self.settled.is_empty():
            return frame
        first, last = (int(self.settled["row"].search_sorted(row)) for row in (begin, begin + PART_ROWS))
        here = self.settled.slice(first, last - first)
        if here.is_empty():
            return frame
        return frame.with_columns(
            frame[name].scatter(here["row"] - begin, here[name]) for name in frame.columns if name in here.columns
        )

    def map(self, make: Callable[[pl.DataFrame], Made], names: Sequence[str] | None = None) -> Iterator[Made]:
        """What `make` gives of each part, in order; some parts are dealt with at once."""
        return in_parts(lambda begin: make(self.part(begin, names)), self.height)

    def one(self, expression: pl.Expr, names: Sequence[str]) -> pl.Series:
        """An expression over some columns, for every row."""
        return pl.concat(self.map(lambda part: part.select(expression.alias("one"))["one"], names))

    def numbers(self, names: Sequence[str], is_meant: pl.Series, most: int) -> "Numbers | None":
        """For every row that is meant a number that stands for its values in some columns.

        None where there could be more than `most` of them, or a column is kept row by row.
        """
        columns: dict[str, Coded | Whole] = {}
        settled, count, number = {"row": self.settled["row"]}, 1, pl.lit(0, pl.UInt32)
        for name in names:
            column = self.columns[name]
            others = self.settled[name] if name in self.settled.columns else pl.Series([], dtype=column.values.dtype)
            if isinstance(column, Whole):
                return None
            ranks = pl.concat([column.values, others]).to_physical().rank("dense").fill_null(0)
            columns[name] = Coded(ranks.head(len(column.values)) * count, column.cells)
            if len(others):
                settled[name] = ranks.tail(len(others)) * count
            number += pl.col(name).fill_null(0) if column.cells.null_count() else pl.col(name)
            top = ranks.max()
            count *= top + 1 if isinstance(top, int) else 1
            if count > min(most, _MOST):
                return None
        if not is_meant.all():
            columns[_MEANT] = Whole(is_meant)
        numbered = TypedRows(self.height, list(columns), columns, settled=pl.DataFrame(settled))
        return Numbers(numbered, number.alias("number"), count)

    def whole(self) -> pl.DataFrame:
        """All rows."""
        return pl.concat(self.map(lambda part: part), rechunk=True)

    def _made(self, pick: Callable[[Coded | Whole], pl.Series], names: Sequence[str]) -> pl.DataFrame:
        fills_ends = self.has_ends and not _ENDS.isdisjoint(names)
        needed = dict.fromkeys([*names, *(_FOR_ENDS if fills_ends else ())])
        frame = pl.DataFrame({name: pick(self.columns[name]) for name in needed})
        return with_plain_ends(frame).select(names) if fills_ends else frame


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers below `count` that stand for the keys of rows, made part by part."""

    rows: TypedRows
    number: pl.Expr
    count: int

    def map(self, make: Callable[[pl.Series], Made]) -> Iterator[Made]:
        """What `make` gives of the numbers of each part, in order; some parts are dealt with at once."""
        return self.rows.map(lambda part: make(self._meant(part).select(self.number)["number"]))

    def _meant(self, part: pl.DataFrame) -> pl.DataFrame:
        return part.filter(_MEANT) if _MEANT in part.columns else part


def with_plain_ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Each empty end filled with start + step, and the instants of ends where no clock changes in between."""
    if frame["end"].null_count() == frame.height:
        step = pl.col("step")
        return frame.with_columns((pl.col("start") + step).alias("end"), (pl.col("start_utc") + step).alias("end_utc"))
    filled = frame.with_columns(pl.coalesce("end", pl.col("start") + pl.col("step")).alias("end"))
    by_length = pl.col("start_utc") + (pl.col("end") - pl.col("start"))
    return filled.with_columns(pl.when("end_is_exact").then("end_utc").otherwise(by_length).alias("end_utc"))
