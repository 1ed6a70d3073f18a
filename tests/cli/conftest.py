"""The command line in a place of its own: temporary towns and homes, in this process or in another."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main

CHALANDISE = "from pipeline.cli import main; main()"
COUNTERS = "compteur;nom;dans_centre;pas_minutes\nGR12;Grande Rue 12;oui;60\nGR14;Grande Rue 14;oui;60\n"


class Place:
    """A folder of towns and a home. Commands run in this process; `start` runs one in another, to be killed."""

    def __init__(self, root: Path) -> None:
        self.root, self.home, self.towns = root, root / "home", root / "towns"
        self.variables = {"CHALANDISE_HOME": str(self.home), "CHALANDISE_TOWNS": str(self.towns)}

    def run(self, *words: object) -> Result:
        return CliRunner(env=self.variables).invoke(main, [str(word) for word in words])

    def json(self, *words: object, exit_code: int = 0) -> dict[str, Any]:
        """The one JSON object of a command."""
        answer = self.run(*words, "--json")
        assert answer.exit_code == exit_code, answer.output
        told = json.loads(answer.stdout)
        assert isinstance(told, dict)
        return told

    def start(self, *words: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", CHALANDISE, *(str(word) for word in words)],
            env=os.environ | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@pytest.fixture(scope="session")
def new_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Place]:
    """new_place(name): a place with one town of that name and its two counters, GR12 and GR14."""

    def made(name: str) -> Place:
        place = Place(tmp_path_factory.mktemp(name))
        place.json("new-town", name, "--insee", "92048")
        place.json("deposit", place.file("compteurs.csv", COUNTERS), "--town", name)
        return place

    return made
