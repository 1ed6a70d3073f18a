"""The rows of an upload that are not accepted, as Parquet: their cells or their text, and why."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as papq

from pipeline.deposit.check import Checked
from pipeline.deposit.line_ranges import Cut, line_ranges
from pipeline.deposit.problems import by_line
from pipeline.deposit.table import Table


def write_rejected(table: Table, checked: Checked, problems: pl.DataFrame, path: Path) -> None:
    """One row a rejected row, by line: the cells of a row that was read, as text; the `raw` text of a line that the
    reader refused; `problems`, the keys of all that is said of its line.

    problems: schema PROBLEMS, of the whole file.
    """
    said = problems.select("line", pl.col("key").alias("problems"))
    bad = checked.values["line"].filter(~checked.is_good)
    writer: papq.ParquetWriter | None = None
    try:
        for cut in line_ranges(bad, table.rejected["line"]):
            part = _rejected(table, checked, said, cut).to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or papq.ParquetWriter(path, part.schema, compression="zstd", store_schema=False)
            writer.write_table(part)
    finally:
        if writer:
            writer.close()


def _rejected(table: Table, checked: Checked, said: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    rows, raw = checked.rejected(cut), cut(table.rejected).select("line", "raw")
    if rows.is_empty() and raw.is_empty():
        return pl.concat([rows, raw], how="diagonal").with_columns(pl.lit(None, pl.String).alias("problems"))
    reasons = by_line(cut(said), pl.col("problems").unique().sort().str.join(" "))
    told = pl.concat([rows, raw], how="diagonal").join(reasons, on="line", how="left", maintain_order="left")
    return told.sort("line", maintain_order=True)
