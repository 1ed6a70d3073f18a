"""Uploads on disk and the decisions about them."""

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.deposit import store
from pipeline.deposit.receipt import Receipt
from pipeline.deposit.store import (
    DecisionError,
    UnknownUploadError,
    approve,
    find_upload,
    list_uploads,
    new_upload_id,
    one_at_a_time,
    put,
    receive,
    withdraw,
)
from pipeline.settings import DamagedHomeError, TownHome

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHA = "abcdef0123456789" * 4


def stored(home: TownHome, status="accepted", at=NOW) -> str:
    """Store an upload that holds nothing but its receipt; give its id."""
    with one_at_a_time(home):
        upload_id = new_upload_id(home, at, "footfall", SHA)
        told = (upload_id, "essai", "footfall", "template", SHA, status, at, None, "comptages.csv", False)
        put(home, Receipt(*told), {})
    return upload_id


def test_an_upload_is_named_after_its_moment_feed_and_content(home: TownHome) -> None:
    assert stored(home) == "20261123T090000-footfall-abcdef012345"
    assert stored(home) == "20261123T090000-footfall-abcdef012345-2"


def test_the_year_of_the_folder_is_that_of_the_deposit(home: TownHome) -> None:
    upload_id = stored(home, at=datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
    assert find_upload(home, upload_id).folder == home.uploads / "2027" / upload_id


def test_a_writer_that_fails_leaves_no_upload(home: TownHome) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    receipt = Receipt("x", "essai", "footfall", None, SHA, "accepted", NOW, None, "a.csv", False)
    with pytest.raises(OSError, match="disk full"), one_at_a_time(home):
        put(home, receipt, {"original.csv": fail})
    assert list_uploads(home) == []
    stored(home)
    assert [path.name for path in home.uploads.iterdir() if path.name.startswith(".incoming")] == []


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 164, 165, 228, 1000])
def test_our_copy_of_a_file_is_its_bytes_whatever_its_size(
    home: TownHome, size: int, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(store, "WHOLE", 100)
    monkeypatch.setattr(store, "PIECE", 64)
    sent = tmp_path / "sent.csv"
    data = random.Random(size).randbytes(size)
    sent.write_bytes(data)
    with one_at_a_time(home), receive(home, sent) as received:
        assert received.path.read_bytes() == data
        assert received.sha256.result() == hashlib.sha256(data).hexdigest()
        assert received.whole == (data if size <= 100 else None)
    assert not received.path.exists()


def test_a_town_without_uploads_lists_none(home: TownHome) -> None:
    assert list_uploads(home) == []


def test_uploads_are_listed_in_the_order_of_deposit(home: TownHome) -> None:
    late, early = stored(home, at=NOW), stored(home, at=NOW - timedelta(days=400))
    assert [upload.upload_id for upload in list_uploads(home)] == [early, late]


def test_a_withdrawn_upload_enters_no_build_and_stays_where_it_is(home: TownHome) -> None:
    upload_id = stored(home)
    before = find_upload(home, upload_id).folder.joinpath("receipt.json").read_bytes()
    record = withdraw(home, upload_id, why="mauvais compteur", by="Anne", at=NOW)
    upload = find_upload(home, upload_id)
    assert (upload.status, upload.is_effective) == ("withdrawn", False)
    assert upload.folder.joinpath("receipt.json").read_bytes() == before
    [file] = home.decisions.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["why"] == "mauvais compteur"
    assert record["status"] == "withdrawn"


def test_an_upload_that_waits_may_be_approved_and_then_withdrawn(home: TownHome) -> None:
    upload_id = stored(home, "waiting")
    assert not find_upload(home, upload_id).is_effective
    approve(home, upload_id, why="vu avec l'association", by="Anne", at=NOW)
    assert find_upload(home, upload_id).is_effective
    withdraw(home, upload_id, why="finalement non", by="Anne", at=NOW + timedelta(hours=1))
    assert find_upload(home, upload_id).status == "withdrawn"


@pytest.mark.parametrize("status", ["accepted", "refused"])
def test_only_what_waits_can_be_approved(home: TownHome, status: str) -> None:
    upload_id = stored(home, status)
    with pytest.raises(DecisionError, match=upload_id):
        approve(home, upload_id, why="", by=None, at=NOW)


def test_what_is_withdrawn_cannot_be_withdrawn_again(home: TownHome) -> None:
    upload_id = stored(home)
    withdraw(home, upload_id, why="erreur", by=None, at=NOW)
    with pytest.raises(DecisionError, match="retiré"):
        withdraw(home, upload_id, why="erreur", by=None, at=NOW)


def test_an_unknown_upload_is_said_to_be_unknown(home: TownHome) -> None:
    with pytest.raises(UnknownUploadError, match="rien"):
        withdraw(home, "rien", why="", by=None, at=NOW)


@pytest.mark.parametrize("text", [None, '{"upload_id": "2026', "[]", "{}"])
def test_an_upload_without_a_whole_receipt_is_said_and_not_passed_over(home: TownHome, text: str | None) -> None:
    upload_id = stored(home)
    receipt = find_upload(home, upload_id).folder / "receipt.json"
    receipt.unlink()
    if text is not None:
        receipt.write_text(text)
    with pytest.raises(DamagedHomeError, match=rf"{upload_id} has no whole receipt.*restore it from a backup"):
        list_uploads(home)


DECISION = {"kind": "withdraw", "upload_id": "", "why": "", "by": None, "at": "2026-11-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "withdrow"}, "'withdrow' is none of withdraw, approve, alias"),
        ({"at": "2026-11-01T00:00:00"}, "has no time zone"),
        ({"at": None}, "is no decision"),
        ({"reason": "x"}, "expected are kind, upload_id, why, by, at"),
        ({"upload_id": "20261123T090000-footfall-0"}, "20261123T090000-footfall-0, which is no upload"),
    ],
)
def test_a_decision_that_was_written_wrongly_by_hand_is_not_without_effect(home: TownHome, change, said) -> None:
    decision = DECISION | {"upload_id": stored(home)} | change
    home.decisions.mkdir(parents=True)
    (home.decisions / "retrait.json").write_text(json.dumps(decision))
    with pytest.raises(DamagedHomeError, match=said):
        list_uploads(home)
