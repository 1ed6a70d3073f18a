"""A town that builds night after night, keeping what it can, has the figures of one that builds once from nothing."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.contract.town import Town
from pipeline.deposit.receipt import Receipt
from pipeline.deposit.store import list_uploads
from pipeline.settings import TownHome
from pipeline.warehouse import build, checksums

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("demo")]
EARLIER, LATER = date(2026, 9, 14), date(2026, 11, 23)


def copied(home: TownHome, folder: Path, until: date) -> TownHome:
    """A home with the uploads that were received before a day."""
    other = TownHome(folder)
    for upload in list_uploads(home):
        if upload.received_at.date() < until:
            place = other.uploads / upload.folder.relative_to(home.uploads)
            if not place.exists():
                shutil.copytree(upload.folder, place)
    return other


def test_nights_one_after_the_other_equal_one_night(
    sevres: Town, home: TownHome, receipts: dict[str, Receipt], tmp_path: Path
) -> None:
    assert receipts
    nightly = copied(home, tmp_path / "nightly", EARLIER)
    build(sevres, nightly, EARLIER)
    kept = {path.name for path in (nightly.kept / "footfall").iterdir()}
    copied(home, tmp_path / "nightly", LATER)
    second = build(sevres, nightly, LATER)
    assert kept & {path.name for path in (nightly.kept / "footfall").iterdir()}, "nothing was kept"
    once = copied(home, tmp_path / "once", LATER)
    whole = build(sevres, once, LATER)
    assert second.build_id == whole.build_id
    found, expected = checksums(nightly, second.build_id), checksums(once, whole.build_id)
    assert [name for name in expected if found[name] != expected[name]] == []
