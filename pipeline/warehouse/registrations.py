"""What was told of an event before it began: its window, its controls and the effect aimed at.

After superseding, only the last word on an event is left; whether it was said before anybody could know the counts is
in the uploads that came earlier.
"""

from collections.abc import Sequence

import polars as pl

from pipeline.contract import Label
from pipeline.deposit.store import StoredUpload
from pipeline.derive.polars_schema import LINE
from pipeline.feeds import get_feed
from pipeline.warehouse.raw_tables import RawTable
from pipeline.warehouse.superseding import ORDER, UPLOAD_ID, Accepted, accepted_rows
from pipeline.warehouse.tables import documented

TITLE = Label("Les événements tels qu'annoncés avant leur début", "The events as told before they began")
COLUMNS = documented("""
event_id | Identifiant | Identifier
title | Événement | Event
start | Début annoncé, heure locale | Start told, local time
end | Fin annoncée, heure locale | End told, local time
control_counters | Compteurs témoins annoncés | Control counters told
threshold_share | Effet visé annoncé | Effect aimed at, as told
received_at | Reçu le (UTC) | Received at (UTC)
upload_id | Dépôt | Upload
""")
REGISTRATION_SCHEMA = pl.Schema(
    {
        "event_id": pl.String(),
        "title": pl.String(),
        "start": pl.Datetime("us"),
        "end": pl.Datetime("us"),
        "control_counters": pl.String(),
        "threshold_share": pl.Float64(),
        "received_at": pl.Datetime("us", "UTC"),
        "upload_id": pl.String(),
    }
)


def registration_table(uploads: Sequence[StoredUpload]) -> RawTable:
    """raw.event_registrations of the uploads that enter the build."""
    return RawTable("raw.event_registrations", TITLE, COLUMNS, event_registrations(uploads))


def event_registrations(uploads: Sequence[StoredUpload]) -> pl.DataFrame:
    """The registration of each event: of all that was received of it before the start told there, the last.

    uploads: of any feed, from the first received to the last. Returns REGISTRATION_SCHEMA, one row an event that has a
    registration; an event without an identifier is told apart by its title and start.
    """
    feed = get_feed("events")
    sent = [upload for upload in uploads if upload.feed == feed.name]
    received = pl.LazyFrame(
        {UPLOAD_ID: [upload.upload_id for upload in sent], "received_at": [upload.received_at for upload in sent]},
        schema={UPLOAD_ID: pl.String, "received_at": REGISTRATION_SCHEMA["received_at"]},
    )
    rows = accepted_rows(feed, [Accepted(upload.upload_id, upload.accepted) for upload in sent])
    start_if_unnamed = pl.when(pl.col("event_id").is_null()).then(pl.struct("title", "start_utc"))
    return (
        rows.join(received, on=UPLOAD_ID)
        .filter(pl.col("received_at") < pl.col("start_utc"))
        .sort(ORDER, LINE)
        .with_columns(_unnamed=start_if_unnamed)
        .unique(["event_id", "_unnamed"], keep="last", maintain_order=True)
        .select(REGISTRATION_SCHEMA.names())
        .sort("event_id", "title", "start")
        .collect()
    )
