"""What a vendor's values mean: changes over time, flags, and zeros that stand for "not counted"."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

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


def flag_raised(rows: pl.DataFrame, flag: Flag, cells: Cells) -> pl.Expr:
    """Whether the vendor marked the row of `rows`, in whatever case, accents and spaces the mark is written."""
    cell = cells.cell(flag.column)
    marks = rows.select(cell.unique().drop_nulls()).to_series()
    wanted = {_mark(value) for value in flag.values}
    return cell.is_in([mark for mark in marks if _mark(mark) in wanted]).fill_null(False)


@lru_cache(maxsize=1 << 14)
def _mark(text: str) -> str:
    """A vendor's mark as it is compared. Its signs count, unlike those of a header: -1 is not 1."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and not letter.isspace())


def without_flagged(flag: Flag, raised: pl.Expr) -> pl.Expr:
    """The flag's target, emptied where the flag's effect says so."""
    value = pl.col(flag.target)
    if flag.effect in ("kept", "none"):
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
    """One warning a line that the vendor flagged, and one for each mark that the format does not know."""
    raised = [
        said(
            rows.filter(flag_raised(rows, flag, cells)).select("line", cells.cell(flag.column).alias("value")),
            f"vendor-flag.{flag.effect}",
            column=cells.header(flag.column),
        )
        for flag in fmt.flags
        if flag.effect != "none"
    ]
    return [*raised, *_unknown_marks(rows, fmt.flags, cells)]


def _unknown_marks(rows: pl.DataFrame, flags: Iterable[Flag], cells: Cells) -> list[pl.DataFrame]:
    """Each mark of a flag's column that no flag names, said once, at its first line, with how many lines bear it."""
    known: dict[str, tuple[pl.Expr, set[str]]] = {}
    for flag in flags:
        if header := cells.header(flag.column):
            known.setdefault(header, (cells.cell(flag.column), set()))[1].update(map(_mark, flag.values))
    found = []
    for header, (cell, marks) in known.items():
        filled = rows.select("line", cell.alias("value")).drop_nulls("value")
        borne = filled.group_by("value").agg(pl.col("line").min(), pl.len().cast(pl.String).alias("expected"))
        unknown = borne.filter(pl.Series([_mark(value) not in marks for value in borne["value"]], dtype=pl.Boolean))
        found.append(said(unknown.sort("line"), "vendor-flag.unknown", column=header))
    return found


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
