"""The simulated Sèvres and its files, made once for all tests of the demo."""

from pathlib import Path

import pytest

from pipeline.contract.town import Town, load_town
from pipeline.demo.files import DemoFile
from pipeline.demo.sevres import World, sevres_files, simulate


@pytest.fixture(scope="session")
def world() -> World:
    return simulate()


@pytest.fixture(scope="session")
def sevres(project: Path) -> Town:
    return load_town(project / "towns", "sevres")


@pytest.fixture(scope="session")
def files(sevres: Town) -> dict[str, DemoFile]:
    """Every file of the demo by name, in order of arrival."""
    return {file.name: file for file in sevres_files(sevres)}
