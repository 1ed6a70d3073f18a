"""A town as its folder declares it (towns/<town>/town.toml)."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the attractiveness index with its frozen goalposts (never recomputed weekly).

    low and high: the values that score 1 and 100; low > high where less is better; None = not frozen yet, and the
    indicator does not enter. weight: inside its pillar. less_is_better: told until the goalposts say it.
    goalposts_year, _on, _build: the year, the day and the published build from which they were frozen, where it was
    not by hand.
    """

    name: str
    pillar: str
    low: float | None = None
    high: float | None = None
    weight: float = 1.0
    less_is_better: bool = False
    goalposts_year: int | None = None
    goalposts_on: date | None = None
    goalposts_build: str | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"index: {self.name} has one goalpost; give both low and high, or none")
        if self.low is not None and self.high is not None and self.less_is_better and self.low < self.high:
            raise ValueError(f"index: less of {self.name} is better, so its low must be above its high")

    @property
    def is_frozen(self) -> bool:
        return self.low is not None

    @property
    def is_inverted(self) -> bool:
        """Less is better."""
        return self.less_is_better or (self.low is not None and self.high is not None and self.low > self.high)


@dataclass(frozen=True, slots=True)
class Peer:
    """A town of comparison, and, where it competes for customers, what the Huff model needs of it.

    attractiveness: in the town's `attractiveness_measure`; None = not a competing centre.
    """

    insee_code: str
    name: str
    attractiveness: float | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """Everything a town decides that is not data.

    opening_hours: local hours [from, to) in which shops are open, used for outages and bus waiting.
    beta_per_min: decay of the impedance exp(−β t). baseline_year: the year whose mean is 100.
    is_demo: its uploads are simulated; such a town never receives real ones. frozen_on: the day on which the
    clock of an archive or demo town stands still; None = today. attractiveness_measure: what the attractiveness of
    the centre and of the competing ones is, with its source: one measure for all of them. largest_plausible_effect:
    share of passages that an event may at most be thought to add; where only a larger one could be seen, it is
    undetectable.
    """

    id: str
    name: str
    insee_code: str
    country: str
    timezone: str
    folder: Path
    is_demo: bool = False
    is_archive: bool = False
    frozen_on: date | None = None
    population: int | None = None
    population_source: str = ""
    school_zone: str | None = None
    baseline_year: int = 2025
    opening_hours: tuple[int, int] = (10, 19)
    centre_lat: float | None = None
    centre_lon: float | None = None
    centre_altitude_m: float | None = None
    centre_attractiveness: float | None = None
    attractiveness_measure: str = ""
    centre_perimeter: tuple[tuple[float, float], ...] = ()
    beta_per_min: float = 0.06931471805599453
    detour_factor: float = 1.3
    reference_min: float = 5.0
    vacancy_target_share: float | None = None
    pillar_weights: dict[str, float] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    peers: tuple[Peer, ...] = ()
    level_bounds: tuple[float, float] = (0.4, 2.5)
    largest_plausible_effect: float = 0.40

    @property
    def competing_centres(self) -> tuple[Peer, ...]:
        """The peers of which the attractiveness is declared."""
        return tuple(peer for peer in self.peers if peer.attractiveness is not None)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def today(self, actual: date) -> date:
        """The town's day: `frozen_on` for a demo or archive, else the actual day."""
        return self.frozen_on or actual


class UnknownTownError(LookupError):
    """There is no folder of that town; the message lists those that exist."""


def town_names(towns: Path) -> list[str]:
    """The names of the towns that have a town.toml below `towns`."""
    return sorted(path.parent.name for path in towns.glob("*/town.toml"))


def load_town(towns: Path, name: str) -> Town:
    """Read towns/<name>/town.toml. Raises UnknownTownError, or ValueError naming what is wrong in the file."""
    if name not in town_names(towns):
        known = ", ".join(town_names(towns)) or "aucune encore (chalandise new-town en crée une)"
        raise UnknownTownError(f"ville inconnue : « {name} » ; les villes connues sont : {known}")
    path = towns / name / "town.toml"
    try:
        with path.open("rb") as file:
            told = tomllib.load(file)
        return _town(name, path.parent, told)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def _town(name: str, folder: Path, told: dict[str, Any]) -> Town:
    centre = told.pop("centre", {})
    index = told.pop("index", {})
    indicators = tuple(Indicator(name=key, **value) for key, value in index.pop("indicators", {}).items())
    peers = tuple(Peer(**peer) for peer in told.pop("peers", []))
    for pair in ("opening_hours", "level_bounds"):
        if pair in told:
            told[pair] = tuple(told[pair])
    town = Town(
        id=name,
        folder=folder,
        indicators=indicators,
        peers=peers,
        pillar_weights=index.pop("pillar_weights", {}),
        centre_perimeter=tuple((lat, lon) for lat, lon in centre.pop("perimeter", ())),
        **{f"centre_{key}": value for key, value in centre.items()},
        **told,
    )
    if unknown := {i.pillar for i in indicators} - set(town.pillar_weights):
        raise ValueError(f"index: no weight for pillar(s) {', '.join(sorted(unknown))}")
    _check(town)
    _check_competition(town)
    return town


def _check(town: Town) -> None:
    """Raises ValueError for a value of the wrong kind (`is_demo = "no"` would else mean yes) or out of its bounds."""
    for name, hint in get_type_hints(Town).items():
        kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        if any(get_origin(kind) for kind in kinds):
            continue  # tables and pairs, below or as they are built
        known = (*kinds, int) if float in kinds else kinds
        if not isinstance(value := getattr(town, name), known):
            names = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
            raise ValueError(f"{name} = {value!r}; expected is {names}")
    for name, (low, high) in (("opening_hours", town.opening_hours), ("level_bounds", town.level_bounds)):
        if not 0 <= low < high:
            raise ValueError(f"{name} = [{low}, {high}]; the second must be greater")
    if town.opening_hours[1] > 24:
        raise ValueError(f"opening_hours = {list(town.opening_hours)}; a day has 24 hours")
    if town.population is not None and town.population <= 0:
        raise ValueError(f"population = {town.population}; leave it out while it is not known")
    ZoneInfo(town.timezone)


def _check_competition(town: Town) -> None:
    """The model of leakage compares like with like: all centres placed, and measured in one way that is named."""
    if not town.competing_centres:
        return
    needed = {
        "attractiveness_measure": town.attractiveness_measure or None,
        "[centre] lat": town.centre_lat,
        "[centre] lon": town.centre_lon,
        "[centre] attractiveness": town.centre_attractiveness,
    }
    needed |= {f"peer {p.name}: {end}": getattr(p, end) for p in town.competing_centres for end in ("lat", "lon")}
    if missing := [name for name, value in needed.items() if value is None]:
        raise ValueError(f"a peer declares its attractiveness, which also needs: {', '.join(missing)}")
    pulls = [town.centre_attractiveness, *(peer.attractiveness for peer in town.competing_centres)]
    if any(pull is not None and not pull > 0 for pull in pulls):
        raise ValueError("attractiveness must be above 0 (leave it out for a town that does not compete)")
