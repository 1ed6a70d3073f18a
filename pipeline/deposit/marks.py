"""What a sheet says beside its values."""

from dataclasses import dataclass, field

NO_VALUE = "formule sans valeur"
NO_NAME = "#ERR"  # an error of which the cell does not show which


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: rows from 1, columns from 0 (A), both ends included."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class Marks:
    """The marks of a sheet. Rows from 1, columns from 0.

    hidden: rows that are not shown. broken: row → what stands in a cell that has no value. times: row and column →
    hours that the reading library leaves out. first_column: the leftmost column that holds anything.
    """

    hidden: set[int] = field(default_factory=set)
    broken: dict[int, str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    times: dict[tuple[int, int], str] = field(default_factory=dict)
    first_column: int = 0
