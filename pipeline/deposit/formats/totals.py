"""Totals that a vendor writes beside their parts: checked line by line, never used as data."""

import polars as pl

from pipeline.deposit.formats.meaning import said
from pipeline.deposit.formats.model import Format, Total, texts_of
from pipeline.deposit.formats.texts import Cells, number_text

# Decimals of interpolated counts are rounded by vendors before or after they are summed.
_TOLERANCE = 0.51


def total_problems(rows: pl.DataFrame, fmt: Format, cells: Cells) -> list[pl.DataFrame]:
    """A warning a line whose stated total is not the sum of its parts.

    Where all parts are empty, a total that is itself the count stands alone and a total of 0 is how vendors write "not
    counted"; any other total is a mismatch: what it counts would be lost.
    """
    read = {source for rule in fmt.rules for text in texts_of(rule) for source in text.sources}
    there = [total for total in fmt.totals if cells.header(total.total) and _parts(total, cells)]
    return [_mismatches(rows, total, cells, total.total in read) for total in there]


def _mismatches(rows: pl.DataFrame, total: Total, cells: Cells, is_read: bool) -> pl.DataFrame:
    stated_text = cells.cell(total.total)
    stated, *parts = cells.numbers([total.total, *_parts(total, cells)])
    summed = pl.sum_horizontal(parts, ignore_nulls=True)
    is_decimal = pl.any_horizontal((value != value.floor()).fill_null(False) for value in (stated, *parts))
    tolerance = pl.when(is_decimal).then(_TOLERANCE).otherwise(0.0)
    stands_alone = pl.all_horizontal(part.is_null() for part in parts) & (pl.lit(is_read) | (stated == 0))
    differs = ((stated - summed).abs() > tolerance).fill_null(True)
    wrong = rows.filter(stated_text.is_not_null() & differs & ~stands_alone.fill_null(False))
    told = wrong.select("line", stated_text.alias("value"), number_text(summed).alias("expected"))
    return said(told, "total-mismatch", column=cells.header(total.total))


def _parts(total: Total, cells: Cells) -> list[str]:
    """The headers of the parts that this file has."""
    if total.pattern is None:
        return [part for part in total.parts if cells.header(part)]
    return [header for header in cells.sent.values() if total.pattern.fullmatch(header)]
