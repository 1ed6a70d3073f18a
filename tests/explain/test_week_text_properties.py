"""Whatever the marts hold, a sentence quotes figures of theirs, and none that is missing."""

import math
import re
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from pipeline.explain import load_rules, week_text, weeks_of
from pipeline.explain.records import SOURCES

RULES = load_rules()
MONDAYS = [date(2025, 6, 9), date(2026, 6, 1), date(2026, 6, 8)]
WEEKS = [f"{day.isocalendar().year}-W{day.isocalendar().week:02}" for day in MONDAYS]
WORDS = {
    "yoy_note": [
        "no_reference_week",
        "sensitivity_break",
        "no_common_counter",
        "counters_left_out_by_break",
        "week_53",
        "counters_left_out_by_break week_53 last_year_unusual",
        "last_year_unusual",
    ],
    "index_note": ["indicators_differ", "events_held", "indicators_differ events_held"],
    "verdict": ["proven", "not_proven", "undetectable"],
    "measured_at": ["centre", "gateway"],
    "missing_reason": ["no_counter", "held_every_week"],
    "sector": ["centre", "hors_centre"],
    "kind": ["opening", "closure"],
    "feed": ["footfall", "shops", "events"],
}
TEXTS = {"title", "name", "shop_name", "address", "counter_id", "overlapping_events"}
TEXTS |= {"public_holidays_fr", "public_holidays_en"}
TEXTS |= {"missing_reason_fr", "missing_reason_en", "previous_iso_week", "day", "movement_id"}
DAYS = {"known_from", "known_until"}
RISES_AND_FALLS = {"index_up", "index_down", "index_still", "index_rise_contradicted", "index_fall_contradicted"}
SEEDS = range(40)


def value(column: str, random: Random) -> Any:
    """Something that may stand in a column, or nothing: often missing, sometimes not even a number."""
    if random.random() < 0.2:
        return None
    if column.startswith(("is_", "has_", "needs_", "holiday_")):
        return random.random() < 0.5
    if column in WORDS:
        return random.choice(WORDS[column])
    if column in DAYS:
        return MONDAYS[-1] + timedelta(days=random.randint(-800, 30))
    if column in TEXTS:
        return random.choice(["Fête", "{rows:count}", "12 rue A", "«…»"])
    if column == "weight":
        return random.choice([0.0, 0.1])
    if column == "p_change_positive":
        return random.random()
    return random.choice([random.randint(-3, 400), random.uniform(-2, 2), random.random(), math.nan])


def marts(random: Random) -> dict[str, list[dict[str, Any]]]:
    """Two rows or less of each mart in each of three weeks: a year before, the week before, the week."""
    columns = RULES.columns()
    needed: dict[str, set[str]] = {}
    for name, source in SOURCES.items():
        told = {"points", "previous_iso_week"} if name == "moves" else columns[name]
        needed.setdefault(source.mart.removeprefix("marts."), set()).update(told - set(source.key))
    rows: dict[str, list[dict[str, Any]]] = {}
    for mart, names in needed.items():
        for week, monday in zip(WEEKS, MONDAYS, strict=True):
            for place in range(1 if mart == "mart_town_week" else random.randint(0, 2)):
                row = {name: value(name, random) for name in sorted(names)}
                rows.setdefault(mart, []).append(row | keyed(mart, week, monday, place))
    return rows


def keyed(mart: str, week: str, monday: date, place: int) -> dict[str, Any]:
    sunday = monday + timedelta(days=6)
    name = f"{week} {place}"
    return {
        "mart_town_week": {"iso_week": week, "week_start": monday},
        "mart_index_receipt_week": {"iso_week": week, "indicator": ("footfall_index_seasonal", "event_days_4w")[place]},
        "mart_event_impact": {"event_id": name, "first_day": sunday, "last_day": sunday},
        "mart_neighbourhood_link_week": {"iso_week": week, "neighbourhood_id": name},
        "mart_counter_health": {"iso_week": week, "counter_id": name, "day": sunday, "is_in_service": True},
        "mart_data_quality_week": {"iso_week": week, "feed": ("footfall", "shops")[place]},
        "mart_shop_movement": {"iso_week": week, "movement_id": name, "kind": ("opening", "closure")[place]}
        | {"sector": "centre"},
        "mart_premises_warning": {"premises_id": name},
    }[mart]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_quotes_figures_that_the_marts_hold(seed: int, typed, found_again) -> None:
    frames = typed(marts(Random(seed)))
    for week in weeks_of(frames, RULES.columns()):
        sentences = week_text(week, RULES)
        assert [sentence.position for sentence in sentences] == list(range(1, len(sentences) + 1))
        for sentence in sentences:
            assert sentence.figures
            assert all(found_again(frames, figure.as_json()) for figure in sentence.figures)
            assert all(re.search(r"\d", text) for text in sentence.text.values())
            assert not re.search(r"None|\bnan\b|–|: *[.;]", sentence.text["fr"])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_page_is_never_longer_than_its_parts_allow(seed: int, typed) -> None:
    for week in weeks_of(typed(marts(Random(seed))), RULES.columns()):
        topics = [sentence.topic for sentence in week_text(week, RULES)]
        assert topics == sorted(topics, key=list(RULES.topics).index)
        assert all(topics.count(name) <= topic.most for name, topic in RULES.topics.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_marts_hold_a_caveat_on_is_never_told_without_it(seed: int, typed) -> None:
    frames = typed(marts(Random(seed)))
    town_weeks = {row["iso_week"]: row for row in frames["marts.mart_town_week"].iter_rows(named=True)}
    for week in weeks_of(frames, RULES.columns()):
        row, said = town_weeks[week.iso_week], {sentence.rule for sentence in week_text(week, RULES)}
        if "indicators_differ" in (row["index_note"] or ""):
            assert not said & RISES_AND_FALLS
        if row["n_events"] is None:
            assert not said & {"quiet", "no_event"}
        if "week_53" in (row["yoy_note"] or ""):
            assert not said & {"yoy", "yoy_left_out_by_break"}
