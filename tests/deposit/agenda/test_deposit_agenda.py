"""Agendas through the same door as any file: receipt, rows, superseding, and no person in anything that is kept."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit.deposit import deposit_file
from pipeline.deposit.receipt import Receipt
from pipeline.settings import TownHome

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Agenda de Germaine
BEGIN:VEVENT
UID:noel@example.org
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:20261212
DTEND;VALUE=DATE:20261214
SUMMARY:Marché de Noël
LOCATION:Grande Rue
ORGANIZER;CN=Germaine Duplantier:mailto:germaine@duplantier.example
ATTENDEE;CN="Ferdinande, de la mairie";ROLE=REQ-PARTICIPANT:mailto:ferd
 inande@example.org
DESCRIPTION:Appeler Germaine au 06 12 34 56 78
BEGIN:VALARM
ATTENDEE:mailto:ferdinande@example.org
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:marche
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Paris:20261017T090000
DTEND;TZID=Europe/Paris:20261017T130000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Marché du samedi
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""
RECORDS = [
    {
        "uid": 101,
        "title_fr": "Braderie",
        "timings": '[{"begin": "2026-06-20T08:00:00+02:00", "end": "2026-06-20T18:00:00+02:00"}, '
        '{"begin": "2026-06-21T08:00:00+02:00", "end": "2026-06-21T18:00:00+02:00"}]',
        "status": '{"id": 6, "label": {"fr": "Annulé"}}',
        "location_name": "Grande Rue",
        "location_city": "Sèvres",
        "contributor_contactname": "Germaine Duplantier",
        "contributor_email": "germaine@duplantier.example",
        "registration": '[{"type": "phone", "value": "0612345678"}]',
    }
]

Send = Callable[..., Receipt]


@pytest.fixture
def send(town: Town, home: TownHome, tmp_path: Path) -> Send:
    """Deposit a text under a file name, one minute after the one before."""
    clock = iter(NOW + timedelta(minutes=minute) for minute in range(100))

    def sent(name: str, text: str, feed: str | None = None) -> Receipt:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        told = {"feed": feed, "format": None, "by": "Jeanne", "received_at": next(clock)}
        return deposit_file(path, town=town, home=home, **told)

    return sent


def accepted(receipt: Receipt) -> list[dict[str, object]]:
    assert receipt.folder is not None
    names = ("event_id", "title", "start", "end", "place", "status", "line")
    return pl.read_parquet(receipt.folder / "accepted.parquet").select(names).to_dicts()


def test_a_calendar_is_deposited_with_one_row_a_date(send: Send) -> None:
    receipt = send("agenda.ics", CALENDAR)
    assert (receipt.status, receipt.feed, receipt.format) == ("accepted", "events", "icalendar")
    assert (receipt.rows.read, receipt.rows.accepted, receipt.values.accepted) == (2, 2, 4)
    noel, *markets = accepted(receipt)
    assert noel == {
        "event_id": "noel/example.org", "title": "Marché de Noël", "start": datetime(2026, 12, 12),
        "end": datetime(2026, 12, 14), "place": "Grande Rue", "status": "confirmed", "line": 4,
    }  # fmt: skip
    assert [row["event_id"] for row in markets] == ["marche", "marche/20261024T090000", "marche/20261031T090000"]
    # 9 o'clock in Sèvres before and after the clocks change on 25 October.
    assert [row["start"] for row in markets] == [datetime(2026, 10, day, 9) for day in (17, 24, 31)]
    assert {row["status"] for row in markets} == {"confirmed"}
    assert {row["line"] for row in markets} == {19}


def test_a_later_calendar_moves_and_cancels_what_the_earlier_one_told(send: Send) -> None:
    send("agenda.ics", CALENDAR)
    out = CALENDAR.replace("COUNT=3", "COUNT=3\nEXDATE;TZID=Europe/Paris:20261031T090000")
    receipt = send("agenda.ics", out.replace("20261212", "20261213"))
    assert receipt.rows.superseding == 4
    assert [row["status"] for row in accepted(receipt)] == ["confirmed", "confirmed", "confirmed", "cancelled"]


def test_an_openagenda_export_is_deposited_with_one_row_a_date(send: Send) -> None:
    receipt = send("openagenda.json", json.dumps(RECORDS))
    assert (receipt.status, receipt.feed, receipt.format) == ("accepted", "events", "openagenda-json")
    assert (receipt.rows.read, receipt.rows.accepted, receipt.values.accepted) == (1, 1, 2)
    first, second = accepted(receipt)
    assert first == {
        "event_id": "101", "title": "Braderie", "start": datetime(2026, 6, 20, 8), "end": datetime(2026, 6, 20, 18),
        "place": "Grande Rue, Sèvres", "status": "cancelled", "line": 1,
    }  # fmt: skip
    assert (second["event_id"], second["start"]) == ("101/20260621T060000Z", datetime(2026, 6, 21, 8))


def test_the_layout_of_openagenda_s_own_api_is_read_alike(send: Send) -> None:
    told = {
        "uid": 101, "title": {"fr": "Braderie"}, "status": 6,
        "location": {"name": "Grande Rue", "city": "Sèvres", "phone": "0612345678"},
        "timings": json.loads(RECORDS[0]["timings"]),
    }  # fmt: skip
    receipt = send("api.json", json.dumps({"total": 1, "events": [told]}))
    assert accepted(receipt) == accepted(send("ods.json", json.dumps(RECORDS)))


@pytest.mark.parametrize("wrapped", [False, True], ids=["OpenAgenda's own API", "OpenDataSoft"])
@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (1, "confirmed", None),
        (2, "confirmed", None),
        (3, "cancelled", "Ligne 1, colonne « {} » : l'événement est déplacé en ligne (statut 3) : il n'amène personne"),
        (4, "cancelled", "Ligne 1, colonne « {} » : l'événement est reporté sans nouvelle date (statut 4) :"),
        (5, "confirmed", None),
        (6, "cancelled", None),
        (None, "confirmed", None),
    ],
)
def test_what_each_status_of_openagenda_means(
    send: Send, code: int | None, status: str, said: str | None, wrapped: bool
) -> None:
    told = json.dumps({"id": code, "label": {"fr": "…"}}) if wrapped else code
    receipt = send("agenda.json", json.dumps([RECORDS[0] | {"status": told}]))
    assert [row["status"] for row in accepted(receipt)] == [status, status]
    # Said once, although the event has two dates.
    messages = [problem["message"] for problem in receipt.problems if problem["code"] == "vendor-flag"]
    assert len(messages) == (said is not None)
    assert messages == [] or messages[0].startswith(said.format("status.id" if wrapped else "status"))


def test_a_status_that_openagenda_does_not_know_is_not_guessed(send: Send) -> None:
    receipt = send("agenda.json", json.dumps([RECORDS[0] | {"status": 7}]))
    assert (receipt.status, receipt.problem_counts["constraint-error"]) == ("refused", 2)


@pytest.mark.parametrize(("name", "text"), [("agenda.ics", CALENDAR), ("agenda.json", json.dumps(RECORDS))])
def test_nobody_is_in_anything_that_is_kept(send: Send, home: TownHome, name: str, text: str) -> None:
    receipt = send(name, text)
    assert receipt.status == "accepted"
    assert receipt.problem_counts["personal-data"] == 1
    kept = [path for path in home.root.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in kept).lower()
    assert [word for word in (b"germaine", b"duplantier", b"ferd", b"0612345678", b"06 12 34") if word in held] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("agenda.ics", CALENDAR.replace("DTSTART", "DTSTOP")),
        ("agenda.ics", CALENDAR[: CALENDAR.index("DESCRIPTION")]),
        ("agenda.json", json.dumps(RECORDS)[:-1]),
        ("agenda.json", json.dumps(RECORDS).replace("timings", "dates")),
    ],
    ids=["no date", "cut calendar", "cut records", "unknown layout"],
)
def test_nobody_is_kept_of_a_refused_agenda_either(send: Send, home: TownHome, name: str, text: str) -> None:
    assert send(name, text).status == "refused"
    held = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file()).lower()
    assert [word for word in (b"germaine", b"duplantier", b"ferd", b"0612345678", b"06 12 34") if word in held] == []


@pytest.mark.parametrize(("name", "text"), [("agenda.ics", CALENDAR), ("agenda.json", json.dumps(RECORDS))])
def test_what_is_kept_of_an_agenda_gives_the_same_rows_again(
    send: Send, town: Town, tmp_path: Path, name: str, text: str
) -> None:
    first = send(name, text)
    assert first.folder is not None
    other = TownHome(tmp_path / "other")
    told = {"feed": None, "format": None, "by": None, "received_at": NOW}
    again = deposit_file(first.folder / f"original{Path(name).suffix}", town=town, home=other, **told)
    assert accepted(again) == accepted(first)


def test_the_same_agenda_twice_changes_nothing(send: Send) -> None:
    send("agenda.ics", CALENDAR)
    assert send("encore.ics", CALENDAR).status == "already_received"


def test_a_calendar_sent_as_another_feed_is_told_what_it_is(send: Send) -> None:
    receipt = send("agenda.ics", CALENDAR, "shops")
    assert (receipt.status, receipt.problems[0]["code"]) == ("refused", "wrong-feed")
