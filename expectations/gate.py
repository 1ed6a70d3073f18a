"""The gate: may this build be published? It answers with what failed, in the words of those who read the figures."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from expectations.data_docs import Line, write_index
from expectations.evidence import TOWN_WEEK, UPLOADS, GateFacts, evidence, evidence_tables
from expectations.feeds import feed_suite, feed_table, with_key
from expectations.runner import Failure, run_suites
from expectations.suites import Check, Suite, load_suites
from pipeline.contract import Language
from pipeline.contract.town import Town
from pipeline.feeds import all_feeds
from pipeline.warehouse.query import read_frames

TOWN_TABLE = "raw.town"
PAIR_SIGNS = {
    "expect_column_pair_values_a_to_be_greater_than_b": ">",
    "expect_column_pair_values_to_be_equal": "=",
}
NARROW_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class GateFailure:
    """One expectation that failed.

    suite: title of the suite in French. observed: the first value that fails; expected: what was wanted; lines: lines
    of the files, at most 100 of them. count: how many rows fail, 0 where the check could not be made.
    """

    suite: str
    table: str
    column: str | None
    expectation: str
    observed: str | None
    expected: str
    message_fr: str
    message_en: str
    lines: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class GateResult:
    """passed: number of expectations that hold; failed: those that do not, in the order of the tables."""

    passed: int
    failed: tuple[GateFailure, ...]

    @property
    def is_open(self) -> bool:
        """Whether the build may be published."""
        return not self.failed


def gate_town(town: Town, database: Path, previous: Path | None, docs_folder: Path) -> GateResult:
    """Hold the build in `database` against every expectation.

    previous: the database published before, whose weeks must all be in this one; None for the first publication.
    """
    frames = read_frames(database, (*gate_tables(), TOWN_TABLE))
    as_of: date = frames[TOWN_TABLE].get_column("as_of").item()
    facts = GateFacts(as_of)
    if previous is not None:
        before = read_frames(previous, (TOWN_WEEK, UPLOADS))
        weeks = before[TOWN_WEEK].get_column("iso_week").to_list()
        facts = GateFacts(as_of, tuple(weeks), bool(_in_build(before[UPLOADS]) - _in_build(frames[UPLOADS])))
    return run_gate(frames, town, facts, docs_folder)


def _in_build(uploads: pl.DataFrame) -> set[str]:
    return set(uploads.filter("is_in_build").get_column("upload_id"))


def gate_tables() -> tuple[str, ...]:
    """The tables of a build that the gate reads, sorted: what `run_gate` wants in `frames`."""
    from_suites = {suite.table for suite in load_suites() if not suite.table.startswith("gate.")}
    from_feeds = {feed_table(feed) for feed in all_feeds().values()}
    return tuple(sorted(from_suites | from_feeds | set(evidence_tables())))


def run_gate(frames: Mapping[str, pl.DataFrame], town: Town, facts: GateFacts, docs_folder: Path) -> GateResult:
    """Hold a build against every expectation and write the Data Docs to `docs_folder` (index.html).

    frames: every table of `gate_tables()`, by `schema.table`. Raises ValueError when one is not there: a table that
    cannot be looked at is never taken for a good one.
    """
    if missing := sorted(set(gate_tables()) - set(frames)):
        raise ValueError(f"the gate was not given: {', '.join(missing)}")
    keyed = {feed_table(feed): with_key(feed, frames[feed_table(feed)]) for feed in all_feeds().values()}
    suites = [*_feed_suites(frames), *load_suites()]
    failures = run_suites(suites, {**frames, **keyed, **evidence(frames, town, facts)}, docs_folder)
    total = sum(len(suite.checks) for suite in suites)
    told = tuple(_tell(failure) for failure in failures)
    flag = " — DONNÉES SIMULÉES (simulated data)" if town.is_demo else ""
    write_index(docs_folder, f"{town.name}, {facts.as_of.isoformat()}{flag}", [_line(suite, told) for suite in suites])
    return GateResult(total - len(failures), told)


def _line(suite: Suite, failures: tuple[GateFailure, ...]) -> Line:
    sentences = [failure.message_fr for failure in failures if failure.table == suite.table]
    return Line(suite.table, suite.title.fr, suite.title.en, len(suite.checks), sentences)


def _feed_suites(frames: Mapping[str, pl.DataFrame]) -> list[Suite]:
    feeds = all_feeds()
    references = {
        name: frames[feed_table(feed)].get_column(feed.key[0]).drop_nulls().cast(pl.String).unique().to_list()
        for name, feed in feeds.items()
    }
    return [feed_suite(feed, references) for feed in feeds.values()]


def _tell(failure: Failure) -> GateFailure:
    check, rows = failure.check, failure.rows
    return GateFailure(
        suite=failure.suite.title.fr,
        table=failure.suite.table,
        column=check.column,
        expectation=check.type,
        observed=_observed(check, rows[0]) if rows else failure.error,
        expected=_expected(check),
        message_fr=_sentence(failure, "fr"),
        message_en=_sentence(failure, "en"),
        lines=tuple(row["line"] for row in rows if "line" in row),
        count=failure.count,
    )


def _observed(check: Check, row: Mapping[str, Any]) -> str:
    """The value, or the two values, that a check looked at."""
    if check.column is not None:
        return _shown(row.get(check.column), "en")
    return ", ".join(f"{name} = {_shown(row.get(name), 'en')}" for name in _pair(check))


def _expected(check: Check) -> str:
    """What was wanted, in a few words; a long list of values is cut."""
    if pair := _pair(check):
        sign = "≥" if check.kwargs.get("or_equal") else PAIR_SIGNS[check.type]
        return f" {sign} ".join(pair)
    told = [f"{name} = {_cut(value)}" for name, value in check.kwargs.items() if name != "column" and value is not None]
    return ", ".join(told) or check.type.removeprefix("expect_column_values_to_").replace("_", " ")


def _pair(check: Check) -> list[str]:
    return [check.kwargs[side] for side in ("column_A", "column_B") if side in check.kwargs]


def _sentence(failure: Failure, language: Language) -> str:
    """The message filled with the first row that fails, and how many others do."""
    if failure.error is not None:
        name = failure.suite.title.in_(language)
        return {
            "fr": f"« {name} » ({failure.suite.table}) n'a pas pu être contrôlé : {failure.error}",
            "en": f"“{name}” ({failure.suite.table}) could not be checked: {failure.error}",
        }[language]
    words = {name: _shown(value, language) for name, value in failure.rows[0].items()} if failure.rows else {}
    filled = failure.check.message.in_(language).format_map(defaultdict(str, words))
    if failure.count < 2:
        return filled
    others = failure.count - 1
    return (
        filled + {"fr": f" Et {others} autre{'s' if others > 1 else ''} cas.", "en": f" And {others} more."}[language]
    )


def _cut(value: Any) -> str:
    if isinstance(value, list) and len(value) > 12:
        return f"{', '.join(map(str, value[:12]))} … ({len(value)})"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shown(value: Any, language: Language) -> str:
    """A cell as people write it: numbers with thousands apart, days, and a word for what is missing."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | str | bool):
        return str(value)
    if value is None or math.isnan(value):
        return {"fr": "vide", "en": "empty"}[language]
    digits = (
        f"{value:,.0f}" if math.isinf(value) or float(value).is_integer() else f"{value:,.3f}".rstrip("0").rstrip(".")
    )
    return digits.translate(str.maketrans(",.", NARROW_SPACE + ",")) if language == "fr" else digits
