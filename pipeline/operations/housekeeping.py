"""Retention, backup, and the drill that proves the backup: restored, built again, and compared mart by mart."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.contract.town import Town
from pipeline.operations.backup import backup, prune, restore
from pipeline.settings import TownHome
from pipeline.warehouse import build, checksums, current, newest_build, publications

KEPT_BACKUPS = 8
KEPT_ALERTS_DAYS = 90


@dataclass(frozen=True, slots=True)
class Drill:
    """What the restore drill found. different: tables whose content is not that of the published build."""

    archive: Path
    build_id: str
    files: int
    tables: int
    different: list[str]

    @property
    def is_good(self) -> bool:
        return not self.different


def restore_drill(town: Town, home: TownHome, archive: Path) -> Drill | None:
    """Restore an archive into a temporary home, build there and here as of the published day, and compare every table.

    Both builds are of today's code, so that only the data can differ. Returns None when nothing is published yet. The
    revision ledger is not compared: it tells of publications, which a backup does not hold.
    """
    published = current(home)
    if published is None:
        return None
    as_of = date.fromisoformat(published.stem[:10])
    expected = checksums(home, build(town, home, as_of).build_id)
    with tempfile.TemporaryDirectory(prefix="chalandise-drill-") as folder:
        drill_home = TownHome(Path(folder) / town.id)
        files = restore(archive, drill_home)
        rebuilt = build(town, drill_home, as_of)
        found = checksums(drill_home, rebuilt.build_id)
    names = sorted(set(expected) | set(found))
    different = [name for name in names if expected.get(name) != found.get(name)]
    return Drill(archive, rebuilt.build_id, files, len(names), different)


def remove_old_builds(home: TownHome) -> list[str]:
    """Delete the working folders of builds that are neither published nor the newest; they come back identical."""
    kept = {publication.build_id for publication in publications(home)} | {newest_build(home)}
    removed = []
    for folder in sorted(home.builds.glob("*")):
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder)
            removed.append(folder.name)
    return removed


def remove_old_alerts(home: TownHome, at: datetime) -> int:
    """Delete alert files older than 90 days; returns how many."""
    limit = at.timestamp() - KEPT_ALERTS_DAYS * 86_400
    old = [path for path in home.alerts.glob("*.json") if path.stat().st_mtime < limit]
    for path in old:
        path.unlink()
    return len(old)


def housekeeping(town: Town, home: TownHome, backups: Path, at: datetime) -> dict[str, object]:
    """Back up, prove the backup, then clean; the report of `chalandise housekeeping`."""
    archive = backup(home, backups, at)
    drill = restore_drill(town, home, archive)
    return {
        "backup": str(archive),
        "backup_bytes": archive.stat().st_size,
        "drill": None
        if drill is None
        else {"build_id": drill.build_id, "files": drill.files, "tables": drill.tables, "different": drill.different},
        "removed_backups": [path.name for path in prune(backups, home.root.name, KEPT_BACKUPS)],
        "removed_builds": remove_old_builds(home),
        "removed_alerts": remove_old_alerts(home, at),
    }
