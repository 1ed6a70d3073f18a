"""The files of a simulated town of any size, as an association would send them; for bench/build.py.

The neighbourhoods, streets and trades are those of the demonstration; the counters and premises are as many as asked.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from pipeline.demo.places import WAYS

PROJECT = Path(__file__).resolve().parent.parent
MODEL = PROJECT / "towns" / "sevres"
PARIS = ZoneInfo("Europe/Paris")
LAST_DAY = date(2026, 11, 22)  # a Sunday
FESTIVALS = ("Braderie", "Marché de Noël", "Fête de la musique", "Vide-grenier", "Salon des artisans", "Concert")
TRADES = pl.read_csv(PROJECT / "pipeline" / "demo" / "trades.csv", separator=";")["activity"].to_list()
QUARTERS = tuple(dict.fromkeys(way.neighbourhood_id for way in WAYS))


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a town there is. step_min: of the counters; events, premises: in all, whatever the years."""

    counters: int = 20
    years: int = 10
    step_min: int = 60
    premises: int = 400
    events_a_year: int = 60

    @property
    def first_day(self) -> date:
        return LAST_DAY - timedelta(weeks=52 * self.years) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TownFile:
    """A file to deposit and when it is received."""

    name: str
    feed: str
    received_at: datetime
    text: bytes


def town_folder(towns: Path, name: str, size: Size) -> None:
    """The settings of the demonstration town, with the first full year as base; not frozen, not a demonstration."""
    folder = towns / name
    shutil.copytree(MODEL, folder)
    text = (folder / "town.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("is_demo", "frozen_on", "baseline_year"))]
    base = size.first_day.year + 1 if size.years > 1 else LAST_DAY.year
    (folder / "town.toml").write_text("\n".join([f"baseline_year = {base}", *lines]), "utf-8")


def town_files(size: Size) -> Iterator[TownFile]:
    """Every file in order of arrival: what others refer to, then shops and events by year, then counts by month."""
    first = size.first_day
    for minute, (feed, frame) in enumerate(_reference(size).items()):
        yield _file(feed, frame, datetime.combine(first, time(8, minute), UTC))
    for year in range(first.year, LAST_DAY.year + 1):
        begin, end = max(first, date(year, 1, 1)), min(LAST_DAY, date(year, 12, 31))
        yield _file("events", _events(size, begin, end), datetime.combine(begin, time(9), UTC))
        yield _file("weather", _weather(begin, end), datetime.combine(end, time(10), UTC))
    begin = first
    while begin <= LAST_DAY:
        end = min(LAST_DAY, (begin.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        yield counts_file(size, begin, end)
        begin = end + timedelta(days=1)


def counts_file(size: Size, begin: date, end: date) -> TownFile:
    """The counts of every counter from a day to another, both included; the same whatever file tells them."""
    received = datetime.combine(end + timedelta(days=1), time(2, 30), UTC)
    return _file(
        "footfall", pl.concat(_day(size, begin + timedelta(n)) for n in range((end - begin).days + 1)), received
    )


def _file(feed: str, frame: pl.DataFrame, received_at: datetime) -> TownFile:
    told = frame.write_csv(separator=";").encode()
    return TownFile(f"{feed} {received_at:%Y-%m-%d}.csv", feed, received_at, told)


def _reference(size: Size) -> dict[str, pl.DataFrame]:
    premises, shops = _premises(size)
    return {
        "neighbourhoods": pl.read_csv(MODEL / "reference" / "neighbourhoods.csv", separator=";", infer_schema=False),
        "counters": _counters(size),
        "links": pl.DataFrame(
            {
                "quartier": [way.neighbourhood_id for way in WAYS],
                "mode": ["marche"] * len(WAYS),
                "distance_m": [way.distance_m for way in WAYS],
                "denivele_positif_m": [way.ascent_m for way in WAYS],
                "denivele_negatif_m": [way.descent_m for way in WAYS],
                "est_projet": ["non"] * len(WAYS),
                "valide_du": [str(size.first_day)] * len(WAYS),
            }
        ),
        "premises": premises,
        "shops": shops,
    }


def _counters(size: Size) -> pl.DataFrame:
    number = range(size.counters)
    return pl.DataFrame(
        {
            "compteur": [f"C{n:03}" for n in number],
            "nom": [f"Compteur {n}" for n in number],
            "porte_de_quartier": [QUARTERS[n % len(QUARTERS)] if n % 2 else "" for n in number],
            "dans_centre": ["non" if n % 2 else "oui" for n in number],
            "pas_minutes": [size.step_min] * size.counters,
            "periode_sensibilite": ["A"] * size.counters,
            "valide_du": [str(size.first_day)] * size.counters,
        }
    )


def _premises(size: Size) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Premises, a tenth of them to let, and their shops: one closure in twelve a year, let again after some months."""
    random = np.random.default_rng(400)
    shops = []
    for n in range(size.premises):
        opened = size.first_day - timedelta(days=int(random.integers(30, 5000)))
        while opened < LAST_DAY:
            closed = opened + timedelta(days=int(random.exponential(12 * 365)) + 60)
            trade = TRADES[int(random.integers(len(TRADES)))]
            is_closed = closed < LAST_DAY
            shops.append((f"L{n:04}", f"Enseigne {len(shops)}", trade, str(opened), str(closed) if is_closed else ""))
            opened = closed + timedelta(days=int(random.integers(30, 400)))
    number = range(size.premises)
    premises = {
        "local": [f"L{n:04}" for n in number],
        "adresse": [f"{n // 20 + 1} rue {n % 20}" for n in number],
        "rue": [f"rue {n % 20}" for n in number],
        "quartier": [QUARTERS[n % len(QUARTERS)] for n in number],
        "secteur": ["hors centre" if n % 3 == 0 else "centre" for n in number],
        "a_louer": ["oui" if n % 10 == 0 else "non" for n in number],
        "valide_du": [str(size.first_day)] * size.premises,
    }
    names = ("local", "enseigne", "activite", "ouverture", "fermeture")
    return pl.DataFrame(premises), pl.DataFrame(shops, schema=names, orient="row")


def _events(size: Size, begin: date, end: date) -> pl.DataFrame:
    random = np.random.default_rng([600, begin.year])
    days = (end - begin).days + 1
    n = round(size.events_a_year * days / 365)
    starts = sorted(begin + timedelta(days=int(day)) for day in random.integers(0, days, n))
    lasts = [
        start + timedelta(days=int(length)) for start, length in zip(starts, random.integers(0, 3, n), strict=True)
    ]
    places = ["" if draw else QUARTERS[place] for draw, place in random.integers(0, (2, len(QUARTERS)), (n, 2))]
    return pl.DataFrame(
        {
            "identifiant": [f"E{begin.year}-{i:03}" for i in range(n)],
            "evenement": [f"{FESTIVALS[int(random.integers(6))]} {i}" for i in range(n)],
            "debut": [f"{start:%d/%m/%Y} 10:00" for start in starts],
            "fin": [f"{last:%d/%m/%Y} 19:00" for last in lasts],
            "quartier": places,
            "cout_complet_eur": random.integers(500, 20_000, n),
        }
    )


def _weather(begin: date, end: date) -> pl.DataFrame:
    random = np.random.default_rng([7, begin.year])
    days = pl.date_range(begin, end, eager=True)
    warmth = 16 - 11 * np.cos((days.dt.ordinal_day().to_numpy() - 15) / 58.1)
    return pl.DataFrame(
        {
            "date": days.dt.strftime("%Y-%m-%d"),
            "temp_max_c": (warmth + random.normal(0, 3, len(days))).round(1),
            "pluie_mm": (random.gamma(0.3, 6, len(days))).round(1),
        }
    )


def _day(size: Size, day: date) -> pl.DataFrame:
    """One day of every counter: a season, a weekday, an hour, the chance of counting; now and then a dead day."""
    random = np.random.default_rng([size.counters, day.toordinal()])
    begin, end = (datetime.combine(d, time(), PARIS).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    step = timedelta(minutes=size.step_min)
    starts = [(begin + n * step).astimezone(PARIS) for n in range(int((end - begin) / step))]
    hours = np.array([start.hour + start.minute / 60 for start in starts])
    shape = np.exp(-((hours - 15) ** 2) / 18) * size.step_min / 60
    season = 1 + 0.15 * np.sin((day.timetuple().tm_yday - 100) / 58.1)
    week = (0.8, 1.0, 1.1, 1.0, 1.1, 1.4, 0.6)[day.weekday()]
    levels = 60 + 15 * np.arange(size.counters)
    luck = np.exp(random.normal(0, 0.06, size.counters))
    counts = random.poisson(np.outer(shape * season * week, levels * luck))
    counts[:, random.random(size.counters) < 0.004] = 0  # a sensor that was dead all day
    text = pl.Series([f"{start:%d/%m/%Y %H:%M}" for start in starts])
    return pl.DataFrame(
        {
            "compteur": [f"C{n:03}" for n in range(size.counters)] * len(starts),
            "debut": text.gather(np.repeat(np.arange(len(starts)), size.counters)),
            "passages": counts.reshape(-1),
        }
    )
