"""A town with its uploads in a temporary folder, and two small models, so that no test here depends on sql/."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit.receipt import Receipt, Rows, Status, Values
from pipeline.deposit.store import put
from pipeline.derive import polars_schema
from pipeline.feeds import get_feed
from pipeline.settings import TownHome

# The Monday of 2026-W45, in winter time: Paris is one hour ahead of UTC.
FIRST_HOUR = datetime(2026, 11, 2, 0)
RECEIVED = datetime(2026, 11, 20, 8, tzinfo=UTC)

COUNTER_DAY = """
-- model:  staging.stg_counter_day
-- title:  Passages par compteur et par jour | Passages by counter and day
-- grain:  counter_id, day
-- column: counter_id | Compteur | Counter
-- column: day | Jour | Day
-- column: passages | Passages | Passages | passages
-- check:  passages >= 0
SELECT counter_id, "start"::DATE AS day, sum(count_valid) AS passages
FROM raw.footfall
GROUP BY counter_id, day
"""
TOWN_WEEK = """
-- model:  marts.mart_town_week
-- title:  La ville, semaine par semaine | The town week by week
-- grain:  town, iso_week
-- column: town | Ville | Town
-- column: iso_week | Semaine ISO | ISO week
-- column: passages | Passages | Passages | passages
-- column: mean_passages | Passages par jour | Passages a day | passages
WITH days AS (SELECT * FROM staging.stg_counter_day),

calendar AS (SELECT * FROM raw.calendar_day),

town AS (SELECT * FROM raw.town)

SELECT town.town, calendar.iso_week, sum(days.passages) AS passages, avg(days.passages) AS mean_passages
FROM days
INNER JOIN calendar ON days.day = calendar.day
CROSS JOIN town
GROUP BY town.town, calendar.iso_week
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder like sql/ with two models: passages by counter and day, and by week."""
    folder = tmp_path / "sql"
    for schema, name, text in (("staging", "stg_counter_day", COUNTER_DAY), ("marts", "mart_town_week", TOWN_WEEK)):
        (folder / schema).mkdir(parents=True)
        (folder / schema / f"{name}.sql").write_text(text.lstrip(), encoding="utf-8")
    return folder


@pytest.fixture
def town(tmp_path: Path) -> Town:
    folder = tmp_path / "towns" / "sevres"
    folder.mkdir(parents=True)
    (folder / "town.toml").write_text("# the test makes the town itself\n", encoding="utf-8")
    return Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", folder, school_zone="C")


@pytest.fixture
def home(tmp_path: Path) -> TownHome:
    return TownHome(tmp_path / "home" / "sevres")


@pytest.fixture
def hours() -> Callable[..., list[dict[str, Any]]]:
    """hours(counter_id, counts, start=…): rows of the footfall feed, one an hour from a local winter time in Paris."""
    return _hours


def _hours(counter_id: str, counts: Sequence[float | None], start: datetime = FIRST_HOUR) -> list[dict[str, Any]]:
    hour = timedelta(hours=1)
    starts = [start + n * hour for n in range(len(counts))]
    return [
        {
            "counter_id": counter_id,
            "start": at,
            "start_utc": at.replace(tzinfo=UTC) - hour,
            "end": at + hour,
            "end_utc": at.replace(tzinfo=UTC),
            "count": None if count is None else float(count),
            "direction": "both",
            "line": number,
        }
        for number, (at, count) in enumerate(zip(starts, counts, strict=True), start=2)
    ]


def _accepted(feed: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The rows as `accepted.parquet` holds them: every column of the feed, those that are not given being null."""
    schema = polars_schema(get_feed(feed))
    numbered = [{"line": number, **row} for number, row in enumerate(rows, start=2)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in numbered], schema=schema)


@pytest.fixture
def deposit(home: TownHome) -> Callable[..., str]:
    """deposit(feed, rows, after=days, status=…, into=home) writes an upload received that many days after RECEIVED."""
    return lambda feed, rows, *, into=home, **kwargs: _deposit(into, feed, rows, **kwargs)


def _deposit(
    home: TownHome, feed: str, rows: Sequence[dict[str, Any]], *, after: float = 0, status: Status = "accepted"
) -> str:
    home.uploads.mkdir(parents=True, exist_ok=True)
    frame = _accepted(feed, rows)
    sha256 = hashlib.sha256(f"{feed} {after} {rows}".encode()).hexdigest()
    received_at = RECEIVED + timedelta(days=after)
    upload_id = f"{received_at:%Y%m%dT%H%M%S}-{feed}-{sha256[:12]}"
    receipt = Receipt(
        upload_id=upload_id,
        town="sevres",
        feed=feed,
        format=None,
        sha256=sha256,
        status=status,
        received_at=received_at,
        by=None,
        file_name=f"{feed}.csv",
        is_demo=False,
        rows=Rows(read=len(rows) + 1, accepted=len(rows), blank=1),
        values=Values(read=len(rows), accepted=len(rows)),
        problem_counts={"blank-row-error": 1},
    )
    put(home, receipt, {"accepted.parquet": frame.write_parquet})
    return upload_id
