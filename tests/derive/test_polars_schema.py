"""The types of accepted.parquet, as docs/architecture.md states them."""

import polars as pl
import pytest

from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds


def test_footfall_has_local_and_utc_times_and_its_line() -> None:
    assert list(polars_schema(all_feeds()["footfall"]).items()) == [
        ("counter_id", pl.String()),
        ("start", pl.Datetime("us")),
        ("start_utc", pl.Datetime("us", "UTC")),
        ("end", pl.Datetime("us")),
        ("end_utc", pl.Datetime("us", "UTC")),
        ("count", pl.Float64()),
        ("direction", pl.String()),
        ("line", pl.UInt32()),
    ]


@pytest.mark.parametrize(
    ("feed", "column", "dtype"),
    [
        ("shops", "opened_on", pl.Date()),
        ("shops", "siret", pl.String()),
        ("shops", "activity", pl.String()),
        ("shops", "closing_reason", pl.String()),
        ("links", "first_departure", pl.Time()),
        ("links", "is_project", pl.Boolean()),
        ("counters", "step_min", pl.Int64()),
        ("events", "full_cost_eur", pl.Float64()),
    ],
)
def test_each_kind_of_column_has_its_type(feed: str, column: str, dtype: pl.DataType) -> None:
    assert polars_schema(all_feeds()[feed])[column] == dtype


@pytest.mark.parametrize("name", list(all_feeds()))
def test_the_columns_stand_in_the_order_of_the_declaration_and_line_is_last(name: str) -> None:
    feed = all_feeds()[name]
    names = polars_schema(feed).names()
    assert [column for column in names if column in {c.name for c in feed.columns}] == [c.name for c in feed.columns]
    assert names[-1] == "line"
