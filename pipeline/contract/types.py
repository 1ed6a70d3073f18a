"""What a cell may hold. Constraint words are those of Frictionless Table Schema."""

from dataclasses import dataclass, field

from pipeline.contract.labels import Label


@dataclass(frozen=True, slots=True)
class String:
    """Text. `pattern` is a regular expression for the whole value."""

    pattern: str | None = None
    max_length: int | None = 500


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code that names a thing: kept as text, so that leading zeros survive; surrounding spaces are repaired."""

    pattern: str | None = None
    max_length: int | None = 80


@dataclass(frozen=True, slots=True)
class Siret:
    """14 digits with a valid Luhn key (La Poste's establishments: sum of digits divisible by 5)."""


@dataclass(frozen=True, slots=True)
class Trade:
    """A code of our nomenclature, a NAF rév. 2 or NAF 2025 code, or a known French label; stored as our code."""


@dataclass(frozen=True, slots=True)
class Number:
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Integer:
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """oui/non, vrai/faux, 1/0, yes/no, true/false."""


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day. `future_allowed=False` makes a day after the deposit a `future-date` error."""

    future_allowed: bool = True


@dataclass(frozen=True, slots=True)
class LocalDatetime:
    """A local clock time in the town's time zone, with the offset when the file gives one.

    `until_midnight`: of a future that is not allowed, what is left of the day of the deposit is.
    """

    future_allowed: bool = True
    until_midnight: bool = False


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A clock time of a day, HH:MM."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One accepted value: its internal code, its label (French is what the template offers) and other spellings."""

    code: str
    label: Label
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enum:
    choices: tuple[Choice, ...] = field(default=())


ColumnType = String | Identifier | Siret | Trade | Number | Integer | Boolean | Date | LocalDatetime | LocalTime | Enum
