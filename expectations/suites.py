"""Suites as data: what is expected of a table, and the sentence to say when it is not so."""

import string
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.contract import Label

FOLDER = Path(__file__).parent / "suites"


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation.

    type and kwargs: those of Great Expectations. message: the sentence of a failure; its words in braces are columns of
    the first row that fails. column: the one that is looked at, None for several.
    """

    type: str
    kwargs: dict[str, Any]
    message: Label

    @property
    def column(self) -> str | None:
        name: str | None = self.kwargs.get("column")
        return name

    @property
    def words(self) -> set[str]:
        """The columns that the message names."""
        text = self.message.fr + self.message.en
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@dataclass(frozen=True, slots=True)
class Suite:
    """What is expected of one table. table: `schema.table` as given to the gate, `gate.…` for computed evidence."""

    table: str
    title: Label
    checks: list[Check] = field(default_factory=list)


def load_suites(folder: Path = FOLDER) -> list[Suite]:
    """The hand-written suites, one TOML file each, by file name. Raises ValueError naming the file that is wrong."""
    return [_load(path) for path in sorted(folder.glob("*.toml"))]


def _load(path: Path) -> Suite:
    with path.open("rb") as file:
        told = tomllib.load(file)
    try:
        checks = [_check(dict(one)) for one in told["expect"]]
        return Suite(told["table"], Label(told["fr"], told["en"]), checks)
    except KeyError as error:
        raise ValueError(f"{path.name}: {error} is missing") from error


def _check(told: dict[str, Any]) -> Check:
    kind, message = told.pop("type"), Label(told.pop("fr"), told.pop("en"))
    return Check(kind, told, message)
