"""The DAGs are thin: they say when and in what order, and call the command line."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN = {"polars", "duckdb", "great_expectations", "pandas", "pipeline", "expectations"}

DESCRIBE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
loaded = {name.partition(".")[0] for name in sys.modules}
heavy = sorted(loaded & {"polars", "duckdb", "great_expectations"})
found = {"errors": bag.import_errors, "dags": {}, "heavy": heavy}
for dag in bag.dags.values():
    mapped = [task for task in dag.tasks if task.is_mapped]
    kwargs = [task.partial_kwargs for task in mapped]
    found["dags"][dag.dag_id] = {
        "schedule": repr(dag.timetable), "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs, "doc": dag.doc_md,
        "mapped": [task.task_id for task in mapped],
        "commands": [k["bash_command"] for k in kwargs],
        "pools": [k["pool"] for k in kwargs],
        "retries": [k["retries"] for k in kwargs],
        "backoff": [bool(k["retry_exponential_backoff"]) for k in kwargs],
        "timeouts": [k["execution_timeout"].total_seconds() for k in kwargs],
        "callbacks": [len(k["on_failure_callback"]) for k in kwargs],
    }
print("FOUND" + json.dumps(found))
"""


def test_no_dag_imports_the_pipeline_or_a_library_that_dies_in_a_fork(project: Path) -> None:
    for path in sorted((project / "dags").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        imported |= {
            (node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        }
        assert not imported & FORBIDDEN, path.name


@pytest.fixture(scope="module")
def described(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "CHALANDISE_HOME": str(home / "var"),
    }
    run = subprocess.run(
        [sys.executable, "-c", DESCRIBE, str(project / "dags")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.rpartition("FOUND")[2])


@pytest.mark.airflow
@pytest.mark.xdist_group("airflow")
def test_every_dag_parses_without_the_pipeline(described: dict) -> None:
    assert described["errors"] == {}
    assert described["heavy"] == []
    assert set(described["dags"]) == {"nightly", "deposits", "weekly_note", "housekeeping"}


@pytest.mark.airflow
@pytest.mark.xdist_group("airflow")
def test_dags_run_on_paris_time_one_mapped_task_a_town_and_one_writer(described: dict) -> None:
    expected = {
        "nightly": "15 2 * * *",
        "deposits": "*/15 * * * *",
        "weekly_note": "30 6 * * 1",
        "housekeeping": "0 4 * * 0",
    }
    for name, cron in expected.items():
        dag = described["dags"][name]
        assert cron in dag["schedule"], name
        assert "Europe/Paris" in dag["schedule"], name
        assert dag["catchup"] is False
        assert dag["max_active_runs"] == 1
        assert dag["doc"]
        assert len(dag["mapped"]) == 1
        assert dag["commands"][0].startswith("chalandise ")
        assert dag["pools"] == ["chalandise_writer"]
        assert dag["retries"][0] >= 1
        assert dag["backoff"] == [True]
        assert dag["timeouts"][0] > 0
        assert dag["callbacks"][0] >= 1


@pytest.mark.airflow
@pytest.mark.xdist_group("airflow")
def test_a_deposit_triggers_its_check_by_an_asset_that_watches_a_flag(described: dict) -> None:
    schedule = described["dags"]["deposits"]["schedule"]
    assert "chalandise_deposited" in schedule
    assert "flags/deposited" in schedule
