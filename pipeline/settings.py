"""Where things are: from environment variables, read once at the edge (the command line)."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SQL = PROJECT / "sql"


LARGEST_UPLOAD_MB = 200  # 10^6 bytes; a year of 5-minute counts of ten counters takes 30


class SettingsError(ValueError):
    """An environment variable holds what it cannot mean; the message names it, and what it may hold."""


class DamagedHomeError(Exception):
    """Something below a town's home is not as the program left it; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class TownHome:
    """The folders of one town below $CHALANDISE_HOME. Nothing here creates them; who writes makes what it needs.

    largest_upload_mb: a larger file is refused, whatever door it comes through.
    """

    root: Path
    largest_upload_mb: int = LARGEST_UPLOAD_MB

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
    """home: $CHALANDISE_HOME (default: var/ in the project); towns: $CHALANDISE_TOWNS (default: towns/).

    largest_upload_mb: $CHALANDISE_LARGEST_UPLOAD_MB (default: 200), in 10^6 bytes a file.
    """

    home: Path
    towns: Path
    largest_upload_mb: int = LARGEST_UPLOAD_MB

    @classmethod
    def from_environment(cls) -> "Settings":
        """Raises SettingsError."""
        return cls(
            home=Path(os.environ.get("CHALANDISE_HOME") or PROJECT / "var").resolve(),
            towns=Path(os.environ.get("CHALANDISE_TOWNS") or PROJECT / "towns").resolve(),
            largest_upload_mb=_positive("CHALANDISE_LARGEST_UPLOAD_MB", LARGEST_UPLOAD_MB),
        )

    def town_home(self, town: str) -> TownHome:
        return TownHome(self.home / town, self.largest_upload_mb)


def _positive(name: str, default: int) -> int:
    told = os.environ.get(name) or str(default)
    if not (told.isascii() and told.isdigit() and int(told)):
        raise SettingsError(f"{name} is « {told} »: it must be a whole number above 0, such as {default}")
    return int(told)
