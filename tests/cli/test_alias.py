"""`chalandise alias`: decide on another name, list those that are understood, forget one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main

COUNTERS = "compteur;nom;dans_centre;pas_minutes\nGR12;Grande Rue;oui;60\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """run(*words): a command on the town meudon, which has one counter, GR12."""
    monkeypatch.setenv("CHALANDISE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHALANDISE_TOWNS", str(tmp_path / "towns"))
    runner = CliRunner()
    counters = tmp_path / "compteurs.csv"
    counters.write_text(COUNTERS, encoding="utf-8")
    for words in (["new-town", "meudon", "--insee", "92048"], ["deposit", str(counters), "--town", "meudon"]):
        assert runner.invoke(main, words).exit_code == 0
    return lambda *words: runner.invoke(main, [*words, "--town", "meudon"])


def test_a_decision_is_given_back_and_listed(run) -> None:
    words = ("--feed", "counters", "--from", "GR 12", "--to", "GR12", "--by", "Mme X", "--why", "nom du vendeur")
    answer = run("alias", *words, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert {name: told[name] for name in told if name != "at"} == {
        "kind": "alias",
        "feed": "counters",
        "from": "GR 12",
        "to": "GR12",
        "by": "Mme X",
        "why": "nom du vendeur",
    }
    assert json.loads(run("alias", "--list", "--json").stdout) == {"aliases": [told]}
    assert "GR 12" in run("alias", "--list").stdout


def test_a_name_is_forgotten(run) -> None:
    run("alias", "--feed", "counters", "--from", "GR 12", "--to", "GR12")
    assert run("alias", "--feed", "counters", "--from", "GR 12", "--forget").exit_code == 0
    assert json.loads(run("alias", "--list", "--json").stdout) == {"aliases": []}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--feed", "counters", "--from", "GR 12", "--to", "GR13"], "Vouliez-vous dire « GR12 » ?"),
        (["--feed", "counters", "--from", "GR 12"], "--to (ou --forget)"),
        (["--feed", "counters", "--from", "GR 12", "--to", "GR12", "--forget"], "--to (ou --forget)"),
        ([], "--feed, --from"),
    ],
)
def test_what_is_missing_or_unknown_is_refused_with_the_way_out(run, words: list[str], message: str) -> None:
    answer = run("alias", *words, "--json")
    assert (answer.exit_code, list(json.loads(answer.stdout))) == (2, ["error"])
    assert message in answer.stderr
