"""A table as its vendor wrote it becomes the feed's columns, still as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.contract import Date
from pipeline.deposit.formats.headers import by_fold, spelled_as
from pipeline.deposit.formats.meaning import (
    alias_problems,
    code_problems,
    flag_problems,
    flag_raised,
    holds,
    said,
    without_flagged,
    zero_is_not_counted,
)
from pipeline.deposit.formats.model import Format, Moment, Rule, Text, texts_of
from pipeline.deposit.formats.moments import moments
from pipeline.deposit.formats.order import days_by_order
from pipeline.deposit.formats.texts import FILE, Cells, header_of, text_expression
from pipeline.deposit.formats.totals import total_problems
from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.reader.headers import fold
from pipeline.deposit.table import Table
from pipeline.deposit.texts import Texts

_HEADER = "@header"


@dataclass(frozen=True, slots=True)
class Shaped:
    """A file in the feed's columns.

    table: what the reader gave. values: one text column a feed column under its internal name, `line` (UInt32), and
    `source_column` (text: header of the cell a value came from in wide layouts, null elsewhere). Wide rows give many
    rows of one line, in the order of the file. headers: for each feed column the header as sent, for messages.
    problems: schema PROBLEMS, what the format found, beside those of the reader in `table.problems`. renamed: the
    column of `table` of each column of `values` that is nothing else.
    """

    table: Table
    values: pl.DataFrame
    headers: Mapping[str, str]
    problems: pl.DataFrame
    renamed: Mapping[str, str] = field(default_factory=dict)

    def texts(self, name: str) -> Texts:
        """The distinct texts of a column of `values`."""
        return self.table.texts(self.renamed[name]) if name in self.renamed else Texts.of(self.values[name])


def shape(table: Table, fmt: Format, town_timezone: str, preamble: Mapping[str, str] | None = None) -> Shaped:
    """The table in the feed's columns. preamble: what was read above the header, by group name without `@`."""
    if fmt.is_template:
        return _renamed(table, fmt)
    sent = [name for name in table.rows.columns if name != "line"]
    cells = Cells(by_fold(sent), fmt.empty)
    rows, repaired = _in_order(table.rows.rename({header: FILE + header for header in sent}), fmt, cells)
    problems = [repaired, *total_problems(rows, fmt, cells), *flag_problems(rows, fmt, cells)]
    long = _long(rows, fmt, cells, wide_headers(sent, fmt))
    long = long.with_columns(pl.lit(text).alias(f"@{name}") for name, text in (preamble or {}).items())
    problems += [*alias_problems(long, fmt, cells), *code_problems(long, fmt, cells)]
    values, zeroed = _values(long, fmt, cells, town_timezone)
    headers = {name: header for name, rule in fmt.columns.items() if (header := _header(rule, cells))}
    return Shaped(table, values, headers, pl.concat([*problems, *zeroed]).sort("line", maintain_order=True))


def _renamed(table: Table, fmt: Format) -> Shaped:
    """The template: a rename, at the speed of the engine. Texts stay exactly as sent."""
    sent, shown = by_fold(name for name in table.rows.columns if name != "line"), by_fold(table.header)
    columns: dict[str, str] = {}
    headers: dict[str, str] = {}
    for name, rule in fmt.columns.items():
        if isinstance(rule, Text) and (column := spelled_as(sent, rule.sources)):
            columns[name] = column
            headers[name] = spelled_as(shown, rule.sources) or column
    nothing = pl.lit(None, pl.Enum([]))
    values = table.rows.select(
        *((pl.col(columns[name]) if name in columns else nothing).alias(name) for name in fmt.columns),
        pl.col("line"),
        nothing.alias("source_column"),
    )
    return Shaped(table, values, headers, PROBLEMS.to_frame(), columns)


def wide_headers(headers: Iterable[str], fmt: Format) -> dict[str, dict[str, str]]:
    """Each header that holds values in a wide layout, with what its named groups say."""
    if fmt.wide is None:
        return {}
    apart = {fold(header) for header in (*fmt.sources, *fmt.ignore)}
    matches = {header: fmt.wide.headers.fullmatch(header) for header in headers if fold(header) not in apart}
    return {header: match.groupdict(default="") for header, match in matches.items() if match}


def _long(rows: pl.DataFrame, fmt: Format, cells: Cells, headers: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """One row a value cell, line by line and from left to right, with `@cell`, `@header` and the header's groups."""
    if fmt.wide is None:
        return rows.with_columns(pl.lit(None, pl.String).alias(_HEADER))
    if not headers:  # no line is lost where the file has no value column: each stays one row without a value
        nothing = (_HEADER, "@cell", *(f"@{group}" for group in fmt.wide.headers.groupindex))
        return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in nothing)
    kept = [header for source in fmt.sources if (header := cells.header(source))]
    long = rows.unpivot(
        on=[FILE + header for header in headers],
        index=["line", *(FILE + header for header in dict.fromkeys(kept))],
        variable_name=_HEADER,
        value_name="@cell",
    )
    said_by = [
        {"place": place, _HEADER: FILE + header, **groups} for place, (header, groups) in enumerate(headers.items())
    ]

    def looked_up(name: str, dtype: type[pl.DataType]) -> pl.Expr:
        return pl.col(_HEADER).replace_strict(
            [s[_HEADER] for s in said_by], [s[name] for s in said_by], return_dtype=dtype
        )

    return (
        long.with_columns(
            looked_up("place", pl.UInt32).alias("@place"),
            *(looked_up(group, pl.String).alias(f"@{group}") for group in fmt.wide.headers.groupindex),
        )
        .sort("line", "@place")
        .with_columns(pl.col(_HEADER).str.strip_prefix(FILE))
    )


def _in_order(rows: pl.DataFrame, fmt: Format, cells: Cells) -> tuple[pl.DataFrame, pl.DataFrame]:
    rule = fmt.columns.get(fmt.moment_column or "")
    if isinstance(rule, Moment) and rule.order_wins and (column := header_of(rule.date, cells)):
        return days_by_order(rows, rule, cells, column)
    return rows, PROBLEMS.to_frame()


def _values(long: pl.DataFrame, fmt: Format, cells: Cells, timezone: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The shaped columns beside the file's, then changes, flags and zeros in this order; and what the zeros say."""
    names = [column.name for column in fmt.feed.columns]

    def made(rows: pl.DataFrame, name: str, rule: Rule) -> pl.Series:
        if isinstance(rule, Text):
            return rows.select("line", text_expression(rule, cells).alias(name))[name]
        return moments(rows, rule, cells, timezone, isinstance(fmt.feed.column(name).type, Date)).alias(name)

    nothing = Text(combine="constant")
    long = long.with_columns(made(long, name, fmt.columns.get(name, nothing)) for name in names)
    for change in fmt.changes:
        is_meant = long.select(holds(change.where, fmt.moment_column, timezone)).to_series()
        changed = [made(long, name, rule).zip_with(is_meant, long[name]) for name, rule in change.columns.items()]
        long = long.with_columns(changed)
    for flag in fmt.flags:
        long = long.with_columns(without_flagged(flag, flag_raised(long, flag, cells)))
    problems: list[pl.DataFrame] = []
    for zero in fmt.zeros:
        stands_for_none = zero_is_not_counted(zero, fmt.moment_column, timezone)
        stood = pl.coalesce(_HEADER, pl.lit(_header(fmt.columns[zero.target], cells), pl.String))
        emptied = long.filter(stands_for_none).select("line", stood.alias("column"), pl.col(zero.target).alias("value"))
        problems.append(said(emptied, "vendor-flag.zero"))
        long = long.with_columns(pl.when(~stands_for_none).then(pl.col(zero.target)).alias(zero.target))
    return long.select(*names, "line", pl.col(_HEADER).alias("source_column")), problems


def _header(rule: Rule, cells: Cells) -> str | None:
    return next((header for text in texts_of(rule) if (header := header_of(text, cells))), None)
