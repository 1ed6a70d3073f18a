"""What a vendor's values mean: changes over time, flags, and zeros that stand for "not counted"."""

from dataclasses import replace

import polars as pl

from pipeline.contract import Severity
from pipeline.deposit.formats.model import Flag, Format, Where, Zero, texts_of
from pipeline.deposit.formats.moments import is_doubled_hour, local_clock
from pipeline.deposit.formats.texts import Cells, header_of, number, text_expression
from pipeline.deposit.problems import PROBLEMS


def holds(where: Where, moment: str | None, timezone: str) -> pl.Expr:
    """Whether a shaped row is one of those an entry is about. moment: the shaped column that says when."""
    conditions = [pl.col(name).is_in(list(values)) for name, values in where.equals.items()]
    if moment is not None and (where.from_day or where.to_day):
        day = local_clock(pl.col(moment), timezone).dt.date()
        conditions += [day >= where.from_day] if where.from_day else []
        conditions += [day <= where.to_day] if where.to_day else []
    return pl.all_horizontal(pl.lit(True), *conditions).fill_null(False)


def flag_raised(flag: Flag, cells: Cells) -> pl.Expr:
    """Whether the vendor marked the row."""
    return cells.cell(flag.column).is_in(list(flag.values)).fill_null(False)


def without_flagged(flag: Flag, raised: pl.Expr) -> pl.Expr:
    """The flag's target, emptied where the flag's effect says so."""
    value = pl.col(flag.target)
    if flag.effect == "kept":
        return value
    if flag.effect == "zeros-not-counted":
        raised = raised & (number(value) == 0).fill_null(False)
    return pl.when(~raised).then(value).alias(flag.target)


def zero_is_not_counted(zero: Zero, moment: str | None, timezone: str) -> pl.Expr:
    """Whether a shaped row's zero stands for "not counted"."""
    is_meant = (number(pl.col(zero.target)) == 0).fill_null(False) & holds(zero.where, moment, timezone)
    if zero.only == "doubled-hour" and moment is not None:
        is_meant &= is_doubled_hour(local_clock(pl.col(moment), timezone), timezone).fill_null(False)
    return is_meant


def flag_problems(rows: pl.DataFrame, fmt: Format, cells: Cells) -> list[pl.DataFrame]:
    """One warning a line that the vendor flagged."""
    return [
        said(
            rows.filter(flag_raised(flag, cells)).select("line", cells.cell(flag.column).alias("value")),
            f"vendor-flag.{flag.effect}",
            column=cells.header(flag.column),
        )
        for flag in fmt.flags
    ]


def alias_problems(rows: pl.DataFrame, fmt: Format, cells: Cells) -> list[pl.DataFrame]:
    """Each alias that the file uses, said once, at its first line."""
    found = []
    for text in (text for rule in fmt.columns.values() for text in texts_of(rule) if text.aliases):
        used = rows.select("line", text_expression(replace(text, aliases={}), cells).alias("value")).filter(
            pl.col("value").is_in(list(text.aliases))
        )
        first = used.group_by("value").agg(pl.col("line").min()).sort("line")
        first = first.with_columns(pl.col("value").replace(dict(text.aliases)).alias("expected"))
        found.append(said(first, "constraint-error.enum-repaired", "repair", column=header_of(text, cells)))
    return found


def code_problems(rows: pl.DataFrame, fmt: Format, cells: Cells) -> list[pl.DataFrame]:
    """One warning a line that holds a code of which the format tells the sender."""
    found = []
    for text in (text for rule in fmt.columns.values() for text in texts_of(rule) if text.said):
        code = text_expression(replace(text, values={}, aliases={}), cells)
        lines = rows.select("line", code.alias("value")).unique(maintain_order=True)
        for value, key in text.said.items():
            found.append(said(lines.filter(pl.col("value") == value), key, column=header_of(text, cells)))
    return found


def said(frame: pl.DataFrame, key: str, severity: Severity = "warning", column: str | None = None) -> pl.DataFrame:
    """A frame with `line` (and value, column, expected where they differ by row) as problems of schema PROBLEMS."""
    told = {"key": key, "severity": severity, "column": column}
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(told.get(name))).cast(dtype).alias(name)
        for name, dtype in PROBLEMS.items()
    )
