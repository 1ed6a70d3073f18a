"""Rows of the demo's simulated reference feeds: counters, manual counts, links and weather."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.demo.footfall import Counts
from pipeline.demo.places import COUNTERS, REPLACED, REPLACED_ON, SHUTTLE, SHUTTLE_COST_EUR, WAYS, Counter, Way
from pipeline.demo.timeline import FIRST_DAY, Timeline
from pipeline.demo.weather import Weather

# Hours counted by hand beside each counter, on two Saturdays; the second one follows the replacement of a sensor.
MANUAL_DAYS = (datetime(2025, 6, 14), datetime(2026, 6, 13))
MANUAL_HOURS = (10, 11, 15, 16)


def counter_rows() -> list[dict[str, object]]:
    """The counters as first installed."""
    return [_counter_row(counter) for counter in COUNTERS]


def replacement_rows() -> list[dict[str, object]]:
    """The replaced counter: its old state closed, its new one with a new sensitivity period."""
    counter = next(counter for counter in COUNTERS if counter.id == REPLACED)
    old = _counter_row(counter) | {"valid_to": REPLACED_ON - timedelta(days=1)}
    new = _counter_row(counter) | {"technology": "laser", "sensitivity_period": "B", "valid_from": REPLACED_ON}
    return [old, new]


def manual_rows(passages: dict[str, Counts], clock: Timeline, day: datetime) -> list[dict[str, object]]:
    """What people counted by hand on that day: the true passages."""
    starts = [day.replace(hour=hour) for hour in MANUAL_HOURS]
    places = {start: clock.start.index(start) for start in starts}
    return [
        {"counter_id": name, "start": start, "end": start + timedelta(hours=1), "count": int(counts[places[start]])}
        for name, counts in passages.items()
        for start in starts
    ]


def link_rows() -> list[dict[str, object]]:
    """Walk for every quartier, bus where one is supposed to run, and the one project."""
    walks = [_walk(way) for way in WAYS]
    buses = [_ride(way, "bus", is_project=False) for way in WAYS if way.stop_m is not None]
    return [*walks, *buses, _ride(SHUTTLE, "navette", is_project=True) | {"cost_eur": SHUTTLE_COST_EUR}]


def weather_rows(weather: Weather, clock: Timeline, days: Sequence[int]) -> list[dict[str, object]]:
    """The weather of those days (indexes into the timeline)."""
    return [
        {
            "date": clock.days[i],
            "temp_max_c": float(weather.temp_max_c[i]),
            "rain_mm": float(weather.rain_mm[i]),
            "wind_max_kmh": float(weather.wind_max_kmh[i]),
        }
        for i in days
    ]


def _counter_row(counter: Counter) -> dict[str, object]:
    return {
        "counter_id": counter.id,
        "name": counter.name,
        "lat": counter.lat,
        "lon": counter.lon,
        "technology": counter.technology,
        "directions": "entrant et sortant" if counter.in_out else "total",
        "gateway_neighbourhood_id": counter.gateway_of,
        "is_in_centre": counter.in_centre,
        "step_min": 60,
        "sensitivity_period": "A",
        "valid_from": FIRST_DAY,
    }


def _walk(way: Way) -> dict[str, object]:
    return {
        "neighbourhood_id": way.neighbourhood_id,
        "mode": "marche",
        "distance_m": way.distance_m,
        "ascent_m": way.ascent_m,
        "descent_m": way.descent_m,
        "obstacle": way.obstacle or None,
        "is_project": False,
        "valid_from": FIRST_DAY,
    }


def _ride(way: Way, mode: str, *, is_project: bool) -> dict[str, object]:
    return {
        "neighbourhood_id": way.neighbourhood_id,
        "mode": mode,
        "distance_m": way.stop_m,
        "out_min": way.ride[0],
        "back_min": way.ride[1],
        "departures_per_hour": way.per_hour,
        "first_departure": "06:30",
        "last_departure": "21:15",
        "is_project": is_project,
        "valid_from": FIRST_DAY,
    }
