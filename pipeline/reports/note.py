"""The officer's note on last week: what moved, how the neighbourhoods are linked, what the index is made of, how sure.

Every sentence carries its figure; what is not known is said to be so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract import Language
from pipeline.contract.town import Town
from pipeline.reports.figures import shown
from pipeline.reports.week import Week, last_week
from pipeline.warehouse import read_frames

LINKS, RECEIPT, QUALITY, EVENTS, MOVEMENTS = (
    f"marts.{name}"
    for name in (
        "mart_neighbourhood_link_week",
        "mart_index_receipt_week",
        "mart_data_quality_week",
        "mart_event_impact",
        "mart_shop_movement",
    )
)
WORDS: dict[str, dict[Language, str]] = {
    "figures": {"fr": "Les chiffres", "en": "The figures"},
    "columns": {"fr": "| | cette semaine | la semaine d'avant |", "en": "| | this week | the week before |"},
    "context": {"fr": "Le contexte", "en": "The context"},
    "holidays": {"fr": "Jours fériés : {}.", "en": "Public holidays: {}."},
    "school": {"fr": "Jours de vacances scolaires : {}.", "en": "Days of school holidays: {}."},
    "rain": {"fr": "Jours de pluie : {} sur {} connus.", "en": "Rain days: {} of {} known."},
    "yoy": {"fr": "Comparaison à un an, réserve : {}.", "en": "Comparison with last year, caveat: {}."},
    "moved": {
        "fr": "Les jours fériés ou de vacances ne tombent pas la même semaine qu'il y a un an.",
        "en": "Public or school holidays do not fall in the same week as a year ago.",
    },
    "events": {"fr": "Événements : {}.", "en": "Events: {}."},
    "movements": {"fr": "Mouvements de commerces", "en": "Shop movements"},
    "opening": {"fr": "ouverture", "en": "opening"},
    "closure": {"fr": "fermeture", "en": "closure"},
    "links": {"fr": "Les quartiers et le centre", "en": "The neighbourhoods and the centre"},
    "link_columns": {
        "fr": "| quartier | à pied A/R (min) | accès | passages à la porte / 1 000 hab. | observé / attendu (95 %) |",
        "en": "| neighbourhood | walk, return (min) | access | gateway / 1,000 inh. | observed / expected (95 %) |",
    },
    "no_gateway": {"fr": "pas de compteur", "en": "no counter"},
    "index": {"fr": "Ce qui a fait bouger l'indice", "en": "What moved the index"},
    "index_columns": {
        "fr": "| indicateur | valeur | note | points |",
        "en": "| indicator | value | score | points |",
    },
    "quality": {"fr": "La qualité des données", "en": "The quality of the data"},
    "hours": {
        "fr": "Heures attendues {}, comptées {}, en panne {}, anormales mais gardées {}.",
        "en": "Hours expected {}, counted {}, of outage {}, unusual but kept {}.",
    },
    "none": {"fr": "Aucun.", "en": "None."},
}


@dataclass(frozen=True, slots=True)
class Note:
    iso_week: str
    text: str
    path: Path


def write_note(town: Town, database: Path, folder: Path) -> Note:
    """Write `<iso_week>.md` into `folder` from a published database; the same database gives the same bytes."""
    week = last_week(town, database)
    frames = {
        name: frame.filter(pl.col("iso_week") == week.iso_week)
        for name, frame in read_frames(database, (LINKS, RECEIPT, QUALITY, EVENTS, MOVEMENTS)).items()
    }
    text = "\n\n---\n\n".join(_note(week, frames, language) for language in ("fr", "en")) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{week.iso_week}.md"
    aside = path.with_suffix(".partial")
    aside.write_text(text, "utf-8")
    aside.replace(path)
    return Note(week.iso_week, text, path)


def _note(week: Week, frames: dict[str, pl.DataFrame], language: Language) -> str:
    sections = (
        ("figures", _figures(week, language)),
        ("context", _context(week.values, language)),
        ("movements", _movements(frames[MOVEMENTS], language)),
        ("links", _links(frames[LINKS], language)),
        ("index", _index(frames[RECEIPT], language)),
        ("quality", _quality(frames[QUALITY], language)),
    )
    body = "\n\n".join(f"## {WORDS[name][language]}\n\n{text}" for name, text in sections)
    return f"# {week.title(language)}\n\n{body}"


def _table(header: str, rows: Sequence[tuple[str, ...]], language: Language) -> str:
    if not rows:
        return WORDS["none"][language]
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join((header, rule, *(f"| {' | '.join(row)} |" for row in rows)))


def _figures(week: Week, language: Language) -> str:
    return _table(WORDS["columns"][language], week.rows(language), language)


def _context(values: dict[str, Any], language: Language) -> str:
    said = []
    if values["n_public_holidays"]:
        said.append(WORDS["holidays"][language].format(values["public_holidays"]))
    if values["n_school_holidays"]:
        said.append(WORDS["school"][language].format(values["n_school_holidays"]))
    if values["n_rain_known_days"]:
        said.append(WORDS["rain"][language].format(values["rain_days"], values["n_rain_known_days"]))
    if values["holiday_moved"]:
        said.append(WORDS["moved"][language])
    if values["yoy_note"]:
        said.append(WORDS["yoy"][language].format(values["yoy_note"]))
    if values["n_events"]:
        said.append(WORDS["events"][language].format(values["event_titles"]))
    return "\n".join(f"- {sentence}" for sentence in said) or WORDS["none"][language]


def _movements(movements: pl.DataFrame, language: Language) -> str:
    rows = movements.sort("day", "movement_id").iter_rows(named=True)
    said = [
        f"- {row['day']}: {WORDS[row['kind']][language]}, {row['shop_name']} ({row['street'] or row['premises_id']})"
        for row in rows
    ]
    return "\n".join(said) or WORDS["none"][language]


def _links(links: pl.DataFrame, language: Language) -> str:
    """By access, the worst first; a ratio is never shown without its interval."""
    rows = []
    for row in links.sort("access_score", "neighbourhood_id", nulls_last=True).iter_rows(named=True):
        passages = shown(row["gateway_passages_per_1000"], "count", language)
        ratio, low, high = (
            shown(row[name], "number", language) for name in ("observed_expected_ratio", "ratio_low", "ratio_high")
        )
        rows.append(
            (
                row["name"],
                shown(row["walk_return_min"], "score", language),
                shown(row["access_score"], "score", language),
                passages if row["n_gateway_counters"] else WORDS["no_gateway"][language],
                "–" if row["observed_expected_ratio"] is None else f"{ratio} ({low} – {high})",
            )
        )
    return _table(WORDS["link_columns"][language], rows, language)


def _index(receipt: pl.DataFrame, language: Language) -> str:
    """The indicators by the size of what they did to the index."""
    rows = receipt.sort(pl.col("points").abs(), "indicator", descending=[True, False], nulls_last=True).iter_rows(
        named=True
    )
    told = [
        (
            row["indicator"],
            shown(row["value"], "number", language),
            shown(row["score"], "score", language),
            shown(row["points"], "number", language),
        )
        for row in rows
    ]
    return _table(WORDS["index_columns"][language], told, language)


def _quality(quality: pl.DataFrame, language: Language) -> str:
    counts = quality.filter(pl.col("feed") == "footfall").to_dicts()
    if not counts:
        return WORDS["none"][language]
    names = ("expected_hours", "counted_hours", "outage_hours", "outlier_hours")
    return WORDS["hours"][language].format(*(shown(counts[0][name], "count", language) for name in names))
