"""The night of one town: inbox, build, gate, publish. Either a complete, checked set of marts, or yesterday's."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.contract.town import Town
from pipeline.operations.progress import Step, silent
from pipeline.settings import TownHome
from pipeline.warehouse import BuildResult, WarehouseError, build, current, newest_build, publish

GATES = "gates.json"


class NightFailedError(Exception):
    """The night did not publish. The message says why; `report` is what the command answers beside it."""

    def __init__(self, message: str, report: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.report = report or {}


def run_night(town: Town, home: TownHome, as_of: date, progress: Step = silent) -> dict[str, Any]:
    """Inbox, build, gate, publish; the report of `chalandise run`, also kept in `last_run.json`.

    Raises NightFailedError, with the previous publication left in place.
    """
    return _told(home, lambda: _night(town, home, as_of, progress))


def check_town(town: Town, home: TownHome, as_of: date) -> dict[str, Any]:
    """Inbox, build and gate, without publishing."""
    return _told(home, lambda: _prepared(town, home, as_of, silent)[0])


def _night(town: Town, home: TownHome, as_of: date, progress: Step) -> dict[str, Any]:
    report, seconds = _prepared(town, home, as_of, progress)
    if report["build_id"] is None:
        return report | {"published": False}
    progress("publish", 0, 0)
    begun = time.monotonic()
    published = publish_build(home, report["build_id"])
    seconds["publish"] = round(time.monotonic() - begun, 2)
    return report | published


def _prepared(town: Town, home: TownHome, as_of: date, progress: Step) -> tuple[dict[str, Any], dict[str, float]]:
    """What comes before publication: the report so far and its seconds by step."""
    from pipeline.deposit.inbox import InboxError, take_in
    from pipeline.deposit.store import list_uploads

    seconds: dict[str, float] = {}
    progress("inbox", 0, 0)
    begun = time.monotonic()
    inbox_error = None
    try:
        taken = take_in(town, home, datetime.now(UTC))
    except InboxError as error:
        # One file that cannot be taken in (it lies where it lay) is told, and does not cost the town its night.
        taken, inbox_error = error.receipts, str(error)
    seconds["inbox"] = round(time.monotonic() - begun, 2)
    report: dict[str, Any] = {
        "build_id": None,
        "weeks": 0,
        "seconds": seconds,
        "gates": {"passed": 0, "failed": 0},
        "changed_weeks": [],
    }
    report["deposited"] = [{"upload_id": receipt.upload_id, "status": receipt.status} for receipt in taken]
    report["inbox_error"] = inbox_error
    if not list_uploads(home):
        return report, seconds
    built = build_town(town, home, as_of, _importing_gates(progress))
    seconds |= built.seconds
    progress("gate", 0, 0)
    begun = time.monotonic()
    gates = gate_build(town, home, built.build_id)
    seconds["gate"] = round(time.monotonic() - begun, 2)
    return report | {"build_id": built.build_id, "weeks": built.weeks, "gates": gates}, seconds


def _importing_gates(progress: Step) -> Step:
    """The library of the gates takes many seconds to import: it does so while the models run in native code."""
    gates = threading.Thread(target=import_module, args=("expectations.gate",), daemon=True)

    def step(table: str, done: int, total: int) -> None:
        if not gates.ident:
            gates.start()
        progress(table, done, total)

    return step


def build_town(town: Town, home: TownHome, as_of: date, progress: Step = silent) -> BuildResult:
    """Build under the town's lock. Raises NightFailedError."""
    try:
        return build(town, home, as_of, progress=progress)
    except WarehouseError as error:
        raise NightFailedError(str(error)) from error


def gate_build(town: Town, home: TownHome, build_id: str | None) -> dict[str, int]:
    """Hold a build to its expectations; a build that passed once is not checked again, for it cannot have changed.

    Raises NightFailedError whose message names every figure that failed.
    """
    folder = _build_folder(home, build_id)
    kept = folder / GATES
    if kept.is_file():
        result = json.loads(kept.read_text("utf-8"))
    else:
        from expectations.gate import gate_town

        result = asdict(gate_town(town, folder / "build.duckdb", current(home), home.data_docs))
        kept.write_text(json.dumps(result, ensure_ascii=False, default=str, indent=1), "utf-8")
    if result["failed"]:
        sentences = "\n".join(f"  - {failure['message_fr']}" for failure in result["failed"])
        gates = {"passed": result["passed"], "failed": len(result["failed"])}
        message = f"The gate of {folder.name} failed; the previous publication stays in place.\n{sentences}"
        raise NightFailedError(
            message, {"build_id": folder.name, "published": False, "gates": gates, "failures": result["failed"]}
        )
    return {"passed": result["passed"], "failed": 0}


def publish_build(home: TownHome, build_id: str | None) -> dict[str, Any]:
    """Publish a build that passed its gate. Raises NightFailedError for one that did not."""
    folder = _build_folder(home, build_id)
    gates = folder / GATES
    if not gates.is_file() or json.loads(gates.read_text("utf-8"))["failed"]:
        raise NightFailedError(f"build {folder.name} has not passed its gate; run: chalandise gate")
    try:
        publication = publish(home, folder.name)
    except WarehouseError as error:
        raise NightFailedError(str(error)) from error
    return {
        "build_id": folder.name,
        "published": True,
        "mart_path": str(publication.path),
        "changed_weeks": publication.changed_weeks,
    }


def _build_folder(home: TownHome, build_id: str | None) -> Path:
    found = build_id or newest_build(home)
    if found is None or not (home.builds / found).is_dir():
        raise NightFailedError(
            f"there is no build {build_id or ''} in {home.builds}; run: chalandise build".replace("  ", " ")
        )
    return home.builds / found


def _told(home: TownHome, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do the work and leave its report, good or bad, in last_run.json, where alerts and `doctor` find it."""
    report: dict[str, Any] = {}
    try:
        report = work()
    except NightFailedError as error:
        report = {"published": False, **error.report, "error": str(error)}
        raise
    finally:
        home.root.mkdir(parents=True, exist_ok=True)
        stamped = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **report}
        (home.root / "last_run.json").write_text(
            json.dumps(stamped, ensure_ascii=False, default=str, indent=1), "utf-8"
        )
    return report
