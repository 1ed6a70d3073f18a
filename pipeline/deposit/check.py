"""Checking a file's rows against its feed: which are accepted, which are not, and all that is to be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.contract import Column, Date, Feed, LocalDatetime, RowRule, SpanRule
from pipeline.deposit.dates import check_future
from pipeline.deposit.duplicates import find_duplicates, find_grains, find_overlaps, once_a_line
from pipeline.deposit.line_ranges import Cut
from pipeline.deposit.local_time import place_times
from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.reading import Typed, findings, no_findings
from pipeline.deposit.references import Known, check_list, check_reference
from pipeline.deposit.texts import TextsOf
from pipeline.deposit.typed_rows import Coded, TypedRows, Whole, repeated
from pipeline.deposit.values import type_columns
from pipeline.derive import polars_schema
from pipeline.derive.polars_schema import utc_name


@dataclass(frozen=True, slots=True)
class Setting:
    """What a check must know beside the rows.

    timezone: of the town; latest: the moment after which a date is in the future; known: what was deposited before;
    declared: columns whose way of writing a vendor's format declares, so that reading it is no repair.
    """

    timezone: str
    latest: datetime
    known: Known
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check gives.

    rows: all rows, typed; is_good: which of them are accepted; values: the same rows as text. problems: schema
    PROBLEMS, without the sheet; repaired_lines: lines with a repair.
    """

    rows: TypedRows
    is_good: pl.Series
    values: pl.DataFrame
    problems: pl.DataFrame
    repaired_lines: int

    @property
    def accepted(self) -> pl.DataFrame:
        """The accepted rows, schema `polars_schema(feed)`."""
        return self.rows.whole().filter(self.is_good).cast({pl.Enum: pl.String})

    def rejected(self, cut: Cut = lambda frame: frame) -> pl.DataFrame:
        """The rows of `values` that are not accepted, as String. cut: some of them alone."""
        bad = (~self.is_good).arg_true()
        some = cut(pl.DataFrame({"row": bad, "line": self.values["line"].gather(bad)}))["row"]
        return self.values[some].cast({pl.Enum: pl.String, pl.Categorical: pl.String})

    @property
    def not_counted(self) -> int:
        """Accepted rows with no count."""
        count = self.rows.columns.get("count")
        empty = (
            count.rows(count.values.is_null(), null=True)
            if isinstance(count, Coded)
            else pl.Series([], dtype=pl.UInt32)
        )
        return int(self.is_good.gather(empty).sum())


def check(values: pl.DataFrame, texts: TextsOf, headers: Mapping[str, str], feed: Feed, setting: Setting) -> Checked:
    """Check every row of `values` (one text column a feed column, `line`, `source_column`).

    texts: of its columns; headers: the header as sent of each feed column, for the messages.
    """
    latest = setting.latest.astimezone(ZoneInfo(setting.timezone)).replace(tzinfo=None)
    read = type_columns(values.height, texts, feed, latest.year, setting.timezone, setting.declared)
    columns, repaired, said = {**read.columns, "line": Whole(values["line"])}, read.repaired, [read.findings]
    for column in feed.columns:
        if column.references is not None:
            typed = read.typed[column.name]
            codes = replace(typed.texts, distinct=typed.of_texts)
            known_codes, unknown = check_reference(codes, column, setting.known)
            repaired = repaired | codes.holding(known_codes.distinct.ne_missing(codes.distinct))
            columns[column.name] = known_codes.coded(known_codes.distinct)
            said.append(unknown)
        if column.lists is not None:
            typed = read.typed[column.name]
            said.append(check_list(replace(typed.texts, distinct=typed.of_texts), column, setting.known))
    rows = TypedRows(values.height, polars_schema(feed).names(), columns)
    rows, on_clock = place_times(rows, feed, setting.timezone, setting.known, _good(said, rows.height))
    said += [on_clock, *(_future(read.typed[column.name], column, latest) for column in feed.columns)]
    said += [_broken(rows, feed, rule) for rule in feed.rules]
    said += [_too_long(rows, rule) for rule in feed.spans]
    said.append(find_duplicates(rows, feed, _good(said, rows.height)))
    is_good = _good(said, rows.height)
    said += [find_overlaps(rows, feed, is_good), find_grains(rows, feed, is_good)]
    return Checked(
        rows=rows,
        is_good=is_good,
        values=values,
        problems=_problems(pl.concat(said), values, headers, feed),
        repaired_lines=values["line"].filter(repaired).n_unique(),
    )


def _good(said: list[pl.DataFrame], height: int) -> pl.Series:
    """Which rows nothing rejects so far."""
    good = repeated(True, height, pl.Boolean)
    bad = [frame["row"].filter(frame["rejects"]) for frame in said if frame.height]
    return good.scatter(pl.concat(bad).unique(), False) if bad else good


def _future(typed: Typed, column: Column, latest: datetime) -> pl.DataFrame:
    match column.type:
        case LocalDatetime(future_allowed=False, until_midnight=True):
            return check_future(typed, datetime.combine(latest.date() + timedelta(days=1), time()), column)
        case Date(future_allowed=False) | LocalDatetime(future_allowed=False):
            return check_future(typed, latest, column)
        case _:
            return no_findings()


def _broken(rows: TypedRows, feed: Feed, rule: RowRule) -> pl.DataFrame:
    """Findings for the rows that break a rule; moments are compared as instants."""
    names = [
        utc_name(name) if isinstance(feed.column(name).type, LocalDatetime) else name
        for name in (rule.left, rule.right)
    ]
    left, right = (pl.col(name) for name in names)
    is_order = (rule.left, rule.right) == ("start", "end") and rule.operator in ("<", "<=")
    holds = {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right}[rule.operator]
    if is_order and rows.ends_follow:
        found = rows.settled.filter(~holds)["row"] if rows.settled.height else rows.settled["row"]
    else:
        found = rows.one((~holds).fill_null(False), names).arg_true()
    return _told(rows, found, rule)


def _too_long(rows: TypedRows, rule: SpanRule) -> pl.DataFrame:
    """Findings for the spans that are too long. By the clock: the longest month is no longer where autumn doubles an
    hour in it."""
    longest = rows.columns["step"].values.max() if rows.ends_follow else None
    if isinstance(longest, timedelta) and longest < rule.most:  # each is a step of its counter long
        return no_findings()
    is_long = (pl.col(rule.right) - pl.col(rule.left) > rule.most).fill_null(False)
    return _told(rows, rows.one(is_long, (rule.left, rule.right)).arg_true(), rule)


def _told(rows: TypedRows, found: pl.Series, rule: RowRule | SpanRule) -> pl.DataFrame:
    """Findings for the rows that were found to break a rule."""
    if found.is_empty():
        return no_findings()
    value = rows.at(found, [rule.right])[rule.right]
    if value.dtype.is_temporal():
        value = value.dt.strftime("%d/%m/%Y %H:%M" if value.dtype == pl.Datetime else "%d/%m/%Y")
    broken = pl.DataFrame({"row": found, "value": value.cast(pl.String)})
    return findings(
        broken, rule.right, "constraint-error.rule", expected=rule.message.fr, fix="Corrigez l'une des deux valeurs."
    )


def _problems(said: pl.DataFrame, values: pl.DataFrame, headers: Mapping[str, str], feed: Feed) -> pl.DataFrame:
    """Findings as problems: the row's line, and the header as it was sent (in wide layouts that of the cell)."""
    if said.is_empty():
        return PROBLEMS.to_frame()
    template = {column.name: column.header for column in feed.columns}
    placed = said.with_columns(values.select(pl.col("line", "source_column").gather(said["row"])))
    sent = (
        pl.col("column").replace_strict(dict(headers), default=None, return_dtype=pl.String)
        if headers
        else pl.lit(None, pl.String)
    )
    header = pl.coalesce(sent, "source_column", pl.col("column").replace(template))
    return (
        placed.select(
            "line",
            header.alias("column"),
            "key",
            "severity",
            "value",
            "expected",
            "fix",
            pl.lit(None, pl.String).alias("sheet"),
        )
        .cast(PROBLEMS)
        .pipe(_in_order)
        .pipe(once_a_line)
    )


def _in_order(problems: pl.DataFrame) -> pl.DataFrame:
    """By line; what is in order already is not copied, for there may be millions."""
    return problems if problems["line"].is_sorted() else problems.sort("line", maintain_order=True)
