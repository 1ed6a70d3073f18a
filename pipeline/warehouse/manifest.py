"""What is written beside a build: what it was made of, how long each step took, and what each table holds."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.warehouse.files import write_whole

DATABASE = "build.duckdb"
MANIFEST = "manifest.json"
# What the publication before said, and what is compared with it. Every other table depends on the inputs alone.
HISTORY = frozenset(
    {
        "raw.previous_build",
        "raw.previous_figure",
        "raw.previous_revision",
        "raw.previous_upload",
        "marts.mart_revision",
    }
)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """rows: their number; checksum: of the content, whatever its order; seconds: to make and audit the table."""

    rows: int
    checksum: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one build. previous_build_id: the publication with which its revisions were compared, if any."""

    build_id: str
    town: str
    as_of: date
    previous_build_id: str | None
    inputs: dict[str, Any]
    weeks: int
    changed_weeks: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tables: dict[str, TableFacts] = field(default_factory=dict)

    @property
    def checksums(self) -> dict[str, str]:
        """The checksum of each table that depends on the inputs alone: equal in any two builds of the same inputs."""
        return {name: facts.checksum for name, facts in self.tables.items() if name not in HISTORY}

    def write(self, path: Path) -> None:
        told = asdict(self) | {"as_of": self.as_of.isoformat()}
        write_whole(path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        told = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: TableFacts(**facts) for name, facts in told["tables"].items()}
        return cls(**(told | {"as_of": date.fromisoformat(told["as_of"]), "tables": tables}))
