"""Before the vote: the answer from the marts, in figures and in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.contract.town import load_town
from pipeline.reports.foresight import Foresight, foresee

CASES = Path(__file__).parent / "cases"
SATURDAY = date(2025, 7, 12)


@pytest.fixture
def ask(tmp_path: Path, read_case: Callable, build_marts: Callable) -> Callable[..., Foresight]:
    """ask(first_day, last_day, place) on the case event_effect, where every ordinary day is the same."""
    build_marts(read_case(CASES / "event_effect"))
    town = load_town(CASES, "event_effect")
    return lambda *asked: foresee(town, tmp_path / "case.duckdb", *asked)


def test_the_days_to_come_are_measured_on_the_past_days_alike(ask: Callable[..., Foresight]) -> None:
    found = ask(SATURDAY, SATURDAY)
    # Saturdays from 2 November 2024 to 5 July 2025: 36, less those of the Fête, the Concert and the Exposition
    assert (found.n_placebos, found.placebo_weekdays) == (33, "same")
    assert (found.counters, found.usual_passages) == (("A",), 1000)
    assert found.smallest_detectable_share == pytest.approx(0, abs=1e-9)
    assert found.announced_events == ("Exposition",)


def test_a_holiday_is_measured_on_holidays_of_which_there_are_too_few(ask: Callable[..., Foresight]) -> None:
    found = ask(date(2025, 7, 14), date(2025, 7, 14))
    assert (found.is_public_holiday, found.reason) == (True, "too_few_placebos")
    # 1 and 11 November, Christmas, New Year, Easter Monday, 1 and 8 May, Ascension, Whit Monday
    assert found.n_placebos == 9
    assert found.sentence("fr") == (
        "Le 14 juillet 2025, on ne peut pas le dire : 9 fenêtre(s) passée(s) comparable(s), il en faut 19."
    )


def test_what_cannot_be_answered_is_refused_with_the_reason(ask: Callable[..., Foresight]) -> None:
    refused = {
        (SATURDAY, date(2025, 7, 11)): "are 0 days",
        (SATURDAY, date(2025, 8, 9)): "are 29 days",
        (date(2030, 7, 6), date(2030, 7, 6)): "the published calendar goes",
        (SATURDAY, SATURDAY, "920720199"): "unknown place",
        (SATURDAY, SATURDAY, "centre", ("A",)): "no control: A; the counters that could be are: B, C",
    }
    for asked, said in refused.items():
        with pytest.raises(ValueError, match=said):
            ask(*asked)


ANSWER = Foresight(
    town="t",
    place="centre",
    first_day=date(2026, 12, 12),
    last_day=date(2026, 12, 13),
    counters=("A", "B"),
    controls=(),
    n_placebos=66,
    placebo_weekdays="same",
    is_public_holiday=False,
    half_width_share=0.3,
    smallest_detectable_share=0.125,
    smallest_detectable_passages=1500.0,
    usual_passages=12000.0,
    largest_plausible_share=0.4,
    announced_events=(),
)


def test_the_answer_is_told_in_both_languages_with_its_figures() -> None:
    assert ANSWER.sentence("en") == (
        "With 2 counter(s) (A, B), from 12 December 2026 to 13 December 2026, the smallest effect that would be seen "
        "four times in five is 12.5% more passages, about 1,500 on the usual 12,000. Measured on 66 past windows of "
        "the same length without an event (same weekdays)."
    )
    assert "12,5\u202f% de passages en plus" in ANSWER.sentence("fr")
    assert ANSWER.as_json()["answer"]["fr"] == ANSWER.sentence("fr")


def test_controls_are_named_beside_the_counters(ask: Callable[..., Foresight]) -> None:
    found = ask(SATURDAY, SATURDAY, "centre", ["B", "C"])
    assert (found.controls, found.n_placebos) == (("B", "C"), 33)
    assert found.sentence("fr").startswith("Avec 1 compteur(s) (A ; témoins B, C), le 12 juillet 2025,")


def test_an_effect_too_large_to_be_plausible_is_said_to_be_so() -> None:
    large = replace(ANSWER, smallest_detectable_share=0.5, announced_events=("Marché",))
    assert "the verdict would be “undetectable”" in large.sentence("en")
    assert "Marché" in large.sentence("fr")
    assert "undetectable" not in ANSWER.sentence("en")


def test_without_a_counter_it_is_said_that_nothing_could_be_seen() -> None:
    blind = replace(ANSWER, counters=(), n_placebos=0, smallest_detectable_share=None)
    assert blind.reason == "no_counter"
    assert blind.sentence("en").startswith("No counter has counted there")
