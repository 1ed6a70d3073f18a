"""Whole deposits: each folder of cases/ is a file as a volunteer sends it, and what its receipt must say."""

import csv
import json
import stat
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit import annotated, line_ranges
from pipeline.deposit.deposit import UnknownFormatError, deposit_file
from pipeline.deposit.receipt import Receipt, render_receipt
from pipeline.deposit.store import list_uploads
from pipeline.derive import polars_schema
from pipeline.feeds import get_feed
from pipeline.settings import TownHome

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("cases/*/expected.json"))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEADER = "compteur;debut;passages\n"

Deposit = Callable[..., Receipt]


@pytest.fixture
def deposit(town: Town, home: TownHome, tmp_path: Path) -> Deposit:
    """Deposit a file (a path, or the text of a new one), one minute after the one before."""
    clock = iter(NOW + timedelta(minutes=minute) for minute in range(100))

    def deposited(file: Path | str, feed: str | None = "footfall", **more) -> Receipt:
        if isinstance(file, str):
            path = tmp_path / "comptages.csv"
            path.write_text(file, encoding="utf-8")
        else:
            path = file
        told = {"town": town, "home": home, "format": None, "by": "Jeanne", "received_at": next(clock)} | more
        return deposit_file(path, feed=feed, **told)

    return deposited


@pytest.fixture
def given(deposit: Deposit) -> Callable[[Iterable[str]], None]:
    """Deposit the town's own reference files first."""

    def deposited(feeds: Iterable[str] = ("neighbourhoods", "counters", "premises")) -> None:
        for feed in feeds:
            assert deposit(HERE / "town" / f"{feed}.csv", feed).status == "accepted"

    return deposited


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_receipt_says_what_became_of_the_file(case: Path, deposit: Deposit, given) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    given(expected["given"])
    [path] = [path for path in case.iterdir() if path.name != "expected.json"]
    receipt = deposit(path, expected["feed"])
    told = receipt.as_json()
    assert receipt.status == expected["status"], told["problems"]
    assert receipt.exit_code == expected["exit_code"]
    assert receipt.feed == expected.get("found", expected["feed"])
    for part in ("rows", "values"):
        assert told[part] == expected.get(part, told[part])
    if "problems" in expected:
        assert [[p["line"], p["code"], p["severity"]] for p in told["problems"]] == expected["problems"]
    for words in expected.get("says", []):
        assert words in render_receipt(receipt)
    assert receipt.folder is not None
    stored = sorted(file.name for file in receipt.folder.iterdir())
    assert stored == expected.get("files", stored)
    assert (receipt.folder / f"original{path.suffix}").exists() is ("files" not in expected)


def test_every_line_that_was_read_is_accounted_for(deposit: Deposit, given) -> None:
    given()
    rows = deposit(HERE / "cases/comptages-avec-fautes/comptages.csv").rows
    assert rows.read == rows.accepted + rows.rejected + rows.blank + rows.repeated_header


def test_what_is_stored_can_be_read_again(deposit: Deposit, given) -> None:
    given()
    receipt = deposit(HERE / "cases/comptages-avec-fautes/comptages.csv")
    folder = receipt.folder
    assert folder is not None
    assert folder.parent.name == "2026"
    assert folder.name.startswith("20261123T0903")
    accepted = pl.read_parquet(folder / "accepted.parquet")
    assert accepted.schema == polars_schema(get_feed("footfall"))
    assert accepted.height == 22
    rejected = pl.read_parquet(folder / "rejected.parquet")
    assert rejected.select("line", "count").rows() == [(23, "douze"), (27, "4")]
    assert json.loads((folder / "receipt.json").read_text(encoding="utf-8")) == receipt.as_json()
    assert Receipt.from_json(receipt.as_json(), folder) == receipt
    assert all(not path.stat().st_mode & stat.S_IWUSR for path in folder.iterdir())


def test_the_sender_gets_their_lines_back_with_the_problem_beside_each(deposit: Deposit, given) -> None:
    given()
    folder = deposit(HERE / "cases/comptages-avec-fautes/comptages.csv").folder
    assert folder is not None
    text = (folder / "annotated.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfligne;")
    rows = {row["ligne"]: row for row in csv.DictReader(text.decode("utf-8-sig").splitlines(), delimiter=";")}
    assert rows["23"]["passages"] == "douze"
    assert rows["23"]["problemes"] == "« passages » : « douze » n'est pas un nombre. Écrivez 12."
    assert rows["2"]["problemes"] == ""


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_bad_lines_are_told_of_alike_however_many_are_dealt_with_at_once(
    at_once: int, deposit: Deposit, given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given()
    bad = ["GR12;03/11/2025 10:00;douze", "GR12;03/11/2025 11:00", "GR99;32/13/2025 11:00;x", 'GR12;"12;4']
    good = [f"GR12;04/11/2025 {hour:02}:00;{hour}" for hour in range(9)]
    lines = [line for pair in zip(good, [*bad, *bad, "GR12;05/11/2025 11:00;7;"], strict=True) for line in pair]
    text = "\n".join(["compteur;debut;passages", *lines])
    whole = deposit(text).folder
    monkeypatch.setattr(line_ranges, "LINES_AT_ONCE", at_once)
    parts = deposit(text + "\n").folder
    assert whole is not None
    assert parts is not None
    assert (parts / "annotated.csv").read_bytes() == (whole / "annotated.csv").read_bytes()
    rejected = [pl.read_parquet(folder / "rejected.parquet") for folder in (parts, whole)]
    assert rejected[0].equals(rejected[1])
    assert rejected[0]["line"].to_list() == [3, 5, 7, 9, 11, 13, 15, 17, 19]


def test_of_a_long_file_only_the_lines_with_a_problem_come_back(
    deposit: Deposit, given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given()
    monkeypatch.setattr(annotated, "ALL_ROWS_UP_TO", 3)
    rows = [
        "GR12;03/11/2025 10:00;1",
        "GR12;03/11/2025 11:00;douze",
        "GR12;03/11/2025 12:00;3",
        "GR12;03/11/2025 13:00",
    ]
    folder = deposit(
        "\n".join(["compteur;debut;passages", *rows, "GR12;03/11/2025 14:00;5", rows[0][:-1] + "9"])
    ).folder
    assert folder is not None
    _, *lines = (folder / "annotated.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["2", "3", "5", "7"]


@pytest.mark.parametrize("header", ["*", "^x$", "^.*$"])
def test_a_file_with_a_header_like_a_pattern_has_its_receipt(header: str, deposit: Deposit, given) -> None:
    given()
    rows = ["GR12;01/11/2025 10:00;4;u", "GR12;01/11/2025 11:00;5;w"]
    receipt = deposit("\n".join([f"compteur;debut;passages;{header}", *rows]))
    assert (receipt.status, receipt.rows.accepted) == ("accepted", 2)
    assert receipt.folder is not None
    first, *_ = (receipt.folder / "annotated.csv").read_text(encoding="utf-8-sig").splitlines()
    assert first == f"ligne;compteur;debut;passages;{header} (colonne 4);problemes"


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(deposit: Deposit) -> None:
    text = 'evenement;debut;fin;lieu\n"=HYPERLINK(""http://x"")";13/12/2025 10:00;13/12/2025 19:00;-12\n'
    folder = deposit(text, "events").folder
    assert folder is not None
    [row] = csv.DictReader((folder / "annotated.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert row["evenement"] == '\'=HYPERLINK("http://x")'
    assert row["lieu"] == "-12"


def test_a_header_that_a_spreadsheet_would_run_is_disarmed_too(deposit: Deposit) -> None:
    text = "evenement;debut;fin;=cmd|calc\nMarché;13/12/2025 10:00;13/12/2025 19:00;＝1+1\n"
    folder = deposit(text, "events").folder
    assert folder is not None
    [row] = csv.DictReader((folder / "annotated.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert row["'=cmd|calc"] == "'＝1+1"


def test_the_same_bytes_again_change_nothing(deposit: Deposit, given, home: TownHome) -> None:
    given()
    first = deposit(HEADER + "GR12;03/11/2025 14:00;5\n")
    before = sorted(home.root.rglob("*"))
    again = deposit(HEADER + "GR12;03/11/2025 14:00;5\n")
    assert (again.status, again.upload_id, again.exit_code) == ("already_received", first.upload_id, 0)
    assert sorted(home.root.rglob("*")) == before


def test_two_senders_of_the_same_file_at_once_make_one_upload(deposit: Deposit, given, home: TownHome) -> None:
    given()
    path = HERE / "cases" / "comptages-propres" / "comptages.csv"
    with ThreadPoolExecutor(2) as pool:
        receipts = [future.result() for future in [pool.submit(deposit, path) for _ in range(2)]]
    assert sorted(receipt.status for receipt in receipts) == ["accepted", "already_received"]
    assert [upload.feed for upload in list_uploads(home)].count("footfall") == 1


def test_the_same_bytes_found_by_their_columns_are_the_same_file(deposit: Deposit, given) -> None:
    given()
    first = deposit(HEADER + "GR12;03/11/2025 14:00;5\n")
    assert deposit(HEADER + "GR12;03/11/2025 14:00;5\n", None).upload_id == first.upload_id


def test_a_refused_file_may_be_sent_again_once_its_reason_is_gone(deposit: Deposit, given) -> None:
    assert deposit(HEADER + "GR12;03/11/2025 14:00;5\n").status == "refused"
    given()
    assert deposit(HEADER + "GR12;03/11/2025 14:00;5\n").status == "accepted"


def test_keys_that_an_earlier_upload_holds_are_counted_as_superseding(deposit: Deposit, given) -> None:
    given()
    deposit(HEADER + "GR12;03/11/2025 14:00;5\nGR12;03/11/2025 15:00;5\n")
    receipt = deposit(HEADER + "GR12;03/11/2025 15:00;6\nGR12;03/11/2025 16:00;5\n")
    assert (receipt.rows.accepted, receipt.rows.superseding) == (2, 1)


def test_a_town_of_simulated_data_takes_no_real_file_and_keeps_nothing_of_it(deposit: Deposit, town: Town) -> None:
    receipt = deposit(HEADER + "GR12;03/11/2025 14:00;5\n", town=replace(town, is_demo=True))
    assert (receipt.status, [p["code"] for p in receipt.problems]) == ("refused", ["wrong-town"])
    assert receipt.folder is not None
    assert [path.name for path in receipt.folder.iterdir()] == ["receipt.json"]


def test_a_real_town_takes_no_simulated_file(deposit: Deposit) -> None:
    receipt = deposit(HEADER + "GR12;03/11/2025 14:00;5\n", is_demo_source=True)
    assert [p["code"] for p in receipt.problems] == ["wrong-town"]


def test_a_simulated_file_in_a_town_of_simulated_data_is_marked(deposit: Deposit, town: Town) -> None:
    path = HERE / "town" / "neighbourhoods.csv"
    receipt = deposit(path, "neighbourhoods", town=replace(town, is_demo=True), is_demo_source=True)
    assert (receipt.status, receipt.as_json()["is_demo"]) == ("accepted", True)


def test_the_clock_of_an_archive_may_stand_later_than_the_deposit(deposit: Deposit, given, town: Town) -> None:
    given()
    text = HEADER + "GR12;25/12/2026 14:00;5\n"
    assert deposit(text).status == "refused"
    assert deposit(text, town=replace(town, frozen_on=date(2026, 12, 31))).status == "accepted"


def test_an_unknown_feed_or_format_lists_those_that_exist(deposit: Deposit) -> None:
    with pytest.raises(KeyError, match="footfall"):
        deposit(HEADER, "passages")
    with pytest.raises(UnknownFormatError, match=r"« acme » ; les formats connus sont : .*template"):
        deposit(HEADER, format="acme")


def test_what_a_killed_deposit_left_is_removed_by_the_next(deposit: Deposit, home: TownHome, given) -> None:
    left = home.uploads / ".incoming-0123456789abcdef"
    left.mkdir(parents=True)
    (left / "original.csv").write_text("compteur")
    given(["neighbourhoods"])
    assert not left.exists()
    assert [upload.feed for upload in list_uploads(home)] == ["neighbourhoods"]


def test_a_workbook_with_a_drop_down_and_dates_is_read(deposit: Deposit, given, tmp_path: Path) -> None:
    given()
    path = tmp_path / "comptages.xlsx"
    frame = pl.DataFrame(
        {
            "compteur": ["GR12", "GR12"],
            "debut": [datetime(2025, 11, 3, 14), datetime(2025, 11, 3, 15)],
            "passages": [128, None],
        }
    )
    frame.write_excel(path)
    receipt = deposit(path)
    assert (receipt.status, receipt.rows.accepted, receipt.values.not_counted) == ("accepted", 2, 1)
    assert receipt.folder is not None
    accepted = pl.read_parquet(receipt.folder / "accepted.parquet")
    assert accepted.select("start", "count", "line").rows() == [
        (datetime(2025, 11, 3, 14), 128.0, 2),
        (datetime(2025, 11, 3, 15), None, 3),
    ]


def test_the_first_thousand_problems_are_shown_and_all_are_counted(deposit: Deposit, given) -> None:
    given()
    rows = [f"GR12;{NOW + timedelta(hours=hour) - timedelta(days=100):%d/%m/%Y %H:%M};x\n" for hour in range(1500)]
    receipt = deposit(HEADER + "".join(rows))
    assert (len(receipt.problems), receipt.truncated) == (1000, True)
    assert receipt.problem_counts["type-error"] == 1500
    assert receipt.folder is not None
    annotated = (receipt.folder / "annotated.csv").read_text(encoding="utf-8-sig")
    assert annotated.count("n'est pas un nombre") == 1500


def test_a_file_above_the_limit_is_refused_and_nothing_of_it_is_kept(deposit: Deposit, given, home: TownHome) -> None:
    given()
    row = "GR12;03/11/2025 14:00;5\n"
    largest = HEADER + row + " " * (10**6 - len(HEADER + row))
    told = {"home": replace(home, largest_upload_mb=1)}
    receipt = deposit(largest + " ", **told)
    assert (receipt.status, receipt.rows.read, receipt.problem_counts) == ("refused", 0, {"encoding-error": 1})
    assert receipt.problems[0]["message"] == (
        "le fichier est trop gros (2 Mo) : la limite est de 1 Mo. Envoyez-le en plusieurs parties, par exemple une par "
        "année."
    )
    assert [path.name for path in receipt.folder.iterdir()] == ["receipt.json"]
    assert deposit(largest, **told).status == "accepted"


def test_a_long_value_is_cut_in_all_that_is_said(deposit: Deposit, given) -> None:
    given()
    receipt = deposit(f"{HEADER}GR12;03/11/2025 14:00;5\nGR12;03/11/2025 15:00;{'x' * 900_000}\n")
    [problem] = [problem for problem in receipt.problems if problem["code"] == "type-error"]
    assert problem["value"] == "x" * 200 + "… (900000 caractères)"
    assert "x… (900000 characters)” is not a number" in problem["message_en"]
    assert (receipt.folder / "receipt.json").stat().st_size < 5_000
    # The sender's own cell stands there whole, and once.
    *_, cell, said = (receipt.folder / "annotated.csv").read_text(encoding="utf-8-sig").splitlines()[2].split(";", 4)
    assert (len(cell), len(said) < 500) == (900_000, True)


def test_a_header_that_is_endless_gives_a_small_receipt(deposit: Deposit) -> None:
    receipt = deposit(";".join(f"inconnue{number}" for number in range(10_000)) + "\n1;2\n", feed=None)
    assert (receipt.status, receipt.problems[0]["code"]) == ("refused", "wrong-feed")
    assert (receipt.folder / "receipt.json").stat().st_size < 5_000
