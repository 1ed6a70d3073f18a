"""ICS (RFC 5545) to rows: one row a date of each event, under the names of the calendar's own properties.

ORGANIZER, ATTENDEE, CONTACT, DESCRIPTION and all else that is not in READ never leave this module.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Component, Event
from icalendar.timezone import tzp

from pipeline.contract import Problem
from pipeline.deposit.agenda.kinds import CALENDAR_HEADER
from pipeline.deposit.agenda.recurrence import (
    LOOK_AHEAD,
    Dates,
    RecurrenceError,
    Series,
    as_text,
    dates_of,
    on_clock_of,
)
from pipeline.deposit.agenda.rows import AgendaError, Moment, Rows, as_key
from pipeline.deposit.dates import OLDEST, YOUNGEST
from pipeline.deposit.reader.text import UnreadableError, decode

READ = frozenset(
    {
        *CALENDAR_HEADER,
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "SEQUENCE",
        "LAST-MODIFIED",
        "DTSTAMP",
        "CREATED",
        "METHOD",
    }
    | {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE"}
)
TIME_ZONE = "VTIMEZONE"  # a component that is kept whole
CANCELLED, CANCEL = "CANCELLED", "CANCEL"
_NAME = re.compile(r"[A-Za-z0-9-]+")
_MEND = "Exportez l'agenda à nouveau, puis renvoyez-le."


def read_calendar(data: bytes) -> Rows:
    """The dates of every event. Raises AgendaError where the file is no calendar.

    The first date of an event has an empty RECURRENCE-ID, the others have their own start: `20251213T100000`. A date
    taken out of a series (EXDATE) is a cancelled one. Of several versions of an event or of one of its dates, the one
    with the highest SEQUENCE, then the latest LAST-MODIFIED, is taken; the others are rejected and said.
    """
    lines = list(_kept(_lines_of(data)))
    _know_time_zones(lines)
    blocks = list(_blocks(lines))
    rows = Rows(CALENDAR_HEADER, len(blocks))
    if "END:VCALENDAR" not in (line.strip().upper() for line in lines):
        rows.problems.append(Problem("missing-cell-error.calendar", "warning", len(lines), fix=_MEND))
    is_cancelled = any(line.strip().upper() == f"METHOD:{CANCEL}" for line in lines)
    events = [event for block in blocks if (event := _event(block, rows))]
    horizon = max((stamp for event in events if (stamp := event.written)), default=None)
    for versions in _by_identity(events):
        _add(_latest(versions, rows), horizon, is_cancelled, rows)
    return rows


def kept_of_calendar(data: bytes) -> bytes:
    """The calendar with an empty line in the place of each that is not read; nothing where it cannot be read."""
    try:
        return "\r\n".join(_kept(_lines_of(data))).encode("utf-8")
    except AgendaError:
        return b""


def _lines_of(data: bytes) -> list[str]:
    try:
        return decode(data).data.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnreadableError as error:
        raise AgendaError(error.problem) from None


def _kept(lines: Sequence[str]) -> Iterator[str]:
    components: list[str] = []
    keeps = False
    for line in lines:
        if not line.startswith((" ", "\t")):  # else it continues the line above
            found = _NAME.match(line)
            name = found.group().upper() if found else ""
            if name == "BEGIN":
                components.append(line.partition(":")[2].strip().upper())
            inside = components[-1:] + [TIME_ZONE] * (TIME_ZONE in components)
            known = TIME_ZONE in inside or inside[:1] in (["VCALENDAR"], ["VEVENT"])
            keeps = known and (name in READ or TIME_ZONE in inside)
            if name == "END" and components:
                components.pop()
        yield line if keeps else ""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one VEVENT, without what is not read. line: that of its BEGIN; is_whole: its END was found."""

    line: int
    text: str
    is_whole: bool


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    begun: int | None = None
    for number, line in enumerate([*lines, ""], 1):
        word = line.strip().upper()
        is_last = number > len(lines)
        if begun is not None and (word in ("BEGIN:VEVENT", "END:VEVENT") or is_last):
            is_whole = word == "END:VEVENT"
            yield Block(begun, "\n".join(filter(None, lines[begun - 1 : number - (not is_whole)])), is_whole)
            begun = None
        if word == "BEGIN:VEVENT":
            begun = number


def _know_time_zones(lines: Sequence[str]) -> None:
    """Make the file's own time zones known for its events, and forget those of any other file."""
    tzp.use_zoneinfo()
    zones: list[str] = []
    for line in lines:
        word = line.strip().upper()
        if word == f"BEGIN:{TIME_ZONE}" or (zones and zones[-1].strip().upper() != f"END:{TIME_ZONE}"):
            zones.append(line)
    if not zones:
        return
    try:
        Calendar.from_ical("\n".join(["BEGIN:VCALENDAR", *zones, "END:VCALENDAR"]))
    except (ValueError, KeyError, IndexError):
        problem = Problem("encoding-error.calendar", line=1, value="un fuseau horaire est abîmé", fix=_MEND)
        raise AgendaError(problem) from None


@dataclass(frozen=True, slots=True)
class Told:
    """One VEVENT. start and end: None where the file gives none; own: the date of its series that it changes."""

    block: Block
    event: Component
    uid: str
    start: Moment
    end: Moment
    own: Moment | None

    @property
    def written(self) -> datetime | None:
        """When this version was written, naive UTC."""
        stamps = [_moment(self.event, name) for name in ("LAST-MODIFIED", "DTSTAMP", "CREATED")]
        return max((stamp.replace(tzinfo=None) for stamp in stamps if isinstance(stamp, datetime)), default=None)

    @property
    def version(self) -> tuple[int, datetime, int]:
        sequence = str(self.event.get("SEQUENCE", "0"))
        return int(sequence) if sequence.isdigit() else 0, self.written or datetime.min, self.block.line


def _event(block: Block, rows: Rows) -> Told | None:
    """The event of a block; one that cannot be read is rejected here."""
    try:
        if not block.is_whole:
            raise RecurrenceError("END:VEVENT")
        event = Event.from_ical(block.text)
        if event.errors:
            raise RecurrenceError(str(event.errors[0][0]))
        start = _moment(event, "DTSTART")
        own = _moment(event, "RECURRENCE-ID")
        if event.get("RECURRENCE-ID") and (own is None or "RANGE" in event["RECURRENCE-ID"].params):
            raise RecurrenceError("RECURRENCE-ID")
        if start is None:
            raise RecurrenceError("DTSTART")
        end = _end(event, start)
        if not all(OLDEST <= moment.year <= YOUNGEST for moment in (start, end, own or start)):
            raise RecurrenceError("DTSTART, DTEND")
    except UnknownZoneError as error:
        rows.reject(Problem("type-error.timezone", "error", block.line, value=str(error), fix=_MEND), block.text)
    except RecurrenceError as error:
        rows.reject(Problem("type-error.calendar", "error", block.line, value=str(error), fix=_MEND), block.text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        rows.reject(Problem("type-error.calendar", "error", block.line, value="VEVENT", fix=_MEND), block.text)
    else:
        return Told(block, event, _uid(event), start, end, own)
    return None


class UnknownZoneError(ValueError):
    """A time stands in a time zone that neither the file nor the system knows."""


def _uid(event: Component) -> str:
    """The UID as an identifier: what looks like an e-mail address (`7kuk…@google.com`) is none and must not be one."""
    return str(event.get("UID", "")).strip().replace("@", "/")


def _moment(event: Component, name: str) -> Moment | None:
    """The date of a property, None where there is none. Raises UnknownZoneError, RecurrenceError."""
    told = event.get(name)
    if told is None:
        return None
    if isinstance(told, list) or not isinstance(getattr(told, "dt", None), date):
        raise RecurrenceError(name)
    return _in_known_zone(told.dt, told)


def _in_known_zone(moment: Moment, told: Any) -> Moment:
    zone = told.params.get("TZID")
    if zone and isinstance(moment, datetime) and moment.tzinfo is None:
        raise UnknownZoneError(str(zone))
    return moment


def _moments(event: Component, name: str) -> list[Moment]:
    """The dates of a property that may stand several times; of a period its beginning."""
    told = event.get(name, [])
    found = [(one.dt, every) for every in (told if isinstance(told, list) else [told]) for one in every.dts]
    moments = [_in_known_zone(dt[0] if isinstance(dt, tuple) else dt, every) for dt, every in found]
    if not all(OLDEST <= moment.year <= YOUNGEST for moment in moments):
        raise RecurrenceError(name)
    return moments


def _end(event: Component, start: Moment) -> Moment:
    """DTEND, or DTSTART + DURATION, or the end of the day, or the start itself (RFC 5545, 3.6.1)."""
    end = _moment(event, "DTEND")
    if end is not None:
        return end
    duration = getattr(event.get("DURATION"), "dt", None)
    if isinstance(duration, timedelta):
        return start + duration
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _by_identity(events: Sequence[Told]) -> list[list[Told]]:
    """The versions of each series, its own changed dates included; events without UID are each their own."""
    found: dict[str, list[Told]] = {}
    for event in events:
        found.setdefault(event.uid or f"line {event.block.line}", []).append(event)
    return list(found.values())


def _latest(versions: Sequence[Told], rows: Rows) -> list[Told]:
    """The last word on the series and on each of its changed dates; the others are rejected."""
    kept: dict[datetime | None, Told] = {}
    like = versions[0].start
    for event in sorted(versions, key=lambda event: event.version):
        identity = on_clock_of(event.own, like) if event.own else None
        if older := kept.get(identity):
            told = {"value": older.uid, "expected": str(event.block.line)}
            rows.reject(Problem("duplicate-key.updated", "warning", older.block.line, **told), older.block.text)
        kept[identity] = event
    return list(kept.values())


def _add(events: Sequence[Told], horizon: datetime | None, is_cancelled: bool, rows: Rows) -> None:
    """The rows of one series: each date as the series tells it, or as the event that changes it does."""
    changes = [event for event in events if event.own]
    series = next((event for event in events if not event.own), None)
    changed = {on_clock_of(event.own, series.start if series else event.own) for event in changes if event.own}
    if series is not None:
        try:
            dates = _dates(series, horizon)
        except (RecurrenceError, UnknownZoneError) as error:
            told = {"value": str(error) or "RRULE", "fix": _MEND}
            rows.reject(Problem("type-error.calendar", "error", series.block.line, **told), series.block.text)
            return _add(changes, horizon, is_cancelled, rows) if changes else None
        mine = [moment for moment in dates.dates if on_clock_of(moment, series.start) not in changed]
        for moment in mine:
            status = CANCELLED if is_cancelled or moment in dates.taken_out else None
            key = "" if moment == dates.dates[0] else as_key(moment)
            rows.rows.append((series.block.line, _cells(series, moment, key, status)))
        _say(series, dates, mine, rows)
    for event in changes:
        assert event.own is not None
        first = series is not None and on_clock_of(event.own, series.start) == on_clock_of(series.start, series.start)
        own = event.own if series is None else _in_zone_of(event.own, series.start)
        key = "" if first else as_key(own)
        rows.rows.append((event.block.line, _cells(event, event.start, key, CANCELLED if is_cancelled else None)))
    return None


def _in_zone_of(moment: Moment, like: Moment) -> Moment:
    """A date of a series as the series itself writes it."""
    clock = on_clock_of(moment, like)
    return clock.replace(tzinfo=like.tzinfo) if isinstance(like, datetime) else clock.date()


def _dates(series: Told, horizon: datetime | None) -> Dates:
    rules = series.event.get("RRULE", [])
    last_told = max(filter(None, [horizon, on_clock_of(series.start, series.start)]))
    until = min(last_told, datetime(YOUNGEST, 1, 1)) + LOOK_AHEAD
    return dates_of(
        Series(
            series.start,
            rules if isinstance(rules, list) else [rules],
            _moments(series.event, "RDATE"),
            _moments(series.event, "EXDATE"),
            until,
        )
    )


def _say(series: Told, dates: Dates, mine: Sequence[Moment], rows: Rows) -> None:
    line = series.block.line
    if not mine:
        told = {"value": series.uid, "expected": "une autre ligne"}
        rows.reject(Problem("duplicate-key.updated", "warning", line, **told), series.block.text)
    if dates.is_cut:
        last = on_clock_of(dates.dates[-1], series.start)
        rows.problems.append(Problem("future-date.recurrence", "warning", line, value=f"{last:%d/%m/%Y}"))


def _cells(event: Told, start: Moment, key: str, status: str | None) -> dict[str, str]:
    """The row of one date, which lasts as long as the event says on the clock."""
    length = on_clock_of(event.end, event.start) - on_clock_of(event.start, event.start)
    end = _in_zone_of(on_clock_of(start, start) + length, start) if length else start
    return {
        "UID": event.uid,
        "RECURRENCE-ID": key if event.uid else "",
        "SUMMARY": str(event.event.get("SUMMARY", "")).strip(),
        "DTSTART": as_text(start),
        "DTEND": as_text(end),
        "LOCATION": str(event.event.get("LOCATION", "")).strip(),
        "STATUS": status or str(event.event.get("STATUS", "")).strip().upper(),
    }
