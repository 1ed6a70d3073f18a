"""The marts of a town typed by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from pipeline.explain import MARTS, load_rules
from pipeline.explain.records import SOURCES

Frames = dict[str, pl.DataFrame]
# What the choice of rows needs to be typed, though a case may hold no value of it.
TYPES: dict[str, type[pl.DataType]] = {
    "week_start": pl.Date,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "day": pl.Date,
    "known_from": pl.Date,
    "known_until": pl.Date,
    "is_in_service": pl.Boolean,
    "is_in_centre": pl.Boolean,
    "is_held": pl.Boolean,
    "is_demo": pl.Boolean,
}


@pytest.fixture(scope="session")
def typed() -> Callable[[Mapping[str, list[dict[str, Any]]]], Frames]:
    """typed(rows by mart): the frames that the text is made of; columns that are not typed are empty."""
    return frames_of


def frames_of(rows: Mapping[str, list[dict[str, Any]]]) -> Frames:
    columns = load_rules().columns()
    needed: dict[str, set[str]] = {mart: {*TYPES, "iso_week", "kind", "sector", "feed"} for mart in MARTS}
    for name, source in SOURCES.items():
        needed[source.mart] |= columns[name] | set(source.key)
    needed["marts.mart_index_receipt_week"] |= {"points"}
    # An event has its week from its days, premises that are watched are watched now.
    needed["marts.mart_premises_warning"] -= {"iso_week"}
    frames = {}
    for mart, names in needed.items():
        told = rows.get(mart.removeprefix("marts."), [])
        assert {column for row in told for column in row} <= names, f"{mart}: no rule looks at all that is typed"
        schema = {name: TYPES.get(name, pl.String if name in WORDS else None) for name in sorted(names)}
        filled = [{name: row.get(name) for name in schema} for row in told]
        frames[mart] = pl.DataFrame(filled, schema=schema, infer_schema_length=None)
    return frames


WORDS = {"iso_week", "kind", "sector", "feed", "indicator"}
