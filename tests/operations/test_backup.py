"""A backup holds what cannot be made again, and a restore trusts nothing."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.operations.backup import BackupError, backup, prune, restore
from pipeline.settings import TownHome

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> TownHome:
    home = TownHome(tmp_path / "here" / "sevres")
    upload = home.uploads / "2026" / "20261120T120000-footfall-0123456789ab"
    upload.mkdir(parents=True)
    (upload / "original.csv").write_bytes(b"compteur;debut;passages\r\nA;01/11/2026 10:00;12\r\n")
    (upload / "receipt.json").write_text("{}", "utf-8")
    home.decisions.mkdir()
    (home.decisions / "20261121T080000-withdraw-x.json").write_text("{}", "utf-8")
    (home.uploads / ".incoming-dead").mkdir()
    (home.uploads / ".incoming-dead" / "original.csv").write_bytes(b"half")
    (home.root / "marts").mkdir()
    (home.root / "marts" / "x.duckdb").write_bytes(b"derived")
    return home


def test_a_restored_backup_holds_every_upload_and_decision_byte_for_byte(home: TownHome, tmp_path: Path) -> None:
    archive = backup(home, tmp_path / "backups", AT)
    there = TownHome(tmp_path / "there" / "sevres")
    assert restore(archive, there) == 3
    for folder in ("uploads/2026", "decisions"):
        sent = {p.relative_to(home.root): p.read_bytes() for p in (home.root / folder).rglob("*") if p.is_file()}
        kept = {p.relative_to(there.root): p.read_bytes() for p in (there.root / folder).rglob("*") if p.is_file()}
        assert kept == sent


def test_what_is_derived_or_half_written_is_not_in_the_backup(home: TownHome, tmp_path: Path) -> None:
    archive = backup(home, tmp_path / "backups", AT)
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert not [name for name in names if "marts" in name or ".incoming" in name]


def test_restoring_over_uploads_is_refused(home: TownHome, tmp_path: Path) -> None:
    archive = backup(home, tmp_path / "backups", AT)
    with pytest.raises(BackupError, match="already holds uploads"):
        restore(archive, home)


def test_a_changed_byte_in_the_archive_is_found(home: TownHome, tmp_path: Path) -> None:
    archive = backup(home, tmp_path / "backups", AT)
    forged = tmp_path / "forged.tar.gz"
    with tarfile.open(archive) as source, tarfile.open(forged, "w:gz") as target:
        for member in source.getmembers():
            content = source.extractfile(member).read()
            if member.name.endswith("original.csv"):
                content = content.replace(b";12", b";99")
            target.addfile(member, io.BytesIO(content))
    with pytest.raises(BackupError, match=r"original\.csv differs from its checksum"):
        restore(forged, TownHome(tmp_path / "there" / "sevres"))


def test_an_archive_that_writes_elsewhere_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    forged = tmp_path / "forged.tar.gz"
    sums = b"0" * 64 + b"  uploads/../../escaped.txt\n"
    with tarfile.open(forged, "w:gz") as tar:
        for name, content in (("SHA256SUMS", sums), ("uploads/../../escaped.txt", b"x")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(BackupError, match="outside the folders of a backup"):
        restore(forged, TownHome(tmp_path / "there" / "sevres"))
    assert not (tmp_path / "escaped.txt").exists()
    assert not (tmp_path / "there").exists()


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("photos"))
    with pytest.raises(BackupError, match="no backup of a town"):
        restore(other, TownHome(tmp_path / "there" / "sevres"))


def test_only_the_newest_archives_are_kept(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"sevres-2026110{day}T040000.tar.gz").touch()
    (tmp_path / "meudon-20261101T040000.tar.gz").touch()
    prune(tmp_path, "sevres", keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "meudon-20261101T040000.tar.gz",
        "sevres-20261104T040000.tar.gz",
        "sevres-20261105T040000.tar.gz",
    ]
