"""What every command shares: its options, its one JSON object, its tables, its errors and its exit codes."""

import functools
import json
import math
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from pipeline.contract.town import Town, UnknownTownError, load_town
from pipeline.settings import DamagedHomeError, Settings, SettingsError, TownHome

DONE, FAILED, REFUSED = 0, 1, 2

Command = TypeVar("Command", bound=Callable[..., Any])
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class RefusedError(Exception):
    """Input that is refused: the message says what was found, what was expected and what to do."""


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")(command)


def town_option(command: Command) -> Command:
    return click.option(
        "--town", "-t", "town_name", required=True, metavar="TOWN", help="Folder of the town in towns/."
    )(command)


def fails_clearly(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Turn the errors that a user can mend into one sentence and exit code 2; with --json, into one object as well.

    Damage to what lies on the disk is one sentence too, with exit code 1.

    Any other error is a fault of the program: exit code 1 with its trace, and with --json still one object.
    """

    @functools.wraps(command)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except (RefusedError, UnknownTownError, SettingsError) as error:
            stop(str(error), REFUSED, as_json=bool(kwargs.get("as_json")))
        except DamagedHomeError as error:
            stop(str(error), FAILED, as_json=bool(kwargs.get("as_json")))
        except Exception as error:
            if not kwargs.get("as_json"):
                raise
            traceback.print_exc()
            stop(f"{type(error).__name__}: {error}", FAILED, as_json=True)

    return wrapped


def stop(message: str, code: int, *, as_json: bool, **more: Any) -> NoReturn:
    """Say the message on stderr, give the object when asked for, and end with the code."""
    say(message)
    if as_json:
        emit({"error": message, **more})
    raise SystemExit(code)


def say(message: str) -> None:
    """A message for a person: on stderr, so that stdout holds results alone."""
    click.echo(message, err=True)


def emit(found: dict[str, Any]) -> None:
    """The one JSON object of a command. JSON has no word for what is no number (1/0, 0/0): null."""
    click.echo(json.dumps(_finite(found), ensure_ascii=False, default=str, allow_nan=False))


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(one) for key, one in value.items()}
        case list() | tuple():
            return [_finite(one) for one in value]
    return value


def open_town(name: str) -> tuple[Town, TownHome]:
    """The town's declaration and its folders. Raises UnknownTownError, RefusedError for a wrong town.toml."""
    settings = Settings.from_environment()
    try:
        town = load_town(settings.towns, name)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    return town, settings.town_home(town.id)


def now() -> datetime:
    return datetime.now(UTC)


def as_of(town: Town, told: datetime | None = None) -> date:
    """The day for which a town is built: told, else the day its clock stands still, else today in the town."""
    return told.date() if told else town.today(datetime.now(town.tz).date())


def banner(town: Town) -> None:
    """Say above every output of a demo or archive town what its figures are."""
    if town.is_demo:
        say(f"*** {town.name} : DONNÉES SIMULÉES (démonstration) / SIMULATED DATA, as of {town.frozen_on} ***")
    elif town.is_archive:
        say(f"*** {town.name}: archive of real data, as of {town.frozen_on} ***")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people on stdout."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*("–" if cell is None else str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 140
    Console(width=width).print(table)
