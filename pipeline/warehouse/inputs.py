"""What a build is made of, and the digest that names it: the same inputs always give the same build."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.settings import PROJECT

# The layers whose code makes the figures. The reader is not among them: what it made of a file lies in the upload.
CODE = ("contract", "feeds", "derive", "analytics", "explain", "warehouse")
CODE_SUFFIXES = frozenset({".py", ".toml", ".sql"})
LIBRARIES = ("duckdb", "polars", "numpy", "scipy", "statsmodels", "SALib", "holidays", "vacances-scolaires-france")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a build depends on. uploads: all of them, ordered by received_at, then upload_id.

    Those that are not effective (waiting, refused, withdrawn) enter no figure but are told in raw.uploads.
    """

    town: str
    as_of: date
    uploads: tuple[StoredUpload, ...]
    town_folder: str
    code: str

    @property
    def effective(self) -> tuple[StoredUpload, ...]:
        return tuple(upload for upload in self.uploads if upload.is_effective)

    def as_json(self) -> dict[str, Any]:
        """The inputs as the manifest tells them and as they are digested. Holds no path: the place does not matter."""
        return {
            "town": self.town,
            "as_of": self.as_of.isoformat(),
            "uploads": [
                {
                    "upload_id": upload.upload_id,
                    "feed": upload.feed,
                    "received_at": upload.received_at.isoformat(),
                    "status": upload.status,
                    "sha256": upload.sha256,
                }
                for upload in self.uploads
            ],
            "town_folder": self.town_folder,
            "code": self.code,
        }

    @property
    def made_by(self) -> str:
        """Digest of what makes figures of uploads: the code and the town's settings."""
        return _digest([self.code, self.town_folder])

    @property
    def build_id(self) -> str:
        """`<as_of>-<first 12 digits of the digest>`."""
        told = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False).encode()
        return f"{self.as_of.isoformat()}-{hashlib.sha256(told).hexdigest()[:12]}"


def collect_inputs(town: Town, uploads: Iterable[StoredUpload], as_of: date, sql_folder: Path) -> Inputs:
    """The inputs of a build of `town` as of a day. A decision (withdrawal, approval) enters by the status it gives."""
    ordered = sorted(uploads, key=lambda upload: (upload.received_at, upload.upload_id))
    return Inputs(town.id, as_of, tuple(ordered), folder_digest([town.folder]), code_digest(sql_folder))


def code_digest(sql_folder: Path) -> str:
    """Digest of the code that makes the figures: our own layers, the SQL, and the libraries that compute."""
    libraries = json.dumps({name: _version(name) for name in LIBRARIES})
    folders = [*(PROJECT / "pipeline" / layer for layer in CODE), sql_folder]
    return _digest([folder_digest(folders, CODE_SUFFIXES), libraries])


def folder_digest(folders: Sequence[Path], suffixes: frozenset[str] | None = None) -> str:
    """Digest of names and contents below some folders; hidden files and caches do not count."""
    told = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if not path.is_file() or any(part.startswith((".", "__pycache__")) for part in parts):
                continue
            if suffixes is None or path.suffix in suffixes:
                told += ["/".join((folder.name, *parts)), hashlib.sha256(path.read_bytes()).hexdigest()]
    return _digest(told)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
