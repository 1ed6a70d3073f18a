"""Rows of one key are found alike whether keys are numbered one by one or, where too many could be, hashed."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deposit import duplicates
from pipeline.deposit.typed_rows import Coded, TypedRows, Whole
from pipeline.feeds import get_feed

HOURS = [datetime(2025, 11, 3, hour) for hour in range(4)]
CODES = ["GR12", "GR13", None]
ROW = st.tuples(st.integers(0, 2), st.none() | st.integers(0, 3), st.booleans())


def typed(rows: list[tuple[int, int | None, bool]]) -> TypedRows:
    """Rows of a footfall file; of the last one another instant was settled."""
    counters, hours, _ = zip(*rows, strict=True)
    starts = pl.Series(HOURS, dtype=pl.Datetime("us"))
    cells = pl.Series(hours, dtype=pl.UInt32)
    columns = {
        "counter_id": Coded(pl.Series(CODES, dtype=pl.Enum(["GR12", "GR13"])), pl.Series(counters, dtype=pl.UInt32)),
        "start": Coded(starts, cells),
        "start_utc": Coded(starts.dt.replace_time_zone("UTC"), cells),
        "direction": Coded(pl.Series(["both"]), pl.Series([0] * len(rows), dtype=pl.UInt32)),
        "line": Whole(pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32)),
    }
    settled = pl.DataFrame(
        {"row": [len(rows) - 1], "start_utc": [HOURS[1]]}, schema={"row": pl.UInt32, "start_utc": pl.Datetime("us")}
    )
    settled = settled.with_columns(pl.col("start_utc").dt.replace_time_zone("UTC"))
    return TypedRows(len(rows), ["counter_id", "start_utc", "direction", "line"], columns, settled=settled)


@settings(deadline=None, derandomize=True)
@given(rows=st.lists(ROW, min_size=1, max_size=12))
def test_numbers_find_what_a_comparison_of_every_pair_finds(rows: list[tuple[int, int | None, bool]]) -> None:
    keys = duplicates.key_columns(get_feed("footfall"))
    is_meant = pl.Series([is_meant for _, _, is_meant in rows], dtype=pl.Boolean)
    hours = [None if hour is None else HOURS[hour] for _, hour, _ in rows[:-1]] + [HOURS[1]]
    told = [(CODES[code], hour) for (code, _, _), hour in zip(rows, hours, strict=True)]
    meant = [row for row in range(len(rows)) if is_meant[row]]
    expected = [row for row in meant if any(told[row] == told[other] for other in meant if other != row)]
    for most in (0, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(duplicates, "MOST_KEYS", most)
            assert duplicates._suspects(typed(rows), is_meant, keys).to_list() == expected
