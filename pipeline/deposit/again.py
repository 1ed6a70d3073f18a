"""A file that comes again: whether it would be read otherwise today than when it was first received."""

from collections.abc import Iterable
from datetime import datetime

import polars as pl

from pipeline.contract import Column
from pipeline.deposit.aliases import read_aliases
from pipeline.deposit.earlier import known_codes_of
from pipeline.deposit.references import unknown_key
from pipeline.deposit.store import StoredUpload
from pipeline.deposit.words import fold
from pipeline.feeds import get_feed
from pipeline.settings import TownHome

REJECTED = "rejected.parquet"


def is_read_otherwise(upload: StoredUpload, uploads: Iterable[StoredUpload], home: TownHome, at: datetime) -> bool:
    """Whether lines were rejected for a code that was declared since, or decided to be another name of one.

    The answer to an unknown code is "declare it, then send the file again": that file must not be "already received".
    at: when the file comes again; what comes at the time of the upload itself is that upload.
    """
    path = upload.folder / REJECTED
    if upload.feed is None or at <= upload.received_at or not upload.receipt["rows"]["rejected"] or not path.exists():
        return False
    rejected, uploads = pl.read_parquet(path), list(uploads)
    for column in get_feed(upload.feed).columns:
        if column.references is not None and (unknown := _unknown(rejected, column)):
            known = {fold(code) for code in known_codes_of(column.references, uploads)}
            if unknown & (known | set(read_aliases(home).get(column.references, {}))):
                return True
    return False


def _unknown(rejected: pl.DataFrame, column: Column) -> set[str]:
    """The codes, folded, for which lines were rejected."""
    if column.name not in rejected.columns:
        return set()
    is_said = pl.col("problems").str.split(" ").list.contains(unknown_key(column))
    return set(map(fold, rejected.filter(is_said)[column.name].drop_nulls().unique()))
