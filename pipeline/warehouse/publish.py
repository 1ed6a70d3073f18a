"""Publications: immutable files beside a pointer that is swapped in one step. A reader never sees half of one."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.settings import TownHome
from pipeline.warehouse.errors import DamagedPublicationError, UnknownBuildError
from pipeline.warehouse.files import PARTIAL, flush, write_whole
from pipeline.warehouse.lock import writer
from pipeline.warehouse.manifest import DATABASE, MANIFEST, Manifest

POINTER = "current"
KEPT = 8


@dataclass(frozen=True, slots=True)
class Publication:
    """A build that was published. published_at: UTC, the first time; changed_weeks: ISO weeks of which it says
    something else than the publication before."""

    build_id: str
    path: Path
    manifest: Manifest
    published_at: datetime
    is_current: bool

    @property
    def changed_weeks(self) -> list[str]:
        return self.manifest.changed_weeks


def publish(home: TownHome, build_id: str, keep: int = KEPT) -> Publication:
    """Publish a build: its file is put beside the others, then the pointer is swapped; older ones than `keep` go.

    A build that was published before is only pointed at again. Raises UnknownBuildError, WriterBusyError.
    """
    with writer(home):
        if not is_published(home, build_id):
            _bring_in(home, build_id)
        _point_at(home, build_id)
        _prune(home, keep)
        return _publication(home, build_id, current_id(home))


def rollback(home: TownHome, to: str) -> Publication:
    """Point at an earlier publication again. Raises UnknownBuildError, which lists those that are kept."""
    with writer(home):
        if not is_published(home, to):
            raise UnknownBuildError(f"{to} was never published or is no longer kept; kept are: {_listed(home)}")
        _point_at(home, to)
        return _publication(home, to, to)


def current_id(home: TownHome) -> str | None:
    """The build that is published now; None before the first publication."""
    pointer = home.marts / POINTER
    return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None


def current(home: TownHome) -> Path | None:
    """The file that is published now; None before the first publication. Raises DamagedPublicationError."""
    build_id = current_id(home)
    if build_id is None:
        return None
    path = publication_path(home, build_id)
    if not path.is_file():
        raise DamagedPublicationError(
            f"the published file {path} has gone; roll back to one of: {_listed(home)}, or run again"
        )
    return path


def publications(home: TownHome) -> list[Publication]:
    """The publications that are kept, the last one first."""
    now = current_id(home)
    ids = (path.stem for path in home.marts.glob("*.json") if is_published(home, path.stem))
    found = [_publication(home, build_id, now) for build_id in ids]
    return sorted(found, key=lambda publication: (publication.published_at, publication.build_id), reverse=True)


def publication_path(home: TownHome, build_id: str) -> Path:
    """Where the file of a publication lies, or would lie."""
    return home.marts / f"{build_id}.duckdb"


def is_published(home: TownHome, build_id: str) -> bool:
    """Whether a build was published and is kept: its manifest is written last, so that it vouches for the file."""
    return _manifest_path(home, build_id).is_file() and publication_path(home, build_id).is_file()


def publication_manifest(home: TownHome, build_id: str) -> Manifest:
    return Manifest.read(_manifest_path(home, build_id))


def _manifest_path(home: TownHome, build_id: str) -> Path:
    return home.marts / f"{build_id}.json"


def _publication(home: TownHome, build_id: str, now: str | None) -> Publication:
    path = _manifest_path(home, build_id)
    # The manifest is written once, at the first publication, and never touched again: its age is the publication's.
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Publication(build_id, publication_path(home, build_id), Manifest.read(path), at, build_id == now)


def _bring_in(home: TownHome, build_id: str) -> None:
    folder = home.builds / build_id
    if not (folder / MANIFEST).is_file():
        raise UnknownBuildError(f"there is no build {build_id}; builds are: {_built(home)}; published: {_listed(home)}")
    home.marts.mkdir(parents=True, exist_ok=True)
    aside = home.marts / f"{PARTIAL}{build_id}"
    aside.unlink(missing_ok=True)
    try:
        # The same file under two names costs nothing; some file systems cannot.
        os.link(folder / DATABASE, aside)
    except OSError:
        shutil.copyfile(folder / DATABASE, aside)
        aside.chmod(0o444)
        flush(aside)
    aside.replace(publication_path(home, build_id))
    write_whole(_manifest_path(home, build_id), (folder / MANIFEST).read_text(encoding="utf-8"))


def _point_at(home: TownHome, build_id: str) -> None:
    write_whole(home.marts / POINTER, build_id + "\n")


def _prune(home: TownHome, keep: int) -> None:
    """Delete all but the last `keep` publications and the current one; first the manifest, by which the file counts."""
    for publication in publications(home)[keep:]:
        if not publication.is_current:
            _manifest_path(home, publication.build_id).unlink()
            publication.path.unlink()
    for left in home.marts.glob(f"{PARTIAL}*"):
        left.unlink()


def _listed(home: TownHome) -> str:
    return ", ".join(publication.build_id for publication in publications(home)) or "none yet"


def _built(home: TownHome) -> str:
    return ", ".join(sorted(path.parent.name for path in home.builds.glob(f"[0-9]*/{MANIFEST}"))) or "none yet"
