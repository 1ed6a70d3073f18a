"""The same fact sent twice: the later upload wins, the earlier row is kept in its upload and counted as superseded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.contract import Feed, LocalDatetime
from pipeline.deposit.duplicates import INTERVALS
from pipeline.derive import polars_schema
from pipeline.derive.polars_schema import LINE, utc_name

UPLOAD_ID = "upload_id"
ORDER = "upload_order"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted rows of one upload: its identifier and its Parquet file."""

    upload_id: str
    path: Path


def accepted_rows(feed: Feed, uploads: Sequence[Accepted]) -> pl.LazyFrame:
    """The rows of every upload under the feed's full columns, then `upload_id` and `upload_order`.

    uploads: from the first received to the last. A column that an older upload did not have is null. An empty cell that
    stands for a value (`Column.empty_means`) holds that value.
    """
    schema = polars_schema(feed)
    frames = [
        pl.scan_parquet(upload.path, schema=schema, missing_columns="insert", extra_columns="ignore").select(
            *schema, pl.lit(upload.upload_id).alias(UPLOAD_ID), pl.lit(order, dtype=pl.UInt32).alias(ORDER)
        )
        for order, upload in enumerate(uploads)
    ]
    if not frames:
        return pl.LazyFrame(schema=pl.Schema({**schema, UPLOAD_ID: pl.String(), ORDER: pl.UInt32()}))
    filled = {c.name: pl.col(c.name).fill_null(c.empty_means) for c in feed.columns if c.empty_means is not None}
    return pl.concat(frames).with_columns(**filled)


def without_superseded(feed: Feed, rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row a fact: the one of the latest upload, and within an upload that of the last line. Sorted by key.

    The rows that lack a column of the key are told apart by the alternative key where the feed has one, and are the
    same fact as the row that has it and the same alternative key (see `_with_their_keys`). Elsewhere an empty cell of
    the key is a value like another: `valid_from` left empty means "since ever" each time it is sent.
    """
    key, alternative = key_columns(feed, feed.identity), key_columns(feed, feed.alternative_key)
    if not alternative:
        return _last_of_each(rows, key)
    is_keyed = pl.all_horizontal(pl.col(name).is_not_null() for name in key)
    keyed = _last_of_each(rows.filter(is_keyed), key)
    found = _with_their_keys(feed, _last_of_each(rows.filter(~is_keyed), alternative), keyed)
    parts = [_last_of_each(pl.concat([keyed, found.filter(is_keyed)]), key), found.filter(~is_keyed)]
    return pl.concat(parts).sort(*key, *alternative, nulls_last=True, maintain_order=True)


def _with_their_keys(feed: Feed, rows: pl.LazyFrame, keyed: pl.LazyFrame) -> pl.LazyFrame:
    """The rows without a key, filled in from the row that has it, where there is one for the same alternative key.

    A shop of the same name had several occupations of its premises if it closed before the next one opened: a row that
    says its end belongs to the last occupation that began before, and one that says none to the last of all.
    """
    missing = [name for name in feed.key if name not in feed.alternative_key]
    alternative = key_columns(feed, feed.alternative_key)
    known = keyed.select(*alternative, *(pl.col(name).alias(f"_{name}") for name in missing))
    place = rows.with_row_index("_row")
    fits = pl.lit(True)
    if feed.name in INTERVALS:
        _, begin, end = INTERVALS[feed.name]
        fits = pl.col(end).is_null() | (pl.col(end) > pl.col(f"_{begin}"))
    partner = (
        place.join(known, on=alternative, how="inner")
        .filter(fits)
        .sort("_row", *(f"_{name}" for name in missing))
        .unique("_row", keep="last", maintain_order=True)
        .select("_row", *(f"_{name}" for name in missing))
    )
    filled = {name: pl.coalesce(name, f"_{name}") for name in missing}
    return place.join(partner, on="_row", how="left").with_columns(**filled).select(rows.collect_schema().names())


def key_columns(feed: Feed, names: Sequence[str]) -> list[str]:
    """The columns that tell facts apart: instants in UTC, since the autumn hour has the same local name twice."""
    return [utc_name(name) if isinstance(feed.column(name).type, LocalDatetime) else name for name in names]


def _last_of_each(rows: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    ordered = rows.sort(*key, ORDER, LINE, nulls_last=True, maintain_order=True)
    return ordered.unique(subset=key, keep="last", maintain_order=True)


def superseded_counts(rows: pl.LazyFrame, kept: pl.LazyFrame, set_aside: pl.LazyFrame) -> pl.LazyFrame:
    """(upload_id, rows_accepted, rows_superseded, rows_set_aside), one row an upload.

    An accepted row is kept, superseded, or set aside because finer counts tell the same hours.
    """
    left = [
        frame.group_by(UPLOAD_ID).agg(pl.len().cast(pl.Int64).alias(name))
        for name, frame in (("rows_accepted", rows), ("rows_kept", kept), ("rows_set_aside", set_aside))
    ]
    told = left[0].join(left[1], on=UPLOAD_ID, how="left").join(left[2], on=UPLOAD_ID, how="left")
    counted = told.with_columns(pl.col("rows_kept", "rows_set_aside").fill_null(0))
    superseded = pl.col("rows_accepted") - pl.col("rows_kept") - pl.col("rows_set_aside")
    return counted.select(UPLOAD_ID, "rows_accepted", superseded.alias("rows_superseded"), "rows_set_aside").sort(
        UPLOAD_ID
    )
