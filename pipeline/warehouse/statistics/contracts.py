"""What the analytic models promise: models.toml, the counterpart of the headers of the SQL models."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from pipeline.contract import Label
from pipeline.warehouse.tables import DocumentedColumn, documented


@dataclass(frozen=True, slots=True)
class Contract:
    """What a model is called, what it reads, and what it gives; names of tables are qualified."""

    title: Label
    reads: tuple[str, ...]
    grain: tuple[str, ...]
    columns: tuple[DocumentedColumn, ...]
    checks: tuple[str, ...]


@cache
def contracts() -> dict[str, Contract]:
    """Every analytic model that models.toml tells of, by the name of its function."""
    with (Path(__file__).parent / "models.toml").open("rb") as file:
        told = tomllib.load(file)
    return {
        name: Contract(
            title=Label(model["fr"], model["en"]),
            reads=tuple(model["reads"]),
            grain=tuple(model["grain"]),
            columns=documented(model["columns"]),
            checks=tuple(model.get("checks", ())),
        )
        for name, model in told.items()
    }


def columns_of(model: str) -> list[str]:
    """The names of the columns of a model, in order."""
    return [column.name for column in contracts()[model].columns]


def no_rows(model: str, kinds: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The columns of a model without a row; they are Float64 but for those that `kinds` names."""
    return pl.DataFrame(schema={name: kinds.get(name, pl.Float64) for name in columns_of(model)})
