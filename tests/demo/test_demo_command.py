"""`chalandise demo`: the whole job for Sèvres on simulated data, marked as simulated wherever it shows."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.demo.footfall import OUTAGES
from pipeline.warehouse import build, checksums, query, read_frames, tables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

MARTS = {
    "mart_town_week", "mart_neighbourhood_link_week", "mart_index_receipt_week", "mart_footfall_day",
    "mart_footfall_profile", "mart_shop_movement", "mart_vacancy", "mart_shop_survival", "mart_event_impact",
    "mart_counter_health", "mart_data_quality_week", "mart_benchmark", "mart_revision",
    "mart_index_sensitivity", "mart_link_project", "mart_leakage", "mart_premises_warning",
    "mart_week_text",
}  # fmt: skip


@pytest.fixture(scope="module")
def answer(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    variables = {"CHALANDISE_HOME": str(tmp_path_factory.mktemp("home")), "CHALANDISE_TOWNS": str(project / "towns")}
    return CliRunner(env=variables).invoke(main, ["demo", "--town", "sevres", "--json"])


@pytest.fixture(scope="module")
def report(answer: Result) -> dict[str, Any]:
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert isinstance(told, dict)
    return told


def test_every_file_goes_in_and_104_weeks_come_out_published(report: dict[str, Any], files: dict[str, Any]) -> None:
    assert report["deposits"] == {"accepted": len(files)}
    assert (report["published"], report["weeks"], report["gates"]["failed"]) == (True, 104, 0)
    # The clock stands at Monday 23 November 2026.
    assert report["week"]["iso_week"] == "2026-W47"


def test_a_banner_on_stderr_says_that_all_is_simulated(answer: Result) -> None:
    assert "DONNÉES SIMULÉES (démonstration) / SIMULATED DATA, as of 2026-11-23" in answer.stderr


def test_the_outages_found_are_the_zeros_that_were_planted_and_no_others(report: dict[str, Any]) -> None:
    found = query(
        Path(report["mart_path"]), "SELECT counter_id, start_local, direction FROM staging.stg_footfall WHERE is_outage"
    )
    zeros = [outage for outage in OUTAGES if outage.written == "zeros"]
    planted = {
        (outage.counter_id, outage.first + n * timedelta(hours=1), direction)
        for outage in zeros
        for n in range(round((outage.last - outage.first) / timedelta(hours=1)))
        for direction in ("in", "out")
    }
    # RENAN, from 9 February 08:00 to 2 March 2026 11:00: 21 days and 3 hours, both ways.
    assert len(planted) == 2 * (21 * 24 + 3)
    assert set(found.rows()) == planted


def test_every_mart_says_of_every_row_that_it_is_simulated(report: dict[str, Any]) -> None:
    path = Path(report["mart_path"])
    marts = read_frames(path, [name for name in tables(path) if name.startswith("marts.")])
    assert {name.removeprefix("marts.") for name in marts} == MARTS
    filled = {name: frame for name, frame in marts.items() if frame.height}
    # No benchmark is simulated, no premises lost two shops within two years, a first publication revises nothing.
    empty = {"marts.mart_benchmark", "marts.mart_premises_warning", "marts.mart_revision"}
    assert {f"marts.{name}" for name in MARTS} - set(filled) == empty
    assert all(frame["is_demo"].all() for frame in filled.values())
    assert all(frame["is_demo"].null_count() == 0 for frame in filled.values())


def test_another_home_gives_the_same_build_with_the_same_content(
    report: dict[str, Any], receipts: dict[str, Any], home, sevres
) -> None:
    assert len(receipts) == report["deposits"]["accepted"]
    other = build(sevres, home, sevres.frozen_on)
    assert other.build_id == report["build_id"]
    published = json.loads(Path(report["mart_path"]).with_suffix(".json").read_text("utf-8"))
    told = {name: facts["checksum"] for name, facts in published["tables"].items()}
    ours = checksums(home, other.build_id)
    assert len(ours) > 50
    assert {name: told[name] for name in ours} == ours


def test_every_week_has_its_text_and_every_figure_in_it_is_one_of_the_marts(
    report: dict[str, Any], found_again
) -> None:
    path = Path(report["mart_path"])
    marts = read_frames(path, [name for name in tables(path) if name.startswith("marts.")])
    text = marts["marts.mart_week_text"]
    assert set(text["iso_week"]) == set(marts["marts.mart_town_week"]["iso_week"])
    # One page: no week is told in more sentences than the five parts of the text may have.
    assert 6 <= text.group_by("iso_week").len()["len"].min() <= text.group_by("iso_week").len()["len"].max() <= 23
    for figures in text["figures"]:
        assert all(found_again(marts, figure) for figure in json.loads(figures))


def test_the_events_that_are_proven_are_those_of_the_mart_and_no_other_is_said_to_have_brought_anything(
    report: dict[str, Any],
) -> None:
    marts = read_frames(Path(report["mart_path"]), ["marts.mart_week_text", "marts.mart_event_impact"])
    proven = marts["marts.mart_event_impact"].filter(verdict="proven")
    said = marts["marts.mart_week_text"].filter(pl.col("sentence_fr").str.contains(" a apporté "))
    assert proven.height > 0
    assert sorted(said.select("iso_week", pl.col("sentence_fr").str.extract("«\u00a0(.*?)\u00a0»")).rows()) == sorted(
        proven.select("iso_week", "title").rows()
    )


def test_the_note_of_a_simulated_week_says_that_it_is_simulated(report: dict[str, Any], project: Path) -> None:
    home = Path(report["mart_path"]).parents[2]
    variables = {"CHALANDISE_HOME": str(home), "CHALANDISE_TOWNS": str(project / "towns")}
    note = CliRunner(env=variables).invoke(main, ["note", "--town", "sevres", "--week", "2025-W50"])
    first_line = note.stdout.splitlines()[0]
    assert first_line == (
        "# Sèvres, semaine 2025-W50 (du lundi 8 décembre 2025 au dimanche 14 décembre 2025) — DONNÉES SIMULÉES"
    )
