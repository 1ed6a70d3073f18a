"""The text of a week, from marts typed by hand: what is said, in both languages, and where each figure stands."""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.explain import Sentence, load_rules, week_text, weeks_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
BEFORE = {"iso_week": "2026-W09", "week_start": date(2026, 2, 23)}
Typed = Callable[[dict[str, Any]], dict[str, pl.DataFrame]]


def told(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def text_of(frames: dict[str, pl.DataFrame], iso_week: str) -> list[Sentence]:
    rules = load_rules()
    weeks = {week.iso_week: week for week in weeks_of(frames, rules.columns())}
    return week_text(weeks[iso_week], rules)


def plain(text: str) -> str:
    """With plain spaces, as a golden is typed."""
    return re.sub("[\u00a0\u202f]", " ", text)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_week_is_told_as_its_case_says(path: Path, typed: Typed) -> None:
    case = told(path)
    sentences = text_of(typed(case), case["tells"])
    for language in ("fr", "en"):
        said = [f"{sentence.topic} {plain(sentence.text[language])}" for sentence in sentences]
        assert said == case[language].strip().splitlines()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_french_is_set_with_its_own_spaces(path: Path, typed: Typed) -> None:
    case = told(path)
    for sentence in text_of(typed(case), case["tells"]):
        assert not re.search("[ \u00a0]%| [:;!?»€]|« |\\d \\d", sentence.text["fr"])
        assert "\u202f" not in sentence.text["en"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_figure_is_found_again_in_the_marts(path: Path, typed: Typed, found_again) -> None:
    case = told(path)
    frames = typed(case)
    for sentence in text_of(frames, case["tells"]):
        assert sentence.figures
        for figure in sentence.figures:
            assert found_again(frames, json.loads(json.dumps(figure.as_json(), default=str)))


@pytest.mark.parametrize(
    ("p", "change", "fr", "en"),
    [
        (1.0, 2.0, "presque certainement en hausse", "almost certainly up"),
        (0.99, 2.0, "presque certainement en hausse", "almost certainly up"),
        (0.989, 2.0, "très probablement en hausse", "very probably up"),
        (0.90, 2.0, "très probablement en hausse", "very probably up"),
        (0.899, 2.0, "probablement en hausse", "probably up"),
        (0.66, 2.0, "probablement en hausse", "probably up"),
        (0.659, 2.0, "peut-être en hausse, peut-être en baisse", "perhaps up, perhaps down"),
        (0.341, -2.0, "peut-être en hausse, peut-être en baisse", "perhaps up, perhaps down"),
        (0.34, -2.0, "probablement en baisse", "probably down"),
        (0.10, -2.0, "très probablement en baisse", "very probably down"),
        (0.01, -2.0, "presque certainement en baisse", "almost certainly down"),
        (0.0, -2.0, "presque certainement en baisse", "almost certainly down"),
    ],
)
def test_the_words_follow_the_probability(p: float, change: float, fr: str, en: str, typed: Typed) -> None:
    frames = typed(index_week(attractiveness_index_change=change, p_change_positive=p))
    (sentence,) = text_of(frames, "2026-W10")
    assert plain(sentence.text["fr"]).startswith(f"L'indice d'attractivité est {fr} : 50,0 sur 100 (de 40,0 à 60,0")
    assert sentence.text["en"].startswith(f"The attractiveness index is {en}: 50.0 of 100 (from 40.0 to 60.0")


@pytest.mark.parametrize(
    ("p", "change", "fr"),
    [
        (0.49, 1.0, "mais ne parlez pas de hausse : 51,0 % des façons"),
        (0.51, -1.0, "mais ne parlez pas de baisse : 51,0 % des façons"),
        (0.7, 0.04, "L'indice d'attractivité n'a pas bougé : 50,0 sur 100"),
    ],
)
def test_what_the_draws_contradict_is_not_called_a_move(p: float, change: float, fr: str, typed: Typed) -> None:
    frames = typed(index_week(attractiveness_index_change=change, p_change_positive=p))
    (sentence,) = text_of(frames, "2026-W10")
    assert fr in plain(sentence.text["fr"])


def test_a_sentence_whose_figure_is_missing_is_not_said(typed: Typed) -> None:
    whole = index_week(attractiveness_index_change=2.0, p_change_positive=1.0)
    assert [s.rule for s in text_of(typed(whole), "2026-W10")] == ["index_up"]
    whole["mart_town_week"][0]["attractiveness_index_low"] = None
    assert text_of(typed(whole), "2026-W10") == []
    whole["mart_town_week"][0]["attractiveness_index_low"] = float("nan")
    assert text_of(typed(whole), "2026-W10") == []


def test_a_file_is_late_in_the_last_week_alone(typed: Typed) -> None:
    late = [{"feed": "shops", "iso_week": f"2026-W{week}", "days_since_last_upload": 46} for week in (10, 11)]
    weeks = [
        {"iso_week": "2026-W10", "week_start": date(2026, 3, 2)},
        {"iso_week": "2026-W11", "week_start": date(2026, 3, 9)},
    ]
    frames = typed({"mart_town_week": weeks, "mart_data_quality_week": late})
    assert text_of(frames, "2026-W10") == []
    assert [s.rule for s in text_of(frames, "2026-W11")] == ["late_file"]


def index_week(**columns: float | str) -> dict[str, list[dict[str, Any]]]:
    """A week of which nothing is known but its index of 50 (40 to 60)."""
    week = {"iso_week": "2026-W10", "week_start": date(2026, 3, 2)}
    index = {f"attractiveness_index{end}": value for end, value in (("", 50.0), ("_low", 40.0), ("_high", 60.0))}
    compared = {"iso_week": "2026-W10", "indicator": "access_score", "previous_iso_week": "2026-W09", "points": 0.0}
    return {"mart_town_week": [week | index | columns], "mart_index_receipt_week": [compared]}


@pytest.mark.parametrize(("points", "is_said"), [(-12.9, True), (5.0, True), (-4.9, False)])
def test_a_jump_by_the_days_of_events_is_no_change_of_the_town(points: float, is_said: bool, typed: Typed) -> None:
    week = {"iso_week": "2026-W10", "week_start": date(2026, 3, 2)}
    part = {"iso_week": "2026-W10", "indicator": "event_days_4w", "previous_iso_week": "2026-W09", "points": points}
    said = text_of(typed({"mart_town_week": [BEFORE, week], "mart_index_receipt_week": [part]}), "2026-W10")
    assert [s.rule for s in said] == (["receipt_of_event_days"] if is_said else [])


CAVEATS = ("counters_left_out_by_break", "week_53", "last_year_unusual")
TOLD_BY = {
    "": {"yoy"},
    "counters_left_out_by_break": {"yoy_left_out_by_break"},
    "week_53": {"yoy_week_53"},
    "last_year_unusual": {"yoy", "last_year_unusual_not_shown"},
    "counters_left_out_by_break week_53": {"yoy_week_53_left_out_by_break"},
    "counters_left_out_by_break last_year_unusual": {"yoy_left_out_by_break", "last_year_unusual_not_shown"},
    "week_53 last_year_unusual": {"yoy_week_53", "last_year_unusual_not_shown"},
    "counters_left_out_by_break week_53 last_year_unusual": {
        "yoy_week_53_left_out_by_break",
        "last_year_unusual_not_shown",
    },
}


@pytest.mark.parametrize("codes", [codes for n in range(4) for codes in combinations(CAVEATS, n)])
def test_each_caveat_on_the_change_on_a_year_is_told_whatever_stands_beside_it(
    codes: tuple[str, ...], typed: Typed
) -> None:
    note = " ".join(codes)
    week = {"iso_week": "2026-W10", "week_start": date(2026, 3, 2), "yoy_note": note or None}
    figures = {"yoy_share": 0.05, "n_counters_yoy": 5, "n_counters": 6}
    assert {s.rule for s in text_of(typed({"mart_town_week": [BEFORE, week | figures]}), "2026-W10")} == TOLD_BY[note]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("no_reference_week", "yoy_no_reference"),
        ("sensitivity_break", "yoy_break"),
        ("no_common_counter", "yoy_no_counter"),
    ],
)
def test_why_there_is_no_change_on_a_year_is_told(code: str, rule: str, typed: Typed) -> None:
    week = {"iso_week": "2026-W10", "week_start": date(2026, 3, 2), "yoy_note": code}
    frames = typed({"mart_town_week": [BEFORE, week | {"n_counters_yoy": 0, "n_counters": 6}]})
    assert [s.rule for s in text_of(frames, "2026-W10")] == [rule]


@pytest.mark.parametrize(
    ("comparable", "p", "fr"),
    [
        (3.0, 0.95, "À indicateurs communs, il est très probablement en hausse : +3,0 points ; 95,0 % des façons"),
        (-3.0, 0.05, "À indicateurs communs, il est très probablement en baisse : −3,0 points ; 95,0 % des façons"),
        (3.0, 0.40, "À indicateurs communs, ne parlez ni de hausse ni de baisse : +3,0 points ; 40,0 % des façons"),
        (0.01, 0.60, "À indicateurs communs, ne parlez ni de hausse ni de baisse : 0,0 point ; 60,0 % des façons"),
    ],
)
def test_an_index_of_other_indicators_is_compared_over_those_in_common_alone(
    comparable: float, p: float, fr: str, typed: Typed
) -> None:
    index = {"attractiveness_index_change_comparable": comparable, "p_change_positive": p}
    frames = typed(index_week(attractiveness_index_change=-11.0, index_note="indicators_differ events_held", **index))
    (sentence,) = text_of(frames, "2026-W10")
    assert "pas sur les mêmes indicateurs que la semaine 2026-W09 : l'écart affiché (−11,0 points)" in plain(
        sentence.text["fr"]
    )
    assert fr in plain(sentence.text["fr"])


@pytest.mark.parametrize(
    ("then", "now", "rule"),
    [
        ({"level_vs_norm_4w_share": -0.6}, {"yoy_share": 1.5, "level_vs_norm_4w_share": 0.0}, "last_year_unusual"),
        # The shops opened again: above the weeks of the lockdown, far below the year before. No high point.
        (
            {"level_vs_norm_4w_share": 0.6, "yoy_share": -0.8},
            {"yoy_share": 3.0, "level_vs_norm_4w_share": 0.0},
            "last_year_unusual_fallen",
        ),
        (
            {"level_vs_norm_4w_share": 0.6, "yoy_share": 0.5},
            {"yoy_share": -0.3, "level_vs_norm_4w_share": 0.0},
            "last_year_unusual_risen",
        ),
        ({"level_vs_norm_4w_share": -0.6}, {"yoy_share": 1.5}, "last_year_unusual_not_shown"),
    ],
)
def test_an_unusual_year_is_told_by_what_shows_it(
    then: dict[str, float], now: dict[str, float], rule: str, typed: Typed
) -> None:
    last_year = {"iso_week": "2025-W10", "week_start": date(2025, 3, 3)} | then
    week = {"iso_week": "2026-W10", "week_start": date(2026, 3, 2), "yoy_note": "last_year_unusual"} | now
    said = [s.rule for s in text_of(typed({"mart_town_week": [last_year, BEFORE, week]}), "2026-W10")]
    assert said == [rule]
