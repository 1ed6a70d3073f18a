"""`airflow dags test nightly`: green, with the same marts as the command line gives for the same uploads."""

import json
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.operations.airflow import POOL, PROGRAM, environment
from pipeline.settings import Settings

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.xdist_group("airflow")]

# The town's clock stands at Monday 24 November 2025, after six weeks of counts: 10 passages in each hour.
AS_OF, WEEKS = date(2025, 11, 24), 6
COUNTERS = "compteur;nom;dans_centre;pas_minutes\nGR12;Grande Rue 12;oui;60\n"


def chalandise(settings: Settings, *words: object) -> dict:
    variables = {"CHALANDISE_HOME": str(settings.home), "CHALANDISE_TOWNS": str(settings.towns)}
    answer = CliRunner(env=variables).invoke(main, [*map(str, words), "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A town with its uploads, and nothing built yet."""
    root = tmp_path_factory.mktemp("nightly")
    settings = Settings(home=root / "home", towns=root / "towns")
    folder = Path(chalandise(settings, "new-town", "meudon", "--insee", "92048")["folder"])
    told = (folder / "town.toml").read_text("utf-8")
    (folder / "town.toml").write_text(f"frozen_on = {AS_OF}\n{told}", "utf-8")
    days = [AS_OF - timedelta(days=n) for n in range(7 * WEEKS, 0, -1)]
    # 9 and 11 in turn: a counter that repeats one figure for weeks is stuck, and rightly not counted.
    counts = "".join(f"GR12;{day:%d/%m/%Y} {hour:02}:00;{9 + hour % 2 * 2}\n" for day in days for hour in range(24))
    for name, text in {"compteurs.csv": COUNTERS, "comptages.csv": f"compteur;debut;passages\n{counts}"}.items():
        (root / name).write_text(text, "utf-8")
        chalandise(settings, "deposit", root / name, "--town", "meudon")
    return settings


@pytest.fixture(scope="module")
def by_hand(settings: Settings) -> Settings:
    """The same uploads in another home."""
    other = Settings(home=settings.home.with_name("by hand"), towns=settings.towns)
    shutil.copytree(settings.home, other.home)
    return other


@pytest.fixture(scope="module")
def night(settings: Settings, by_hand: Settings) -> "subprocess.CompletedProcess[str]":
    variables = environment(settings, 8080)
    for step in (["db", "migrate"], ["pools", "set", POOL, "1", "one writer"]):
        subprocess.run([PROGRAM, *step], env=variables, check=True, capture_output=True)
    # A task that fails is tried again after two minutes: the test does not wait for that.
    return subprocess.run(
        [PROGRAM, "dags", "test", "nightly"], env=variables, check=False, capture_output=True, text=True, timeout=120
    )


def test_the_nightly_dag_is_green(night: "subprocess.CompletedProcess[str]") -> None:
    assert night.returncode == 0, night.stdout[-3_000:] + night.stderr[-3_000:]
    assert "state=success" in night.stdout + night.stderr


def test_it_publishes_every_week_of_the_town(night, settings: Settings) -> None:
    told = chalandise(settings, "query", "SELECT iso_week, passages FROM marts.mart_town_week", "--town", "meudon")
    # 7 days of 24 rows, 10 on average; the autumn hour of 26 October came as one row, so that no week has 25 × 10 more.
    assert sorted(told["rows"]) == [[f"2025-W{week}", 7 * 24 * 10] for week in range(42, 48)]


def test_its_marts_are_those_of_the_command_line(night, settings: Settings, by_hand: Settings) -> None:
    published = Path(chalandise(settings, "marts", "--town", "meudon")["mart_path"])
    built = chalandise(by_hand, "build", "--town", "meudon")
    assert published.stem == built["build_id"]
    ours = json.loads(Path(built["path"]).with_name("manifest.json").read_text("utf-8"))["tables"]
    theirs = json.loads(published.with_suffix(".json").read_text("utf-8"))["tables"]
    marts = {name: facts["checksum"] for name, facts in ours.items() if name.startswith("marts.")}
    assert len(marts) == 18
    assert {name: theirs[name]["checksum"] for name in marts} == marts
