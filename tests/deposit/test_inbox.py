"""The inbox: files that lie there are deposited, put away, and answered."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.contract.town import Town
from pipeline.deposit.inbox import InboxError, depth, take_in
from pipeline.deposit.receipt import Receipt
from pipeline.feeds import all_feeds
from pipeline.settings import TownHome

# Later than any file that a test writes; `quiet` is then long over.
NOW = datetime(2126, 11, 23, 9, 0, tzinfo=UTC)
TOWN_FILES = Path(__file__).parent / "town"
COUNTS = "compteur;debut;passages\nGR12;03/11/2025 14:00;5\n"


@pytest.fixture
def lay(home: TownHome) -> Callable[..., Path]:
    """Lay a file into the inbox."""

    def laid(name: str, text: str = COUNTS) -> Path:
        path = home.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return laid


@pytest.fixture
def take(town: Town, home: TownHome) -> Callable[..., list[Receipt]]:
    return lambda **more: take_in(town, home, NOW, **more)


def lay_town(lay) -> None:
    for path in TOWN_FILES.glob("*.csv"):
        lay(path.name, path.read_text(encoding="utf-8"))


def test_files_are_found_by_their_columns_and_taken_after_those_they_refer_to(lay, take, home: TownHome) -> None:
    lay_town(lay)
    lay("a-comptages.csv")
    receipts = take()
    assert [(r.feed, r.status) for r in receipts] == [
        ("neighbourhoods", "accepted"),
        ("counters", "accepted"),
        ("premises", "accepted"),
        ("footfall", "accepted"),
    ]
    assert sorted(path.name for path in (home.inbox / "done").iterdir()) == sorted(
        f"{receipt.upload_id}_{receipt.file_name}" for receipt in receipts
    )
    assert [path for path in home.inbox.iterdir() if path.is_file()] == []


def test_an_empty_inbox_gives_nothing(take) -> None:
    assert take() == []


def test_the_name_of_a_subfolder_says_the_feed(lay, take) -> None:
    lay("manual_counts/fichier.csv")
    [receipt] = take()
    assert (receipt.feed, receipt.status) == ("manual_counts", "refused")
    assert "wrong-feed" in receipt.problem_counts


def test_a_refused_file_gets_an_answer_in_french_beside_it(lay, take, home: TownHome) -> None:
    lay("comptages.csv")
    [receipt] = take()
    names = sorted(path.name for path in (home.inbox / "refused").iterdir())
    assert names == [f"{receipt.upload_id}_comptages.csv", f"{receipt.upload_id}_comptages.csv.reponse.txt"]
    answer = (home.inbox / "refused" / names[1]).read_text(encoding="utf-8-sig")
    assert "REFUSÉ" in answer
    assert "Aucun fichier « Compteurs » n'a encore été déposé" in answer
    assert take() == []


def test_an_accepted_file_with_rejected_lines_gets_an_answer_too(lay, take, home: TownHome) -> None:
    lay_town(lay)
    hours = "".join(f"GR12;03/11/2025 {hour:02d}:00;5\n" for hour in range(9))
    lay("comptages.csv", f"compteur;debut;passages\n{hours}GR12;03/11/2025 10:00;douze\n")
    take()
    [answer] = (home.inbox / "done").glob("*.reponse.txt")
    assert "Écrivez 12." in answer.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "name", [".comptages.csv", "~$comptages.xlsx", "comptages.csv.part", "Thumbs.db", "comptages.csv.tmp"]
)
def test_what_programs_leave_while_they_write_is_passed_over(lay, take, name: str) -> None:
    path = lay(name)
    assert take() == []
    assert path.exists()


def test_a_file_that_has_just_changed_waits_for_the_next_turn(lay, town: Town, home: TownHome) -> None:
    path = lay("comptages.csv")
    changed = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert take_in(town, home, changed + timedelta(seconds=10), quiet=timedelta(seconds=30)) == []
    assert len(take_in(town, home, changed + timedelta(seconds=40), quiet=timedelta(seconds=30))) == 1


def test_a_file_that_cannot_be_deposited_stays_and_the_others_are_done(lay, take, monkeypatch) -> None:
    import pipeline.deposit.inbox as inbox

    lay_town(lay)
    broken = lay("comptages.csv")
    real = inbox.deposit_file

    def deposit_file(path: Path, **told) -> Receipt:
        if path == broken:
            raise OSError("disk full")
        return real(path, **told)

    monkeypatch.setattr(inbox, "deposit_file", deposit_file)
    with pytest.raises(InboxError, match=r"comptages\.csv: OSError: disk full") as error:
        take()
    assert [receipt.status for receipt in error.value.receipts] == ["accepted"] * 3
    assert broken.exists()


def test_every_feed_comes_after_those_it_refers_to() -> None:
    for feed in all_feeds().values():
        for column in feed.columns:
            if column.references:
                assert depth(column.references) < depth(feed.name)


@pytest.mark.parametrize(
    "name", ["c" * 251 + ".csv", "comptages." + "c" * 240, os.fsdecode(b"comptages\xff.csv"), "comptages\nACCEPTE.csv"]
)
def test_a_name_that_cannot_be_written_down_does_not_stop_the_inbox(lay, take, home: TownHome, name: str) -> None:
    lay(name)
    [receipt] = take()
    assert receipt.file_name.isprintable()
    assert len(receipt.file_name.encode()) <= 120
    assert sorted(path.name for path in (home.inbox / "refused").iterdir()) == [
        f"{receipt.upload_id}_{receipt.file_name}",
        f"{receipt.upload_id}_{receipt.file_name}.reponse.txt",
    ]


def test_whatever_error_one_file_causes_the_others_are_done(lay, take, monkeypatch) -> None:
    import pipeline.deposit.inbox as inbox

    lay_town(lay)
    real = inbox.deposit_file

    def deposit_file(path: Path, **told) -> Receipt:
        if "locaux" in path.name or "premises" in path.name:
            raise UnicodeEncodeError("utf-8", "é", 0, 1, "surrogates not allowed")
        return real(path, **told)

    monkeypatch.setattr(inbox, "deposit_file", deposit_file)
    with pytest.raises(InboxError, match="UnicodeEncodeError") as error:
        take()
    assert len(error.value.receipts) == 2


def test_links_pipes_and_folders_of_no_feed_are_named_and_not_followed(
    lay, take, home: TownHome, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(COUNTS)
    home.inbox.mkdir(parents=True)
    (home.inbox / "lien.csv").symlink_to(secret)
    os.mkfifo(home.inbox / "tuyau.csv")
    lay("Novembre/comptages.csv")
    lay("@eaDir/index.db")
    with pytest.raises(InboxError) as error:
        take()
    assert error.value.receipts == []
    said = str(error.value).split("; ")
    assert [one.split(":")[0] for one in said] == ["lien.csv", "tuyau.csv", "Novembre/"]
    assert (home.inbox / "lien.csv").is_symlink()


AGENDA = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:noel
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:20261212
SUMMARY:Marché de Noël
ORGANIZER;CN=Germaine Duplantier:mailto:germaine@duplantier.example
END:VEVENT
END:VCALENDAR
"""
RECORDS = (
    '[{"uid": 101, "title_fr": "Braderie", "contributor_contactname": "Germaine Duplantier", '
    '"timings": [{"begin": "2026-06-20T08:00:00+02:00", "end": "2026-06-20T18:00:00+02:00"}]}]'
)


@pytest.mark.parametrize(
    ("name", "text", "folder"),
    [
        ("agenda.ics", AGENDA, "done"),
        ("agenda.json", RECORDS, "done"),
        ("agenda", RECORDS, "done"),
        ("agenda.ics", AGENDA.replace("DTSTART", "DTSTOP"), "refused"),
        ("agenda.json", RECORDS.replace("timings", "dates"), "refused"),
    ],
)
def test_of_an_agenda_the_inbox_keeps_what_the_upload_keeps(
    lay, take, home: TownHome, name: str, text: str, folder: str
) -> None:
    path = lay(name, text)
    [receipt] = take()
    put_away = home.inbox / folder / f"{receipt.upload_id}_{name}"
    assert not path.exists()
    assert put_away.read_bytes() == next(receipt.folder.glob("original*")).read_bytes()
    held = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file()).lower()
    assert b"duplantier" not in held


def test_the_same_agenda_again_is_put_away_alike(lay, take, home: TownHome) -> None:
    for _ in range(2):
        lay("agenda.ics", AGENDA)
        [receipt] = take()
    assert receipt.status == "already_received"
    assert b"duplantier" not in b"".join(p.read_bytes() for p in (home.inbox / "done").iterdir()).lower()


def test_of_a_file_with_personal_data_only_the_answer_stays(lay, take, home: TownHome) -> None:
    lay_town(lay)
    lay("comptages.csv", "compteur;debut;passages;mac\nGR12;03/11/2025 14:00;5;00:1B:44:11:3A:B7\n")
    receipt = take()[-1]
    assert (receipt.status, list(receipt.problem_counts)) == ("refused", ["personal-data"])
    assert [path.name for path in (home.inbox / "refused").iterdir()] == [
        f"{receipt.upload_id}_comptages.csv.reponse.txt"
    ]
    held = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert b"00:1B:44" not in held


def test_a_file_above_the_limit_is_refused_without_being_read(lay, town: Town, home: TownHome) -> None:
    path = lay("comptages.csv")
    with path.open("r+b") as file:
        file.truncate(3 * 10**6)
    small = TownHome(home.root, largest_upload_mb=2)
    [receipt] = take_in(town, small, NOW)
    assert (receipt.status, receipt.problem_counts) == ("refused", {"encoding-error": 1})
    put_away = home.inbox / "refused" / f"{receipt.upload_id}_comptages.csv"
    assert put_away.stat().st_size == 3 * 10**6
    assert "la limite est de 2 Mo" in put_away.with_name(f"{put_away.name}.reponse.txt").read_text("utf-8-sig")
