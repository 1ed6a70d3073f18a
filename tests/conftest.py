"""Fixtures that every test may use."""

from pathlib import Path

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
