"""A small build that is right, which each test spoils in one place."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from expectations.feeds import feed_table
from expectations.suites import Check, load_suites
from pipeline.contract.town import Town
from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds

MONDAY = date(2026, 9, 7)  # of 2026-W37
N_WEEKS = 10  # the last is 2026-W46, 9 to 15 November
# Level of the town centre by week, from W37 to W46. Median of the eight weeks before W46 (W38 to W45), sorted
# 97 98 99 100 101 102 103 104: (100 + 101) / 2 = 100.5. Level of W46 over it: 102 / 100.5 = 1.0149.
LEVEL = [105.0, 97.0, 98.0, 99.0, 100.0, 101.0, 102.0, 103.0, 104.0, 102.0]

Build = dict[str, pl.DataFrame]


def columns_of(check: Check) -> set[str]:
    """Every column that a check reads or names."""
    read = {check.kwargs[side] for side in ("column", "column_A", "column_B") if side in check.kwargs}
    return check.words | read | set(check.kwargs.get("column_list", ()))


def raw(feed: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of `raw.<feed>`: what is not given is null."""
    schema = {**polars_schema(all_feeds()[feed]), "upload_id": pl.String()}
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def weeks() -> pl.DataFrame:
    """`mart_town_week` with ten weeks."""
    mondays = [MONDAY + timedelta(weeks=n) for n in range(N_WEEKS)]
    return pl.DataFrame(
        {
            "town": ["sevres"] * N_WEEKS,
            "iso_week": ["{}-W{:02}".format(*monday.isocalendar()) for monday in mondays],
            "week_start": mondays,
            "passages": [100 * level for level in LEVEL],
            "passages_per_counted_hour": [level / 2 for level in LEVEL],
            "footfall_index": LEVEL,
            "measured_share": [0.7] * N_WEEKS,
            "calibrated_share": [0.2] * N_WEEKS,
            "imputed_share": [0.1] * N_WEEKS,
            # The index is known in W44 and W46 only: 50 × exp(0.03) = 51.522727
            "attractiveness_index": [None] * 7 + [50.0, None, 51.52272669767583],
        },
        schema_overrides={"attractiveness_index": pl.Float64},
    )


@pytest.fixture(scope="session")
def columns_named() -> Callable[[Check], set[str]]:
    return columns_of


@pytest.fixture(scope="session")
def town() -> Town:
    return Town(id="sevres", name="Sèvres", insee_code="92072", country="FR", timezone="Europe/Paris", folder=Path())


@pytest.fixture(scope="session")
def good_build() -> Callable[[], Build]:
    """A function that makes the build anew."""

    def make() -> Build:
        build = {feed_table(feed): raw(feed.name, []) for feed in all_feeds().values()}
        sent = {"upload_id": "u1"}
        build["raw.neighbourhoods"] = raw(
            "neighbourhoods",
            [
                {
                    **sent,
                    "line": 2,
                    "neighbourhood_id": "920720101",
                    "name": "Bruyères",
                    "population": 1649.0,
                    "year": 2016,
                    "source": "Insee",
                    "lat": 48.81,
                    "lon": 2.19,
                }
            ],
        )
        build["raw.counters"] = raw(
            "counters",
            [{**sent, "line": 2, "counter_id": "GR12", "name": "Grande Rue", "is_in_centre": True, "step_min": 60}],
        )
        noon = datetime(2026, 11, 10, 12)
        build["raw.footfall"] = raw(
            "footfall",
            [
                {
                    **sent,
                    "line": 2 + hour,
                    "counter_id": "GR12",
                    "direction": "both",
                    "count": count,
                    "start": noon + timedelta(hours=hour),
                    "start_utc": noon + timedelta(hours=hour - 1),
                    "end": noon + timedelta(hours=hour + 1),
                    "end_utc": noon + timedelta(hours=hour),
                }
                for hour, count in enumerate([120.0, None, 0.0])
            ],
        )
        build["marts.mart_town_week"] = weeks()
        build["marts.mart_index_receipt_week"] = pl.DataFrame(
            {"iso_week": ["2026-W46"] * 2, "indicator": ["passages", "vacancy"], "status": ["present"] * 2}
            | {"contribution": [0.05, -0.02]}
        )
        build["raw.uploads"] = pl.DataFrame(
            {"upload_id": ["u1"], "feed": ["footfall"], "is_in_build": [True], "rows_read": [10], "rows_accepted": [7]}
            | {"rows_rejected": [1], "rows_blank": [1], "rows_repeated_header": [1]}
        )
        for suite in load_suites():
            if not suite.table.startswith("gate."):
                named = sorted(set().union(*(columns_of(check) for check in suite.checks)))
                given = build.get(suite.table, pl.DataFrame())
                absent = [pl.lit(None, dtype=pl.Float64).alias(name) for name in named if name not in given.columns]
                build[suite.table] = given.with_columns(absent) if given.width else given.select(absent).clear()
        return build

    return make
