"""Fixtures that every test may use."""

from collections.abc import Callable, Mapping
from math import isclose
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import settings

# The same examples on every machine, and no limit of time: a loaded machine is not a wrong result.
settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files and published results beside the project; the test is skipped where it is absent."""
    folder = PROJECT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the folder shared/ with real files is not beside the project")
    return folder


@pytest.fixture(scope="session")
def found_again() -> Callable[[Mapping[str, pl.DataFrame], Mapping[str, Any]], bool]:
    """found_again(marts, figure): whether a figure of the weekly text is what the marts hold at its place."""

    def is_found(marts: Mapping[str, pl.DataFrame], figure: Mapping[str, Any]) -> bool:
        rows = marts[figure["mart"]]
        for column, wanted in figure["where"].items():
            among = wanted if isinstance(wanted, list) else [wanted]
            rows = rows.filter(pl.col(column).cast(pl.String).is_in([str(one) for one in among]))
        if isinstance(figure["value"], str):
            return [str(day) for day in rows[figure["column"]]] == [figure["value"]]
        found = rows.height if figure["column"] == "*" else rows[figure["column"]].sum()
        return rows.height > 0 and isclose(found, figure["value"], rel_tol=1e-9, abs_tol=1e-9)

    return is_found
