"""The columns and types of `accepted.parquet`."""

import polars as pl

from pipeline.contract import Boolean, Column, ColumnType, Date, Feed, Integer, LocalDatetime, LocalTime, Number

# Every type that is not here is text: identifiers keep their leading zeros, enums and trades hold internal codes.
DTYPES: dict[type[ColumnType], pl.DataType] = {
    Number: pl.Float64(),
    Integer: pl.Int64(),
    Boolean: pl.Boolean(),
    Date: pl.Date(),
    LocalTime: pl.Time(),
    LocalDatetime: pl.Datetime("us"),
}
UTC = pl.Datetime("us", "UTC")
LINE = "line"


def utc_name(column: str) -> str:
    """The name of the UTC instant that stands beside the naive local time of a `LocalDatetime` column."""
    return f"{column}_utc"


def dtype_of(column: Column) -> pl.DataType:
    """The type of a column of the feed."""
    return DTYPES.get(type(column.type), pl.String())


def polars_schema(feed: Feed) -> pl.Schema:
    """The schema of the feed's `accepted.parquet`, in the order of the declaration, then `line`.

    A `LocalDatetime` column gives two: the naive local time and, right behind it, `<name>_utc`.
    `line` (UInt32) is the physical line of the file that was sent, 1 = first.
    """
    dtypes: dict[str, pl.DataType] = {}
    for column in feed.columns:
        dtypes |= _dtypes(column)
    return pl.Schema(dtypes | {LINE: pl.UInt32()})


def _dtypes(column: Column) -> dict[str, pl.DataType]:
    own = {column.name: dtype_of(column)}
    return own | {utc_name(column.name): UTC} if isinstance(column.type, LocalDatetime) else own
