"""From uploads and the town's folder to the raw tables: superseded, cleaned, typed, with the origin of each row."""

import shutil
from collections.abc import Mapping, Sequence
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
from pipeline.warehouse.database import Connection, comment, create_from_frame, create_from_parquet
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
FIRST_DAY_FEEDS = ("footfall", "events")
HOUR_TABLE = "footfall_hour"
HOUR_TITLE = Label(
    "Les comptages heure par heure, sens et pas réunis", "The counts hour by hour, directions and steps together"
)


@dataclass(frozen=True, slots=True)
class Staged:
    """What is loaded, and what became of accepted rows that are not used.

    files: Parquet files by table of schema raw, in the order of their rows; superseded: SUPERSEDED_SCHEMA; set_aside:
    SET_ASIDE.
    """

    files: dict[str, list[Path]]
    superseded: pl.DataFrame
    set_aside: pl.DataFrame

    def first_day(self) -> date | None:
        """The first day with counts, else the first with an event; None when the town has neither."""
        for feed in FIRST_DAY_FEEDS:
            earliest = pl.scan_parquet(self.files[feed][0]).select(pl.col("start").min()).collect().item()
            if earliest is not None:
                found: date = earliest.date()
                return found
        return None


def stage_feeds(uploads: Sequence[StoredUpload], town: Town, folder: Path, blocks: Path, made_by: str) -> Staged:
    """Write the rows of every feed as they are loaded: its columns, `upload_id` and `line`; also of feeds that nobody
    sent.

    uploads: those that enter the build, from the first received to the last. folder: where `<feed>.parquet` go; the
    counts, which are many, lie in the folder `blocks` from one build to the next (see `footfall_blocks`). Raises
    DamagedHomeError naming the file where accepted rows cannot be read.
    """
    try:
        return _staged(uploads, town, folder, blocks, made_by)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        for upload in uploads:
            upload.read_through()
        # The uploads are whole, so what was kept is not: it comes back identical.
        shutil.rmtree(blocks, ignore_errors=True)
        return _staged(uploads, town, folder, blocks, made_by)


def _staged(uploads: Sequence[StoredUpload], town: Town, folder: Path, blocks: Path, made_by: str) -> Staged:
    files: dict[str, list[Path]] = {}
    counts, twice_told = [pl.DataFrame(schema=SUPERSEDED_SCHEMA)], [SET_ASIDE.to_frame()]
    for feed in all_feeds().values():
        sent = [upload for upload in uploads if upload.feed == feed.name]
        if feed.interval_end is not None:
            found = stage_blocks(feed, sent, town, blocks, made_by)
            files[feed.name] = [block / ROWS for block in found]
            files[HOUR_TABLE] = [block / HOURS for block in found]
            if not found:
                nothing = cleaned(accepted_rows(feed, []).collect(), town)
                for name, rows in ((feed.name, nothing), (HOUR_TABLE, hours.hours_told(nothing, town))):
                    files[name] = [folder / f"{name}.parquet"]
                    rows.write_parquet(files[name][0])
            told = [pl.scan_parquet(block / COUNTS) for block in found]
            twice_told += [pl.read_parquet(block / ASIDE) for block in found]
        else:
            files[feed.name] = [folder / f"{feed.name}.parquet"]
            told = [_stage(feed, sent, files[feed.name][0])]
        counts += [
            frame.with_columns(feed=pl.lit(feed.name)).select(SUPERSEDED_SCHEMA.names()).collect() for frame in told
        ]
    superseded = pl.concat(counts).group_by("upload_id", "feed").sum().sort("upload_id", "feed")
    return Staged(files, superseded, pl.concat(twice_told))


def _stage(feed: Feed, uploads: Sequence[StoredUpload], path: Path) -> pl.LazyFrame:
    """Write the facts of a feed; gives `superseded_counts`."""
    rows = accepted_rows(feed, [Accepted(upload.upload_id, upload.accepted) for upload in uploads])
    facts = without_superseded(feed, rows).select(pl.exclude(UPLOAD_ID, LINE, ORDER), UPLOAD_ID, LINE)
    facts.sink_parquet(path)
    return superseded_counts(rows, pl.scan_parquet(path), SET_ASIDE.to_frame().lazy())


def load_feeds(connection: Connection, files: Mapping[str, Sequence[Path]]) -> None:
    """Make raw.<feed> of what `stage_feeds` wrote, with comments."""
    for feed in all_feeds().values():
        create_from_parquet(connection, f"raw.{feed.name}", files[feed.name])
        comment(connection, f"raw.{feed.name}", feed.title, feed_columns(feed))
    create_from_parquet(connection, f"raw.{HOUR_TABLE}", files[HOUR_TABLE])
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
