"""Before the vote: the smallest effect that the counters could see on some days to come, from the published marts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.analytics.uplift import smallest_detectable_effects
from pipeline.contract import Language
from pipeline.contract.town import Town
from pipeline.explain.figures import day, shown
from pipeline.warehouse import read_frames
from pipeline.warehouse.statistics.event_ground import GROUND_TABLES, event_ground

CENTRE = "centre"
LONGEST_DAYS = 28
DAYS, COUNTER_DAYS, EVENT_DAYS, NEIGHBOURHOODS = (
    "reference.ref_day",
    "intermediate.int_comparable_day",
    "intermediate.int_event_day",
    "staging.stg_neighbourhoods",
)
WORDS: dict[str, dict[Language, str]] = {
    "answer": {
        "fr": "Avec {n_counters} compteur(s) ({counters}{controls}), {days}, le plus petit effet que l'on verrait "
        "quatre fois sur cinq est de {share} de passages en plus, soit environ {passages} passages pour {usual} "
        "habituels.",
        "en": "With {n_counters} counter(s) ({counters}{controls}), {days}, the smallest effect that would be seen "
        "four times in five is {share} more passages, about {passages} on the usual {usual}.",
    },
    "placebos": {
        "fr": "Mesuré sur {n_placebos} fenêtres passées de même durée, sans événement ({weekdays}{holiday}).",
        "en": "Measured on {n_placebos} past windows of the same length without an event ({weekdays}{holiday}).",
    },
    "controls": {"fr": " ; témoins {names}", "en": "; controls {names}"},
    "same": {"fr": "mêmes jours de semaine", "en": "same weekdays"},
    "any": {"fr": "tous jours de semaine, faute d'assez des mêmes", "en": "any weekday, for want of enough"},
    "holiday": {"fr": ", avec un jour férié", "en": ", with a public holiday"},
    "too_large": {
        "fr": "C'est plus que le plus grand effet plausible ({plausible}) : le verdict serait « indétectable ».",
        "en": "That is more than the largest plausible effect ({plausible}): the verdict would be “undetectable”.",
    },
    "announced": {
        "fr": "Ces jours-là, sont aussi annoncés : {events} ; l'effet mesuré serait celui de tous.",
        "en": "Also announced on these days: {events}; the effect measured would be that of all of them.",
    },
    "no_counter": {
        "fr": "Aucun compteur n'a compté là dans les quatre dernières semaines , {days} : aucun effet n'y serait vu.",
        "en": "No counter has counted there in the last four weeks: {days}, no effect could be seen there.",
    },
    "too_few_placebos": {
        "fr": "{days}, on ne peut pas le dire : {n_placebos} fenêtre(s) passée(s) comparable(s), il en faut 19.",
        "en": "{days}, it cannot be told: {n_placebos} comparable past window(s), 19 are needed.",
    },
    "one_day": {"fr": "le {first}", "en": "on {first}"},
    "days": {"fr": "du {first} au {last}", "en": "from {first} to {last}"},
}


@dataclass(frozen=True, slots=True)
class Foresight:
    """What could be seen of an event at a place on some days. Shares and passages are null where `reason` says why.

    half_width_share: of the 95 % interval; smallest_detectable_*: seen four times in five; usual_passages: of the four
    latest windows alike.
    """

    town: str
    place: str
    first_day: date
    last_day: date
    counters: tuple[str, ...]
    controls: tuple[str, ...]
    n_placebos: int
    placebo_weekdays: str
    is_public_holiday: bool
    half_width_share: float | None
    smallest_detectable_share: float | None
    smallest_detectable_passages: float | None
    usual_passages: float | None
    largest_plausible_share: float
    announced_events: tuple[str, ...]

    @property
    def reason(self) -> str | None:
        """Why there is no figure: no_counter, too_few_placebos, or null."""
        if self.smallest_detectable_share is not None:
            return None
        return "too_few_placebos" if self.counters else "no_counter"

    def as_json(self) -> dict[str, Any]:
        answer = {language: self.sentence(language) for language in ("fr", "en")}
        return {**asdict(self), "missing_reason": self.reason, "answer": answer}

    def sentence(self, language: Language) -> str:
        """The answer in words, every one of them with its figure."""
        words = {name: told[language] for name, told in WORDS.items()}
        span = "one_day" if self.first_day == self.last_day else "days"
        figures = {
            "n_counters": len(self.counters),
            "counters": ", ".join(self.counters),
            "controls": words["controls"].format(names=", ".join(self.controls)) if self.controls else "",
            "days": words[span].format(first=day(self.first_day, language), last=day(self.last_day, language)),
            "share": shown(self.smallest_detectable_share, "share", language),
            "passages": shown(self.smallest_detectable_passages, "count", language),
            "usual": shown(self.usual_passages, "count", language),
            "n_placebos": self.n_placebos,
            "weekdays": words[self.placebo_weekdays],
            "holiday": words["holiday"] if self.is_public_holiday else "",
            "plausible": shown(self.largest_plausible_share, "share", language),
            "events": ", ".join(self.announced_events),
        }
        said = [self.reason] if self.reason else ["answer", "placebos"]
        if (self.smallest_detectable_share or 0) > self.largest_plausible_share:
            said.append("too_large")
        if self.announced_events:
            said.append("announced")
        text = " ".join(words[name].format(**figures) for name in said)
        return text[0].upper() + text[1:]


def foresee(
    town: Town,
    database: Path,
    first_day: date,
    last_day: date,
    place: str = CENTRE,
    controls: Sequence[str] = (),
) -> Foresight:
    """The smallest effect that the counters of a place could see from `first_day` to `last_day`.

    database: a published one, which is only read. place: `centre`, or a neighbourhood, which its gateway's counters
    watch. controls: counters that would be declared as controls. Raises ValueError for days that are no window or
    beyond the calendar, for an unknown place, and for a control that is no counter or watches the place.
    """
    frames = read_frames(database, (*GROUND_TABLES, NEIGHBOURHOODS))
    window = frames[DAYS].filter(pl.col("day").is_between(first_day, last_day))
    _check(frames, window, first_day, last_day, place)
    watching = _watching(frames[COUNTER_DAYS], place)
    _check_controls(frames[COUNTER_DAYS], watching, controls)
    is_holiday = bool(window.get_column("is_public_holiday").any())
    asked = pl.DataFrame(
        {"event_id": [""], "first_day": [first_day], "last_day": [last_day], "is_unusual": [is_holiday]}
    ).with_columns(treated=pl.Series([watching], dtype=pl.List(pl.String)))
    ground, _ = event_ground(frames, asked.get_column("first_day"), controls)
    found = smallest_detectable_effects(asked, ground).row(0, named=True)
    share, usual = found["smallest_detectable"], found["usual"]
    return Foresight(
        town=town.id,
        place=place,
        first_day=first_day,
        last_day=last_day,
        counters=tuple(found["counters"]),
        controls=tuple(controls),
        n_placebos=found["n_placebos"],
        placebo_weekdays=found["placebo_weekdays"],
        is_public_holiday=is_holiday,
        half_width_share=found["half_width"],
        smallest_detectable_share=share,
        smallest_detectable_passages=None if share is None else share * usual,
        usual_passages=usual,
        largest_plausible_share=town.largest_plausible_effect,
        announced_events=_announced(frames, first_day, last_day),
    )


def _check(frames: dict[str, pl.DataFrame], window: pl.DataFrame, first_day: date, last_day: date, place: str) -> None:
    length = (last_day - first_day).days + 1
    if not 1 <= length <= LONGEST_DAYS:
        raise ValueError(f"{first_day} to {last_day} are {length} days; a window has 1 to {LONGEST_DAYS}")
    if window.height < length:
        begins, ends = (str(frames[DAYS].get_column("day").sort()[place]) for place in (0, -1))
        raise ValueError(f"the published calendar goes from {begins} to {ends}; ask for days within")
    known = sorted(set(frames[NEIGHBOURHOODS].get_column("neighbourhood_id")))
    if place != CENTRE and place not in known:
        raise ValueError(f"unknown place {place!r}; the places are: {', '.join([CENTRE, *known])}")


def _check_controls(counter_days: pl.DataFrame, watching: Sequence[str], controls: Sequence[str]) -> None:
    possible = sorted(set(counter_days.get_column("counter_id")) - set(watching))
    if unfit := sorted(set(controls) - set(possible)):
        raise ValueError(f"no control: {', '.join(unfit)}; the counters that could be are: {', '.join(possible)}")


def _watching(counter_days: pl.DataFrame, place: str) -> list[str]:
    """The counters that watch the place in their last known state."""
    latest = counter_days.sort("counter_id", "day").unique("counter_id", keep="last", maintain_order=True)
    is_watching = pl.col("is_in_centre") if place == CENTRE else pl.col("gateway_neighbourhood_id") == place
    return latest.filter(is_watching).get_column("counter_id").to_list()


def _announced(frames: dict[str, pl.DataFrame], first_day: date, last_day: date) -> tuple[str, ...]:
    """Titles of the events of these days, but for those that are part of the ordinary."""
    days = frames[EVENT_DAYS].filter(pl.col("day").is_between(first_day, last_day), ~pl.col("is_habitual"))
    return tuple(days.get_column("title").unique().sort())
