"""A town whose raw tables are written by hand as CSV files, and the marts that the models make of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract import Feed
from pipeline.contract.town import Town, load_town
from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds
from pipeline.feeds.footfall.hours import hours_told
from pipeline.feeds.footfall.overlaps import SET_ASIDE
from pipeline.settings import SQL
from pipeline.warehouse.analytic_models import AnalyticModel
from pipeline.warehouse.audit import audit
from pipeline.warehouse.check import check_models
from pipeline.warehouse.database import building, create_from_frame, create_from_select
from pipeline.warehouse.inputs import Inputs
from pipeline.warehouse.load import SUPERSEDED_SCHEMA
from pipeline.warehouse.models import SqlModel
from pipeline.warehouse.raw_tables import UPLOAD_SCHEMA, Scope, previous_tables, system_tables
from pipeline.warehouse.registrations import REGISTRATION_SCHEMA
from pipeline.warehouse.revisions import previous_frames

Marts = Mapping[str, pl.DataFrame]
CLEANED = {"is_outage": pl.Boolean(), "is_stuck": pl.Boolean(), "is_outlier": pl.Boolean(), "count_valid": pl.Float64()}


@dataclass(frozen=True, slots=True)
class RawTown:
    """A town and the rows of its feeds, each as `raw.<feed>` holds them; a feed that is not there has no row."""

    town: Town
    feeds: Mapping[str, pl.DataFrame]
    uploads: pl.DataFrame
    superseded: pl.DataFrame
    footfall_set_aside: pl.DataFrame
    registrations: pl.DataFrame

    @property
    def as_of(self) -> date:
        return self.town.today(date(2027, 1, 4))


@pytest.fixture
def build_marts(tmp_path: Path) -> Callable[[RawTown], Marts]:
    """Run every model, with its audit, on a town; gives every table but the raw ones by its qualified name."""

    def build(raw: RawTown) -> Marts:
        return run_models(raw, tmp_path)

    return build


@cache
def all_models() -> list[SqlModel | AnalyticModel]:
    return check_models(SQL)


def run_models(raw: RawTown, folder: Path) -> Marts:
    inputs = Inputs(raw.town.id, raw.as_of, (), "", "")
    first = next((f["start"].min() for f in (raw.feeds["footfall"], raw.feeds["events"]) if f.height), None)
    scope = Scope.of(raw.as_of, first.date() if isinstance(first, datetime) else None)
    tables = {table.name: table.frame for table in system_tables(raw.town, inputs, scope)}
    tables |= {table.name: table.frame for table in previous_tables(previous_frames(None))}
    tables |= {
        "raw.uploads": raw.uploads,
        "raw.superseded": raw.superseded,
        "raw.footfall_hour": hours_told(raw.feeds["footfall"], raw.town),
        "raw.footfall_set_aside": raw.footfall_set_aside,
        "raw.event_registrations": raw.registrations,
    }
    tables |= {f"raw.{name}": frame for name, frame in raw.feeds.items()}
    with building(folder / "case.duckdb") as connection:
        for name, frame in tables.items():
            create_from_frame(connection, name, frame)
        made = {}
        for model in all_models():
            if isinstance(model, SqlModel):
                create_from_select(connection, model.name, model.sql, is_view=model.is_view)
            else:
                frames = {name: connection.table(name).pl() for name in model.reads}
                create_from_frame(connection, model.name, model.compute(frames, raw.town))
            audit(connection, model.name, columns=model.columns, grain=model.grain, checks=model.checks)
            made[model.name] = connection.table(model.name).pl()
    return made


@pytest.fixture
def read_case() -> Callable[[Path], RawTown]:
    """The reader of a case, see `case_of`."""
    return case_of


def case_of(folder: Path) -> RawTown:
    """A case: town.toml, and one CSV a feed with its internal column names.

    `start` and `end` are local times; `start_utc` and `end_utc` need only be written where a local time is ambiguous.
    days.csv (counter_id, first_day, last_day, passages[, is_outage]) stands for one footfall row a day, from midnight
    to midnight; empty passages = not counted. Without uploads.csv each feed that has rows came in one upload, which is
    named as the feed, on the reference day.
    """
    town = load_town(folder.parent, folder.name)
    feeds = {name: _feed(folder, feed, town) for name, feed in all_feeds().items()}
    if (folder / "days.csv").exists():
        feeds["footfall"] = pl.concat([feeds["footfall"], _daily(folder / "days.csv", town)], how="diagonal")
    return RawTown(
        town,
        feeds,
        _uploads(folder, town, [name for name, rows in feeds.items() if rows.height]),
        _table(folder / "superseded.csv", SUPERSEDED_SCHEMA),
        _table(folder / "footfall_set_aside.csv", SET_ASIDE),
        _table(folder / "event_registrations.csv", REGISTRATION_SCHEMA),
    )


def _table(path: Path, schema: pl.Schema) -> pl.DataFrame:
    if not path.exists():
        return pl.DataFrame(schema=schema)
    told = pl.read_csv(path, infer_schema=False)
    return told.select(
        (_typed(name, dtype) if name in told.columns else pl.lit(None, dtype=dtype)).alias(name)
        for name, dtype in schema.items()
    )


def _uploads(folder: Path, town: Town, sent: list[str]) -> pl.DataFrame:
    if (folder / "uploads.csv").exists():
        return _table(folder / "uploads.csv", UPLOAD_SCHEMA)
    columns = {"upload_id": sent, "feed": sent, "status": "accepted", "is_in_build": True}
    received_at = datetime.combine(town.today(date(2027, 1, 4)), time(), UTC)
    told = pl.DataFrame(columns | {"received_at": received_at}, schema_overrides=UPLOAD_SCHEMA)
    return told.match_to_schema(UPLOAD_SCHEMA, missing_columns="insert")


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Boolean):
        return pl.col(name) == "true"
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M", time_zone=dtype.time_zone, time_unit="us")
    if isinstance(dtype, pl.Date):
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name).str.to_time("%H:%M") if isinstance(dtype, pl.Time) else pl.col(name).cast(dtype)


def _feed(folder: Path, feed: Feed, town: Town) -> pl.DataFrame:
    schema = pl.Schema(dict(polars_schema(feed)))
    rows = _table(folder / f"{feed.name}.csv", pl.Schema(schema | (CLEANED if feed.name == "footfall" else {})))
    for name in schema:
        if name.endswith("_utc"):
            local = pl.col(name.removesuffix("_utc"))
            told = local.dt.replace_time_zone(town.timezone, ambiguous="earliest").dt.convert_time_zone("UTC")
            rows = rows.with_columns(pl.col(name).fill_null(told))
    rows = rows.with_columns(line=pl.int_range(2, rows.height + 2, dtype=pl.UInt32), upload_id=pl.lit(feed.name))
    if feed.name == "footfall":
        rows = _cleaned(rows)
    return rows.with_columns(pl.col(c.name).fill_null(c.empty_means) for c in feed.columns if c.empty_means is not None)


def _cleaned(rows: pl.DataFrame) -> pl.DataFrame:
    flags = {name: pl.col(name).fill_null(False) for name in ("is_outage", "is_stuck", "is_outlier")}
    valid = pl.when(~flags["is_outage"] & ~flags["is_stuck"]).then(pl.col("count"))
    return rows.with_columns(**flags, count_valid=valid)


def _daily(path: Path, town: Town) -> pl.DataFrame:
    schema = pl.Schema(
        {
            "counter_id": pl.String(),
            "first_day": pl.Date(),
            "last_day": pl.Date(),
            "passages": pl.Float64(),
            "is_outage": pl.Boolean(),
        }
    )
    rows = _table(path, schema).with_columns(day=pl.date_ranges("first_day", "last_day")).explode("day")
    start, end = pl.col("day").cast(pl.Datetime("us")), (pl.col("day") + timedelta(days=1)).cast(pl.Datetime("us"))
    own = polars_schema(all_feeds()["footfall"])
    told = rows.with_columns(
        start=start,
        start_utc=start.dt.replace_time_zone(town.timezone).dt.convert_time_zone("UTC"),
        end=end,
        end_utc=end.dt.replace_time_zone(town.timezone).dt.convert_time_zone("UTC"),
        count=pl.col("passages"),
        direction=pl.lit("both"),
        is_stuck=pl.lit(False),
        is_outlier=pl.lit(False),
        count_valid=pl.lit(None, dtype=pl.Float64),
        line=pl.int_range(2, pl.len() + 2, dtype=pl.UInt32),
        upload_id=pl.lit("footfall"),
    )
    columns = [*(name for name in own if name != "line"), *CLEANED, "line", "upload_id"]
    return _cleaned(told.select(columns))
