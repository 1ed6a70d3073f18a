"""What was told of an event before it began, out of everything that was received of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.deposit.store import list_uploads
from pipeline.settings import TownHome
from pipeline.warehouse.registrations import REGISTRATION_SCHEMA, event_registrations

Deposit = Callable[..., str]
# The fixture `deposit` receives on 20 November 2026 at 08:00 UTC, `after` days later.
START = datetime(2026, 11, 28, 10)


def event(threshold: float | None, *, event_id: str | None = "N", start: datetime = START) -> dict[str, Any]:
    end = start + timedelta(hours=9)
    return {
        "event_id": event_id,
        "title": "Marché",
        "start": start,
        "start_utc": start.replace(tzinfo=UTC) - timedelta(hours=1),
        "end": end,
        "end_utc": end.replace(tzinfo=UTC) - timedelta(hours=1),
        "threshold_share": threshold,
    }


def registered(home: TownHome) -> list[tuple[Any, ...]]:
    told = event_registrations(list_uploads(home))
    return told.select("event_id", "title", "start", "threshold_share", "upload_id").rows()


def test_the_last_word_before_the_start_is_the_registration(deposit: Deposit, home: TownHome) -> None:
    deposit("events", [event(0.3)])
    second = deposit("events", [event(0.2)], after=5)
    deposit("events", [event(0.05)], after=9)
    assert registered(home) == [("N", "Marché", START, 0.2, second)]


def test_what_is_first_told_afterwards_is_no_registration(deposit: Deposit, home: TownHome) -> None:
    deposit("events", [event(0.1)], after=8.1)  # 28 November, 10:24 UTC; the market began at 09:00 UTC
    assert registered(home) == []
    assert event_registrations(list_uploads(home)).schema == REGISTRATION_SCHEMA


def test_an_event_put_off_is_registered_anew_by_what_is_told_before_its_new_start(
    deposit: Deposit, home: TownHome
) -> None:
    deposit("events", [event(0.1)])
    later = START + timedelta(days=20)
    again = deposit("events", [event(0.1, start=later)], after=10)
    assert registered(home) == [("N", "Marché", later, 0.1, again)]


def test_events_without_an_identifier_are_told_apart_by_title_and_start(deposit: Deposit, home: TownHome) -> None:
    later = START + timedelta(days=7)
    upload = deposit("events", [event(0.1, event_id=None), event(0.2, event_id=None, start=later)])
    assert registered(home) == [
        (None, "Marché", START, 0.1, upload),
        (None, "Marché", later, 0.2, upload),
    ]


def test_without_any_event_there_is_an_empty_table_with_its_types(home: TownHome) -> None:
    assert event_registrations(list_uploads(home)).schema == REGISTRATION_SCHEMA
