"""The demo through the same door as anybody's files: each receipt names exactly the mistakes that were planted."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town, load_town
from pipeline.demo import deposit_demo
from pipeline.demo.files import DemoFile
from pipeline.demo.sevres import World
from pipeline.deposit.receipt import Receipt
from pipeline.settings import TownHome

pytestmark = pytest.mark.xdist_group("demo")


def test_every_file_is_accepted_as_what_it_is_and_marked_as_simulated(
    receipts: dict[str, Receipt], files: dict[str, DemoFile]
) -> None:
    assert list(receipts) == list(files)
    for name, receipt in receipts.items():
        assert (receipt.status, receipt.feed, receipt.is_demo) == ("accepted", files[name].feed, True), name


def test_every_receipt_names_exactly_the_planted_mistakes(
    receipts: dict[str, Receipt], files: dict[str, DemoFile]
) -> None:
    for name, receipt in receipts.items():
        said = Counter(problem["code"] for problem in receipt.problems if problem["severity"] != "repair")
        assert said == files[name].known_problems, name


def test_only_lines_that_cannot_be_read_are_rejected(receipts: dict[str, Receipt]) -> None:
    # Two words for numbers; 48 lines of a misspelt counter; one unknown premises; 14 of the hour that does not exist.
    rejected = {name: receipt.rows.rejected for name, receipt in receipts.items() if receipt.rows.rejected}
    assert rejected == {
        "comptages 2025-09.csv": 2,
        "comptages 2026-04.csv": 48,
        "mouvements 2026-03.csv": 1,
        "comptages 2026-03.csv": 14,
    }


def test_an_unknown_code_proposes_the_one_that_was_meant(receipts: dict[str, Receipt]) -> None:
    unknown = next(p for p in receipts["comptages 2026-04.csv"].problems if p["code"] == "unknown-counter")
    assert unknown["value"] == "BINELES"
    assert "BINELLES" in unknown["message"]


def test_a_file_sent_again_replaces_all_that_it_tells_again(receipts: dict[str, Receipt]) -> None:
    # June has 30 × 24 hours in 14 series; week 45 has 7 × 24; of April the 48 misspelt lines are new.
    assert receipts["comptages 2025-06 corrige.csv"].rows.superseding == 30 * 24 * 14
    assert receipts["comptages 2026-S45 corrige.csv"].rows.superseding == 7 * 24 * 14
    assert receipts["comptages 2026-04 corrige.csv"].rows.superseding == 30 * 24 * 14 - 48


def test_every_count_of_the_simulation_is_in_once(receipts: dict[str, Receipt], world: World) -> None:
    frames = []
    for receipt in receipts.values():
        if receipt.feed == "footfall":
            assert receipt.folder is not None
            frames.append(pl.read_parquet(receipt.folder / "accepted.parquet"))
    latest = pl.concat(frames).unique(["counter_id", "start_utc", "direction"], keep="last", maintain_order=True)
    sums = latest.group_by("counter_id", "direction").agg(pl.col("count").sum())
    found = {(counter, direction): count for counter, direction, count in sums.iter_rows()}
    french = {"total": "both", "entrant": "in", "sortant": "out"}
    assert found == {(one.counter.id, french[one.direction]): one.counts.sum() for one in world.series}


def test_the_second_run_changes_nothing(receipts: dict[str, Receipt], home: TownHome, sevres: Town) -> None:
    before = sorted(path.relative_to(home.root) for path in home.uploads.rglob("*"))
    again = deposit_demo(sevres, home)
    assert {receipt.status for receipt in again} == {"already_received"}
    assert [receipt.upload_id for receipt in again] == [receipt.upload_id for receipt in receipts.values()]
    assert sorted(path.relative_to(home.root) for path in home.uploads.rglob("*")) == before


def test_a_town_without_a_demonstration_is_told_which_have_one(tmp_path: Path, project: Path) -> None:
    folder = tmp_path / "towns" / "meudon"
    folder.mkdir(parents=True)
    (folder / "town.toml").write_text(
        'name = "Meudon"\ninsee_code = "92048"\ncountry = "FR"\ntimezone = "Europe/Paris"\n'
    )
    with pytest.raises(LookupError, match="sevres, auckland"):
        deposit_demo(load_town(tmp_path / "towns", "meudon"), TownHome(tmp_path / "home"))
