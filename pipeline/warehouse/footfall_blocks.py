"""Counts by blocks of a year: superseded, cleaned, and kept by the content of what they were made of.

A block depends on the uploads that tell of it or of the weeks around it, on the code and on the town's settings, and
on nothing else: these name its folder. So a new day makes the last block anew and no other, and a build that finds its
blocks equals one that makes them. All of it can be deleted: it comes back identical.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

import polars as pl

from pipeline.contract import Feed
from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.derive.polars_schema import LINE
from pipeline.feeds.footfall.clean import clean
from pipeline.feeds.footfall.hours import hours_told
from pipeline.feeds.footfall.overlaps import SET_ASIDE, is_plain, without_overlaps
from pipeline.warehouse.files import PARTIAL, flush
from pipeline.warehouse.superseding import (
    ORDER,
    UPLOAD_ID,
    Accepted,
    accepted_rows,
    superseded_counts,
    without_superseded,
)

WEEKS = 52
# Counts are judged beside those around them: nine weeks before the block, so that its first days have enough to be
# judged by, and four after it.
WEEKS_BEFORE, WEEKS_AFTER = 9, 4
EPOCH = date(2001, 1, 1)  # a Monday
# Counters are judged some at a time, about so many rows: enough to be fast, few enough for a small machine.
PART_ROWS = 1_000_000
ROWS, HOURS, COUNTS, ASIDE = (f"{name}.parquet" for name in ("rows", "hours", "counts", "set_aside"))

# Of an upload: its first instant with counts and the first after them, the numbers of its first and last blocks, and
# those of the blocks that an interval enters from the one before.
SPANS = pl.Schema(
    {
        UPLOAD_ID: pl.String(),
        "first": pl.Datetime("us", "UTC"),
        "last": pl.Datetime("us", "UTC"),
        "first_block": pl.Int64(),
        "last_block": pl.Int64(),
        "crossed": pl.List(pl.Int64),
    }
)


@dataclass(frozen=True, slots=True)
class Block:
    """Its first instant and the first after it, and the uploads with counts in it or around it, in order."""

    begin: datetime
    end: datetime
    uploads: tuple[StoredUpload, ...]

    @property
    def around(self) -> tuple[datetime, datetime]:
        return self.begin - timedelta(weeks=WEEKS_BEFORE), self.end + timedelta(weeks=WEEKS_AFTER)

    def name(self, made_by: str) -> str:
        """`<first day>-<digest>` of all that the block depends on."""
        told = [(upload.upload_id, upload.sha256) for upload in self.uploads]
        content = json.dumps([made_by, self.begin.isoformat(), self.end.isoformat(), told])
        return f"{self.begin:%Y-%m-%d}-{hashlib.sha256(content.encode()).hexdigest()[:24]}"


def stage_blocks(feed: Feed, uploads: Sequence[StoredUpload], town: Town, kept: Path, made_by: str) -> Iterator[Path]:
    """The folders of the blocks that hold every count of the uploads, in order of time, each as soon as made; with
    ROWS (see `cleaned`), HOURS (`hours_told`), COUNTS (`superseded_counts`) and ASIDE (SET_ASIDE). No upload, no block.

    uploads: those of the feed that enter the build, from the first received. kept: the folder of blocks; those that
    are not needed any more are removed. made_by: digest of the code and of the town's settings.
    """
    kept.mkdir(parents=True, exist_ok=True)
    folders = []
    for block in _blocks(_spans(uploads, kept / f"{made_by[:24]}.spans.parquet"), uploads, town):
        folder = kept / block.name(made_by)
        if not folder.is_dir():
            _make(feed, block, town, folder)
        folders.append(folder)
        yield folder
    for left in kept.iterdir():
        if left.is_dir() and left not in folders:
            shutil.rmtree(left)


def _spans(uploads: Sequence[StoredUpload], kept: Path) -> pl.DataFrame:
    """SPANS, one row an upload that has counts, in their order; what is known of them already stands in `kept`, which
    is as good as none where it cannot be read.
    """
    try:
        known = pl.read_parquet(kept)
    except (OSError, pl.exceptions.PolarsError):
        known = pl.DataFrame(schema=SPANS)
    seen = set(known.get_column(UPLOAD_ID))
    news = [_span(upload) for upload in uploads if upload.upload_id not in seen]
    told = pl.concat([known, pl.DataFrame(news, schema=SPANS, orient="row")])
    if news:
        for left in kept.parent.glob("*.spans.parquet"):
            left.unlink()
        aside = kept.with_name(PARTIAL + kept.name)
        told.write_parquet(aside)
        aside.replace(kept)
    ordered = pl.DataFrame({UPLOAD_ID: [upload.upload_id for upload in uploads]}, schema={UPLOAD_ID: pl.String})
    return ordered.join(told, on=UPLOAD_ID, maintain_order="left").filter(pl.col("first").is_not_null())


def _span(upload: StoredUpload) -> tuple[object, ...]:
    """A row of SPANS; an upload without counts has nulls."""
    rows = pl.scan_parquet(upload.accepted)
    ends = (pl.col("start_utc").min(), pl.col("end_utc").max(), pl.col("start").min(), pl.col("end").max())
    first, last, local_first, local_last = rows.select(*ends).collect().row(0)
    if first is None:
        return (upload.upload_id, None, None, None, None, [])
    numbers = range(_number(local_first), _number(local_last - timedelta(microseconds=1)) + 1)
    inner = {str(number): _monday(number) for number in numbers[1:]}
    is_crossed = [((pl.col("start") < day) & (pl.col("end") > day)).any().alias(name) for name, day in inner.items()]
    crossed = (
        [int(name) for name, told in rows.select(is_crossed).collect().to_dicts()[0].items() if told] if inner else []
    )
    return (upload.upload_id, first, last, numbers[0], numbers[-1], crossed)


def _number(moment: datetime) -> int:
    """The block in which a local time lies."""
    return (moment.date() - EPOCH).days // (7 * WEEKS)


def _monday(number: int) -> date:
    """The first day of a block."""
    return EPOCH + number * timedelta(weeks=WEEKS)


def _blocks(spans: pl.DataFrame, uploads: Sequence[StoredUpload], town: Town) -> list[Block]:
    """Blocks side by side from the first count to the last; those that an interval joins are one."""
    if spans.is_empty():
        return []
    cut = {number for crossed in spans.get_column("crossed") for number in crossed}
    first, last = min(spans.get_column("first_block").to_list()), max(spans.get_column("last_block").to_list())
    edges = [number for number in range(first, last + 2) if number not in cut or number in (first, last + 1)]
    by_id = {upload.upload_id: upload for upload in uploads}
    blocks = []
    for begin, end in pairwise(edges):
        block = Block(_instant(begin, town), _instant(end, town), ())
        low, high = block.around
        told = spans.filter(pl.col("first") < high, pl.col("last") > low).get_column(UPLOAD_ID)
        blocks.append(Block(block.begin, block.end, tuple(by_id[name] for name in told)))
    return blocks


def _instant(number: int, town: Town) -> datetime:
    """The first instant of a block: a Monday, midnight in the town."""
    return datetime.combine(_monday(number), time(), town.tz).astimezone(UTC)


def _make(feed: Feed, block: Block, town: Town, folder: Path) -> None:
    """Write the folder of a block, whole or not at all."""
    aside = folder.with_name(PARTIAL + folder.name)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    low, high = block.around
    is_around = pl.col("start_utc").is_between(low, high, closed="left")
    is_inside = pl.col("start_utc").is_between(block.begin, block.end, closed="left")
    accepted = [Accepted(upload.upload_id, upload.accepted) for upload in block.uploads]
    rows = accepted_rows(feed, accepted).filter(is_around).collect()
    facts, set_aside = _told_once(feed, rows, block.uploads)
    kept, hours = _judged(facts, town, is_inside)
    inside = (
        rows.lazy().filter(is_inside),
        kept.lazy().cast({UPLOAD_ID: pl.String}),
        set_aside.lazy().filter(is_inside),
    )
    writers: dict[str, Callable[[Path], None]] = {
        ROWS: lambda path: kept.write_parquet(path, compression="lz4", statistics=False),
        HOURS: lambda path: hours.write_parquet(path, compression="lz4", statistics=False),
        COUNTS: lambda path: superseded_counts(*inside).collect().write_parquet(path),
        ASIDE: lambda path: inside[2].collect().write_parquet(path),
    }

    def write(name: str) -> None:
        writers[name](aside / name)
        flush(aside / name)

    with ThreadPoolExecutor(len(writers)) as threads:  # the disk is slow, and the counts are told meanwhile
        list(threads.map(write, writers))
    flush(aside)
    aside.rename(folder)
    flush(folder.parent)


def _told_once(feed: Feed, rows: pl.DataFrame, uploads: Sequence[StoredUpload]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are used, counter by counter, with their names as codes, and those set aside."""
    ordered = _coded(rows, uploads).sort("counter_id", maintain_order=True)
    if is_plain(ordered):
        return ordered, SET_ASIDE.to_frame()
    facts, set_aside = without_overlaps(without_superseded(feed, rows.lazy()).collect().lazy())
    return _coded(facts.collect(), uploads).sort("counter_id", maintain_order=True), set_aside


def _coded(rows: pl.DataFrame, uploads: Sequence[StoredUpload]) -> pl.DataFrame:
    """The rows with their names as codes, those of counters and directions in the order of the names: comparing and
    sorting them is then quick.
    """
    kinds = {name: pl.Enum(rows.get_column(name).drop_nulls().unique().sort()) for name in ("counter_id", "direction")}
    upload = pl.col(ORDER).cat.to(pl.Enum([upload.upload_id for upload in uploads]))
    return rows.with_columns(*(pl.col(name).cast(kind) for name, kind in kinds.items()), upload.alias(UPLOAD_ID))


def _judged(facts: pl.DataFrame, town: Town, is_inside: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The counts of the block as they are loaded, and their hours. facts: counter by counter."""
    sizes = facts.group_by("counter_id", maintain_order=True).len().get_column("len").to_list()
    edges = [0]
    for end in accumulate(sizes):
        if end - edges[-1] >= PART_ROWS:
            edges.append(end)
    if edges[-1] < facts.height or not facts.height:
        edges.append(facts.height)

    def judge(edge: tuple[int, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        first, end = edge
        kept = cleaned(facts.slice(first, end - first), town).filter(is_inside)
        return kept, hours_told(kept, town)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows, hours = zip(*pool.map(judge, pairwise(edges)), strict=True)
    return pl.concat(rows), pl.concat(hours)


def cleaned(facts: pl.DataFrame, town: Town) -> pl.DataFrame:
    """The counts as they are loaded: the feed's columns, those of `clean`, `upload_id` and `line`.

    facts: the feed's accepted rows, each fact once, with `upload_id` and `upload_order`.
    """
    return clean(facts.drop(ORDER), town).select(pl.exclude(UPLOAD_ID, LINE), UPLOAD_ID, LINE)
