"""The rules of the weekly text: read from rules/*.toml and checked, so that none can speak without a figure."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.contract import Label, Language
from pipeline.explain.figures import KINDS, Kind, typeset
from pipeline.explain.records import SOURCES

FOLDER = Path(__file__).parent / "rules"
LANGUAGES: tuple[Language, ...] = ("fr", "en")
FIGURES = frozenset(KINDS) - {"text"}
# Not figures: a name, a word of words.toml, a mart's own words in both languages, the names of several rows.
NAMES = frozenset({"text", "word", "worded", "names"})
PLACEHOLDER = re.compile(
    r"\{(?P<path>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?):(?P<kind>[a-z_]+)(?::(?P<one>[^|{}]+)\|(?P<many>[^{}]+))?\}"
)
# A sentence of this priority, or a lower one, only fills a part of the text that has little to say.
LOW_PRIORITY = 3
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "beyond": lambda a, b: abs(a) >= b,
    "within": lambda a, b: abs(a) < b,
}
RULE_KEYS = {"topic", "source", "when", "priority", "group", "by", "most", "fr", "en"}


class RuleError(ValueError):
    """A rule that cannot be kept: the file, the rule, what is wrong."""


class Place(NamedTuple):
    """Where a value stands: a column of another source, or, without a source, of the rule's own."""

    source: str
    column: str

    @classmethod
    def of(cls, path: str) -> "Place":
        """From `rain_days` or `before.rain_days`."""
        source, _, column = path.rpartition(".")
        return cls(source, column)


Lookup = Callable[[Place], Any]
# A column that every source has: how many of its rows meet the rule's conditions.
ROWS = Place("", "rows")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{path:kind}` or `{path:kind:singular|plural}` in a sentence."""

    place: Place
    kind: str
    nouns: tuple[str, str] | None

    @property
    def is_figure(self) -> bool:
        return self.kind in FIGURES

    @property
    def places(self) -> tuple[Place, ...]:
        """What it shows; of a mart's own words, those of both languages."""
        if self.kind != "worded":
            return (self.place,)
        return tuple(self.in_words(language) for language in LANGUAGES)

    def in_words(self, language: Language) -> Place:
        return Place(self.place.source, f"{self.place.column}_{language}")


@dataclass(frozen=True, slots=True)
class Condition:
    """[column, operator], or [column, operator, value], or [column, operator, column, difference].

    Operators: those of COMPARISONS between numbers or days (`beyond` and `within` of the absolute value), `is` and
    `is_not` for words and yes or no (one, or a list of them), `has` for a code among several that a space separates,
    `missing`, `present`. What is missing meets `missing` alone.
    """

    place: Place
    operator: str
    operand: Any
    difference: float

    def holds(self, lookup: Lookup) -> bool:
        value = lookup(self.place)
        if self.operator in ("missing", "present"):
            return (value is None) == (self.operator == "missing")
        if value is None:
            return False
        if self.operator in ("is", "is_not"):
            return (value in self.operand) == (self.operator == "is")
        if self.operator == "has":
            return self.operand in str(value).split()
        other = lookup(self.operand) if isinstance(self.operand, Place) else self.operand
        return other is not None and COMPARISONS[self.operator](_number(value), _number(other) + self.difference)

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.place, self.operand) if isinstance(self.operand, Place) else (self.place,)


def _number(value: Any) -> Any:
    """A day as the number of days up to it, so that days compare as numbers do."""
    return value.toordinal() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence in two languages, and when it is said: docs/weekly-text.md tells what each key means.

    parts: the sentence in each language, its words and its placeholders as they follow each other.
    """

    name: str
    topic: str
    source: str
    when: tuple[Condition, ...]
    priority: int
    group: str
    by: str
    most: int
    parts: Mapping[Language, tuple[str | Placeholder, ...]]

    def placeholders(self, language: Language = "fr") -> list[Placeholder]:
        return [part for part in self.parts[language] if isinstance(part, Placeholder)]

    @property
    def places(self) -> frozenset[Place]:
        """All that the rule looks at, each with its source."""
        told = {place for language in LANGUAGES for part in self.placeholders(language) for place in part.places}
        told |= {place for condition in self.when for place in condition.places}
        if self.by:
            told.add(Place("", self.by.removeprefix("-")))
        return frozenset(Place(place.source or self.source, place.column) for place in told - {ROWS})


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the text. most: sentences at most; few: how many at most once those of low priority are taken."""

    title: Label
    few: int
    most: int


@dataclass(frozen=True, slots=True)
class Rules:
    """topics: in their order in the text; scales: words by least probability, the highest first."""

    rules: tuple[Rule, ...]
    topics: Mapping[str, Topic]
    words: Mapping[str, Label]
    scales: Mapping[str, tuple[tuple[float, Label], ...]]

    def columns(self) -> dict[str, set[str]]:
        """The columns that the rules look at, by source."""
        found: dict[str, set[str]] = {source: set() for source in SOURCES}
        for source, column in (place for rule in self.rules for place in rule.places):
            found[source].add(column)
        return found


@cache
def load_rules(folder: Path = FOLDER) -> Rules:
    """Every rule below `folder`, in the order of the topics and of their files. Raises RuleError."""
    told = tomllib.loads((folder / "words.toml").read_text("utf-8"))
    scales = {
        name: tuple((step["at_least"], Label(step["fr"], step["en"])) for step in steps)
        for name, steps in told["scales"].items()
    }
    topics = {
        name: Topic(Label(topic["fr"], topic["en"]), topic["few"], topic["most"])
        for name, topic in told["topics"].items()
    }
    rules: dict[str, Rule] = {}
    for topic in topics:
        for name, rule in tomllib.loads((folder / f"{topic}.toml").read_text("utf-8")).items():
            if name in rules:
                raise RuleError(f"{topic}.toml: there are two rules {name}")
            try:
                rules[name] = _rule(name, topic, rule, set(scales))
            except RuleError as error:
                raise RuleError(f"{topic}.toml, rule {name}: {error}") from error
    return Rules(
        rules=tuple(rules.values()),
        topics=topics,
        words=words(folder),
        scales=scales,
    )


@cache
def words(folder: Path = FOLDER) -> Mapping[str, Label]:
    """What the town calls the codes of the marts."""
    told = tomllib.loads((folder / "words.toml").read_text("utf-8"))["words"]
    return {code: Label(word["fr"], word["en"]) for code, word in told.items()}


def _rule(name: str, topic: str, told: dict[str, Any], scales: set[str]) -> Rule:
    if unknown := told.keys() - RULE_KEYS:
        raise RuleError(f"unknown key {', '.join(sorted(unknown))}; the keys are: {', '.join(sorted(RULE_KEYS))}")
    if missing := {"source", "priority", "fr", "en"} - told.keys():
        raise RuleError(f"{', '.join(sorted(missing))} is missing")
    if told["source"] not in SOURCES:
        raise RuleError(f"unknown source {told['source']!r}; the sources are: {', '.join(SOURCES)}")
    rule = Rule(
        name=name,
        topic=topic,
        source=told["source"],
        when=tuple(_condition(condition) for condition in told.get("when", [])),
        priority=told["priority"],
        group=told.get("group", name),
        by=told.get("by", ""),
        most=told.get("most", 1),
        parts={language: tuple(_parts(typeset(told[language], language), scales)) for language in LANGUAGES},
    )
    _check(rule)
    return rule


def _parts(text: str, scales: set[str]) -> Iterator[str | Placeholder]:
    end = 0
    for found in PLACEHOLDER.finditer(text):
        if found["kind"] not in FIGURES | NAMES | scales:
            raise RuleError(f"unknown kind {found['kind']!r} in {found[0]}")
        yield _words(text[end : found.start()])
        nouns = (found["one"], found["many"]) if found["one"] else None
        yield Placeholder(Place.of(found["path"]), found["kind"], nouns)
        end = found.end()
    yield _words(text[end:])


def _words(text: str) -> str:
    if re.search(r"[{}]", text):
        raise RuleError(f"{text!r} holds a brace that is no placeholder; write {{column:kind}}")
    return text


def _condition(told: list[Any]) -> Condition:
    lengths: dict[str, tuple[int, ...]] = dict.fromkeys(("missing", "present"), (2,))
    lengths |= dict.fromkeys(("is", "is_not", "has"), (3,)) | dict.fromkeys(COMPARISONS, (3, 4))
    if len(told) < 2 or told[1] not in lengths:
        raise RuleError(f"condition {told}: the second part is one of {', '.join(lengths)}")
    path, operator, *rest = told
    if len(told) not in lengths[operator]:
        raise RuleError(f"condition {told}: too many or too few parts for {operator!r}")
    operand, difference = (*rest, None, 0.0)[:2] if len(rest) < 2 else rest
    if operator in ("is", "is_not"):
        operand = operand if isinstance(operand, list) else [operand]
    elif isinstance(operand, str) and operator != "has":
        operand = Place.of(operand)
    return Condition(Place.of(path), operator, operand, difference or 0.0)


def _check(rule: Rule) -> None:
    fr, en = ({(part.place, part.kind) for part in rule.placeholders(language)} for language in LANGUAGES)
    if fr != en:
        only = ", ".join(sorted(f"{place.column}:{kind}" for place, kind in fr ^ en))
        raise RuleError(f"French and English do not tell the same: {only}")
    if not any(part.is_figure for part in rule.placeholders()):
        raise RuleError("no figure; a sentence without a figure is not said")
    if unknown := sorted({place.source for place in rule.places} - SOURCES.keys()):
        raise RuleError(f"unknown source {', '.join(unknown)}; the sources are: {', '.join(SOURCES)}")
    counts_rows = any(part.place == ROWS for part in rule.placeholders())
    if counts_rows and not SOURCES[rule.source].is_countable:
        key = ", ".join(SOURCES[rule.source].key)
        raise RuleError(f"the rows of {rule.source!r} differ in several of {key}: no place says which were counted")


def kind_of_figure(placeholder: Placeholder) -> Kind:
    """The kind of a placeholder that is a figure."""
    return next(kind for kind in KINDS if kind == placeholder.kind)
