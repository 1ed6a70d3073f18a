"""Simulated events of the demo (events.csv), each with the effect that the simulated counters feel.

The effect is the truth of the simulation: it never enters a file that is deposited.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from pipeline.demo.places import Counter

CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Event:
    """An event: first start and last end in local time, the same hours on each day between.

    effect: passages are multiplied by 1 + effect. full_cost_eur and declared_attendance: None = unknown.
    """

    event_id: str | None
    title: str
    start: datetime
    end: datetime
    place: str
    neighbourhood_id: str
    kind: str
    organiser: str
    full_cost_eur: int | None
    declared_attendance: int | None
    effect: float
    status: str

    def touches(self, counter: Counter) -> bool:
        """The counters of the centre feel what happens there; a gateway feels its own quartier."""
        if self.neighbourhood_id == CENTRE:
            return counter.in_centre
        return counter.gateway_of == self.neighbourhood_id


@cache
def all_events() -> tuple[Event, ...]:
    """Every event of the demo in order of time, the cancelled and the announced one included."""
    with (Path(__file__).parent / "events.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_event(told) for told in csv.DictReader(file, delimiter=";"))


def event_row(event: Event) -> dict[str, object]:
    """An event as a row of the feed `events`."""
    return {name: getattr(event, name) for name in Event.__slots__ if name != "effect"}


def _event(told: dict[str, str]) -> Event:
    return Event(
        event_id=told["event_id"] or None,
        title=told["title"],
        start=datetime.fromisoformat(told["start"]),
        end=datetime.fromisoformat(told["end"]),
        place=told["place"],
        neighbourhood_id=told["neighbourhood_id"],
        kind=told["kind"],
        organiser=told["organiser"],
        full_cost_eur=int(told["full_cost_eur"]) if told["full_cost_eur"] else None,
        declared_attendance=int(told["declared_attendance"]) if told["declared_attendance"] else None,
        effect=float(told["effect"]),
        status=told["status"],
    )
