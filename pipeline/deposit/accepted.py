"""The accepted rows of an upload as Parquet."""

import itertools
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as papq

from pipeline.contract import Feed
from pipeline.deposit.typed_rows import PART_ROWS, TypedRows, Whole
from pipeline.derive.polars_schema import LINE, utc_name

_GOOD = "@good"


def write_accepted(rows: TypedRows, is_good: pl.Series, feed: Feed, path: Path) -> None:
    """Write the good rows, part by part; Enum columns become text. Columns that are full are said to have no null.

    Whole numbers and times are kept as differences from row to row, texts and decimals as numbers of those that occur:
    both are small and quick for counts, which come in order and repeat themselves. Readers look for instants only, so
    that these alone have their bounds written.
    """
    marked = replace(rows, columns={**rows.columns, _GOOD: Whole(is_good)})
    parts = marked.map(_good_rows, [*rows.names, _GOOD])
    first = next(parts)
    typed, filled = first.schema, [column.name for column in feed.columns if column.required]
    full = {LINE, *filled, *map(utc_name, filled), *filter(rows.is_full, rows.names)}
    schema = pa.schema([field.with_nullable(field.name not in full) for field in typed])
    ordered = [field.name for field in typed if pa.types.is_integer(field.type) or pa.types.is_temporal(field.type)]
    repeated = [name for name in typed.names if name not in ordered]
    encodings = dict.fromkeys(ordered, "DELTA_BINARY_PACKED")
    instants = [name for name in typed.names if name.endswith("_utc")]
    options = {"use_dictionary": repeated, "column_encoding": encodings, "write_statistics": instants or False}
    with papq.ParquetWriter(path, schema, compression="lz4", store_schema=False, **options) as writer:
        for part in itertools.chain([first], parts):
            writer.write_table(pa.Table.from_arrays(part.columns, schema=schema), row_group_size=PART_ROWS)


def _good_rows(part: pl.DataFrame) -> pa.Table:
    good = part[_GOOD]
    return (part if good.all() else part.filter(good)).drop(_GOOD).to_arrow()
