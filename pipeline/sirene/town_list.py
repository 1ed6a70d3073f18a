"""What the town itself knows: its premises in force and the last word on each of its shops, from accepted uploads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.feeds import get_feed
from pipeline.sirene.addresses import Address, Place, read_address
from pipeline.warehouse.superseding import UPLOAD_ID, Accepted, accepted_rows, without_superseded


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the town's list, codes as in the feed. told_on: the day of the upload that spoke of it last."""

    premises_id: str
    shop_name: str
    activity: str
    opened_on: date | None
    closed_on: date | None
    closing_reason: str | None
    siret: str | None
    operator_type: str | None
    area_m2: float | None
    told_on: date

    def is_open(self, today: date) -> bool:
        """Whether it is not closed yet; one that opens later occupies its premises already."""
        return self.closed_on is None or self.closed_on > today


def places_of(uploads: Iterable[StoredUpload], today: date) -> list[Place]:
    """The premises in force on a day, by code."""
    states = _last_words("premises", uploads)
    in_force = states.filter(
        (pl.col("valid_from") <= today).fill_null(True) & (pl.col("valid_to") >= today).fill_null(True)
    ).sort("premises_id", "valid_from", nulls_last=False)
    latest = in_force.unique("premises_id", keep="last", maintain_order=True)
    return [
        Place(row["premises_id"], row["address"], _address(row["address"], row["street"]))
        for row in latest.iter_rows(named=True)
    ]


def shops_of(uploads: Iterable[StoredUpload], town: Town) -> list[Shop]:
    """Every shop of the town's list, open or closed."""
    uploads = list(uploads)
    days = {upload.upload_id: upload.received_at.astimezone(town.tz).date() for upload in uploads}
    names = [name for name in Shop.__dataclass_fields__ if name != "told_on"]
    rows = _last_words("shops", uploads).iter_rows(named=True)
    return [Shop(**{name: row[name] for name in names}, told_on=days[row[UPLOAD_ID]]) for row in rows]


def _last_words(feed: str, uploads: Iterable[StoredUpload]) -> pl.DataFrame:
    mine = [Accepted(u.upload_id, u.accepted) for u in uploads if u.feed == feed and u.is_effective]
    declared = get_feed(feed)
    return without_superseded(declared, accepted_rows(declared, mine)).collect()


def _address(written: str, street: str) -> Address | None:
    """The address in full; where it holds only a number, the street stands in its own column."""
    return read_address(written) or read_address(f"{written} {street}")
