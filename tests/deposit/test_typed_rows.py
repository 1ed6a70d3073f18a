"""Columns kept as numbers of their texts give the values that each row holds."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipeline.deposit.typed_rows import PART_ROWS, Coded, TypedRows, Whole

START = datetime(2025, 11, 3, 14)
STEP = timedelta(minutes=15)


@pytest.mark.parametrize(
    "values",
    [
        pl.Series([1.5, None, -2.0]),
        pl.Series([7, 8, None], dtype=pl.Int64),
        pl.Series([START, START + STEP, None], dtype=pl.Datetime("us")),
        pl.Series([START.replace(tzinfo=UTC), None, None], dtype=pl.Datetime("us", "UTC")),
        pl.Series(["both", "in", None], dtype=pl.Enum(["both", "in"])),
    ],
    ids=lambda values: str(values.dtype).split("(")[0],
)
@pytest.mark.parametrize("height", [5, PART_ROWS])
def test_each_row_has_the_value_of_its_text(values: pl.Series, height: int) -> None:
    cells = pl.Series([row % 4 if row % 4 < 3 else None for row in range(height)], dtype=pl.UInt32)
    found = Coded(values, cells).of(cells)
    assert found.dtype == values.dtype
    meant = [*values.to_list(), None]
    assert found.to_list() == [meant[row % 4] for row in range(height)]


def coded(values: list[object], dtype: pl.DataType) -> Coded:
    return Coded(pl.Series(values, dtype=dtype), pl.Series([0, 1], dtype=pl.UInt32))


def rows(step: list[timedelta | None], settled_end: datetime | None = START) -> TypedRows:
    """Two quarters of an hour that say nothing of their end; that of the second is settled."""
    local, utc = pl.Datetime("us"), pl.Datetime("us", "UTC")
    columns = {
        "start": coded([START, START + STEP], local),
        "start_utc": coded([START.replace(tzinfo=UTC), (START + STEP).replace(tzinfo=UTC)], utc),
        "end": coded([None, None], local),
        "end_utc": coded([None, None], utc),
        "end_is_exact": coded([None, None], pl.Boolean()),
        "step": coded(list(step), pl.Duration("us")),
        "count": coded([3.0, None], pl.Float64()),
        "line": Whole(pl.Series([2, 3], dtype=pl.UInt32)),
    }
    settled = pl.DataFrame({"row": [1], "end": [settled_end]}, schema={"row": pl.UInt32, "end": local})
    return TypedRows(2, ["start", "end", "count", "line"], columns, has_ends=True, settled=settled)


def test_an_end_follows_from_the_step_but_where_it_is_settled() -> None:
    assert rows([STEP, STEP]).whole()["end"].to_list() == [START + STEP, START]


def test_a_column_is_full_where_no_row_can_be_empty() -> None:
    full = rows([STEP, STEP])
    assert [full.is_full(name) for name in full.names] == [True, True, False, True]
    assert not rows([STEP, None]).is_full("end"), "the step of a counter is not known"
    assert not rows([STEP, STEP], settled_end=None).is_full("end")
