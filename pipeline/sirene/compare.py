"""The register beside the town's own list: which openings and closures it suggests, how surely, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from pipeline.sirene.addresses import Match, Place, Streets, Sureness
from pipeline.sirene.register import Establishment
from pipeline.sirene.town_list import Shop

# A closure that the register knew this long before the town last said « open » tells of somebody else.
STALE = timedelta(days=365)

# What became of the establishments that are not proposed.
Outcome = Literal[
    "known",  # the town has this SIRET, or the same trade in these premises
    "closed_by_the_town",  # the town has closed this SIRET; the register is late
    "no_premises",  # registered where the town follows no premises: often a home, or the seat of a shop elsewhere
    "closed_unknown",  # closed, and the town's list has no open shop that it could be
]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line to look at. premises: those it may mean, one where that is clear. why: in French.

    shop: the town's own row where it is closed, with `closed_on` filled; of an opening None.
    """

    kind: Literal["opening", "closure"]
    premises: tuple[Place, ...]
    establishment: Establishment
    sureness: Sureness
    why: tuple[str, ...]
    shop: Shop | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every establishment is proposed or counted in `others`."""

    proposals: tuple[Proposal, ...]
    others: Mapping[Outcome, int] = field(default_factory=dict)


def compare(
    establishments: Iterable[Establishment], places: Sequence[Place], shops: Sequence[Shop], today: date
) -> Comparison:
    """Propose an opening for each active establishment in premises where the town does not know it, and a closure for
    each open shop of the town that the register has closed. A shop is closed once, by the surest sign."""
    town = _TownList(places, shops, today)
    ordered = sorted(establishments, key=lambda one: one.siret)
    found = [(one, town.judge_active(one) if one.is_active else town.judge_closed(one)) for one in ordered]
    others: Counter[Outcome] = Counter(told for _, told in found if not isinstance(told, Proposal))
    proposals = [told for _, told in found if isinstance(told, Proposal)]
    closures, doubled = _one_closure_a_shop([p for p in proposals if p.kind == "closure"])
    openings = _crowded([p for p in proposals if p.kind == "opening"])
    if doubled:
        others["closed_unknown"] += doubled
    return Comparison(tuple(sorted([*openings, *closures], key=_order)), dict(others))


class _TownList:
    """The town's premises and shops, looked up by address, by premises and by SIRET."""

    def __init__(self, places: Sequence[Place], shops: Sequence[Shop], today: date) -> None:
        self._streets = Streets(places)
        self._places = {place.premises_id: place for place in places}
        self._today = today
        self._open = [shop for shop in shops if shop.is_open(today)]
        self._by_siret = {shop.siret: shop for shop in self._open if shop.siret}
        self._closed = {shop.siret for shop in shops if shop.siret and not shop.is_open(today)}

    def judge_active(self, one: Establishment) -> Proposal | Outcome:
        if one.siret in self._by_siret:
            return "known"
        if one.siret in self._closed:
            return "closed_by_the_town"
        match = self._streets.find(one.address)
        if match is None:
            return "no_premises"
        occupants = self._occupants(match)
        if any(_is_same(shop, one) for shop in occupants):
            return "known"
        return _opening(one, match, occupants)

    def judge_closed(self, one: Establishment) -> Proposal | Outcome:
        day = one.changed_on
        if day is None or day > self._today:
            return "closed_unknown"
        shop = self._by_siret.get(one.siret)
        if shop is not None and _may_close(shop, day):
            place = self._places.get(shop.premises_id) or Place(shop.premises_id, "", None)
            return _closure(one, (place,), shop, Sureness.HIGH, "même SIRET, fermé au registre")
        match = self._streets.find(one.address)
        if match is None:
            return "no_premises"
        alike = [shop for shop in self._occupants(match) if shop.siret is None and shop.activity == one.trade]
        if len(alike) != 1 or not _may_close(alike[0], day) or day < alike[0].told_on - STALE:
            return "closed_unknown"
        sureness = min(match.sureness, Sureness.MEDIUM if day >= alike[0].told_on else Sureness.LOW)
        why = f"{match.why}, même activité, fermé au registre"
        place = self._places[alike[0].premises_id]
        return _closure(one, (place,), alike[0], sureness, why)

    def _occupants(self, match: Match) -> list[Shop]:
        there = {place.premises_id for place in match.places}
        return [shop for shop in self._open if shop.premises_id in there]


def _opening(one: Establishment, match: Match, occupants: Sequence[Shop]) -> Proposal:
    sureness, why = match.sureness, [match.why]
    if len(match.places) > 1:
        sureness = Sureness.LOW
        why.append(f"plusieurs locaux à cette adresse : {', '.join(place.premises_id for place in match.places)}")
    if occupants:
        sureness = Sureness.LOW
        why.append(f"votre liste y a déjà : {', '.join(sorted(shop.shop_name for shop in occupants))}")
    return Proposal("opening", match.places, one, sureness, tuple(why))


def _closure(one: Establishment, places: tuple[Place, ...], shop: Shop, sureness: Sureness, why: str) -> Proposal:
    return Proposal("closure", places, one, sureness, (why,), replace(shop, closed_on=one.changed_on))


def _is_same(shop: Shop, one: Establishment) -> bool:
    """Whether a shop without SIRET is this establishment, as far as one can tell: same trade, and not newer than it."""
    is_newer = one.created_on is not None and one.created_on > shop.told_on
    return shop.siret is None and shop.activity == one.trade and not is_newer


def _may_close(shop: Shop, day: date) -> bool:
    """Nothing closes before it opens."""
    return shop.opened_on is None or day >= shop.opened_on


def _one_closure_a_shop(closures: Sequence[Proposal]) -> tuple[list[Proposal], int]:
    """The surest closure of each shop, of equals the latest; and how many establishments it leaves aside."""
    best: dict[Shop, Proposal] = {}
    for proposal in closures:
        assert proposal.shop is not None
        shop = replace(proposal.shop, closed_on=None)
        if shop not in best or _surer(proposal) > _surer(best[shop]):
            best[shop] = proposal
    return list(best.values()), len(closures) - len(best)


def _surer(closure: Proposal) -> tuple[Sureness, date, str]:
    return closure.sureness, closure.establishment.changed_on or date.min, closure.establishment.siret


def _crowded(openings: Sequence[Proposal]) -> list[Proposal]:
    """Several active establishments where one shop fits: none of them is sure."""
    claims = Counter(p.premises[0].premises_id for p in openings if len(p.premises) == 1)

    def told(p: Proposal) -> Proposal:
        if len(p.premises) > 1 or claims[p.premises[0].premises_id] == 1:
            return p
        why = f"{claims[p.premises[0].premises_id]} établissements actifs au registre pour ce local"
        return replace(p, sureness=Sureness.LOW, why=(*p.why, why))

    return [told(p) for p in openings]


def _order(p: Proposal) -> tuple[int, str, str, str]:
    """The surest first, then by premises."""
    return -p.sureness, p.premises[0].premises_id, p.kind, p.establishment.siret
