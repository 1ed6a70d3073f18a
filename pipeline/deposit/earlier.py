"""What the earlier uploads of a town say: the codes that are known, and the keys that a new upload tells again."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipeline.contract import Feed
from pipeline.deposit.duplicates import key_columns
from pipeline.deposit.references import Known
from pipeline.deposit.store import StoredUpload
from pipeline.feeds import get_feed


def known_codes(feed: Feed, uploads: Iterable[StoredUpload]) -> Known:
    """The codes of the feeds that `feed` refers to, and the counters' steps where it needs them."""
    uploads = list(uploads)
    wanted = {column.references for column in feed.columns if column.references is not None}
    ids = {name: _codes(name, _accepted(name, uploads)) for name in wanted if _accepted(name, uploads)}
    counters = _accepted("counters", uploads) if "counters" in wanted else []
    return Known(ids, _steps(counters)) if counters else Known(ids)


def count_superseding(accepted: pl.DataFrame, feed: Feed, uploads: Iterable[StoredUpload]) -> int:
    """How many accepted rows have a key that an earlier upload of the feed already holds."""
    files = _accepted(feed.name, list(uploads))
    if not files or accepted.is_empty():
        return 0
    keys = key_columns(feed)
    if not feed.alternative_key:
        return _held(accepted, files, keys)
    has_key = pl.all_horizontal(pl.col(name).is_not_null() for name in keys)
    by_key = _held(accepted.filter(has_key), files, keys)
    return by_key + _held(accepted.filter(~has_key), files, key_columns(feed, feed.alternative_key))


def _held(accepted: pl.DataFrame, files: list[Path], keys: list[str]) -> int:
    held = pl.scan_parquet(files).select(keys)
    mine = accepted.lazy().select(keys)
    return mine.join(held, on=keys, how="semi", nulls_equal=True).collect().height


def _accepted(feed: str, uploads: Iterable[StoredUpload]) -> list[Path]:
    return [upload.accepted for upload in uploads if upload.feed == feed and upload.is_effective]


def _codes(feed: str, files: list[Path]) -> frozenset[str]:
    name = get_feed(feed).key[0]
    return frozenset(pl.scan_parquet(files).select(pl.col(name).unique()).collect()[name].drop_nulls())


def _steps(files: list[Path]) -> pl.DataFrame:
    """The last word on each state of each counter."""
    states = pl.concat(pl.read_parquet(file, columns=["counter_id", "valid_from", "step_min"]) for file in files)
    return states.unique(["counter_id", "valid_from"], keep="last", maintain_order=True)
