"""The command line as programs and people meet it: one JSON object, clear refusals, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import COMMANDS, main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHALANDISE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHALANDISE_TOWNS", str(tmp_path / "towns"))
    runner = CliRunner()
    runner.invoke(main, ["new-town", "meudon", "--insee", "92048"])
    return lambda *words: runner.invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_that_is_listed_exists_and_explains_itself(run, command: str) -> None:
    answer = run(command, "--help")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("Usage:")


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"airflow"}))
def test_every_command_has_json(run, command: str) -> None:
    assert "--json" in run(command, "--help").output


@pytest.mark.parametrize(
    "words", [["run"], ["build"], ["marts"], ["query", "select 1"], ["uploads"], ["inbox"], ["note"]]
)
def test_an_unknown_town_is_refused_and_the_known_ones_are_listed(run, words: list[str]) -> None:
    answer = run(*words, "--town", "atlantis", "--json")
    assert answer.exit_code == 2
    assert "atlantis" in answer.stderr
    assert "meudon" in answer.stderr
    assert "meudon" in json.loads(answer.stdout)["error"]


def test_an_unknown_feed_is_refused_and_the_known_ones_are_listed(run) -> None:
    answer = run("template", "pietons")
    assert answer.exit_code == 2
    assert "footfall" in answer.stderr


def test_a_town_without_publication_says_what_to_run(run) -> None:
    answer = run("marts", "--town", "meudon", "--json")
    assert answer.exit_code == 1
    assert "chalandise run --town meudon" in json.loads(answer.stdout)["error"]


def test_a_night_without_any_upload_publishes_nothing_and_is_no_failure(run) -> None:
    answer = run("run", "--town", "meudon", "--json")
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    assert (report["build_id"], report["published"]) == (None, False)


def test_the_template_lands_where_it_was_asked_for(run, tmp_path: Path) -> None:
    path = tmp_path / "modele.csv"
    assert run("template", "footfall", "--out", path).exit_code == 0
    assert path.read_bytes().startswith("\ufeffcompteur;debut;fin;passages;sens".encode())


def test_a_schema_is_one_json_object(run) -> None:
    declared = json.loads(run("schema", "shops", "--json").stdout)
    assert [field["name"] for field in declared["fields"]][:3] == ["local", "enseigne", "activite"]


def test_only_towns_with_something_to_do_are_active(run, tmp_path: Path) -> None:
    assert json.loads(run("towns", "--active", "--json").stdout) == {"towns": []}
    inbox = tmp_path / "home" / "meudon" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "comptages.csv").write_text("compteur;debut;passages\n", "utf-8")
    assert [town["town"] for town in json.loads(run("towns", "--active", "--json").stdout)["towns"]] == ["meudon"]
