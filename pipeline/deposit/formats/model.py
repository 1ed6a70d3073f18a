"""A vendor's layout as data: what its TOML file says, in types. docs/formats.md tells each word to a person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pipeline.contract import Feed, Label


class FormatError(ValueError):
    """A format's TOML file says something that cannot be understood; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Text:
    """Where the text of one column comes from.

    sources: headers of the file, or names beginning with `@`, which are read out of a header cell (Wide), out of the
    lines above the header (Format.preamble), or are the value cell of a wide layout (`@cell`).
    combine: `first` filled source, `join` of the filled ones, `sum` of numbers (empty where one of them is), or
    `constant`. extract: regular expression whose first group is kept. values: the vendor's codes and what they become.
    aliases: other names of the same thing and the name that is kept; unlike `values`, their use is told to the sender.
    said: the vendor's codes of which each line is told, and the entry of messages.toml that tells it.
    """

    sources: tuple[str, ...] = ()
    combine: Literal["first", "join", "sum", "constant"] = "first"
    separator: str = " "
    constant: str | None = None
    extract: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """How a date or a local clock time is written.

    date: the whole moment, or its day when `time` stands apart. formats: `iso`, `epoch-s`, `epoch-ms` or strptime
    patterns (`%B` and `%b` read French and English month names), tried in turn. label: which end of the interval the
    file writes; `end` needs step_min. day_starts_min: minutes after midnight at which the trading day begins: earlier
    times belong to the next calendar day. order_wins: where two rows claim one moment, the order of the rows decides.
    timezone: of the file's clock when it is not the town's, `UTC`, `+01:00` or an IANA name.
    doubled_hour: what one naive row of the doubled autumn hour covers: the whole `interval` of two hours, or the
    `first` or the `second` hour only.
    """

    date: Text
    time: Text | None = None
    formats: tuple[str, ...] = ("iso",)
    label: Literal["start", "end"] = "start"
    step_min: int = 0
    day_starts_min: int = 0
    order_wins: bool = False
    timezone: str | None = None
    doubled_hour: Literal["interval", "first", "second"] = "interval"


Rule = Text | Moment


@dataclass(frozen=True, slots=True)
class Where:
    """The rows an entry is about: columns of the feed that equal one of the values, days from … to, both inclusive."""

    equals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of meaning: for these rows, these columns come from elsewhere."""

    where: Where
    columns: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Flag:
    """The vendor's own mark that something is wrong with a row of the file.

    effect: `not-counted` empties the value, `zeros-not-counted` empties it where it is 0, `kept` only tells, `none`
    is a mark that all is well: it is known, and nothing is said.
    """

    column: str
    values: tuple[str, ...]
    effect: Literal["not-counted", "zeros-not-counted", "kept", "none"]
    target: str


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero that the vendor writes for "not counted": always, or only in the doubled hour of autumn."""

    target: str
    where: Where
    only: Literal["always", "doubled-hour"] = "always"


@dataclass(frozen=True, slots=True)
class Total:
    """A column of the file that must be the sum of others, line by line. parts: headers, or one regular expression."""

    total: str
    parts: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Wide:
    """One row of the file holds many values: each header that matches `headers` is one.

    Its named groups become `@group`. Headers that a rule, a flag or a total reads, or that are ignored, are not values
    although they match.
    """

    headers: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Format:
    """One layout of one feed.

    headers: those by which the file is recognised, all needed, each in any of its spellings. without: headers that make
    it another layout.
    ignore: headers that are known and not read. header_rows: stacked header rows, joined by header_join.
    empty: cell texts that mean "nothing". preamble: regular expressions looked for in the lines above the header.
    columns: the feed's columns and where each comes from; those left out stay empty.
    is_template: the feed's own template, for which missing and unknown columns are told one by one.
    """

    name: str
    title: Label
    feed: Feed
    headers: tuple[tuple[str, ...], ...]
    columns: Mapping[str, Rule]
    without: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    header_rows: int = 1
    header_join: str = " "
    empty: tuple[str, ...] = ()
    wide: Wide | None = None
    preamble: tuple[re.Pattern[str], ...] = ()
    changes: tuple[Change, ...] = ()
    flags: tuple[Flag, ...] = ()
    zeros: tuple[Zero, ...] = ()
    totals: tuple[Total, ...] = ()
    is_template: bool = False
    origin: str = ""

    @property
    def moment_column(self) -> str | None:
        """The feed's column that says when: the first with a Moment rule."""
        return next((name for name, rule in self.columns.items() if isinstance(rule, Moment)), None)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, those of the changes included."""
        return (*self.columns.values(), *(rule for change in self.changes for rule in change.columns.values()))

    @property
    def sources(self) -> tuple[str, ...]:
        """Every name that a rule or a flag reads, or that holds a total, in order of first use, `@` names included."""
        named = [source for rule in self.rules for text in texts_of(rule) for source in text.sources]
        named += [flag.column for flag in self.flags]
        named += [total.total for total in self.totals]
        return tuple(dict.fromkeys(named))

    @property
    def known(self) -> tuple[str, ...]:
        """Every header that the format knows by name, whether it reads it or not."""
        named = [spelling for header in self.headers for spelling in header]
        named += [source for source in self.sources if not source.startswith("@")]
        named += [part for total in self.totals for part in total.parts]
        return tuple(dict.fromkeys((*named, *self.ignore)))


def texts_of(rule: Rule) -> tuple[Text, ...]:
    """The Text rules inside a rule."""
    if isinstance(rule, Text):
        return (rule,)
    return (rule.date,) if rule.time is None else (rule.date, rule.time)
