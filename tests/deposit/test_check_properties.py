"""Whatever stands in the cells: nothing is lost, nothing is rejected without a reason, and nothing fails."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract import Feed
from pipeline.deposit.check import Setting, check
from pipeline.deposit.references import Known
from pipeline.deposit.texts import texts_in
from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds

SETTING = Setting(
    "Europe/Paris",
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    Known(
        {"counters": frozenset({"GR12"}), "premises": frozenset({"L001"}), "neighbourhoods": frozenset({"920720104"})},
        pl.DataFrame(
            {"counter_id": ["GR12"], "valid_from": [None], "step_min": [60]},
            schema={"counter_id": pl.String, "valid_from": pl.Date, "step_min": pl.Int64},
        ),
    ),
)
CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet="0123456789/-:. ,TZ+hàeE\u202f", max_size=20),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.strftime("%d/%m/%Y %H:%M")),
    st.sampled_from(
        ["26/10/2025 02:00", "30/03/2025 02:00", "26/10/2025 02:30", "2025-10-26T02:00:00+01:00", "03/11/25", "12", "0"]
    ),
    st.floats().map(str),
)


def rows_of(feed: Feed) -> st.SearchStrategy[list[dict[str, str | None]]]:
    """A few rows whose cells are the column's example or anything at all."""
    cells = {column.name: st.one_of(st.just(column.example), st.just(column.example), CELLS) for column in feed.columns}
    return st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=8)


@pytest.mark.parametrize("feed", all_feeds().values(), ids=lambda feed: feed.name)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_row_is_accepted_or_rejected_with_a_reason(feed: Feed, data: st.DataObject) -> None:
    rows = data.draw(rows_of(feed))
    schema = {column.name: pl.String for column in feed.columns}
    values = pl.DataFrame(rows, schema=schema).with_columns(
        pl.int_range(2, len(rows) + 2, dtype=pl.UInt32).alias("line"), pl.lit(None, pl.String).alias("source_column")
    )
    checked = check(values, texts_in(values), {column.name: column.header for column in feed.columns}, feed, SETTING)
    assert sorted([*checked.accepted["line"], *checked.rejected()["line"]]) == values["line"].to_list()
    assert checked.accepted.schema == polars_schema(feed)
    assert set(checked.rejected()["line"]) <= set(checked.problems["line"])
    required = [column.name for column in feed.columns if column.required]
    assert checked.accepted.select(pl.col(required).null_count().sum()).sum_horizontal().sum() == 0
    keys = [f"{n}_utc" if f"{n}_utc" in checked.accepted.columns else n for n in feed.key]
    with_key = checked.accepted.select(keys) if not feed.alternative_key else checked.accepted.select(keys).drop_nulls()
    assert not with_key.is_duplicated().any()
