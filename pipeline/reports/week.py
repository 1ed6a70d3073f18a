"""A week's figures of a town as a table: label, figure, unit."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.contract import Label, Language
from pipeline.contract.town import Town
from pipeline.explain.figures import Kind, day, shown
from pipeline.warehouse import read_frames

TOWN_WEEK = "marts.mart_town_week"


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of mart_town_week as it is shown."""

    column: str
    label: Label
    kind: Kind


FIGURES = (
    Figure("passages", Label("Passages comptés au centre", "Passages counted in the centre"), "count"),
    Figure(
        "coverage_share",
        Label("Couverture : heures comptées / attendues", "Coverage: hours counted / expected"),
        "share",
    ),
    Figure("calibrated_share", Label("… dont par un compteur étalonné", "… of which by a calibrated counter"), "share"),
    Figure(
        "footfall_index", Label("Indice de passages (année de base = 100)", "Footfall index (base year = 100)"), "score"
    ),
    Figure("wow_share", Label("Évolution sur une semaine", "Change on the week before"), "change"),
    Figure(
        "yoy_share",
        Label("Évolution sur un an, même semaine ISO", "Change on the same ISO week a year before"),
        "change",
    ),
    Figure(
        "level_vs_norm_4w_share",
        Label("Écart aux quatre semaines d'avant", "Distance from the four weeks before"),
        "change",
    ),
    Figure("openings", Label("Ouvertures", "Openings"), "count"),
    Figure("closures", Label("Fermetures", "Closures"), "count"),
    Figure("open_shops", Label("Commerces ouverts", "Open shops"), "count"),
    Figure("vacancy_share", Label("Vacance (a) : locaux non exploités", "Vacancy (a): premises not operated"), "share"),
    Figure(
        "vacancy_to_let_share",
        Label("Vacance (b) : inoccupés et à louer", "Vacancy (b): unoccupied and to let"),
        "share",
    ),
    Figure("cold_front_share", Label("Fronts froids", "Cold fronts"), "share"),
    Figure("trade_diversity", Label("Diversité des activités", "Diversity of trades"), "number"),
    Figure("n_events", Label("Événements", "Events"), "count"),
    Figure("n_public_holidays", Label("Jours fériés", "Public holidays"), "count"),
    Figure("n_school_holidays", Label("Jours de vacances scolaires", "Days of school holidays"), "count"),
    Figure("rain_days", Label("Jours de pluie", "Rain days"), "count"),
    Figure("n_rain_known_days", Label("… sur tant de jours connus", "… of so many days known"), "count"),
    Figure(
        "access_score",
        Label("Accès des quartiers au centre (0–100)", "Access from the neighbourhoods (0–100)"),
        "score",
    ),
    Figure(
        "gateway_passages_per_1000",
        Label("Passages aux portes pour 1 000 hab.", "Gateway passages per 1,000 inhabitants"),
        "count",
    ),
    Figure("attractiveness_index", Label("Indice d'attractivité (0–100)", "Attractiveness index (0–100)"), "score"),
    Figure("attractiveness_index_change", Label("… variation, en points", "… change, in points"), "points"),
    Figure(
        "attractiveness_index_change_comparable",
        Label("… la même à indicateurs communs", "… the same over the indicators in common"),
        "points",
    ),
)


@dataclass(frozen=True, slots=True)
class Week:
    """A published week. before: the one published before it, None at the first."""

    town: Town
    values: dict[str, Any]
    before: dict[str, Any] | None

    @property
    def iso_week(self) -> str:
        return str(self.values["iso_week"])

    def title(self, language: Language) -> str:
        monday: date = self.values["week_start"]
        words = {
            "fr": ("du lundi {} au dimanche {}", "DONNÉES SIMULÉES", "semaine"),
            "en": ("Monday {} to Sunday {}", "SIMULATED DATA", "week"),
        }[language]
        span = words[0].format(day(monday, language), day(monday + timedelta(days=6), language))
        flag = f" — {words[1]}" if self.town.is_demo else ""
        return f"{self.town.name}, {words[2]} {self.iso_week} ({span}){flag}"

    def rows(self, language: Language) -> list[tuple[str, str, str]]:
        """(label, the week, the week before) for each figure."""
        before = self.before or {}
        return [
            (
                f.label.in_(language),
                shown(self.values[f.column], f.kind, language),
                shown(before.get(f.column), f.kind, language),
            )
            for f in FIGURES
        ]

    def as_json(self) -> dict[str, Any]:
        return {"iso_week": self.iso_week, "is_demo": self.town.is_demo} | {
            f.column: self.values[f.column] for f in FIGURES
        }


def published_week(town: Town, path: str | Path, iso_week: str | None = None) -> Week:
    """A week of the database at `path`, as 2026-W30; None = the last one. Raises LookupError when it is not there."""
    weeks = read_frames(Path(path), (TOWN_WEEK,))[TOWN_WEEK].sort("week_start").to_dicts()
    if not weeks:
        raise LookupError(f"{path} holds no week of {town.name}")
    known = [week["iso_week"] for week in weeks]
    if iso_week is not None and iso_week not in known:
        raise LookupError(f"week {iso_week!r} is not published; the weeks go from {known[0]} to {known[-1]}")
    place = known.index(iso_week) if iso_week else len(known) - 1
    return Week(town, weeks[place], weeks[place - 1] if place else None)
