"""Feed and Column: the declaration from which schemas, templates, checks, suites and the dictionary are derived."""

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.contract.labels import Label
from pipeline.contract.types import ColumnType
from pipeline.contract.units import Unit

MAX_REJECTED_SHARE = 0.20
NOTHING_MORE = Label("", "")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a feed.

    name: internal English name; header: French ASCII header of the template; aliases: other headers that are
    accepted (the English name always is). `required` means that the header must be there and each cell filled;
    a column that is not required may be absent, and its cells may be empty. `must_exist=True` with
    `required=False` means: the header must be there, cells may be empty.
    `references` names the feed whose first key column holds the values allowed here; `or_values` are
    allowed beside them; `lists` names the feed of whose codes a cell may hold several. `empty_means`: the value for
    which an empty cell stands, so that a row that leaves it out and one that writes it are the same fact; None = an
    empty cell is an unknown.
    """

    name: str
    header: str
    type: ColumnType
    label: Label
    description: Label = NOTHING_MORE
    unit: Unit | None = None
    required: bool = True
    must_exist: bool | None = None
    references: str | None = None
    or_values: tuple[str, ...] = ()
    lists: str | None = None
    empty_means: str | bool | None = None
    example: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def header_required(self) -> bool:
        return self.required if self.must_exist is None else self.must_exist


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule over one row: `left` <operator> `right` wherever both are filled. Its code is `constraint-error`."""

    left: str
    operator: str  # one of "<=", "<", ">=", ">"
    right: str
    message: Label


@dataclass(frozen=True, slots=True)
class SpanRule:
    """`left` to `right` by the town's clock is no longer than `most`, both filled. Its code is `constraint-error`."""

    left: str
    right: str
    most: timedelta
    message: Label


@dataclass(frozen=True, slots=True)
class Feed:
    """The declaration of a feed.

    key: columns that together name one row; two rows with the same key are the same fact, the later upload wins.
    `alternative_key` is used for the rows in which a column of `key` is empty.
    `interval_end`: the column that ends the interval that the key begins. Two rows of one key and another end are two
    grains of one count, of which the finer is used.
    owner: who sends it; cadence: how often; is_reference: kept with validity dates by the town.
    `max_rejected_share`: above it an upload waits for the officer's decision.
    sources: what the layout follows, as (title, address).
    """

    name: str
    title: Label
    description: Label
    owner: Label
    cadence: Label
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    alternative_key: tuple[str, ...] = ()
    interval_end: str | None = None
    rules: tuple[RowRule, ...] = ()
    spans: tuple[SpanRule, ...] = ()
    is_reference: bool = False
    sources: tuple[tuple[str, str], ...] = ()
    max_rejected_share: float = MAX_REJECTED_SHARE
    version: str = "1.0.0"
    created: date = date(2026, 11, 23)
    last_modified: date = date(2026, 11, 23)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"feed {self.name}: a column is declared twice")
        rules: tuple[RowRule | SpanRule, ...] = (*self.rules, *self.spans)
        wanted = (*self.identity, *self.alternative_key, *(n for r in rules for n in (r.left, r.right)))
        if unknown := sorted(set(wanted) - set(names)):
            raise ValueError(f"feed {self.name}: undeclared column(s) {', '.join(unknown)}")

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns in which two rows of different uploads agree that are the same fact."""
        return self.key if self.interval_end is None else (*self.key, self.interval_end)

    def column(self, name: str) -> Column:
        """The column of that internal name. Raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"feed {self.name} has no column {name}")
