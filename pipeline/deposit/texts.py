"""A column of text by its distinct cells: what is done with a text is done once, however many rows hold it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.deposit.typed_rows import Coded, repeated

_STEP = 1 << 18
_FIRST_STEP = 1 << 12  # most texts of a column that repeats itself are met here
_NOWHERE = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts of a column, and which of them each row holds.

    distinct: each text once, in the order in which they first appear (String, no null); first: the row in which each
    does so. cells: one number a row that stands for its text, null where it has none; places: by that number the place
    of the text in `distinct`.
    """

    distinct: pl.Series
    first: pl.Series
    cells: pl.Series
    places: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> "Texts":
        """The texts of a String, Categorical or Enum column."""
        coded = column.cast(pl.Categorical()) if column.dtype == pl.String else column
        cells = coded.to_physical()
        last = cells.max()
        first = np.full(last + 1 if isinstance(last, int) else 0, _NOWHERE, np.uint32)
        for begin, size in _steps(len(cells) if len(first) else 0):
            step = cells.slice(begin, size)
            rows = step.is_not_null().arg_true().to_numpy() if step.null_count() else None
            numbers = (step.drop_nulls() if rows is not None else step).to_numpy()
            new = np.flatnonzero(first.take(numbers) == _NOWHERE)
            # Of equal numbers the last one written stays: the first row.
            first[numbers[new[::-1]]] = begin + (new if rows is None else rows[new])[::-1]
        held = np.flatnonzero(first != _NOWHERE)
        held = held[np.argsort(first[held])]
        places = np.zeros(len(first), np.uint32)
        places[held] = np.arange(len(held), dtype=np.uint32)
        firsts = pl.Series(first[held], dtype=pl.UInt32)
        return cls(coded[firsts].cast(pl.String), firsts, cells, pl.Series(places))

    @property
    def is_empty(self) -> bool:
        """Whether no row holds any text."""
        return bool((self.distinct == "").all())

    def coded(self, values: pl.Series) -> Coded:
        """One value a distinct text as a column; texts become Enum."""
        if values.dtype == pl.String:
            values = values.cast(pl.Enum(values.drop_nulls().unique(maintain_order=True)))
        return Coded(values[self.places] if len(values) else values, self.cells)

    def holding(self, is_meant: pl.Series) -> pl.Series:
        """Whether each row holds one of the texts that are meant. is_meant: one Boolean a distinct text, null = no."""
        if not is_meant.any():
            return repeated(False, len(self.cells), pl.Boolean)
        return self.coded(is_meant).of(self.cells).fill_null(False)

    def rows(self, is_meant: pl.Series) -> pl.Series:
        """The rows that hold one of the texts that are meant, in order (UInt32)."""
        coded = self.coded(is_meant)
        return coded.rows(coded.values)

    def place_of(self, rows: pl.Series) -> pl.Series:
        """The places in `distinct` of the texts of some rows."""
        return self.places[self.cells[rows]]

    def at(self, rows: pl.Series) -> pl.Series:
        """The texts of some rows (String)."""
        if self.distinct.is_empty():
            return repeated(None, len(rows), pl.String)
        return self.distinct[self.place_of(rows)]

    def counts(self) -> pl.Series:
        """How many rows hold each distinct text (UInt32)."""
        numbers = np.bincount(self.cells.drop_nulls(), minlength=len(self.places))
        return pl.Series(numbers[self.cells.gather(self.first)], dtype=pl.UInt32)


# Gives the distinct texts of a column by its name.
TextsOf = Callable[[str], Texts]


def texts_in(frame: pl.DataFrame) -> TextsOf:
    """The texts of the columns of a frame, looked for whenever they are asked for."""
    return lambda name: Texts.of(frame[name])


def _steps(height: int) -> Iterator[tuple[int, int]]:
    """Where each step through so many rows begins, and its size: the first is short, the others grow."""
    begin, size = 0, _FIRST_STEP
    while begin < height:
        yield begin, size
        begin, size = begin + size, min(2 * size, _STEP)


def marked(height: int, places: pl.Series) -> pl.Series:
    """Which of so many places are in the list (Boolean)."""
    is_there = np.zeros(height, bool)
    for begin in range(0, len(places), _STEP):
        is_there[places.slice(begin, _STEP).to_numpy()] = True
    return pl.Series(is_there)
