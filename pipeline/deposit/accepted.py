"""The accepted rows of an upload as Parquet."""

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
    """Write the good rows, part by part; Enum columns become text. Columns that must be filled have no null.

    Whole numbers and times are kept as differences from row to row, texts and decimals as numbers of those that occur:
    both are small and quick for counts, which come in order and repeat themselves. Readers look for instants only, so
    that these alone have their bounds written.
    """
    typed = rows.part(rows.height).to_arrow().schema
    filled = [column.name for column in feed.columns if column.required]
    required = {LINE, *filled, *map(utc_name, filled)}
    schema = pa.schema([field.with_nullable(field.name not in required) for field in typed])
    ordered = [field.name for field in typed if pa.types.is_integer(field.type) or pa.types.is_temporal(field.type)]
    repeated = [name for name in typed.names if name not in ordered]
    encodings = dict.fromkeys(ordered, "DELTA_BINARY_PACKED")
    instants = [name for name in typed.names if name.endswith("_utc")]
    options = {"use_dictionary": repeated, "column_encoding": encodings, "write_statistics": instants or False}
    with papq.ParquetWriter(path, schema, compression="lz4", store_schema=False, **options) as writer:
        marked = replace(rows, columns={**rows.columns, _GOOD: Whole(is_good)})
        for part in marked.map(_good_rows, [*rows.names, _GOOD]):
            writer.write_table(pa.Table.from_arrays(part.columns, schema=schema), row_group_size=PART_ROWS)


def _good_rows(part: pl.DataFrame) -> pa.Table:
    good = part[_GOOD]
    return (part if good.all() else part.filter(good)).drop(_GOOD).to_arrow()
