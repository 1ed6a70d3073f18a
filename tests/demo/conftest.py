"""The simulated Sèvres and its files, made once for all tests of the demo."""

from pathlib import Path

import pytest

from pipeline.contract.town import Town, load_town
from pipeline.demo import deposit_demo
from pipeline.demo.files import DemoFile
from pipeline.demo.sevres import World, sevres_files, simulate
from pipeline.deposit.receipt import Receipt
from pipeline.settings import TownHome


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


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> TownHome:
    """Where `receipts` deposited the demo; nothing is built in it."""
    return TownHome(tmp_path_factory.mktemp("demo") / "sevres")


@pytest.fixture(scope="session")
def receipts(home: TownHome, sevres: Town) -> dict[str, Receipt]:
    """The receipt of every file of the demo by name. Tests that use it share xdist_group "demo"."""
    return {receipt.file_name: receipt for receipt in deposit_demo(sevres, home)}
