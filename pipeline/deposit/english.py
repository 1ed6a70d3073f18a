"""The words of a problem in English: what was expected and what to do are said in French where they are found."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline.contract import Enum, Label, Problem
from pipeline.deposit.formats import load_formats
from pipeline.deposit.problems import CUT
from pipeline.feeds import all_feeds

# Problems of which the value, or what was expected, is a word of ours; of all others it is the sender's, or a number.
OUR_VALUES = frozenset(
    {"encoding-error", "encoding-error.binary", "encoding-error.calendar", "encoding-error.json"}
    | {"encoding-error.workbook", "type-error.formula", "wrong-feed.other", "wrong-feed.ambiguous"}
)
OUR_EXPECTED = frozenset(
    {f"constraint-error.{kind}" for kind in ("enum", "enum-repaired", "overlap", "pattern", "rule", "siret", "trade")}
    | {"constraint-error.reference", "unknown-counter", "unknown-premises", "wrong-feed", "wrong-feed.other"}
    | {"personal-data", "duplicate-key.updated"}
)
_GAP = re.compile(r"\\\{([abc])\\\}")
_QUOTED = re.compile("« ([^«»]+) »")
_CUT = re.compile(re.escape(CUT).replace(r"\{\}", "(.+)"), re.DOTALL)


def in_english(problem: Problem) -> Problem:
    """The problem with our own words in English; what the sender wrote stays as it is."""
    value, expected = problem.value, problem.expected
    return replace(
        problem,
        column=problem.column and uncut(problem.column),
        value=value and (english(value) if problem.key in OUR_VALUES else uncut(value)),
        expected=expected and (english(expected) if problem.key in OUR_EXPECTED else uncut(expected)),
        fix=problem.fix and english(problem.fix),
    )


def english(text: str) -> str:
    """A text of ours in English, the lists in it item by item; any other text as it is."""
    if (known := _words().get(text)) is not None:
        return known
    for pattern, words in _templates():
        if found := pattern.fullmatch(text):
            return words.format_map({name: english(part) for name, part in found.groupdict().items()})
    if ", " in text:
        return ", ".join(map(english, text.split(", ")))
    if quoted := _QUOTED.fullmatch(text):
        return f"“{english(quoted[1])}”"
    return uncut(text)


def uncut(text: str) -> str:
    """A text that `problems.shortened` cut, its length said in English."""
    return _CUT.sub(r"\1… (\2 characters)", text) if text.endswith(")") else text


@cache
def catalogue() -> dict[str, str]:
    """French → English, with gaps {a}, {b}, {c}."""
    tree = tomllib.loads((Path(__file__).parent / "english.toml").read_text(encoding="utf-8"))
    return {french: words for group in tree.values() for french, words in group.items()}


@cache
def _words() -> dict[str, str]:
    """What has no gap: texts of the catalogue and the feeds' own words."""
    return {label.fr: label.en for label in _labels()} | {fr: en for fr, en in catalogue().items() if "{" not in fr}


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """What has gaps, as patterns."""
    with_gaps = ((fr, en) for fr, en in catalogue().items() if "{" in fr)
    return [(re.compile(_GAP.sub(r"(?P<\1>.+?)", re.escape(fr)), re.DOTALL), en) for fr, en in with_gaps]


def _labels() -> Iterator[Label]:
    for feed in all_feeds().values():
        yield feed.title
        yield from (fmt.title for fmt in load_formats(feed))
        yield from (rule.message for rule in feed.rules)
        yield from (span.message for span in feed.spans)
        for column in feed.columns:
            if isinstance(column.type, Enum):
                yield from (choice.label for choice in column.type.choices)
