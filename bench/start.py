"""How long a person waits: `chalandise --help`, the contract's import, what the DAG folder adds to Airflow's import.

Prints seconds, the least of several runs, and writes bench/results/start.json. Run: make bench-start
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RUNS = 5
AIRFLOW = (
    "from airflow.dag_processing.dagbag import DagBag; "
    "from airflow.providers.standard.operators.bash import BashOperator"
)
DAGS = str(PROJECT / "dags")
PARSE = f"import sys; sys.path.insert(0, {DAGS!r}); {AIRFLOW}; bag = DagBag({DAGS!r}); assert len(bag.dags) == 4"


def least_seconds(command: list[str], environment: dict[str, str]) -> float:
    """The least wall-clock time of several runs of a program."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "AIRFLOW_HOME": folder, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        python = [sys.executable, "-c"]
        airflow = least_seconds([*python, AIRFLOW], environment)
        parsed = least_seconds([*python, PARSE], environment)
        seconds = {
            "help": least_seconds([str(Path(sys.executable).with_name("chalandise")), "--help"], environment),
            "import_contract_and_feeds": least_seconds(
                [*python, "import pipeline.contract; from pipeline.feeds import all_feeds; all_feeds()"], environment
            ),
            "airflow_import": airflow,
            "dag_folder_beyond_airflow_import": parsed - airflow,
        }
    found = {
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "runs": RUNS,
        "python": platform.python_version(),
        "apache-airflow": version("apache-airflow"),
    }
    results = PROJECT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "start.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
