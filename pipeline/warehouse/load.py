"""From uploads and the town's folder to the raw tables: superseded, cleaned, typed, with the origin of each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from pipeline.contract import Feed, Label
from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.derive import polars_schema
from pipeline.derive.polars_schema import LINE
from pipeline.feeds import all_feeds
from pipeline.feeds.footfall.overlaps import SET_ASIDE, without_overlaps
from pipeline.warehouse.database import Connection, comment, create_from_frame, create_from_parquet
from pipeline.warehouse.raw_tables import RawTable
from pipeline.warehouse.superseding import (
    ORDER,
    UPLOAD_ID,
    Accepted,
    accepted_rows,
    superseded_counts,
    without_superseded,
)
from pipeline.warehouse.tables import DocumentedColumn, documented

Clean = Callable[[pl.LazyFrame, Town], pl.LazyFrame]
ORIGIN = documented("""
upload_id | Dépôt d'où vient la ligne | Upload that the row comes from
line | Ligne du fichier reçu | Line of the file as received
""")
SUPERSEDED_SCHEMA = pl.Schema(
    {
        "upload_id": pl.String(),
        "feed": pl.String(),
        "rows_accepted": pl.Int64(),
        "rows_superseded": pl.Int64(),
        "rows_set_aside": pl.Int64(),
    }
)
FIRST_DAY_FEEDS = ("footfall", "events")


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of accepted rows that are not used. superseded: schema SUPERSEDED_SCHEMA; set_aside: SET_ASIDE."""

    superseded: pl.DataFrame
    set_aside: pl.DataFrame


def stage_feeds(uploads: Sequence[StoredUpload], town: Town, folder: Path) -> Staged:
    """Write `folder`/<feed>.parquet for every feed, also for those that nobody sent.

    uploads: those that enter the build, from the first received to the last. Raises DamagedHomeError naming the file
    where accepted rows cannot be read.
    """
    try:
        return _staged(uploads, town, folder)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        for upload in uploads:
            upload.read_through()
        raise


def _staged(uploads: Sequence[StoredUpload], town: Town, folder: Path) -> Staged:
    counts, twice_told = [pl.DataFrame(schema=SUPERSEDED_SCHEMA)], SET_ASIDE.to_frame()
    for feed in all_feeds().values():
        rows = accepted_rows(feed, [Accepted(u.upload_id, u.accepted) for u in uploads if u.feed == feed.name])
        facts, set_aside = without_superseded(feed, rows), SET_ASIDE.to_frame()
        if feed.interval_end is not None:
            facts, set_aside = without_overlaps(_written(facts, folder / f"{feed.name}.facts.parquet"))
            twice_told = pl.concat([twice_told, set_aside])
        staged = _written(_cleaned(feed, facts, town), folder / f"{feed.name}.parquet")
        found = superseded_counts(rows, staged, set_aside.lazy()).with_columns(feed=pl.lit(feed.name)).collect()
        counts.append(found.select(SUPERSEDED_SCHEMA.names()))
    return Staged(pl.concat(counts).sort("upload_id", "feed"), twice_told)


def _written(rows: pl.LazyFrame, path: Path) -> pl.LazyFrame:
    """The rows as they lie in a file from now on, so that whoever reads them twice does not make them twice."""
    rows.sink_parquet(path)
    return pl.scan_parquet(path)


def _cleaned(feed: Feed, rows: pl.LazyFrame, town: Town) -> pl.LazyFrame:
    """The rows of a feed as they are loaded: its columns, its clean.py's, then `upload_id` and `line`."""
    module = f"pipeline.feeds.{feed.name}.clean"
    if find_spec(module) is not None:
        clean: Clean = import_module(module).clean
        rows = clean(rows, town)
    return rows.select(pl.exclude(UPLOAD_ID, LINE, ORDER), UPLOAD_ID, LINE)


def first_day(folder: Path) -> date | None:
    """The first day with counts, else the first with an event; None when the town has neither."""
    for feed in FIRST_DAY_FEEDS:
        earliest = pl.scan_parquet(folder / f"{feed}.parquet").select(pl.col("start").min()).collect().item()
        if earliest is not None:
            found: date = earliest.date()
            return found
    return None


def load_feeds(connection: Connection, folder: Path) -> None:
    """Make raw.<feed> of what `stage_feeds` wrote, with comments."""
    for feed in all_feeds().values():
        create_from_parquet(connection, f"raw.{feed.name}", folder / f"{feed.name}.parquet")
        comment(connection, f"raw.{feed.name}", feed.title, feed_columns(feed))


def feed_columns(feed: Feed) -> tuple[DocumentedColumn, ...]:
    """The columns of raw.<feed> with their labels, in order."""
    own = {column.name: column for column in feed.columns}
    told = []
    for name in polars_schema(feed).names():
        if name in own:
            label, unit = own[name].label, own[name].unit
            told.append(DocumentedColumn(name, label, unit.symbol if unit else ""))
        elif name != LINE:
            local = own[name.removesuffix("_utc")].label
            told.append(DocumentedColumn(name, Label(f"{local.fr} (UTC)", f"{local.en} (UTC)")))
    return (*told, *_added_columns(feed), *ORIGIN)


def _added_columns(feed: Feed) -> list[DocumentedColumn]:
    module = f"pipeline.feeds.{feed.name}.clean"
    if find_spec(module) is None:
        return []
    added: dict[str, Label] = import_module(module).ADDED_COLUMNS
    return [DocumentedColumn(name, label) for name, label in added.items()]


def load_tables(connection: Connection, tables: Sequence[RawTable]) -> None:
    """Make the raw tables that no feed makes, with comments."""
    for table in tables:
        create_from_frame(connection, table.name, table.frame)
        comment(connection, table.name, table.title, table.columns)
