"""What every DAG shares: a task is one `chalandise` command in a fresh interpreter, and a failure leaves an alert.

Nothing here imports the pipeline: tasks are forks of the Airflow process, and Polars used before a fork and again in
the child deadlocks. The command line is the whole interface.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import XComArg

PARIS = "Europe/Paris"

# One writer at a time on this machine's warehouses; the command itself also holds a lock per town, so that a larger
# pool only lets different towns run side by side.
WRITER_POOL = "chalandise_writer"


def towns() -> XComArg:
    """The towns that have something to work on, as a list of names."""
    return BashOperator(
        task_id="towns",
        bash_command="chalandise towns --active --json",
        output_processor=lambda out: [town["town"] for town in json.loads(out)["towns"]],
        execution_timeout=timedelta(minutes=2),
    ).output


def for_each_town(command: str, minutes: int = 60) -> BashOperator:
    """`chalandise <command> --town T --json`, one mapped task a town, one writer at a time."""
    return BashOperator.partial(
        task_id=command.split()[0].replace("-", "_"),
        bash_command=f'chalandise {command} --town "$TOWN" --json',
        append_env=True,
        pool=WRITER_POOL,
        execution_timeout=timedelta(minutes=minutes),
        map_index_template="{{ task.env['TOWN'] }}",
    ).expand(env=towns().map(lambda town: {"TOWN": town}))


def write_alert(context: dict[str, Any]) -> Path:
    """Leave a file that says what failed, with what the command itself said of it; returns its path."""
    task_instance = context["task_instance"]
    home = Path(os.environ["CHALANDISE_HOME"])
    town = (getattr(context["task"], "env", None) or {}).get("TOWN")
    folder = (home / town if town else home) / "alerts"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    last_run = home / (town or "") / "last_run.json"
    alert = {
        "at": now.isoformat(timespec="seconds"),
        "dag": task_instance.dag_id,
        "task": task_instance.task_id,
        "town": town,
        "try": task_instance.try_number,
        "error": str(context.get("exception")),
        "log": task_instance.log_url,
        "last_run": json.loads(last_run.read_text("utf-8")) if last_run.is_file() else None,
    }
    path = folder / f"{now:%Y%m%dT%H%M%S%f}-{task_instance.dag_id}-{task_instance.task_id}.json"
    path.write_text(json.dumps(alert, ensure_ascii=False, indent=2), "utf-8")
    return path


def on_failure() -> list[Callable[[dict[str, Any]], object]]:
    """The alert file always; a mail as well where a mail server and an addressee are set."""
    callbacks: list[Callable[[dict[str, Any]], object]] = [write_alert]
    if os.environ.get("AIRFLOW_CONN_SMTP_DEFAULT") and os.environ.get("CHALANDISE_ALERT_TO"):
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        callbacks.append(
            SmtpNotifier(
                to=os.environ["CHALANDISE_ALERT_TO"],
                from_email=os.environ.get("CHALANDISE_ALERT_FROM"),
                subject="Chalandise : {{ dag.dag_id }} / {{ ti.task_id }} a échoué",
                html_content="<p>{{ dag.dag_id }} / {{ ti.task_id }} a échoué ({{ ts }}) : {{ exception }}</p>"
                '<p><a href="{{ ti.log_url }}">Journal de la tâche</a>. La publication précédente reste en place.</p>',
            )
        )
    return callbacks


DEFAULTS: dict[str, Any] = {
    "owner": "chalandise",
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=20),
    "on_failure_callback": on_failure(),
}
