"""What is wrong with this installation: each finding with what to do."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.contract.town import load_town, town_names
from pipeline.settings import SQL, Settings

Level = Literal["ok", "warning", "error"]
MIN_FREE_GB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    what: str
    fix: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Every finding about this installation; an `error` means that a night would fail."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_python, _folders, _models, _towns, _programs)
    return [finding for check in checks for finding in check(settings)]


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding("ok" if good else "error", f"Python {version}", "" if good else "use Python 3.11, 3.12 or 3.13")
    for name in ("duckdb", "polars", "great-expectations"):
        try:
            yield Finding("ok", f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding("error", f"{name} is not installed", "make install")


def _folders(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    nearest = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        yield Finding("error", f"{nearest} cannot be written", "set CHALANDISE_HOME to a folder of your own")
        return
    free_gb = shutil.disk_usage(nearest).free / 1e9
    level: Level = "ok" if free_gb >= MIN_FREE_GB else "warning"
    yield Finding(
        level, f"{home}: {free_gb:.0f} GB free", "" if level == "ok" else "make room: a publication needs its own copy"
    )
    if home.exists() and home.stat().st_mode & 0o002:
        yield Finding("warning", f"{home} can be written by everybody", f"chmod o-w {home}")


def _models(_: Settings) -> Iterator[Finding]:
    from pipeline.warehouse import WarehouseError, check_models

    try:
        yield Finding("ok", f"{len(check_models(SQL))} models read well")
    except WarehouseError as error:
        yield Finding("error", str(error), "restore the sql/ folder")


def _towns(settings: Settings) -> Iterator[Finding]:
    names = town_names(settings.towns)
    if not names:
        yield Finding("error", f"no town in {settings.towns}", "chalandise new-town, or set CHALANDISE_TOWNS")
    for name in names:
        try:
            town = load_town(settings.towns, name)
        except ValueError as error:
            yield Finding("error", str(error), "mend the file")
            continue
        published = (settings.town_home(name).marts / "current").is_file()
        yield Finding("ok", f"{name}: {town.name}, {'published' if published else 'nothing published yet'}")


def _programs(_: Settings) -> Iterator[Finding]:
    if (Path(sys.executable).parent / "airflow").exists() or shutil.which("airflow"):
        yield Finding("ok", "airflow is installed")
    else:
        yield Finding("warning", "airflow is not installed", "make install (the extra `airflow`)")
