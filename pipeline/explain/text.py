"""The text of a week: the rules that hold, as many as a page bears, each with the figures that it quotes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from pipeline.contract import Language
from pipeline.explain.figures import counted, shown
from pipeline.explain.records import Record, WeekRecords, Where
from pipeline.explain.rules import (
    LANGUAGES,
    LOW_PRIORITY,
    ROWS,
    Place,
    Placeholder,
    Rule,
    Rules,
    Topic,
    kind_of_figure,
)

EVERY_ROW = "*"
MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence: the sum of `column` over the rows of `mart` at `where`; column *: how many they are.

    A day stands in one row and is told as 2026-11-15.
    """

    mart: str
    where: Where
    column: str
    value: float | str

    def as_json(self) -> dict[str, Any]:
        return {"mart": self.mart, "where": self.where, "column": self.column, "value": self.value}


@dataclass(frozen=True, slots=True)
class Sentence:
    """position: its place in the week's text, from 1."""

    position: int
    topic: str
    rule: str
    text: Mapping[Language, str]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A rule that holds for a record. rows: all records of its source for which its conditions hold."""

    order: int
    rule: Rule
    record: Record
    rows: list[Record]
    week: WeekRecords

    def value(self, place: Place) -> Any:
        return len(self.rows) if place == ROWS else _value(place, self.record, self.week)

    def is_complete(self) -> bool:
        """Whether all that the sentence quotes is there."""
        return all(self._is_known(part) for part in self.rule.placeholders())

    def _is_known(self, part: Placeholder) -> bool:
        if part.kind == "names":
            return any(row.values[part.place.column] is not None for row in self.rows)
        return all(_is_there(self.value(place)) for place in part.places)


def _is_there(value: Any) -> bool:
    return value is not None and (not isinstance(value, float) or isfinite(value))


def week_text(week: WeekRecords, rules: Rules) -> list[Sentence]:
    """The sentences of a week, in their order.

    A rule speaks of each record of its source that meets its conditions and has every figure that it quotes, of `most`
    records at most, in the order of `by`. Of a group, the first rule that holds for a record speaks of it. Of a topic,
    the sentences of the highest priority (1) are kept: `most` at most, `few` at most with those of low priority.
    """
    said = list(_holding(week, rules))
    kept: list[_Said] = []
    for name, topic in rules.topics.items():
        kept += _kept([one for one in said if one.rule.topic == name], topic)
    return [
        Sentence(
            position=position,
            topic=one.rule.topic,
            rule=one.rule.name,
            text={language: _written(one, rules, language) for language in LANGUAGES},
            figures=tuple(_figures(one)),
        )
        for position, one in enumerate(kept, start=1)
    ]


def _kept(said: list[_Said], topic: Topic) -> list[_Said]:
    by_priority = sorted(said, key=lambda one: (one.rule.priority, one.order))
    n_high = sum(one.rule.priority < LOW_PRIORITY for one in said)
    chosen = by_priority[: min(topic.most, max(topic.few, n_high))]
    return sorted(chosen, key=lambda one: one.order)


def _holding(week: WeekRecords, rules: Rules) -> Iterator[_Said]:
    taken: set[tuple[str, int]] = set()
    order = 0
    for rule in rules.rules:
        rows = [record for record in week.records[rule.source] if _holds(rule, record, week)]
        said = 0
        for record in _in_order(rows, rule.by):
            one = _Said(order, rule, record, rows, week)
            if said == rule.most or (rule.group, id(record)) in taken or not one.is_complete():
                continue
            taken.add((rule.group, id(record)))
            said, order = said + 1, order + 1
            yield one


def _holds(rule: Rule, record: Record, week: WeekRecords) -> bool:
    return all(condition.holds(lambda place: _value(place, record, week)) for condition in rule.when)


def _in_order(rows: list[Record], by: str) -> list[Record]:
    """by: a column, the lowest first; the highest with a minus before it. Rows without it come last."""
    if not by:
        return rows
    column, sign = by.removeprefix("-"), -1 if by.startswith("-") else 1
    known = [row for row in rows if row.values[column] is not None]
    return sorted(known, key=lambda row: sign * row.values[column]) + [r for r in rows if r.values[column] is None]


def _record(place: Place, record: Record, week: WeekRecords) -> Record | None:
    if not place.source:
        return record
    others = week.records[place.source]
    return others[0] if others else None


def _value(place: Place, record: Record, week: WeekRecords) -> Any:
    found = _record(place, record, week)
    return found.values.get(place.column) if found else None


def _written(one: _Said, rules: Rules, language: Language) -> str:
    return "".join(
        part if isinstance(part, str) else _shown(one, part, rules, language) for part in one.rule.parts[language]
    )


def _shown(one: _Said, placeholder: Placeholder, rules: Rules, language: Language) -> str:
    value = one.value(placeholder.place)
    match placeholder.kind:
        case "text":
            return str(value)
        case "word":
            return _word(value, rules, language)
        case "worded":
            return str(one.value(placeholder.in_words(language)))
        case "names":
            return _names([row.values[placeholder.place.column] for row in one.rows], rules, language)
        case scale if scale in rules.scales:
            return next(label.in_(language) for least, label in rules.scales[scale] if value >= least)
    kind = kind_of_figure(placeholder)
    return counted(value, kind, placeholder.nouns, language) if placeholder.nouns else shown(value, kind, language)


def _word(code: Any, rules: Rules, language: Language) -> str:
    return rules.words[code].in_(language) if code in rules.words else str(code)


def _names(codes: list[Any], rules: Rules, language: Language) -> str:
    names = [_word(code, rules, language) for code in dict.fromkeys(codes) if code is not None]
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


def _figures(one: _Said) -> Iterator[Figure]:
    """Each figure once, in the order of the French sentence."""
    for place in dict.fromkeys(part.place for part in one.rule.placeholders() if part.is_figure):
        if place == ROWS:
            where = {column: [row.where[column] for row in one.rows] for column in one.record.where}
            yield Figure(one.record.mart, where, EVERY_ROW, len(one.rows))
        elif record := _record(place, one.record, one.week):
            column, where = record.place(place.column)
            value = record.values[place.column]
            yield Figure(record.mart, where, column, value.isoformat() if isinstance(value, date) else value)
