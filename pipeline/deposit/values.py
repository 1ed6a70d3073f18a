"""The text columns of a feed as typed columns, with what was repaired and what is wrong, cell by cell."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from pipeline.contract import Column, Feed, Identifier, LocalDatetime, String
from pipeline.contract.types import Boolean, ColumnType, Date, Enum, Integer, LocalTime, Number, Siret, Trade
from pipeline.deposit.at_once import at_once
from pipeline.deposit.dates import Stamps, read_dates, read_datetimes, read_times
from pipeline.deposit.numbers import check_bounds, read_numbers
from pipeline.deposit.reading import Read, Typed, findings, no_findings
from pipeline.deposit.texts import Texts, TextsOf
from pipeline.deposit.typed_rows import PART_ROWS, Coded, Whole, repeated
from pipeline.deposit.words import read_booleans, read_sirets, read_trades, read_words
from pipeline.derive.polars_schema import UTC, dtype_of, utc_name

# Characters that either Python or the engine takes for white space.
BLANK = r"^[\s\x1c-\x1f]*$"
READERS = {
    Number: read_numbers,
    Integer: read_numbers,
    Enum: read_words,
    Boolean: read_booleans,
    Trade: read_trades,
    Siret: read_sirets,
    LocalTime: read_times,
}


@dataclass(frozen=True, slots=True)
class TypedColumns:
    """What a file's columns gave.

    columns: by name; beside a LocalDatetime its instant `<name>_utc` and `<name>_is_exact`. findings: schema FINDINGS.
    repaired: whether a row has a repair (Boolean). typed: the feed's columns with their texts as sent.
    """

    columns: dict[str, Coded | Whole]
    findings: pl.DataFrame
    repaired: pl.Series
    typed: Mapping[str, Typed]


def type_columns(
    height: int, texts: TextsOf, feed: Feed, latest_year: int, timezone: str, declared: Collection[str] = ()
) -> TypedColumns:
    """Read every column of the feed.

    height: rows; texts: of each feed column. latest_year: the year of the deposit, from which two digits of a year get
    their century. timezone: of the town. declared: columns of which a format tells how they are written, so that
    reading them is no repair.
    """
    columns: dict[str, Coded | Whole] = {}
    said: list[pl.DataFrame] = [no_findings()]
    repaired = repeated(False, height, pl.Boolean)
    every: dict[str, Typed] = {}
    each = at_once if height > PART_ROWS else map
    found = list(each(texts, (column.name for column in feed.columns)))
    for column, cells in zip(feed.columns, found, strict=True):
        if isinstance(column.type, LocalDatetime):
            stamps = _read_moments(cells, column, latest_year, timezone)
            typed, utc, is_exact = stamps.typed, cells.coded(stamps.utc), cells.coded(stamps.is_exact)
            columns |= {column.name: typed.column, utc_name(column.name): utc, f"{column.name}_is_exact": is_exact}
        else:
            typed = _read(cells, column, latest_year)
            columns[column.name] = _with_meaning_of_empty(typed, column)
        every[column.name] = typed
        if column.name in declared:
            said.append(typed.findings.filter(pl.col("severity") != "repair"))
        else:
            said.append(typed.findings)
            repaired |= typed.repaired
        said += _check(typed, column)
    return TypedColumns(columns, pl.concat(said), repaired, every)


def _with_meaning_of_empty(typed: Typed, column: Column) -> Coded:
    """The values of a column with that which an empty cell means."""
    if column.empty_means is None:
        return typed.column
    values, meaning = typed.of_texts, column.empty_means
    if values.dtype == pl.String:
        words = [*values.drop_nulls().unique(maintain_order=True), str(meaning)]
        values = values.cast(pl.Enum(list(dict.fromkeys(words))))
    if not typed.texts.cells.null_count():
        return typed.texts.coded(values.fill_null(meaning))
    told = typed.texts.coded(values).values
    return Coded(pl.concat([told, pl.Series([meaning], dtype=told.dtype)]), typed.texts.cells.fill_null(len(told)))


def _is_empty(texts: Texts) -> pl.Series:
    """Whether each row has an empty cell, or none."""
    is_blank = texts.distinct.str.contains(BLANK)
    return texts.holding(is_blank) | texts.cells.is_null() if texts.cells.null_count() else texts.holding(is_blank)


def _read_moments(texts: Texts, column: Column, latest_year: int, timezone: str) -> Stamps:
    if texts.is_empty:
        places = len(texts.distinct)
        return Stamps(_nothing(texts, column), repeated(None, places, UTC), repeated(False, places, pl.Boolean()))
    return read_datetimes(texts, column, latest_year, timezone)


def _nothing(texts: Texts, column: Column) -> Typed:
    """A column without a text, of which nothing is to be read nor said."""
    return Read(repeated(None, len(texts.distinct), dtype_of(column)), no_findings()).by_row(texts)


def _read(texts: Texts, column: Column, latest_year: int) -> Typed:
    if texts.is_empty:
        return _nothing(texts, column)
    kind: type[ColumnType] = type(column.type)
    if kind is Date:
        return read_dates(texts, column, latest_year)
    if reader := READERS.get(kind):
        return reader(texts, column)
    return _read_texts(texts)


def _read_texts(texts: Texts) -> Typed:
    """Text and identifiers: white space around them is dropped, a cell of white space is empty."""
    stripped = texts.distinct.str.strip_chars()
    return Read(stripped.set(stripped == "", None), no_findings()).by_row(texts)


def _check(typed: Typed, column: Column) -> list[pl.DataFrame]:
    """The findings of what can be said of a cell by itself: required, bounds, pattern, length."""
    found = []
    if column.required:
        rows = _is_empty(typed.texts).arg_true()
        found.append(_said(rows, typed.texts.at(rows), column, "constraint-error.required", fix=_how_to_fill(column)))
    match column.type:
        case Number() | Integer():
            found += check_bounds(typed, column)
        case String(pattern, max_length) | Identifier(pattern, max_length):
            found += _check_words(replace(typed.texts, distinct=typed.of_texts), column, pattern, max_length)
        case _:
            pass
    return found


def _check_words(texts: Texts, column: Column, pattern: str | None, max_length: int | None) -> list[pl.DataFrame]:
    found = []
    if pattern is not None:
        rows = texts.rows(~texts.distinct.str.contains(f"^(?:{pattern})$"))
        told = {"expected": f"comme « {column.example} »"}
        found.append(_said(rows, texts.at(rows), column, "constraint-error.pattern", **told))
    if max_length is not None:
        rows = texts.rows(texts.distinct.str.len_chars() > max_length)
        length = texts.at(rows).str.len_chars()
        found.append(_said(rows, length, column, "constraint-error.max-length", expected=str(max_length)))
    return found


def _said(rows: pl.Series, values: pl.Series, column: Column, key: str, **told: str) -> pl.DataFrame:
    if rows.is_empty():
        return no_findings()
    return findings(pl.DataFrame({"row": rows, "value": values}), column.name, key, **told)


def _how_to_fill(column: Column) -> str:
    return f"Remplissez-la, par exemple « {column.example} »." if column.example else "Remplissez-la."
