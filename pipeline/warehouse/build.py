"""A build: made aside, in the order of what reads what, audited table by table, then put in place in one step."""

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.contract.town import Town
from pipeline.deposit.store import list_uploads
from pipeline.settings import SQL, TownHome
from pipeline.warehouse import load
from pipeline.warehouse.audit import audit
from pipeline.warehouse.check import check_models
from pipeline.warehouse.database import (
    Connection,
    building,
    checksum,
    comment,
    create_from_frame,
    create_from_select,
    loading,
    row_count,
    table_names,
    transaction,
)
from pipeline.warehouse.files import PARTIAL, flush
from pipeline.warehouse.graph import make_all
from pipeline.warehouse.inputs import Inputs, collect_inputs
from pipeline.warehouse.lock import writer
from pipeline.warehouse.manifest import DATABASE, MANIFEST, Manifest, TableFacts
from pipeline.warehouse.memory import Memory
from pipeline.warehouse.models import SqlModel
from pipeline.warehouse.not_used import not_used_tables
from pipeline.warehouse.raw_tables import Scope, previous_tables, system_tables
from pipeline.warehouse.registrations import registration_table
from pipeline.warehouse.revisions import History, history_for

if TYPE_CHECKING:
    from pipeline.warehouse.analytic_models import AnalyticModel
    from pipeline.warehouse.check import Model

REVISIONS = "marts.mart_revision"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A complete build. seconds: by step, empty when nothing had to be done; is_unchanged: it was there already."""

    path: Path
    manifest: Manifest
    is_unchanged: bool

    @property
    def build_id(self) -> str:
        return self.manifest.build_id

    @property
    def weeks(self) -> int:
        return self.manifest.weeks

    @property
    def seconds(self) -> dict[str, float]:
        return {} if self.is_unchanged else self.manifest.seconds


def build(
    town: Town,
    home: TownHome,
    as_of: date,
    *,
    sql_folder: Path = SQL,
    analytic_models: "Sequence[AnalyticModel] | None" = None,
    progress: Progress = lambda table, done, total: None,
) -> BuildResult:
    """Build the town's database from its uploads, its folder, the calendar and the code, as of a day.

    The same inputs give the same `build_id` and the same content, whatever the machine and the folder. What a killed
    build left behind is removed: only what was put in place counts. analytic_models: None = all of them;
    progress(table, done, total) is called before each model. Raises WarehouseError (ModelError, AuditError,
    WriterBusyError).
    """
    models = check_models(sql_folder, analytic_models)
    with writer(home):
        for left in home.builds.glob(f"{PARTIAL}*"):
            shutil.rmtree(left)
        inputs = collect_inputs(town, list_uploads(home), as_of, sql_folder)
        history = history_for(home, inputs.build_id)
        place = home.builds / inputs.build_id
        made = _made(place)
        if made and made.previous_build_id == history.build_id:
            return BuildResult(place / DATABASE, made, is_unchanged=True)
        aside = home.builds / f"{PARTIAL}{inputs.build_id}"
        aside.mkdir(parents=True)
        manifest = _make(aside, home.kept, town, inputs, history, models, progress)
        _put_in_place(aside, place)
        return BuildResult(place / DATABASE, manifest, is_unchanged=False)


def newest_build(home: TownHome) -> str | None:
    """The build that was made last; None when there is none."""
    made = [(path.stat().st_mtime_ns, path.parent.name) for path in home.builds.glob(f"[0-9]*/{MANIFEST}")]
    return max(made)[1] if made else None


def checksums(home: TownHome, build_id: str) -> dict[str, str]:
    """The checksum of each table of a build that depends on its inputs alone (not the revision ledger)."""
    return Manifest.read(home.builds / build_id / MANIFEST).checksums


def _made(place: Path) -> Manifest | None:
    is_there = (place / MANIFEST).is_file() and (place / DATABASE).is_file()
    return Manifest.read(place / MANIFEST) if is_there else None


def _put_in_place(aside: Path, place: Path) -> None:
    (aside / DATABASE).chmod(0o444)
    flush(aside / DATABASE)
    flush(aside)
    if place.exists():
        shutil.rmtree(place)
    aside.rename(place)
    flush(place.parent)


def _make(
    aside: Path,
    kept: Path,
    town: Town,
    inputs: Inputs,
    history: History,
    models: "Sequence[Model]",
    progress: Progress,
) -> Manifest:
    """Write the database and its manifest into `aside`; kept: what earlier builds left for this one."""
    # Slow to import, and not needed before the statistics.
    threading.Thread(target=import_module, args=("SALib.analyze.sobol",), daemon=True).start()
    clock, memory = _Clock(), Memory(kept / "statistics", inputs.made_by)
    with building(aside / DATABASE) as connection:
        scope = _load(connection, aside / "staged", kept, town, inputs, history, clock)
        facts = _make_models(connection, models, town, memory, clock, progress)
        changed_weeks = _changed_weeks(connection, inputs.build_id) if REVISIONS in facts else []
    manifest = Manifest(
        build_id=inputs.build_id,
        town=town.id,
        as_of=inputs.as_of,
        previous_build_id=history.build_id,
        inputs=inputs.as_json(),
        weeks=scope.weeks,
        changed_weeks=changed_weeks,
        seconds={step: round(seconds, 3) for step, seconds in clock.seconds.items() if "." not in step},
        tables=facts,
    )
    manifest.write(aside / MANIFEST)
    return manifest


def _load(
    connection: Connection, staged: Path, kept: Path, town: Town, inputs: Inputs, history: History, clock: "_Clock"
) -> Scope:
    """Clean the feeds and load all raw tables. staged: a folder for what lies between, which is gone afterwards."""
    staged.mkdir()
    with loading(connection, [staged, kept]), transaction(connection):
        with clock.step("clean"), load.loader(connection) as ready:
            places = load.Places(staged, kept / "footfall", inputs.made_by, ready)
            staging = load.stage_feeds(inputs.effective, town, places)
        scope = Scope.of(inputs.as_of, staging.first_day)
        with clock.step("load"):
            load.comment_feeds(connection)
            tables = [
                *system_tables(town, inputs, scope),
                *previous_tables(history.frames),
                *not_used_tables(staging.superseded, staging.set_aside),
                registration_table(inputs.effective),
            ]
            load.load_tables(connection, tables)
    shutil.rmtree(staged)
    return scope


def _make_models(
    connection: Connection, models: "Sequence[Model]", town: Town, memory: Memory, clock: "_Clock", progress: Progress
) -> dict[str, TableFacts]:
    """Make and audit every model; the facts of every table, of those that were loaded while the models are made."""
    numbers = itertools.count()

    def make(model: "Model") -> None:
        schema = model.name.split(".")[0]
        with connection.cursor() as own, clock.step(schema), clock.step(model.name), transaction(own):
            _create(own, model, town, memory)

    with ThreadPoolExecutor(1) as meanwhile:
        loaded = meanwhile.submit(_facts, connection, table_names(connection), clock)
        make_all(models, make, lambda model: progress(model.name, next(numbers), len(models)))
    with clock.step("checksums"):
        made = [name for name in table_names(connection) if name not in loaded.result()]
        return dict(sorted((loaded.result() | _facts(connection, made, clock)).items()))


def _create(connection: Connection, model: "Model", town: Town, memory: Memory) -> None:
    is_view = isinstance(model, SqlModel) and model.is_view
    if isinstance(model, SqlModel):
        create_from_select(connection, model.name, model.sql, is_view=is_view)
    else:
        frames = {name: connection.table(name).pl() for name in model.reads}
        create_from_frame(connection, model.name, _computed(model, frames, town, memory))
    audit(connection, model.name, columns=model.columns, grain=model.grain, checks=model.checks, is_view=is_view)
    comment(connection, model.name, model.title, model.columns, is_view=is_view)


def _computed(model: "AnalyticModel", frames: dict[str, pl.DataFrame], town: Town, memory: Memory) -> pl.DataFrame:
    if not model.remembers:
        return model.compute(frames, town)
    with memory.of(model.name) as recall:
        return model.compute(frames, town, recall)


def _facts(connection: Connection, tables: Sequence[str], clock: "_Clock") -> dict[str, TableFacts]:
    """What the manifest says of some tables, read on a connection of their own."""
    with connection.cursor() as own:
        return {
            name: TableFacts(row_count(own, name), checksum(own, name), round(clock.seconds.get(name, 0.0), 3))
            for name in tables
        }


def _changed_weeks(connection: Connection, build_id: str) -> list[str]:
    ledger: pl.DataFrame = connection.table(REVISIONS).pl()
    return sorted(set(ledger.filter(pl.col("publication") == build_id)["iso_week"]))


class _Clock:
    """Seconds by step, those of a step that comes several times added up, also where some run at the same time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        with self._lock:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - begun
