"""The officer's note on a week: its text as the marts hold it, then the tables that it comes from.

Every sentence carries its figure; what is not known is said to be so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract import Language
from pipeline.contract.town import Town
from pipeline.explain import load_rules, words
from pipeline.explain.figures import shown
from pipeline.reports.week import Week, published_week
from pipeline.warehouse import read_frames

TEXT, LINKS, RECEIPT, QUALITY, MOVEMENTS = (
    f"marts.{name}"
    for name in (
        "mart_week_text",
        "mart_neighbourhood_link_week",
        "mart_index_receipt_week",
        "mart_data_quality_week",
        "mart_shop_movement",
    )
)
WORDS: dict[str, dict[Language, str]] = {
    "figures": {"fr": "Les chiffres", "en": "The figures"},
    "columns": {"fr": "| | cette semaine | la semaine d'avant |", "en": "| | this week | the week before |"},
    "movements": {"fr": "Mouvements de commerces", "en": "Shop movements"},
    "opening": {"fr": "ouverture", "en": "opening"},
    "closure": {"fr": "fermeture", "en": "closure"},
    "links": {"fr": "Les quartiers et le centre", "en": "The neighbourhoods and the centre"},
    "link_columns": {
        "fr": "| quartier | à pied A/R (min) | accès | passages à la porte / 1 000 hab. | observé / attendu (95 %) |",
        "en": "| neighbourhood | walk, return (min) | access | gateway / 1,000 inh. | observed / expected (95%) |",
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
    "held": {"fr": "{} (tenue)", "en": "{} (held)"},
    "none": {"fr": "Aucun.", "en": "None."},
}


@dataclass(frozen=True, slots=True)
class Note:
    """What a week's note says. sentences: those of its text, each with its rule and the figures that it quotes."""

    iso_week: str
    is_demo: bool
    text: str
    sentences: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        return {"iso_week": self.iso_week, "is_demo": self.is_demo, "sentences": self.sentences}

    def write(self, folder: Path) -> Path:
        """Put the note in place as `<iso_week>.md`, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.iso_week}.md"
        aside = path.with_suffix(".partial")
        aside.write_text(self.text, "utf-8")
        aside.replace(path)
        return path


def note_of(town: Town, database: Path, iso_week: str | None = None) -> Note:
    """The note on a published week, as 2026-W30; None = the last one. The same database gives the same bytes.

    Raises LookupError for a week that is not there, QueryError for a publication older than the tables of the note.
    """
    week = published_week(town, database, iso_week)
    frames = {
        name: frame.filter(pl.col("iso_week") == week.iso_week)
        for name, frame in read_frames(database, (TEXT, LINKS, RECEIPT, QUALITY, MOVEMENTS)).items()
    }
    text = "\n\n---\n\n".join(_note(week, frames, language) for language in ("fr", "en")) + "\n"
    return Note(week.iso_week, town.is_demo, text, _sentences(frames[TEXT]))


def _sentences(text: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "topic": row["topic"],
            "rule": row["rule"],
            "fr": row["sentence_fr"],
            "en": row["sentence_en"],
            "figures": json.loads(row["figures"]),
        }
        for row in text.sort("position").iter_rows(named=True)
    ]


def _note(week: Week, frames: dict[str, pl.DataFrame], language: Language) -> str:
    sections = (
        *_text(frames[TEXT], language),
        (WORDS["figures"][language], _figures(week, language)),
        (WORDS["movements"][language], _movements(frames[MOVEMENTS], language)),
        (WORDS["links"][language], _links(frames[LINKS], language)),
        (WORDS["index"][language], _index(frames[RECEIPT], language)),
        (WORDS["quality"][language], _quality(frames[QUALITY], language)),
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return f"# {week.title(language)}\n\n{body}"


def _text(text: pl.DataFrame, language: Language) -> list[tuple[str, str]]:
    """(title, sentences) of each part of the text that has something to say."""
    said = text.sort("position").select("topic", sentence=f"sentence_{language}").rows()
    parts = [
        (topic.title.in_(language), "\n".join(f"- {sentence}" for part, sentence in said if part == name))
        for name, topic in load_rules().topics.items()
    ]
    return [(title, sentences) for title, sentences in parts if sentences]


def _table(header: str, rows: Sequence[tuple[str, ...]], language: Language) -> str:
    if not rows:
        return WORDS["none"][language]
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join((header, rule, *(f"| {' | '.join(row)} |" for row in rows)))


def _figures(week: Week, language: Language) -> str:
    return _table(WORDS["columns"][language], week.rows(language), language)


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
    names = words()
    told = [
        (
            names[row["indicator"]].in_(language) if row["indicator"] in names else row["indicator"],
            (WORDS["held"][language] if row["is_held"] else "{}").format(shown(row["value"], "number", language)),
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
