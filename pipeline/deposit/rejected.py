"""The rows of an upload that are not accepted, as Parquet: their cells or their text, and why."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as papq

from pipeline.deposit.check import Checked
from pipeline.deposit.line_ranges import line_ranges
from pipeline.deposit.problems import by_line
from pipeline.deposit.table import Table


def write_rejected(table: Table, checked: Checked, problems: pl.DataFrame, path: Path) -> None:
    """One row a rejected row, by line: the cells of a row that was read, as text; the `raw` text of a line that the
    reader refused; `problems`, the keys of all that is said of its line.

    problems: schema PROBLEMS, of the whole file.
    """
    writer: papq.ParquetWriter | None = None
    try:
        for part in _rejected(table, checked, problems):
            told = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or papq.ParquetWriter(path, told.schema, compression="zstd", store_schema=False)
            writer.write_table(told)
    finally:
        if writer:
            writer.close()


def _rejected(table: Table, checked: Checked, problems: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Some lines at a time."""
    if checked.is_good.all() and table.rejected.is_empty():
        texts = dict.fromkeys([*checked.values.columns, "raw", "problems"], pl.String())
        yield pl.DataFrame(schema={**texts, "line": pl.UInt32()})
        return
    said = problems.select("line", pl.col("key").alias("problems"))
    bad = checked.values["line"].filter(~checked.is_good)
    for cut in line_ranges(bad, table.rejected["line"]):
        rows, raw = checked.rejected(cut), cut(table.rejected).select("line", "raw")
        reasons = by_line(cut(said), pl.col("problems").unique().sort().str.join(" "))
        told = pl.concat([rows, raw], how="diagonal").join(reasons, on="line", how="left", maintain_order="left")
        yield told.sort("line", maintain_order=True)
