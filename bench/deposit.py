"""How fast a deposit is, beside the raw load of an engine that checks nothing, and beside Validata's engine.

Deposits generated files of 20 million rows (100 counters, steps of 5 minutes, local time with both DST days, `;`,
dd/mm/yyyy HH:MM, about 540 MB), in turn with DuckDB's typed `read_csv` into a table of a database file: ordered by
time, ordered by counter, and with 1 % damaged lines. Each run is a process of its own; the least of several counts.
Then 100,000 rows, in turn with `frictionless` and the same Table Schema in an environment made for it: what it does,
that is reading and checking them, and a whole deposit, which also stores them safely.
Writes bench/results/deposit.json. Run: make bench-deposit
"""

import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

PROJECT = Path(__file__).resolve().parent.parent
ROWS, FEW_ROWS, COUNTERS = 20_000_000, 100_000, 100
RUNS, FEW_RUNS = 3, 10  # a tenth of a second is soon disturbed
BLOCK = 200_000
STEP = timedelta(minutes=5)
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CODES = pl.Series([f"GR{number:03}" for number in range(COUNTERS)])
COUNTER_LIST = "compteur;nom;dans_centre;pas_minutes\n" + "".join(f"{code};Rue {code};oui;5\n" for code in CODES)
GOALS = {"times_duckdb": 1.5, "times_duckdb_damaged": 2.0, "peak_gb": 2.0, "times_frictionless": 30, "receipt_s": 1.0}
FRICTIONLESS = """
import json, sys, time
from frictionless import Dialect, Resource, Schema, formats, system
schema = Schema.from_descriptor(json.load(open(sys.argv[2])))
dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])
with system.use_context(trusted=True):  # so that it reads a file by its whole path
    begun = time.perf_counter()
    report = Resource(path=sys.argv[1], schema=schema, dialect=dialect).validate()
    seconds = time.perf_counter() - begun
assert report.valid, report.flatten(["type", "note"])[:3]
print(json.dumps({"seconds": seconds, "accepted": report.tasks[0].stats["rows"]}))
"""


def blocks(rows: int, order: str) -> Iterator[pl.DataFrame]:
    """The rows of a file, some at a time: compteur, debut (text), passages; the same counts whatever the order."""
    steps = rows // COUNTERS
    utc = pl.datetime_range(BEGIN, BEGIN + STEP * (steps - 1), STEP, time_zone="UTC", eager=True)
    texts = utc.dt.convert_time_zone("Europe/Paris").dt.strftime("%d/%m/%Y %H:%M")
    random = np.random.default_rng(2026)
    counts = random.poisson(random.gamma(2.0, 40.0, rows))
    for begin in range(0, rows, BLOCK):
        at = np.arange(begin, min(begin + BLOCK, rows))
        step, counter = (at // COUNTERS, at % COUNTERS) if order == "time" else (at % steps, at // steps)
        yield pl.DataFrame(
            {
                "compteur": CODES.gather(counter),
                "debut": texts.gather(step),
                "passages": counts[step * COUNTERS + counter],
            }
        )


def damaged(block: pl.DataFrame) -> pl.Series:
    """The lines of a block, every hundredth damaged as people and machines do it, in turn in six ways."""
    code, start, count = pl.col("compteur"), pl.col("debut"), pl.col("passages")
    ways = [
        pl.format("{};{};douze", code, start),
        pl.format("{};{}", code, start),
        pl.format("{};{};{};", code, start, count),
        pl.format("{};32/13/2025 25:00;{}", code, count),
        pl.format("{};{};-{}", code, start, count),
        pl.format('{};"{};{}', code, start, count),
    ]
    place = pl.int_range(pl.len())
    lines = pl.format("{};{};{}", code, start, count)
    for number, way in enumerate(ways):
        lines = pl.when((place % 100 == 50) & (place // 100 % len(ways) == number)).then(way).otherwise(lines)
    return block.select(lines.alias("line"))["line"]


def generate(path: Path, rows: int, order: str, *, is_damaged: bool = False) -> Path:
    with path.open("wb") as file:
        file.write(b"compteur;debut;passages\n")
        for block in blocks(rows, order):
            if is_damaged:
                file.write(("\n".join(damaged(block)) + "\n").encode())
            else:
                block.write_csv(file, include_header=False, separator=";")
    return path


def load(path: Path, folder: Path, *, is_damaged: bool = False) -> dict[str, Any]:
    """DuckDB's raw typed load into a database file; it leaves damaged lines out unsaid where it is told to."""
    import duckdb

    begun = time.perf_counter()
    with duckdb.connect(folder / "raw.duckdb") as connection:
        connection.execute(
            "CREATE TABLE raw AS SELECT * FROM read_csv(?, delim=';', header=true, timestampformat='%d/%m/%Y %H:%M', "
            "ignore_errors=?, columns={'compteur': 'VARCHAR', 'debut': 'TIMESTAMP', 'passages': 'DOUBLE'})",
            [str(path), is_damaged],
        )
    return {"seconds": time.perf_counter() - begun}


def deposit(path: Path, folder: Path) -> dict[str, Any]:
    """A whole deposit, in a town that knows the counters."""
    from pipeline.contract.town import Town
    from pipeline.deposit import deposit_file
    from pipeline.settings import TownHome

    told = {
        "town": Town("essai", "Essai", "00000", "FR", "Europe/Paris", folder / "towns" / "essai"),
        "home": TownHome(folder / "home", largest_upload_mb=1_000),
        "format": None,
        "by": None,
        "received_at": datetime(2026, 11, 23, 9, tzinfo=UTC),
    }
    (folder / "compteurs.csv").write_text(COUNTER_LIST, encoding="utf-8")
    deposit_file(folder / "compteurs.csv", feed="counters", **told)
    begun = time.perf_counter()
    receipt = deposit_file(path, feed="footfall", **told)
    return {
        "seconds": time.perf_counter() - begun,
        "accepted": receipt.rows.accepted,
        "rejected": receipt.rows.rejected,
    }


def validate(path: Path, folder: Path) -> dict[str, Any]:
    """What a deposit does before it stores anything: reading and checking, behind those of the counters as there."""
    counters = folder / "compteurs.csv"
    counters.write_text(COUNTER_LIST, encoding="utf-8")
    accepted(counters, "counters")
    begun = time.perf_counter()
    rows = accepted(path, "footfall")
    return {"seconds": time.perf_counter() - begun, "accepted": rows}


def accepted(path: Path, name: str) -> int:
    """The rows of a file that are right, in a town that knows the counters; there must be nothing to say of it."""
    from pipeline.deposit.check import Setting, check
    from pipeline.deposit.formats import apply_format
    from pipeline.deposit.formats.template import template_format
    from pipeline.deposit.personal import personal_data_in_texts
    from pipeline.deposit.references import Known
    from pipeline.feeds import get_feed

    feed, timezone = get_feed(name), "Europe/Paris"
    setting = Setting(timezone, datetime(2026, 11, 23, 9, tzinfo=UTC), Known({"counters": frozenset(CODES)}))
    shaped = apply_format(path.read_bytes(), template_format(feed), timezone)
    checked = check(shaped.values, shaped.texts, shaped.headers, feed, setting)
    personal = personal_data_in_texts(shaped.table.rows, shaped.table.texts, shaped.headers, feed, CODES)
    problems = pl.concat([shaped.table.problems, shaped.problems, checked.problems])
    assert problems.is_empty(), problems
    assert personal is None, personal
    return int(checked.is_good.sum())


JOBS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "load": load,
    "load-damaged": partial(load, is_damaged=True),
    "deposit": deposit,
    "validate": validate,
}


def run_job(job: str, path: Path) -> None:
    """What a process of its own does: one job, with its time and its peak memory."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        found = JOBS[job](path, Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    found |= {"cpu_seconds": used.ru_utime + used.ru_stime, "peak_gb": int(peak.split()[1]) / 1e6}
    print(json.dumps(found))


def in_own_process(*command: str | Path) -> dict[str, Any]:
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def in_turn(commands: dict[str, list[str | Path]], runs: int) -> dict[str, dict[str, Any]]:
    """The quickest of several runs of each command; they take turns, so that each meets the same machine."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(in_own_process(*command))
    return {name: min(runs, key=lambda run: run["seconds"]) for name, runs in found.items()}


def beside_duckdb(path: Path, job: str) -> dict[str, Any]:
    me: list[str | Path] = [sys.executable, Path(__file__)]
    found = in_turn({"duckdb": [*me, job, path], "deposit": [*me, "deposit", path]}, RUNS)
    ratio = found["deposit"]["seconds"] / found["duckdb"]["seconds"]
    return {"megabytes": path.stat().st_size // 1_000_000, **found, "times_duckdb": ratio}


def beside_frictionless(folder: Path) -> dict[str, Any]:
    """100,000 rows in all columns of the template, without the key that looks into another file."""
    from pipeline.derive.table_schema import table_schema
    from pipeline.feeds import get_feed

    python = folder / "venv" / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "frictionless>=5,<6"], check=True)
    schema = table_schema(get_feed("footfall"), "fr")
    schema.pop("foreignKeys")
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "validate.py").write_text(FRICTIONLESS, encoding="utf-8")
    path = folder / "few.csv"
    rows = pl.concat(blocks(FEW_ROWS, "time")).with_columns(fin=pl.lit(None, pl.String), sens=pl.lit("total"))
    rows.select("compteur", "debut", "fin", "passages", "sens").write_csv(path, separator=";")
    me: list[str | Path] = [sys.executable, Path(__file__)]
    commands: dict[str, list[str | Path]] = {
        "frictionless": [python, folder / "validate.py", path, folder / "schema.json"],
        "validate": [*me, "validate", path],
        "deposit": [*me, "deposit", path],
    }
    found = in_turn(commands, FEW_RUNS)
    told = "import importlib.metadata as m; import json; print(json.dumps({'version': m.version('frictionless')}))"
    found["frictionless"] |= in_own_process(python, "-c", told)
    seconds = {name: run["seconds"] for name, run in found.items()}
    return {
        "runs": FEW_RUNS,
        **found,
        "times_frictionless": seconds["frictionless"] / seconds["validate"],
        "times_frictionless_deposit": seconds["frictionless"] / seconds["deposit"],
    }


def rounded(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: rounded(value) for name, value in found.items()}
    return round(found, 2) if isinstance(found, float) else found


def main() -> None:
    files = {"by_time": ("time", False), "by_counter": ("counter", False), "damaged_1_percent": ("time", True)}
    found: dict[str, Any] = {"rows": ROWS, "runs": RUNS, "goals": GOALS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, (order, is_damaged) in files.items():
            path = generate(folder / f"{kind}.csv", ROWS, order, is_damaged=is_damaged)
            found[kind] = beside_duckdb(path, "load-damaged" if is_damaged else "load")
            path.unlink()
        found["few_rows"] = {"rows": FEW_ROWS, **beside_frictionless(folder)}
    packages = ("chalandise", "duckdb", "polars", "pyarrow", "numpy")
    found |= {"python": platform.python_version(), "versions": {package: version(package) for package in packages}}
    results = PROJECT / "bench" / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps(rounded(found), indent=1)
    (results / "deposit.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    run_job(sys.argv[1], Path(sys.argv[2])) if len(sys.argv) > 1 else main()
