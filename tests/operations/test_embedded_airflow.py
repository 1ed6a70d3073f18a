"""The embedded Airflow: its secrets stay with their owner, and its DAGs are on."""

import json
import socket
from pathlib import Path

import pytest

from pipeline.operations import airflow
from pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", towns=tmp_path / "towns")


def test_its_secret_is_made_once_and_readable_by_its_owner_alone(settings: Settings) -> None:
    first = airflow.environment(settings, 8080)["AIRFLOW__API_AUTH__JWT_SECRET"]
    assert len(first) == 64
    assert airflow.environment(settings, 8080)["AIRFLOW__API_AUTH__JWT_SECRET"] == first
    assert (settings.home / "airflow" / "jwt_secret").stat().st_mode & 0o077 == 0


def test_its_dags_are_those_of_the_project_and_switched_on(settings: Settings, project: Path) -> None:
    variables = airflow.environment(settings, 8081)
    assert variables["AIRFLOW__CORE__DAGS_FOLDER"] == str(project / "dags")
    assert variables["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"
    assert variables["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert variables["AIRFLOW__API__PORT"] == "8081"
    assert variables["CHALANDISE_HOME"] == str(settings.home)


def test_a_taken_port_is_said_before_anything_is_made(settings: Settings, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RuntimeError, match="is taken; choose another with --port"):
            airflow.start(settings, taken.getsockname()[1], tmp_path / "log")
    assert not settings.home.exists()


def test_the_password_that_is_told_is_the_one_in_the_file_of_its_owner(settings: Settings) -> None:
    home = settings.home / "airflow"
    home.mkdir(parents=True)
    (home / airflow.PASSWORDS).write_text(json.dumps({"admin": "told"}), "ascii")
    address = airflow._address(home, 8080)
    assert (address.url, address.user, address.password) == ("http://localhost:8080", "admin", "told")
