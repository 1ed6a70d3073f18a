"""Where things are: from environment variables, read once at the edge (the command line)."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SQL = PROJECT / "sql"


class DamagedHomeError(Exception):
    """Something below a town's home is not as the program left it; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class TownHome:
    """The folders of one town below $CHALANDISE_HOME. Nothing here creates them; who writes makes what it needs."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def decisions(self) -> Path:
        return self.root / "decisions"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def kept(self) -> Path:
        """Results by the content of what they were made of, from one build to the next."""
        return self.root / "kept"

    @property
    def marts(self) -> Path:
        return self.root / "marts"

    @property
    def data_docs(self) -> Path:
        return self.root / "data_docs"

    @property
    def alerts(self) -> Path:
        return self.root / "alerts"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"


@dataclass(frozen=True, slots=True)
class Settings:
    """home: $CHALANDISE_HOME (default: var/ in the project); towns: $CHALANDISE_TOWNS (default: towns/)."""

    home: Path
    towns: Path

    @classmethod
    def from_environment(cls) -> "Settings":
        return cls(
            home=Path(os.environ.get("CHALANDISE_HOME") or PROJECT / "var").resolve(),
            towns=Path(os.environ.get("CHALANDISE_TOWNS") or PROJECT / "towns").resolve(),
        )

    def town_home(self, town: str) -> TownHome:
        return TownHome(self.home / town)
