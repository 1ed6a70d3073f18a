"""What the earlier uploads of a town say: the codes that are known, and the keys that a new upload tells again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.contract import Feed
from pipeline.deposit.duplicates import key_columns
from pipeline.deposit.references import Known
from pipeline.deposit.store import StoredUpload
from pipeline.feeds import get_feed

STATES = ["counter_id", "valid_from", "step_min"]


def known_codes(
    feed: Feed, uploads: Iterable[StoredUpload], aliases: Mapping[str, Mapping[str, str]] | None = None
) -> Known:
    """The codes of the feeds that `feed` refers to, with the other names that were decided (`aliases.read_aliases`),
    and the counters' steps where it needs them."""
    uploads = list(uploads)
    named = [name for column in feed.columns for name in (column.references, column.lists)]
    wanted = {name for name in named if name is not None}
    told = {name: _told(name, found) for name in wanted if (found := _accepted(name, uploads))}
    known = Known({name: _codes(name, rows) for name, rows in told.items()}, aliases=aliases or {})
    return replace(known, steps=_steps(told["counters"])) if "counters" in told else known


def known_codes_of(feed: str, uploads: Iterable[StoredUpload]) -> frozenset[str]:
    """The codes that the town declares in a feed; none where it was never deposited."""
    files = _accepted(feed, uploads)
    return _codes(feed, _told(feed, files)) if files else frozenset()


def count_superseding(accepted: pl.DataFrame, feed: Feed, uploads: Iterable[StoredUpload]) -> int:
    """How many accepted rows have a key that an earlier upload of the feed already holds."""
    files = _accepted(feed.name, list(uploads))
    if not files or accepted.is_empty():
        return 0
    keys = key_columns(feed, feed.identity)
    if not feed.alternative_key:
        return _held(accepted, files, keys)
    has_key = pl.all_horizontal(pl.col(name).is_not_null() for name in keys)
    by_key = _held(accepted.filter(has_key), files, keys)
    return by_key + _held(accepted.filter(~has_key), files, key_columns(feed, feed.alternative_key))


def overlapping_lines(accepted: pl.DataFrame, feed: Feed, uploads: Iterable[StoredUpload]) -> pl.Series:
    """The lines with an interval that an earlier upload tells at another grain, in order; none for other feeds."""
    files = _accepted(feed.name, list(uploads))
    if feed.interval_end is None or not files or accepted.is_empty():
        return pl.Series("line", [], dtype=pl.UInt32)
    thing, start, end = key_columns(feed, (feed.key[0], feed.key[1], feed.interval_end))
    mine = accepted.lazy().select(thing, start, end, "line")
    is_near = (pl.col(start) < accepted[end].max()) & (pl.col(end) > accepted[start].min())
    others = pl.scan_parquet(files).filter(is_near).select(thing, start, end).unique()
    reach = (
        others.join(mine, on=[thing, start, end], how="anti")
        .sort(start, end)
        .select(thing, pl.col(start).alias("_from"), pl.col(end).cum_max().over(thing).alias("_until"))
    )
    # Of the intervals that begin before this one ends, the one that reaches furthest.
    last = mine.sort(end).join_asof(
        reach, left_on=end, right_on="_from", by=thing, allow_exact_matches=False, check_sortedness=False
    )
    return last.filter(pl.col("_until") > pl.col(start)).select(pl.col("line").unique().sort()).collect()["line"]


def _held(accepted: pl.DataFrame, files: list[Path], keys: list[str]) -> int:
    held = pl.scan_parquet(files).select(keys)
    mine = accepted.lazy().select(keys)
    return mine.join(held, on=keys, how="semi", nulls_equal=True).collect().height


def _accepted(feed: str, uploads: Iterable[StoredUpload]) -> list[Path]:
    return [upload.accepted for upload in uploads if upload.feed == feed and upload.is_effective]


def _told(feed: str, files: list[Path]) -> pl.DataFrame:
    """The codes that files declare, of counters also their steps."""
    columns = STATES if feed == "counters" else [get_feed(feed).key[0]]
    return pl.concat(pl.read_parquet(file, columns=columns) for file in files)


def _codes(feed: str, told: pl.DataFrame) -> frozenset[str]:
    return frozenset(told[get_feed(feed).key[0]].drop_nulls())


def _steps(told: pl.DataFrame) -> pl.DataFrame:
    """The last word on each state of each counter."""
    return told.unique(["counter_id", "valid_from"], keep="last", maintain_order=True)
