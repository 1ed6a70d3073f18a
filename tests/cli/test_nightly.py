"""A small town's weeks by the command line: deposit, run, correct, roll back, and a night whose gate stays shut.

Two counters, hour by hour. In hour h GR12 sees h + 5 passages and GR14 h + 1, at weekends 2h + 5 and 2h + 1. The hours
of a day sum up to 276, so that a week of GR12 has 5 × (276 + 120) + 2 × (552 + 120) = 3,324 passages, one of GR14
5 × (276 + 24) + 2 × (552 + 24) = 2,652, and a week of the town 5,976.
"""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nightly")]

HEADER = "compteur;debut;passages\n"
TOWN = ("--town", "meudon")
FIRST, AS_OF = date(2025, 9, 1), date(2025, 11, 24)  # Mondays: twelve complete weeks, 2025-W36 to 2025-W47
OFFSETS = {"GR12": 5, "GR14": 1}
PASSAGES = "SELECT iso_week, passages FROM marts.mart_town_week ORDER BY week_start"


def passages(counter: str, day: date, hour: int) -> int:
    return hour * (2 if day.isoweekday() >= 6 else 1) + OFFSETS[counter]


def counts(first: date, last: date, times: int = 1, more: int = 0, counters: tuple[str, ...] = ("GR12", "GR14")) -> str:
    """Rows of our template from one day to the day before another."""
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    return HEADER + "".join(
        f"{counter};{day:%d/%m/%Y} {hour:02}:00;{times * passages(counter, day, hour) + more}\n"
        for counter in counters
        for day in days
        for hour in range(24)
    )


@dataclass(frozen=True, slots=True)
class Story:
    """What the commands answered, one after the other."""

    first: dict[str, Any]
    first_passages: dict[str, Any]
    note: dict[str, Any]
    notes_kept: dict[str, str]
    earlier_note: dict[str, Any]
    unknown_week: dict[str, Any]
    again: dict[str, Any]
    correction: dict[str, Any]
    corrected: dict[str, Any]
    corrected_passages: dict[str, Any]
    revisions: list[dict[str, Any]]
    rolled_back: dict[str, Any]
    rolled_back_passages: dict[str, Any]
    shut: dict[str, Any]
    marts_after: dict[str, Any]
    last_run: dict[str, Any]


@pytest.fixture(scope="module")
def story(new_place) -> Story:
    place = new_place("meudon")
    run = ("run", *TOWN, "--as-of")
    place.json("deposit", place.file("automne.csv", counts(FIRST, AS_OF)), *TOWN)
    first = place.json(*run, AS_OF)
    first_passages = place.json("query", PASSAGES, *TOWN)
    note = place.json("note", *TOWN)
    earlier_note = place.json("note", *TOWN, "--week", "2025-W40")
    unknown_week = place.json("note", *TOWN, "--week", "2025-W48", exit_code=2)
    notes_kept = {path.name: path.read_text("utf-8") for path in (place.home / "meudon" / "notes").iterdir()}
    again = place.json(*run, AS_OF)
    # Wednesday 15 October (2025-W42) is sent again: one more passage in each hour of GR12.
    wednesday = counts(date(2025, 10, 15), date(2025, 10, 16), more=1, counters=("GR12",))
    correction = place.json("deposit", place.file("mercredi corrige.csv", wednesday), *TOWN)
    corrected = place.json(*run, AS_OF)
    corrected_passages = place.json("query", PASSAGES, *TOWN)
    revisions = place.json("revisions", *TOWN)["revisions"]
    rolled_back = place.json("rollback", *TOWN, "--to", first["build_id"])
    rolled_back_passages = place.json("query", PASSAGES, *TOWN)
    # 2025-W48 comes with ten times the counts: a vendor that adds up its ten days, say.
    tenfold = counts(AS_OF, AS_OF + timedelta(days=7), times=10)
    place.json("deposit", place.file("semaine 48.csv", tenfold), *TOWN)
    return Story(
        first=first,
        first_passages=first_passages,
        note=note,
        notes_kept=notes_kept,
        earlier_note=earlier_note,
        unknown_week=unknown_week,
        again=again,
        correction=correction,
        corrected=corrected,
        corrected_passages=corrected_passages,
        revisions=revisions,
        rolled_back=rolled_back,
        rolled_back_passages=rolled_back_passages,
        shut=place.json(*run, AS_OF + timedelta(days=7), exit_code=1),
        marts_after=place.json("marts", *TOWN),
        last_run=json.loads((place.home / "meudon" / "last_run.json").read_text("utf-8")),
    )


def weeks(**changed: int) -> list[list[object]]:
    """The twelve weeks of the town, those apart that are told."""
    names = [f"2025-W{number}" for number in range(36, 48)]
    return [[name, changed.get(name[5:], 3_324 + 2_652)] for name in names]


def test_the_first_night_publishes_twelve_weeks(story: Story) -> None:
    assert story.first["published"] is True
    assert (story.first["weeks"], story.first["gates"]["failed"], story.first["changed_weeks"]) == (12, 0, [])
    assert Path(story.first["mart_path"]).stem == story.first["build_id"]
    assert story.first_passages == {"columns": ["iso_week", "passages"], "rows": weeks()}


def test_the_note_says_last_week_in_words_and_where_each_figure_stands(story: Story) -> None:
    assert (story.note["iso_week"], story.note["is_demo"]) == ("2025-W47", False)
    said = {sentence["rule"]: sentence for sentence in story.note["sentences"]}
    passages = said["passages_counted"]
    assert passages["fr"] == "Au centre, 5\u202f976\u00a0passages comptés."
    assert passages["en"] == "In the centre, 5,976 passages counted."
    assert passages["figures"] == [
        {"mart": "marts.mart_town_week", "where": {"iso_week": "2025-W47"}, "column": "passages", "value": 5976.0}
    ]
    # Each week is as the one before, so this one is quiet.
    assert said["quiet_without_index"]["fr"].startswith(
        "Semaine calme pour les passages\u00a0: 0,0\u202f% sur une semaine"
    )


def test_the_note_of_last_week_is_kept_with_its_sentences_on_top(story: Story) -> None:
    assert list(story.notes_kept) == ["2025-W47.md"]
    assert Path(story.note["note"]).name == "2025-W47.md"
    french, english = story.notes_kept["2025-W47.md"].split("\n\n---\n\n")
    assert french.index("## Ce qui a bougé") < french.index("## Les chiffres")
    assert english.index("## What moved") < english.index("## The figures")
    assert all(f"- {sentence['fr']}" in french for sentence in story.note["sentences"])
    assert all(f"- {sentence['en']}" in english for sentence in story.note["sentences"])


def test_an_earlier_week_is_told_and_not_kept(story: Story) -> None:
    assert (story.earlier_note["iso_week"], story.earlier_note["note"]) == ("2025-W40", None)
    assert "Au centre, 5\u202f976\u00a0passages comptés." in [
        sentence["fr"] for sentence in story.earlier_note["sentences"]
    ]


def test_a_week_that_is_not_published_is_refused_with_those_that_are(story: Story) -> None:
    assert story.unknown_week == {"error": "week '2025-W48' is not published; the weeks go from 2025-W36 to 2025-W47"}


def test_a_second_night_without_news_publishes_the_same_build(story: Story) -> None:
    assert story.again["build_id"] == story.first["build_id"]
    assert story.again["changed_weeks"] == []


def test_a_correction_changes_its_week_and_no_other(story: Story) -> None:
    assert story.correction["rows"]["superseding"] == 24
    assert story.corrected["build_id"] != story.first["build_id"]
    assert story.corrected["changed_weeks"][0] == "2025-W42"
    assert story.corrected_passages["rows"] == weeks(W42=3_324 + 2_652 + 24)


def test_the_ledger_says_what_was_said_before_and_which_upload_changed_it(story: Story) -> None:
    [passages] = [one for one in story.revisions if one["figure"] == "passages"]
    assert (passages["iso_week"], passages["before"], passages["after"]) == ("2025-W42", 5_976, 6_000)
    assert (passages["previous_publication"], passages["publication"]) == (
        story.first["build_id"],
        story.corrected["build_id"],
    )
    assert passages["new_uploads"] == story.correction["upload_id"]
    assert (passages["is_code_changed"], passages["is_town_folder_changed"]) == (False, False)
    # Other figures of the weeks after may follow (the four-week norm holds 2025-W42), none of the weeks before.
    assert min(one["iso_week"] for one in story.revisions) == "2025-W42"


def test_a_rollback_shows_the_earlier_figures_again(story: Story) -> None:
    assert story.rolled_back["build_id"] == story.first["build_id"]
    assert story.rolled_back_passages == story.first_passages


def test_a_shut_gate_leaves_the_publication_in_place_and_names_the_figure(story: Story) -> None:
    assert story.shut["published"] is False
    assert story.shut["gates"]["failed"] == 1
    [failure] = story.shut["failures"]
    # Ten times as many as in each of the eight weeks before, for a maximum of 2.5.
    assert "2025-W48" in failure["message_fr"]
    assert "10 fois la médiane des huit semaines d'avant" in failure["message_fr"]
    assert failure["message_fr"] in story.shut["error"]
    assert story.marts_after["build_id"] == story.first["build_id"]
    assert Path(story.marts_after["mart_path"]).is_file()


def test_the_night_leaves_its_report_for_those_who_watch(story: Story) -> None:
    assert (story.last_run["published"], story.last_run["error"]) == (False, story.shut["error"])


def test_a_night_killed_twice_is_healed_by_the_next(new_place, story: Story) -> None:
    place = new_place("meudon")
    place.json("deposit", place.file("automne.csv", counts(FIRST, AS_OF)), *TOWN)
    run, home = ("run", *TOWN, "--as-of", AS_OF), place.home / "meudon"
    # Once while tables are made, once while the gate looks at the build.
    for moment in (".partial-*/build.duckdb", "2*/manifest.json"):
        process = place.start(*run, "--json")
        _wait_for(lambda moment=moment: any(home.glob(f"builds/{moment}")), process)
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        answer, _ = process.communicate()
        assert (process.returncode, answer) == (-signal.SIGKILL, "")
        assert not (home / "marts" / "current").exists()
    healed = place.json(*run)
    assert (healed["published"], healed["weeks"]) == (True, 12)
    assert place.json("query", PASSAGES, *TOWN) == story.first_passages
    assert list(home.glob("builds/.*")) == []


def _wait_for(is_so: Callable[[], bool], process: Any) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing happened in two minutes"
        time.sleep(0.01)
