"""docker-compose.yml and the Dockerfile keep their promises (no Docker engine is needed to read them)."""

import re
from pathlib import Path

import pytest
import yaml


@pytest.fixture(scope="module")
def compose(project: Path) -> dict:
    return yaml.safe_load((project / "docker-compose.yml").read_text("utf-8"))


def test_the_services_of_airflow_are_all_there(compose: dict) -> None:
    assert set(compose["services"]) == {"postgres", "init", "api-server", "scheduler", "dag-processor", "triggerer"}


def test_no_service_runs_as_root(compose: dict) -> None:
    for name, service in compose["services"].items():
        assert service.get("user") not in (None, "root", "0", "0:0"), name


def test_every_lasting_service_has_a_healthcheck_and_restarts(compose: dict) -> None:
    for name, service in compose["services"].items():
        if name == "init":
            continue
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name


def test_secrets_come_from_env_and_have_no_default(compose: dict, project: Path) -> None:
    text = (project / "docker-compose.yml").read_text("utf-8")
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY|USER)\w*)(.*?)\}", text)
    assert len(secrets) >= 6
    assert all(rest.startswith(":?") for _, rest in secrets), secrets
    example = dict(
        line.split("=", 1)
        for line in (project / ".env.example").read_text("utf-8").splitlines()
        if re.match(r"\w+=", line)
    )
    assert {name for name, _ in secrets} <= set(example)
    assert all(example[name] == "" for name, _ in secrets)


def test_the_development_auth_manager_is_not_used(compose: dict) -> None:
    manager = compose["x-environment"]["AIRFLOW__CORE__AUTH_MANAGER"]
    assert "Simple" not in manager
    assert "FabAuthManager" in manager


def test_all_state_lies_in_named_volumes(compose: dict) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"], (name, volume)


def test_the_image_runs_as_a_user_of_its_own_and_installs_from_the_lock(project: Path) -> None:
    lines = (project / "Dockerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["chalandise"]
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
