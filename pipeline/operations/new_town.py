"""The folder of a new town, ready to fill in: town.toml and the reference files in the template's layout."""

import re
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.derive import template_csv
from pipeline.feeds import all_feeds

NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")
TOWN_TOML = """\
# The town's decisions. Every figure here is a choice or a fact with its source: say which.
name = "{title}"
insee_code = "{insee}"
country = "{country}"
timezone = "{timezone}"
# Zone of the school holidays: A, B or C (France).
# school_zone = "C"
# population = 0
# population_source = ""
# The year whose mean is 100 in the indices.
baseline_year = {year}
# Local hours [from, to) in which the shops are open.
opening_hours = [10, 19]

# The town centre: a point for distances, and its outline as [lat, lon] pairs.
# [centre]
# lat = 0.0
# lon = 0.0
# perimeter = []

# The attractiveness index: towns/sevres/town.toml shows all indicators. Goalposts are frozen, never recomputed: write
# them, or leave low and high out (and say less_is_better where it is) until `chalandise goalposts freeze` takes them
# from a published year.
# [index.pillar_weights]
# frequentation = 1.0
# [index.indicators.footfall_index]
# pillar = "frequentation"
# low = 60
# high = 140

# Competing centres: the leakage to them is told only where one measure is declared for all, and for the centre above.
# attractiveness_measure = "" (at the top), attractiveness = 0 (in [centre] and here)
# [[peers]]
# insee_code = ""
# name = ""
# attractiveness = 0
# lat = 0.0
# lon = 0.0
"""


def make_town(towns: Path, name: str, insee: str, timezone: str, year: int) -> Path:
    """Make towns/<name>/ with a town.toml and one template a reference feed; returns the folder.

    Raises ValueError when the name, the code or the time zone is not one, or when the town already exists.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name for a folder: small letters, digits and hyphens, e.g. ville-d-avray")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{timezone!r} is not a time zone; write one such as Europe/Paris") from error
    country = _country_of(timezone)
    folder = towns / name
    if folder.exists():
        raise ValueError(f"{folder} already exists")
    (folder / "formats").mkdir(parents=True)
    (folder / "reference").mkdir()
    title = name.replace("-", " ").title()
    filled = TOWN_TOML.format(title=title, insee=insee, country=country, timezone=timezone, year=year)
    (folder / "town.toml").write_text(filled, "utf-8")
    for feed in all_feeds().values():
        if feed.is_reference:
            (folder / "reference" / f"{feed.name}.csv").write_bytes(template_csv(feed))
    return folder


def _country_of(timezone: str) -> str:
    """The country (ISO 3166) in which a time zone's city lies: its public holidays are the town's.

    Source: zone.tab of the time zone database. Raises ValueError for a zone without a country, such as UTC.
    """
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    countries = {zone: country for country, _, zone, *_ in rows}
    if timezone not in countries:
        raise ValueError(f"{timezone!r} is not the time zone of a place; write one such as Europe/Paris")
    return countries[timezone]
