"""The dates of an event that comes again: RRULE, RDATE and EXDATE of RFC 5545, on the clock of its own time zone."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

from pipeline.deposit.agenda.rows import Moment

# An event is held at most once a day by a rule of this kind; finer rules are those of machines.
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
LOOK_AHEAD = timedelta(days=366)
MOST_DATES = 5_000
_CYCLE = 400  # years after which the calendar repeats itself, weekdays and leap years included


class RecurrenceError(ValueError):
    """The rule cannot be read."""


@dataclass(frozen=True, slots=True)
class Series:
    """start: as DTSTART; rules: RRULE; more, without: RDATE and EXDATE; until: dates after it are left for later."""

    start: Moment
    rules: Sequence[vRecur]
    more: Sequence[Moment]
    without: Sequence[Moment]
    until: datetime


@dataclass(frozen=True, slots=True)
class Dates:
    """Every date of a series in order, those that were taken out included. is_cut: there are more after `until`."""

    dates: tuple[Moment, ...]
    taken_out: frozenset[Moment]
    is_cut: bool


def dates_of(series: Series) -> Dates:
    """The dates of a series, DTSTART first. A clock time that spring skips stays as told: its instant is an hour later.

    Raises RecurrenceError for a rule that is finer than a day or cannot be read.
    """
    start = series.start
    limit = on_clock_of(series.until, start)
    found = {_naive(start)}
    is_cut = False
    for rule in series.rules:
        told, goes_on = _of_rule(rule, _naive(start), limit, start)
        found.update(told)
        is_cut |= goes_on
    found.update(on_clock_of(moment, start) for moment in series.more)
    out = {on_clock_of(moment, start) for moment in series.without}
    return Dates(
        tuple(_like(naive, start) for naive in sorted(found)),
        frozenset(_like(naive, start) for naive in out & found),
        is_cut,
    )


def _of_rule(rule: vRecur, start: datetime, limit: datetime, like: Moment) -> tuple[list[datetime], bool]:
    """The dates of one rule up to the limit, and whether it goes on behind it.

    A rule that no date fits (30 February) is followed to the end of the calendar: it is followed as late as the
    calendar allows, so that its end is near.
    """
    if not FREQUENCIES.issuperset(str(freq).upper() for freq in rule.get("FREQ", ["none"])):
        raise RecurrenceError("FREQ")
    ends = [_last_of(until, like) for until in rule.get("UNTIL", [])]
    plain: Any = vRecur({name: value for name, value in rule.items() if name.upper() != "UNTIL"})
    try:
        later = _CYCLE * ((MAXYEAR - limit.year) // _CYCLE)
        late: Iterable[datetime] = rrulestr(plain.to_ical().decode(), dtstart=_years_on(start, later))
        found: list[datetime] = []
        for moment in (_years_on(one, -later) for one in late):
            if ends and moment > min(ends):
                return found, False
            if moment > limit or len(found) >= MOST_DATES:
                return found, True
            found.append(moment)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise RecurrenceError(str(error)) from error
    return found, False


def _years_on(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _last_of(until: Moment, like: Moment) -> datetime:
    """The last moment of a rule, inclusive; of a day its end."""
    if isinstance(until, datetime):
        return on_clock_of(until, like)
    return datetime.combine(until, time.max)


def on_clock_of(moment: Moment, like: Moment) -> datetime:
    """A moment as the naive clock time of another's time zone; a day is its midnight."""
    zone = like.tzinfo if isinstance(like, datetime) else None
    if isinstance(moment, datetime) and moment.tzinfo and zone:
        with suppress(OverflowError):  # « until 31/12/9999 » means for ever, in any zone
            moment = moment.astimezone(zone)
    return _naive(moment)


def _naive(moment: Moment) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time())


def _like(naive: datetime, like: Moment) -> Moment:
    """A clock time as a moment of the kind of another: a day, or a time in its zone."""
    return naive.replace(tzinfo=like.tzinfo) if isinstance(like, datetime) else naive.date()


def as_text(moment: Moment) -> str:
    """ISO text: an instant in UTC, or a clock time without an offset where the file names no time zone."""
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.astimezone(UTC).isoformat()
    return _naive(moment).isoformat()
