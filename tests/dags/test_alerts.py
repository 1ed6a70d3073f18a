"""A task that failed leaves an alert file, and mail goes out only where it is set up."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow")]

CALL = """
import sys
sys.path.insert(0, sys.argv[1])
from types import SimpleNamespace
from chalandise_tasks import on_failure, write_alert
ti = SimpleNamespace(dag_id="nightly", task_id="run", try_number=3, log_url="http://localhost/log")
task = SimpleNamespace(env={"TOWN": "meudon"})
print("PATH", write_alert({"task_instance": ti, "task": task, "exception": RuntimeError("Bash command failed")}))
print("CALLBACKS", len(on_failure()))
"""


def call(project: Path, home: Path, **more: str) -> str:
    environment = {**os.environ, "AIRFLOW_HOME": str(home / "airflow"), "CHALANDISE_HOME": str(home / "var"), **more}
    run = subprocess.run(
        [sys.executable, "-c", CALL, str(project / "dags")], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout


def test_the_alert_names_the_task_the_town_and_what_the_night_said(project: Path, tmp_path: Path) -> None:
    town = tmp_path / "var" / "meudon"
    town.mkdir(parents=True)
    (town / "last_run.json").write_text(json.dumps({"error": "Le niveau sort des bornes"}), "utf-8")
    out = call(project, tmp_path)
    alerts = list((town / "alerts").glob("*-nightly-run.json"))
    assert len(alerts) == 1
    assert f"PATH {alerts[0]}" in out
    told = json.loads(alerts[0].read_text("utf-8"))
    assert (told["dag"], told["task"], told["town"], told["try"]) == ("nightly", "run", "meudon", 3)
    assert told["error"] == "Bash command failed"
    assert told["last_run"] == {"error": "Le niveau sort des bornes"}


def test_mail_is_sent_only_where_a_server_and_an_addressee_are_set(project: Path, tmp_path: Path) -> None:
    assert "CALLBACKS 1" in call(project, tmp_path)
    mail = {"AIRFLOW_CONN_SMTP_DEFAULT": "smtp://mail.invalid:25", "CHALANDISE_ALERT_TO": "it@town.invalid"}
    assert "CALLBACKS 2" in call(project, tmp_path, **mail)
