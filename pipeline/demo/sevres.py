"""The simulated Sèvres: everything that the association and the town send in two years, in order of arrival."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pipeline.contract.town import Town
from pipeline.demo import reference
from pipeline.demo.association import event_files, premises_files, shop_files
from pipeline.demo.events import all_events
from pipeline.demo.files import DemoFile, received
from pipeline.demo.footfall import Counts, Series, sensor_series, simulate_passages, with_outages
from pipeline.demo.footfall_files import footfall_files
from pipeline.demo.mistakes import rewritten, with_decimal_comma
from pipeline.demo.places import COUNTERS, REPLACED_ON
from pipeline.demo.sheets import csv_bytes, lines_of
from pipeline.demo.shops import Occupation, Premises, all_occupations, all_premises
from pipeline.demo.timeline import FIRST_DAY, Timeline, timeline
from pipeline.demo.weather import Weather, simulate_weather


@dataclass(frozen=True, slots=True)
class World:
    """Everything simulated: true passages and what the vendor writes of them, weather, premises and shops."""

    clock: Timeline
    weather: Weather
    passages: dict[str, Counts]
    series: list[Series]
    premises: list[Premises]
    shops: list[Occupation]


def simulate() -> World:
    """The simulated Sèvres; the same in every run."""
    clock = timeline()
    weather = simulate_weather(clock)
    events = [event for event in all_events() if event.status == "confirmé"]
    passages = {counter.id: simulate_passages(counter, clock, weather, events) for counter in COUNTERS}
    seen = [one for counter in COUNTERS for one in sensor_series(counter, passages[counter.id], clock)]
    premises = all_premises()
    series = [with_outages(one, clock) for one in seen]
    return World(clock, weather, passages, series, premises, all_occupations(premises))


def sevres_files(town: Town) -> Iterator[DemoFile]:
    """Every file in order of arrival: what others refer to (neighbourhoods, counters, premises) comes first."""
    world = simulate()
    files = [
        *_facts(town),
        *_reference_files(world),
        *_weather_files(world),
        *premises_files(world.premises, world.shops),
        *shop_files(world.shops),
        *event_files(),
        *footfall_files(world.series, world.clock),
    ]
    yield from sorted(files, key=lambda file: file.received_at)


def _facts(town: Town) -> Iterator[DemoFile]:
    """The reference files of the town's folder: real facts, sent by the town before everything else."""
    for minute, path in enumerate(sorted((town.folder / "reference").glob("*.csv"))):
        yield DemoFile(path.name, path.stem, received(FIRST_DAY, 7, minute), path.read_bytes())


def _reference_files(world: World) -> Iterator[DemoFile]:
    installed = csv_bytes(lines_of("counters", reference.counter_rows()))
    yield DemoFile("compteurs.csv", "counters", received(FIRST_DAY, 8), installed)
    replaced = csv_bytes(lines_of("counters", reference.replacement_rows()))
    yield DemoFile("compteurs remplacement mai 2026.csv", "counters", received(REPLACED_ON, 15), replaced)
    links = csv_bytes(lines_of("links", reference.link_rows()))
    yield DemoFile("liens.csv", "links", received(FIRST_DAY, 8, 10), links)
    for day in reference.MANUAL_DAYS:
        counted = csv_bytes(lines_of("manual_counts", reference.manual_rows(world.passages, world.clock, day)))
        yield DemoFile(
            f"comptage manuel {day:%Y-%m-%d}.csv", "manual_counts", received(day + timedelta(days=3), 9), counted
        )


def _weather_files(world: World) -> Iterator[DemoFile]:
    """One file a calendar year, and one for the weeks since; decimal commas, as Excel writes them in French."""
    edges = (FIRST_DAY, date(2025, 1, 1), date(2026, 1, 1), date(2026, 11, 1), world.clock.days[-1] + timedelta(days=1))
    for first, last in pairwise(edges):
        days = [i for i, day in enumerate(world.clock.days) if first <= day < last]
        lines = lines_of("weather", reference.weather_rows(world.weather, world.clock, days))
        for header in ("temp_max_c", "pluie_mm"):
            lines = rewritten(lines, header, with_decimal_comma)
        yield DemoFile(f"meteo {first:%Y-%m}.csv", "weather", received(last, 5, 30), csv_bytes(lines))
