"""Checking a file's rows against its feed: which are accepted, which are not, and all that is to be said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.contract import Column, Date, Feed, LocalDatetime, RowRule
from pipeline.deposit.dates import check_future
from pipeline.deposit.duplicates import find_duplicates, find_overlaps
from pipeline.deposit.local_time import place_times
from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.reading import findings, no_findings
from pipeline.deposit.references import Known, check_reference
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

    accepted: schema `polars_schema(feed)`; rejected: the rows of `values` that are not; problems: schema PROBLEMS,
    without the sheet; repaired_lines: lines with a repair; not_counted: accepted rows with no count.
    """

    accepted: pl.DataFrame
    rejected: pl.DataFrame
    problems: pl.DataFrame
    repaired_lines: int
    not_counted: int


def check(values: pl.DataFrame, headers: Mapping[str, str], feed: Feed, setting: Setting) -> Checked:
    """Check every row of `values` (one String column a feed column, `line`, `source_column`).

    headers: the header as sent of each feed column, for the messages.
    """
    latest = setting.latest.astimezone(ZoneInfo(setting.timezone)).replace(tzinfo=None)
    typed = type_columns(values, feed, latest.year)
    is_said = ~(pl.col("column").is_in(list(setting.declared)) & (pl.col("severity") == "repair"))
    said = [typed.findings.filter(is_said)]
    frame = typed.frame.with_columns(values["line"])
    for column in feed.columns:
        if column.references is not None:
            codes, unknown = check_reference(frame[column.name], column, setting.known)
            frame = frame.with_columns(codes)
            said.append(unknown)
    frame, on_clock = place_times(frame, feed, setting.timezone, setting.known, _good(said, frame.height))
    said += [on_clock, *(_future(frame, values, column, latest) for column in feed.columns)]
    said += [_broken(frame, feed, rule) for rule in feed.rules]
    said.append(find_duplicates(frame, feed, _good(said, frame.height)))
    is_good = _good(said, frame.height)
    said.append(find_overlaps(frame, feed, is_good))
    accepted = frame.filter(is_good).select(polars_schema(feed).names()).cast(polars_schema(feed))
    repaired = (
        typed.repaired
        if not setting.declared
        else typed.findings.filter(is_said & (pl.col("severity") == "repair"))["row"]
    )
    return Checked(
        accepted=accepted,
        rejected=values.filter(~is_good),
        problems=_problems(pl.concat(said), values, headers, feed),
        repaired_lines=values["line"].gather(repaired).n_unique(),
        not_counted=accepted["count"].null_count() if "count" in accepted.columns else 0,
    )


def _good(said: list[pl.DataFrame], height: int) -> pl.Series:
    """Which rows nothing rejects so far."""
    bad = pl.concat(frame.filter("rejects")["row"] for frame in said).unique()
    good = pl.repeat(True, height, dtype=pl.Boolean, eager=True)
    return good.scatter(bad, False) if len(bad) else good


def _future(frame: pl.DataFrame, values: pl.DataFrame, column: Column, latest: datetime) -> pl.DataFrame:
    match column.type:
        case Date(future_allowed=False) | LocalDatetime(future_allowed=False):
            return check_future(frame[column.name], latest, column, values[column.name])
        case _:
            return no_findings()


def _broken(frame: pl.DataFrame, feed: Feed, rule: RowRule) -> pl.DataFrame:
    """Findings for the rows that break a rule; moments are compared as instants."""
    names = [
        utc_name(name) if isinstance(feed.column(name).type, LocalDatetime) else name
        for name in (rule.left, rule.right)
    ]
    left, right = (pl.col(name) for name in names)
    holds = {"<=": left <= right, "<": left < right, ">=": left >= right, ">": left > right}[rule.operator]
    shown = frame[rule.right].dtype
    text = (
        pl.col(rule.right).dt.strftime("%d/%m/%Y %H:%M" if shown == pl.Datetime else "%d/%m/%Y")
        if shown.is_temporal()
        else pl.col(rule.right)
    )
    broken = (
        frame.with_row_index("row").filter((~holds).fill_null(False)).with_columns(text.cast(pl.String).alias("value"))
    )
    return findings(
        broken, rule.right, "constraint-error.rule", expected=rule.message.fr, fix="Corrigez l'une des deux valeurs."
    )


def _problems(said: pl.DataFrame, values: pl.DataFrame, headers: Mapping[str, str], feed: Feed) -> pl.DataFrame:
    """Findings as problems: the row's line, and the header as it was sent (in wide layouts that of the cell)."""
    template = {column.name: column.header for column in feed.columns}
    places = values.select("line", "source_column").with_row_index("row")
    placed = said.join(places, on="row", how="left", maintain_order="left")
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
        .sort("line", maintain_order=True)
    )
