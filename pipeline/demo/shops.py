"""Simulated premises and shops of the demo: who was where, from when to when. Names are invented."""

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.demo.places import STREETS, Street
from pipeline.demo.seed import stream
from pipeline.demo.timeline import FIRST_DAY, LAST_DAY

PREMISES_KNOWN_SINCE = date(2024, 11, 1)
_OCCUPIED_AT_FIRST = 0.91
_CLOSURES = 24  # among the occupants at first, over the 104 weeks
_LET_AGAIN = 0.80  # of those, by a new shop before the end
_FIRST_LETTINGS = 4  # premises empty at first in which a shop opens
_OPENING_KNOWN = 0.72  # of the occupants at first; the others were « already there »
_REASONS = (("retraite", 0.30), ("liquidation", 0.25), ("fin de bail", 0.20), ("transfert", 0.15), ("autre", 0.10))
_OPERATORS = (("indépendant", 0.72), ("franchise", 0.14), ("succursale", 0.14))

_PLACES = (
    "du Pont", "de la Manufacture", "des Coteaux", "du Viaduc", "de la Seine", "du Parc", "des Binelles", "de l'Île",
    "du Kaolin", "de la Porcelaine", "du Biscuit", "des Fontaines", "du Val", "de la Terrasse", "du Four", "de l'Émail",
    "des Marronniers", "du Quai",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trade:
    """activity: what the volunteer writes (label, synonym, NAF). noun: begins the invented name. weight: how common."""

    activity: str
    noun: str
    weight: int


@cache
def _trades() -> tuple[Trade, ...]:
    with (Path(__file__).parent / "trades.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Trade(t["activity"], t["noun"], int(t["weight"])) for t in csv.DictReader(file, delimiter=";"))


@dataclass(frozen=True, slots=True)
class Premises:
    id: str
    address: str
    street: Street
    area_m2: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Occupation:
    """A shop in its premises.

    opened_on None = already there when monitoring began; closed_on None = still open at the end.
    """

    premises: Premises
    name: str
    activity: str
    opened_on: date | None
    closed_on: date | None
    reason: str | None
    operator: str
    area_m2: int

    def as_known(self, on: date) -> "Occupation":
        """The same, without a closure later than that day."""
        if self.closed_on is None or self.closed_on <= on:
            return self
        return replace(self, closed_on=None, reason=None)


def all_premises() -> list[Premises]:
    """The premises of every street side, numbered L001, L002, … (132 of them)."""
    found: list[Premises] = []
    for street in STREETS:
        for place in range(street.premises):
            draw = stream("premises", street.name, str(street.first), str(place))
            share = (place + 0.5) / street.premises
            (lat0, lon0), (lat1, lon1) = street.ends
            found.append(
                Premises(
                    id=f"L{len(found) + 1:03d}",
                    address=f"{street.first + 2 * place} {street.name}",
                    street=street,
                    area_m2=int(np.clip(draw.lognormal(4.2, 0.5), 18, 420)),
                    lat=round(lat0 + share * (lat1 - lat0), 5),
                    lon=round(lon0 + share * (lon1 - lon0), 5),
                )
            )
    return found


def all_occupations(premises: list[Premises]) -> list[Occupation]:
    """Every shop of the two years: those there at first, closures, new lettings; never two at a time in one place."""
    draw = stream("occupations")
    order = [premises[i] for i in draw.permutation(len(premises))]
    occupied, empty = order[: round(_OCCUPIED_AT_FIRST * len(order))], order[round(_OCCUPIED_AT_FIRST * len(order)) :]
    shops: list[Occupation] = []
    for place in occupied[_CLOSURES:]:
        shops.append(_shop(place, _first_opening(draw), None, draw))
    for place in occupied[:_CLOSURES]:
        closed = _day(draw)
        shops.append(_shop(place, _first_opening(draw), closed, draw))
        reopened = closed + timedelta(days=int(draw.integers(25, 240)))
        if draw.random() < _LET_AGAIN and reopened < LAST_DAY:
            shops.append(_shop(place, reopened, None, draw))
    for place in empty[:_FIRST_LETTINGS]:
        shops.append(_shop(place, _day(draw), None, draw))
    return sorted(shops, key=lambda shop: (shop.premises.id, shop.opened_on or date.min))


def shop_row(shop: Occupation) -> dict[str, object]:
    """A shop as a row of the feed `shops`."""
    return {
        "premises_id": shop.premises.id,
        "shop_name": shop.name,
        "activity": shop.activity,
        "opened_on": shop.opened_on,
        "closed_on": shop.closed_on,
        "closing_reason": shop.reason,
        "operator_type": shop.operator,
        "area_m2": shop.area_m2,
    }


def premises_rows(premises: list[Premises], shops: list[Occupation], known_on: date) -> list[dict[str, object]]:
    """Every state of the premises known on that day, as rows of `premises`: empty from the day a shop closes."""
    known = [shop.as_known(known_on) for shop in shops if (shop.opened_on or FIRST_DAY) <= known_on]
    return [row for place in premises for row in _states(place, [shop for shop in known if shop.premises == place])]


def _states(place: Premises, shops: list[Occupation]) -> list[dict[str, object]]:
    is_empty_at_first = not any((shop.opened_on or date.min) < FIRST_DAY for shop in shops)
    changes: list[tuple[date, bool]] = [(PREMISES_KNOWN_SINCE, is_empty_at_first)]
    for shop in shops:
        if shop.opened_on and shop.opened_on >= FIRST_DAY:
            changes.append((shop.opened_on, False))
        if shop.closed_on:
            changes.append((shop.closed_on, True))
    ends = [first - timedelta(days=1) for first, _ in changes[1:]]
    until = [*ends, None]
    return [_state(place, first, last, is_empty) for (first, is_empty), last in zip(changes, until, strict=True)]


def _state(place: Premises, first: date, last: date | None, is_empty: bool) -> dict[str, object]:
    # One in six of the empty premises is under works rather than on the market.
    has_works = is_empty and int(place.id[1:]) % 6 == 0
    return {
        "premises_id": place.id,
        "address": place.address,
        "street": place.street.name,
        "neighbourhood_id": place.street.neighbourhood_id,
        "sector": "centre" if place.street.in_centre else "hors centre",
        "area_m2": place.area_m2,
        "lat": place.lat,
        "lon": place.lon,
        "is_to_let": is_empty and not has_works,
        "has_works": has_works,
        "valid_from": first,
        "valid_to": last,
    }


def _shop(place: Premises, opened: date | None, closed: date | None, draw: np.random.Generator) -> Occupation:
    weights = np.array([trade.weight for trade in _trades()], dtype=float)
    trade = _trades()[int(draw.choice(len(weights), p=weights / weights.sum()))]
    name = f"{trade.noun} {_PLACES[int(draw.integers(len(_PLACES)))]}"
    area = max(10, int(place.area_m2 * draw.uniform(0.6, 0.9)))
    reason = _pick(_REASONS, draw)
    return Occupation(
        place, name, trade.activity, opened, closed, reason if closed else None, _pick(_OPERATORS, draw), area
    )


def _first_opening(draw: np.random.Generator) -> date | None:
    years = draw.gamma(1.6, 6.0)
    return FIRST_DAY - timedelta(days=40 + int(365 * min(years, 45))) if draw.random() < _OPENING_KNOWN else None


def _day(draw: np.random.Generator) -> date:
    first, last = FIRST_DAY + timedelta(days=20), LAST_DAY - timedelta(days=10)
    return first + timedelta(days=int(draw.integers((last - first).days)))


def _pick(choices: tuple[tuple[str, float], ...], draw: np.random.Generator) -> str:
    return choices[int(draw.choice(len(choices), p=[share for _, share in choices]))][0]
