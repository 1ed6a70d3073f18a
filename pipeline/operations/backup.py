"""Backup and restore of what cannot be made again: uploads and decisions. All else is derived from them.

An archive is a .tar.gz whose first member, `SHA256SUMS`, lists the checksum of every file, so that a restore can be
verified without trusting the disk that held it.
"""

import hashlib
import io
import shutil
import tarfile
from datetime import datetime
from pathlib import Path

from pipeline.settings import TownHome

KEPT = ("uploads", "decisions")
SUMS = "SHA256SUMS"


class BackupError(Exception):
    """The archive is not complete or not intact; the message names the file."""


def backup(home: TownHome, folder: Path, at: datetime) -> Path:
    """Write `<town>-<time>.tar.gz` into `folder`, made aside and renamed into place; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{home.root.name}-{at:%Y%m%dT%H%M%S}.tar.gz"
    aside = target.with_suffix(".partial")
    files = _files(home.root)
    sums = "".join(f"{_sha256(path)}  {name}\n" for name, path in files).encode()
    with tarfile.open(aside, "w:gz", compresslevel=6) as archive:
        entry = tarfile.TarInfo(SUMS)
        entry.size = len(sums)
        archive.addfile(entry, io.BytesIO(sums))
        for name, path in files:
            archive.add(path, arcname=name, recursive=False)
    aside.replace(target)
    return target


def restore(archive: Path, home: TownHome) -> int:
    """Restore an archive into a town that has no uploads yet, verifying each file; returns how many there are.

    Raises BackupError when the town already holds uploads, or when a file is missing or differs from its checksum.
    """
    if home.uploads.exists() and any(home.uploads.iterdir()):
        raise BackupError(f"{home.uploads} already holds uploads; restore into an empty CHALANDISE_HOME")
    with tarfile.open(archive, "r:gz") as tar:
        expected = _sums(archive, tar)
        # Only what is listed is written, and only below the folders that a backup holds, whatever the archive says.
        for member in tar:
            content = tar.extractfile(member) if member.name in expected else None
            if content is not None:
                path = home.root / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    shutil.copyfileobj(content, file)
    for name, checksum in expected.items():
        path = home.root / name
        if not path.is_file():
            raise BackupError(f"{archive.name}: {name} is listed but missing")
        if _sha256(path) != checksum:
            raise BackupError(f"{archive.name}: {name} differs from its checksum")
        path.chmod(0o444)
    return len(expected)


def _sums(archive: Path, tar: tarfile.TarFile) -> dict[str, str]:
    """Name → checksum of every file that the archive lists. Raises BackupError where a name leads elsewhere."""
    member = tar.next()
    content = tar.extractfile(member) if member and member.name == SUMS else None
    if content is None:
        raise BackupError(f"{archive.name} does not begin with {SUMS}: it is no backup of a town")
    listed = (line.split("  ", 1) for line in content.read().decode().splitlines())
    expected = {name: checksum for checksum, name in listed}
    for name in expected:
        parts = Path(name).parts
        if Path(name).is_absolute() or parts[0] not in KEPT or ".." in parts:
            raise BackupError(f"{archive.name}: {name} lies outside the folders of a backup")
    return expected


def prune(folder: Path, town: str, keep: int) -> list[Path]:
    """Delete all but the newest `keep` archives of a town; returns those deleted."""
    archives = sorted(folder.glob(f"{town}-*.tar.gz"))
    old = archives[:-keep] if keep else archives
    for path in old:
        path.unlink()
    return old


def _files(root: Path) -> list[tuple[str, Path]]:
    """Name in the archive and path of every complete file; hidden folders are deposits still being written."""
    found = [path for kept in KEPT for path in (root / kept).rglob("*") if path.is_file()]
    names = [(path.relative_to(root).as_posix(), path) for path in found]
    return sorted((name, path) for name, path in names if not any(part.startswith(".") for part in Path(name).parts))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
