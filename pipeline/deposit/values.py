"""The text columns of a feed as typed columns, with what was repaired and what is wrong, cell by cell."""

from dataclasses import dataclass

import polars as pl

from pipeline.contract import Column, Feed, Identifier, LocalDatetime, String
from pipeline.contract.types import Boolean, ColumnType, Date, Enum, Integer, LocalTime, Number, Siret, Trade
from pipeline.deposit.dates import read_dates, read_datetimes, read_times
from pipeline.deposit.numbers import check_bounds, read_numbers
from pipeline.deposit.reading import Typed, findings, no_findings
from pipeline.deposit.words import read_booleans, read_sirets, read_trades, read_words
from pipeline.derive import polars_schema
from pipeline.derive.polars_schema import utc_name

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
class TypedFrame:
    """What a file's columns gave.

    frame: the feed's columns, typed, one row a row of `values`; a LocalDatetime has its `_utc` beside it, filled only
    where the text had an offset. findings: schema FINDINGS. repaired: rows with at least one repair.
    """

    frame: pl.DataFrame
    findings: pl.DataFrame
    repaired: pl.Series


def type_columns(values: pl.DataFrame, feed: Feed, latest_year: int) -> TypedFrame:
    """Read every column of the feed.

    values: one String column a feed column.
    latest_year: the year of the deposit, from which two digits of a year get their century.
    """
    schema = polars_schema(feed)
    columns: dict[str, pl.Series] = {}
    said: list[pl.DataFrame] = [no_findings()]
    repaired: list[pl.Series] = [pl.Series([], dtype=pl.UInt32)]
    for column in feed.columns:
        texts = values[column.name]
        typed, utc = _read(texts, column, latest_year)
        values_read = typed.values
        if column.empty_means is not None:
            values_read = values_read.set(_is_empty(texts), column.empty_means)
        columns[column.name] = values_read.alias(column.name)
        if isinstance(column.type, LocalDatetime):
            name = utc_name(column.name)
            columns[name] = pl.repeat(None, values.height, dtype=schema[name], eager=True) if utc is None else utc
        said += [typed.findings, *_check(typed.values, texts, column)]
        repaired.append(typed.repaired)
    return TypedFrame(pl.DataFrame(columns), pl.concat(said), pl.concat(repaired).unique())


def _is_empty(texts: pl.Series) -> pl.Series:
    return texts.is_null() | (texts.str.strip_chars() == "")


def _read(texts: pl.Series, column: Column, latest_year: int) -> tuple[Typed, pl.Series | None]:
    kind: type[ColumnType] = type(column.type)
    if kind is LocalDatetime:
        stamps = read_datetimes(texts, column, latest_year)
        return stamps.typed, stamps.utc
    if kind is Date:
        return read_dates(texts, column, latest_year), None
    if reader := READERS.get(kind):
        return reader(texts, column), None
    return _read_texts(texts), None


def _read_texts(texts: pl.Series) -> Typed:
    """Text and identifiers: white space around them is dropped, a cell of white space is empty."""
    stripped = texts.str.strip_chars()
    return Typed(stripped.set(stripped == "", None), no_findings(), pl.Series([], dtype=pl.UInt32))


def _check(typed: pl.Series, texts: pl.Series, column: Column) -> list[pl.DataFrame]:
    """The findings of what can be said of a cell by itself: required, bounds, pattern, length."""
    found = []
    if column.required:
        rows = _is_empty(texts).arg_true()
        found.append(_said(rows, texts, column, "constraint-error.required", fix=_how_to_fill(column)))
    match column.type:
        case Number() | Integer():
            found += check_bounds(typed, column, texts)
        case String(pattern, max_length) | Identifier(pattern, max_length):
            if pattern is not None:
                rows = (~typed.str.contains(f"^(?:{pattern})$")).fill_null(False).arg_true()
                found.append(
                    _said(rows, typed, column, "constraint-error.pattern", expected=f"comme « {column.example} »")
                )
            if max_length is not None:
                length = typed.str.len_chars()
                rows = (length > max_length).fill_null(False).arg_true()
                found.append(
                    _said(rows, length.cast(pl.String), column, "constraint-error.max-length", expected=str(max_length))
                )
        case _:
            pass
    return found


def _said(rows: pl.Series, values: pl.Series, column: Column, key: str, **told: str) -> pl.DataFrame:
    if rows.is_empty():
        return no_findings()
    return findings(pl.DataFrame({"row": rows, "value": values.gather(rows)}), column.name, key, **told)


def _how_to_fill(column: Column) -> str:
    return f"Remplissez-la, par exemple « {column.example} »." if column.example else "Remplissez-la."
