"""Airflow on one machine, for trying out and for a single small town: SQLite, one process tree, the DAGs on.

Airflow itself is never imported here; it is started as the program that it is.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import PROJECT, Settings

POOL = "chalandise_writer"
USER = "admin"
PASSWORDS = "passwords.json"
PROGRAM = str(Path(sys.executable).with_name("airflow"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where the embedded Airflow answers and who may log in."""

    url: str
    user: str
    password: str


def environment(settings: Settings, port: int) -> dict[str, str]:
    """The variables of the embedded Airflow. They must be set before `airflow db migrate`."""
    home = settings.home / "airflow"
    # `airflow standalone` starts its children by name, so the environment's own programs must come first.
    programs = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Paris",
        # The default of 32 starts 41 processes.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": f"http://localhost:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://localhost:{port}/execution/",
        "AIRFLOW__API_AUTH__JWT_SECRET": _kept(home / "jwt_secret", lambda: secrets.token_hex(32)),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS),
        "CHALANDISE_HOME": str(settings.home),
        "CHALANDISE_TOWNS": str(settings.towns),
    }


def start(settings: Settings, port: int, log: Path) -> tuple["subprocess.Popen[bytes]", Address]:
    """Migrate the database, make the pool, start Airflow and wait until every part is healthy.

    Raises RuntimeError naming the log file when a step fails, the port is taken or a part stays down for 3 minutes.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise RuntimeError(f"port {port} is taken; choose another with --port")
    variables = environment(settings, port)
    # Made here, for Airflow would write the password that it makes into its log.
    _kept(Path(variables["AIRFLOW_HOME"]) / PASSWORDS, lambda: json.dumps({USER: secrets.token_urlsafe(12)}) + "\n")
    (settings.home / "flags").mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        for step in (["db", "migrate"], ["pools", "set", POOL, "1", "one writer on the warehouses"]):
            if subprocess.run([PROGRAM, *step], env=variables, stdout=out, stderr=out, check=False).returncode:
                raise RuntimeError(f"airflow {' '.join(step)} failed; see {log}")
        process = subprocess.Popen(
            [PROGRAM, "standalone"], env=variables, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_until_healthy(process, port, log)
    except BaseException:
        stop(process)
        raise
    return process, _address(Path(variables["AIRFLOW_HOME"]), port)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End Airflow and all its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, log: Path, seconds: int = 180) -> None:
    parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Airflow ended by itself; see {log}")
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/api/v2/monitor/health", timeout=5) as answer:
                health = json.load(answer)
            if all(health[part]["status"] == "healthy" for part in parts):
                return
        except (OSError, ValueError, KeyError):
            pass  # not up yet
        time.sleep(1)
    raise RuntimeError(f"Airflow is not healthy after {seconds} s; see {log}")


def _address(home: Path, port: int) -> Address:
    passwords = json.loads((home / PASSWORDS).read_text("utf-8"))
    return Address(f"http://localhost:{port}", USER, passwords[USER])


def _kept(path: Path, make: Callable[[], str]) -> str:
    """A secret made once and kept readable by its owner alone."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(make(), "ascii")
    return path.read_text("ascii")
