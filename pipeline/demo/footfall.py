"""Simulated pedestrian counts: the people who pass, what a sensor sees of them, and what the vendor writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.demo.events import Event
from pipeline.demo.places import REPLACED, REPLACED_DETECTS, REPLACED_ON, Counter, Kind
from pipeline.demo.seed import stream
from pipeline.demo.timeline import Timeline
from pipeline.demo.weather import Weather

Counts = NDArray[np.int64]

# Relative passages of each local hour. Shopping: late morning and late afternoon; ways: to work and back besides.
_HOURS: dict[Kind, tuple[float, ...]] = {
    "shopping": (1, 0.5, 0.3, 0.2, 0.4, 2, 8, 25, 48, 62, 84, 95, 88, 70, 74, 85, 98, 110, 104, 70, 36, 18, 9, 4),
    "way": (1, 0.5, 0.2, 0.2, 0.6, 4, 22, 68, 80, 48, 50, 55, 58, 52, 48, 55, 78, 96, 92, 60, 30, 16, 8, 3),
}  # fmt: skip
# Saturday and Sunday mornings begin later, and Sunday afternoons are quiet: most shops are closed.
_SUNDAY_HOURS = (2, 1, 0.6, 0.4, 0.3, 0.8, 3, 9, 24, 60, 96, 110, 88, 46, 42, 46, 48, 46, 40, 28, 16, 9, 5, 3)
# Monday to Sunday, against the ordinary weekday.
_WEEKDAYS: dict[Kind, tuple[float, ...]] = {
    "shopping": (0.82, 0.98, 1.10, 0.98, 1.06, 1.38, 0.62),
    "way": (0.98, 1.03, 1.02, 1.02, 1.00, 0.92, 0.58),
}
# Level in the middle of each month, against the year: the summer dip and Christmas.
_MONTHS = (0.93, 0.94, 0.98, 1.00, 1.03, 1.06, 0.92, 0.66, 1.03, 1.03, 1.00, 1.16)
_MARKET_DAYS = (2, 5)  # Wednesday and Saturday mornings
_MARKET_HOURS = range(8, 13)
_MARKET = {"MARCHE": 2.3, "PERI": 1.25, "EUROPE": 1.2}
_SCHOOL_HOLIDAY, _PUBLIC_HOLIDAY, _CLOSED_DAY = 0.92, 0.45, 0.22  # the last: 1 January, 1 May, 25 December
_YEARLY_GROWTH = 0.025
_HOUR_NOISE, _DAY_NOISE = 0.08, 0.05  # standard deviations of the logarithm
_INWARD_MORNING, _INWARD_EVENING = 0.60, 0.41  # share of passages towards the centre before and from 14:00


@dataclass(frozen=True, slots=True)
class Series:
    """What the vendor writes for one counter and direction, one value an hour of the timeline.

    direction: as the vendor says it (total, entrant, sortant). counts: passages; counted: False where the cell stays
    empty; sent: False where the line is missing altogether.
    """

    counter: Counter
    direction: str
    counts: Counts
    counted: NDArray[np.bool_]
    sent: NDArray[np.bool_]


def simulate_passages(counter: Counter, clock: Timeline, weather: Weather, events: Sequence[Event]) -> Counts:
    """The true passages of each hour: Poisson around profile × season × calendar × weather × events × noise."""
    draw = stream("passages", counter.id)
    hours = np.array(_HOURS[counter.kind]) / sum(_HOURS[counter.kind])
    sunday = np.array(_SUNDAY_HOURS) / sum(_SUNDAY_HOURS)
    of_day = clock.weekday[clock.day]
    shape = np.where(of_day == 6, sunday[clock.hour], hours[clock.hour])
    level = counter.passages * np.array(_WEEKDAYS[counter.kind])[of_day]
    days = _season(clock) * _calendar(clock) * _weather_effect(clock, weather)
    days = days * np.exp(
        stream("days").normal(0, _DAY_NOISE, len(clock.days)) + draw.normal(0, _DAY_NOISE / 2, len(clock.days))
    )
    noise = np.exp(draw.normal(0, _HOUR_NOISE, len(clock.hour)))
    expected = level * shape * days[clock.day] * noise * _market(counter, clock) * _event_effect(counter, clock, events)
    return draw.poisson(expected)


def sensor_series(counter: Counter, passages: Counts, clock: Timeline) -> list[Series]:
    """What the sensor sees of the passages, as one series (total) or two (entrant, sortant), before any outage."""
    draw = stream("sensor", counter.id)
    detected = np.full(len(passages), counter.detected)
    if counter.id == REPLACED:
        since = np.array([moment.date() >= REPLACED_ON for moment in clock.start])
        detected = np.where(since, REPLACED_DETECTS, detected)
    seen = draw.binomial(passages, detected)
    if not counter.in_out:
        return [_series(counter, "total", seen)]
    inward = draw.binomial(seen, np.where(clock.hour < 14, _INWARD_MORNING, _INWARD_EVENING))
    return [_series(counter, "entrant", inward), _series(counter, "sortant", seen - inward)]


@dataclass(frozen=True, slots=True)
class Outage:
    """A counter that does not count in [first, last), and what its vendor writes: 0, an empty cell or no line."""

    counter_id: str
    first: datetime
    last: datetime
    written: Literal["zeros", "empty", "absent"]


OUTAGES = (
    Outage("RENAN", datetime(2026, 2, 9, 8), datetime(2026, 3, 2, 11), "zeros"),
    Outage("BRANCAS", datetime(2025, 9, 15, 6), datetime(2025, 9, 18, 14), "empty"),
    Outage("NOV11", datetime(2025, 12, 27, 0), datetime(2025, 12, 29, 0), "absent"),
)


def with_outages(series: Series, clock: Timeline) -> Series:
    """The series as the vendor writes it through its outages."""
    counts, counted, sent = series.counts.copy(), series.counted.copy(), series.sent.copy()
    for outage in OUTAGES:
        if outage.counter_id == series.counter.id:
            during = clock.between(outage.first, outage.last)
            counts[during] = 0
            counted &= ~(during & (outage.written == "empty"))
            sent &= ~(during & (outage.written == "absent"))
    return Series(series.counter, series.direction, counts, counted, sent)


def _series(counter: Counter, direction: str, counts: Counts) -> Series:
    everywhere = np.ones(len(counts), dtype=bool)
    return Series(counter, direction, counts, everywhere, everywhere.copy())


def _season(clock: Timeline) -> NDArray[np.float64]:
    """Level of each day: months joined by straight lines from middle to middle, and a slow growth."""
    of_year = np.array([(day.month - 1) + (day.day - 15) / 30.5 for day in clock.days])
    level: NDArray[np.float64] = np.interp(of_year, np.arange(-1, 13), (_MONTHS[-1], *_MONTHS, _MONTHS[0]))
    level *= 1 + _YEARLY_GROWTH * np.arange(len(clock.days)) / 365
    return level


def _calendar(clock: Timeline) -> NDArray[np.float64]:
    """School holidays, public holidays, and the three days on which nearly all is closed."""
    closed = np.array([(day.month, day.day) in {(1, 1), (5, 1), (12, 25)} for day in clock.days])
    school = np.where(clock.is_school_holiday, _SCHOOL_HOLIDAY, 1.0)
    public = np.where(clock.is_public_holiday, _PUBLIC_HOLIDAY, 1.0)
    return np.where(closed, _CLOSED_DAY, school * public)


def _weather_effect(clock: Timeline, weather: Weather) -> NDArray[np.float64]:
    """Rain keeps people at home (2.5 % a millimetre, up to 12), and so do great cold and great heat."""
    cold = np.maximum(3.0 - weather.temp_max_c, 0) * 0.012
    heat = np.maximum(weather.temp_max_c - 31.0, 0) * 0.015
    return np.exp(-0.025 * np.minimum(weather.rain_mm, 12.0) - cold - heat)


def _market(counter: Counter, clock: Timeline) -> NDArray[np.float64]:
    is_market = np.isin(clock.weekday[clock.day], _MARKET_DAYS) & np.isin(clock.hour, list(_MARKET_HOURS))
    return np.where(is_market, _MARKET.get(counter.id, 1.0), 1.0)


def _event_effect(counter: Counter, clock: Timeline, events: Sequence[Event]) -> NDArray[np.float64]:
    effect = np.ones(len(clock.hour))
    for event in events:
        if event.effect and event.touches(counter):
            in_hours = (clock.hour >= event.start.hour) & (clock.hour < event.end.hour)
            last = event.end.replace(hour=23, minute=59)
            effect[clock.between(event.start, last) & in_hours] *= 1 + event.effect
    return effect
