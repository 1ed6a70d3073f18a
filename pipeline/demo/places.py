"""Where the demo's simulated counters, streets and links are. Only the neighbourhoods and their centroids are real."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["shopping", "way"]

# IRIS codes, by the short names used in this package.
BRUYERES_ACACIAS = "920720101"
BRUYERES_JAURES = "920720102"
RENAN = "920720103"
BINELLES = "920720104"
MANUFACTURE = "920720105"
EUROPE = "920720106"
DANTON = "920720107"
MEDIATHEQUE = "920720108"
MONESSE = "920720109"
BRANCAS = "920720110"


@dataclass(frozen=True, slots=True)
class Counter:
    """A simulated counter.

    passages: true passages on an ordinary weekday. kind: `shopping` follows shop hours, `way` also the way to
    work. detected: share of the true passages that the sensor sees. gateway_of: the quartier whose way to the centre it
    watches. in_out: it tells the two directions apart; `in` is towards the centre.
    """

    id: str
    name: str
    lat: float
    lon: float
    passages: float
    kind: Kind
    detected: float
    in_centre: bool
    gateway_of: str | None = None
    in_out: bool = False
    technology: str = "laser"


# Two quartiers, both Bruyères, have no gateway on purpose: they have access, but no observed link.
COUNTERS = (
    Counter("GR-EST", "Grande-Rue, côté Manufacture", 48.8246, 2.2150, 2400, "shopping", 0.94, True, MANUFACTURE),
    Counter("GR-MILIEU", "Grande-Rue, milieu", 48.8241, 2.2106, 3100, "shopping", 0.93, True),
    Counter("PERI", "Place Gabriel-Péri", 48.8240, 2.2092, 2700, "shopping", 0.95, True, DANTON),
    Counter(
        "GR-OUEST",
        "Grande-Rue, côté Chaville",
        48.8225,
        2.2066,
        1700,
        "shopping",
        0.78,
        True,
        MONESSE,
        technology="caméra",
    ),
    Counter("EUROPE", "Avenue de l'Europe", 48.8240, 2.2128, 1500, "shopping", 0.92, True, EUROPE),
    Counter("MARCHE", "Rue Pierre-Midrin, marché", 48.8236, 2.2116, 1300, "shopping", 0.94, True),
    Counter("BRANCAS", "Montée vers Brancas", 48.8262, 2.2080, 900, "way", 0.93, False, BRANCAS, in_out=True),
    Counter("RENAN", "Rue Ernest-Renan", 48.8206, 2.2110, 1100, "way", 0.91, False, RENAN, in_out=True),
    Counter("BINELLES", "Descente des Binelles", 48.8218, 2.2110, 950, "way", 0.92, False, BINELLES, in_out=True),
    Counter(
        "NOV11",
        "Rue du 11-Novembre",
        48.8219,
        2.2048,
        700,
        "way",
        0.94,
        False,
        MEDIATHEQUE,
        in_out=True,
        technology="caméra",
    ),
)

# The camera of GR-OUEST is replaced: the new one misses fewer people. A break, not a success.
REPLACED = "GR-OUEST"
REPLACED_ON = date(2026, 5, 12)
REPLACED_DETECTS = 0.95


@dataclass(frozen=True, slots=True)
class Street:
    """One side of a street: its simulated premises, from house number `first`, evenly between its ends (lat, lon)."""

    name: str
    neighbourhood_id: str
    in_centre: bool
    premises: int
    first: int
    ends: tuple[tuple[float, float], tuple[float, float]]


STREETS = (
    Street("Grande-Rue", DANTON, True, 30, 1, ((48.8226, 2.2066), (48.8248, 2.2142))),
    Street("Grande-Rue", EUROPE, True, 16, 2, ((48.8236, 2.2096), (48.8243, 2.2142))),
    Street("Place Gabriel-Péri", DANTON, True, 9, 1, ((48.8239, 2.2088), (48.8241, 2.2096))),
    Street("Avenue de l'Europe", EUROPE, True, 15, 1, ((48.8237, 2.2104), (48.8242, 2.2140))),
    Street("Rue Pierre-Midrin", EUROPE, True, 12, 1, ((48.8234, 2.2102), (48.8237, 2.2130))),
    Street("Rue Danton", DANTON, True, 8, 1, ((48.8242, 2.2094), (48.8246, 2.2086))),
    Street("Avenue de la Division-Leclerc", MANUFACTURE, False, 7, 1, ((48.8256, 2.2180), (48.8270, 2.2225))),
    Street("Rue Ernest-Renan", RENAN, False, 8, 1, ((48.8195, 2.2085), (48.8188, 2.2130))),
    Street("Rue des Binelles", BINELLES, False, 7, 1, ((48.8212, 2.2100), (48.8205, 2.2145))),
    Street("Avenue du 11-Novembre", MEDIATHEQUE, False, 5, 1, ((48.8218, 2.2040), (48.8210, 2.2015))),
    Street("Rue Brancas", BRANCAS, False, 6, 1, ((48.8266, 2.2060), (48.8274, 2.2095))),
    Street("Rue des Bruyères", BRUYERES_ACACIAS, False, 5, 1, ((48.8148, 2.2060), (48.8142, 2.2085))),
    Street("Rue Jaurès", BRUYERES_JAURES, False, 4, 1, ((48.8155, 2.2140), (48.8150, 2.2165))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """The simulated way of a quartier to the centre: on foot, and by bus where one is supposed to run.

    distance_m: on foot. ascent_m and descent_m: going to the centre. stop_m: walk to the stop.
    ride: minutes on board, out and back. per_hour: departures.
    """

    neighbourhood_id: str
    distance_m: int
    ascent_m: int
    descent_m: int
    obstacle: str = ""
    stop_m: int | None = None
    ride: tuple[int, int] = (0, 0)
    per_hour: float = 0.0


WAYS = (
    Way(BRUYERES_ACACIAS, 1550, 6, 92, "forte pente", 260, (7, 8), 3),
    Way(BRUYERES_JAURES, 1420, 8, 86, "forte pente", 220, (6, 8), 3),
    Way(RENAN, 820, 4, 38, "voie ferrée", 180, (4, 5), 4),
    Way(BINELLES, 520, 3, 34, "escaliers"),
    Way(MANUFACTURE, 1450, 10, 4, "échangeur routier", 150, (5, 5), 8),
    Way(EUROPE, 280, 2, 2),
    Way(DANTON, 150, 1, 5),
    Way(MEDIATHEQUE, 760, 3, 12, "", 140, (3, 3), 6),
    Way(MONESSE, 1650, 9, 40, "route départementale", 240, (6, 6), 6),
    Way(BRANCAS, 600, 12, 48, "escaliers", 200, (4, 6), 2),
)

# The one project: a shuttle for the two quartiers on the hill would start with this one.
SHUTTLE = Way(BRUYERES_ACACIAS, 0, 0, 0, "", 120, (6, 7), 6)
# Simulated like the rest: one vehicle and a year of service.
SHUTTLE_COST_EUR = 240_000
