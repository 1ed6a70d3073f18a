"""From uploads and the town's folder to the raw tables: superseded, cleaned, typed, with the origin of each row."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.contract import Feed, Label
from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.derive import polars_schema
from pipeline.derive.polars_schema import LINE
from pipeline.feeds import all_feeds
from pipeline.feeds.footfall import clean, hours
from pipeline.feeds.footfall.overlaps import SET_ASIDE
from pipeline.warehouse.database import Connection, append_from_parquet, comment, create_from_frame
from pipeline.warehouse.errors import WarehouseError
from pipeline.warehouse.footfall_blocks import ASIDE, COUNTS, HOURS, ROWS, cleaned, stage_blocks
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
Ready = Callable[[str, Path], None]
FIRST_DAY_FEEDS = ("footfall", "events")
HOUR_TABLE = "footfall_hour"
HOUR_TITLE = Label(
    "Les comptages heure par heure, sens et pas réunis", "The counts hour by hour, directions and steps together"
)


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of accepted rows that are not used, and where the town's data begin.

    superseded: SUPERSEDED_SCHEMA; set_aside: SET_ASIDE; first_day: the first day with counts, else the first with an
    event; None when the town has neither.
    """

    superseded: pl.DataFrame
    set_aside: pl.DataFrame
    first_day: date | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows are written.

    folder: `<feed>.parquet` of each feed; blocks: the counts, which are many and lie there from one build to the next
    (see `footfall_blocks`); made_by: digest of the code and of the town's settings. ready(table, path) is called with
    each file as soon as it is whole, those of one table in the order of their rows.
    """

    folder: Path
    blocks: Path
    made_by: str
    ready: Ready


def stage_feeds(uploads: Sequence[StoredUpload], town: Town, places: Places) -> Staged:
    """Write the rows of every feed as they are loaded: its columns, `upload_id` and `line`; also of feeds that nobody
    sent.

    uploads: those that enter the build, from the first received to the last. Raises DamagedHomeError naming the file
    where accepted rows cannot be read.
    """
    try:
        parts = [
            (_stage_counts if feed.interval_end else _stage)(
                feed, [upload for upload in uploads if upload.feed == feed.name], town, places
            )
            for feed in all_feeds().values()
        ]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        for upload in uploads:
            upload.read_through()
        shutil.rmtree(places.blocks, ignore_errors=True)
        told = f"what was kept below {places.blocks} was damaged and is removed; run again: {error}"
        raise WarehouseError(told) from error
    superseded = pl.concat(part.superseded for part in parts)
    first_days = {feed: part.first_day for feed, part in zip(all_feeds(), parts, strict=True)}
    return Staged(
        superseded.filter(pl.col("rows_accepted") > 0).sort("upload_id", "feed"),
        pl.concat(part.set_aside for part in parts),
        next((first_days[feed] for feed in FIRST_DAY_FEEDS if first_days[feed]), None),
    )


def _stage(feed: Feed, uploads: Sequence[StoredUpload], _town: Town, places: Places) -> Staged:
    rows = accepted_rows(feed, [Accepted(upload.upload_id, upload.accepted) for upload in uploads])
    facts = without_superseded(feed, rows).select(pl.exclude(UPLOAD_ID, LINE, ORDER), UPLOAD_ID, LINE)
    path = places.folder / f"{feed.name}.parquet"
    facts.sink_parquet(path)
    places.ready(feed.name, path)
    counts = superseded_counts(rows, pl.scan_parquet(path), SET_ASIDE.to_frame().lazy())
    return Staged(_of_feed(feed, counts), SET_ASIDE.to_frame(), _first_day(feed, path))


def _stage_counts(feed: Feed, uploads: Sequence[StoredUpload], town: Town, places: Places) -> Staged:
    staged = []
    for block in stage_blocks(feed, uploads, town, places.blocks, places.made_by):
        places.ready(feed.name, block / ROWS)
        places.ready(HOUR_TABLE, block / HOURS)
        staged.append(block)
    if not staged:
        nothing = cleaned(accepted_rows(feed, []).collect(), town)
        for name, rows in ((feed.name, nothing), (HOUR_TABLE, hours.hours_told(nothing, town))):
            rows.write_parquet(places.folder / f"{name}.parquet")
            places.ready(name, places.folder / f"{name}.parquet")
        return Staged(pl.DataFrame(schema=SUPERSEDED_SCHEMA), SET_ASIDE.to_frame(), None)
    counts = pl.concat(pl.scan_parquet(block / COUNTS) for block in staged).group_by(UPLOAD_ID).sum()
    set_aside = pl.concat(pl.read_parquet(block / ASIDE) for block in staged)
    return Staged(_of_feed(feed, counts), set_aside, _first_day(feed, staged[0] / ROWS))


def _of_feed(feed: Feed, counts: pl.LazyFrame) -> pl.DataFrame:
    """SUPERSEDED_SCHEMA of what `superseded_counts` gives."""
    return counts.with_columns(feed=pl.lit(feed.name)).select(SUPERSEDED_SCHEMA.names()).collect()


def _first_day(feed: Feed, path: Path) -> date | None:
    if feed.name not in FIRST_DAY_FEEDS:
        return None
    earliest = pl.scan_parquet(path).select(pl.col("start").min()).collect().item()
    return earliest.date() if earliest else None


@contextmanager
def loader(connection: Connection) -> Iterator[Ready]:
    """Make raw.<table> of each file that is ready, beside whoever makes the next one; all of them at the end.

    Nobody else uses the connection meanwhile.
    """
    begun: list[str] = []

    def take(table: str, path: Path) -> None:
        append_from_parquet(connection, f"raw.{table}", path, is_new=table not in begun)
        begun.append(table)

    with ThreadPoolExecutor(max_workers=1) as pool:
        taken: list[Future[None]] = []
        try:
            yield lambda table, path: taken.append(pool.submit(take, table, path))
        finally:
            pool.shutdown(cancel_futures=sys.exc_info()[0] is not None)
        for future in taken:
            future.result()


def comment_feeds(connection: Connection) -> None:
    """Write what the tables of the feeds hold beside them."""
    for feed in all_feeds().values():
        comment(connection, f"raw.{feed.name}", feed.title, feed_columns(feed))
    told = tuple(DocumentedColumn(name, label) for name, label in hours.COLUMNS.items())
    comment(connection, f"raw.{HOUR_TABLE}", HOUR_TITLE, told)


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
    added = clean.ADDED_COLUMNS if feed.interval_end is not None else {}
    return [DocumentedColumn(name, label) for name, label in added.items()]


def load_tables(connection: Connection, tables: Sequence[RawTable]) -> None:
    """Make the raw tables that no feed makes, with comments."""
    for table in tables:
        create_from_frame(connection, table.name, table.frame)
        comment(connection, table.name, table.title, table.columns)
