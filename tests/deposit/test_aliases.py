"""Other names of what the town declares: proposed by nobody but a person, used from the next deposit on."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit.aliases import Alias, AliasError, learn, list_aliases, read_aliases
from pipeline.deposit.deposit import deposit_file
from pipeline.deposit.receipt import Receipt, render_receipt
from pipeline.deposit.references import Known
from pipeline.deposit.store import list_uploads, withdraw
from pipeline.settings import TownHome

TOWN = Path(__file__).parent / "town"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEADER = "compteur;debut;passages\n"
Deposit = Callable[..., Receipt]


@pytest.fixture
def deposit(town: Town, home: TownHome, tmp_path: Path) -> Deposit:
    """deposit(text, minute=…): a file of counts sent that many minutes after the town's own files."""

    def sent(file: Path | str, feed: str = "footfall", minute: int = 1) -> Receipt:
        path = tmp_path / "comptages.csv" if isinstance(file, str) else file
        if isinstance(file, str):
            path.write_text(HEADER + file, encoding="utf-8")
        at = NOW + timedelta(minutes=minute)
        return deposit_file(path, town=town, home=home, feed=feed, format=None, by=None, received_at=at)

    for feed in ("neighbourhoods", "counters", "premises"):
        assert sent(TOWN / f"{feed}.csv", feed, 0).status == "accepted"
    return sent


def decide(home: TownHome, name: str, code: str | None, minute: int = 2, feed: str = "counters") -> dict[str, object]:
    return learn(home, Alias(feed, name, code, "écrit ainsi par la régie", "Mme X", NOW + timedelta(minutes=minute)))


def codes_of(receipt: Receipt) -> list[str]:
    assert receipt.folder is not None
    return pl.read_parquet(receipt.folder / "accepted.parquet")["counter_id"].to_list()


def test_a_name_that_looks_like_a_known_one_is_proposed_and_not_learned(deposit: Deposit, home: TownHome) -> None:
    receipt = deposit("GR 12;03/11/2025 14:00;5\n")
    assert (receipt.status, receipt.problems[0]["code"]) == ("refused", "unknown-counter")
    assert "Vouliez-vous dire « GR12 »" in receipt.problems[0]["message"]
    assert list_aliases(home) == []


def test_a_decided_name_is_repaired_and_said(deposit: Deposit, home: TownHome) -> None:
    decide(home, "Grande Rue bas", "GR12")
    receipt = deposit("Grande Rue bas;03/11/2025 14:00;5\nGR14;03/11/2025 14:00;6\n", minute=3)
    assert codes_of(receipt) == ["GR12", "GR14"]
    assert (receipt.rows.accepted, receipt.rows.repaired) == (2, 1)
    told = "Ligne 2, colonne « compteur » : « Grande Rue bas » est compris comme « GR12 », comme il a été décidé."
    assert [problem["message"] for problem in receipt.problems] == [told]


def test_case_accents_and_hyphens_do_not_matter_as_anywhere(deposit: Deposit, home: TownHome) -> None:
    decide(home, "Grande Rue bas", "GR12")
    assert codes_of(deposit("GRANDE-RUE BAS;03/11/2025 14:00;5\n", minute=3)) == ["GR12"]


def test_a_name_on_every_line_of_a_file_is_said_once(deposit: Deposit, home: TownHome) -> None:
    decide(home, "bas", "GR12")
    decide(home, "haut", "GR14")
    lines = [f"{name};{day:02d}/10/2025 14:00;5\n" for name in ("bas", "haut") for day in range(1, 31)]
    receipt = deposit("".join(lines), minute=3)
    assert (receipt.rows.accepted, receipt.rows.repaired) == (60, 60)
    assert [(p["line"], p["value"]) for p in receipt.problems] == [(2, "bas"), (32, "haut")]
    assert "De même pour 29 autre(s) case(s)" in render_receipt(receipt)


def test_what_is_stored_stays_as_it_is_and_the_same_file_may_come_again(deposit: Deposit, home: TownHome) -> None:
    text = "bas;03/11/2025 14:00;5\n" + "".join(f"GR12;04/11/2025 {hour}:00;5\n" for hour in range(10, 20))
    first = deposit(text)
    assert (first.rows.accepted, first.rows.rejected) == (10, 1)
    assert deposit(text, minute=2).status == "already_received"
    decide(home, "bas", "GR12", minute=3)
    assert codes_of(first) == ["GR12"] * 10
    again = deposit(text, minute=4)
    assert (again.status, again.rows.accepted, again.rows.superseding) == ("accepted", 11, 10)
    assert deposit(text, minute=5).status == "already_received"


def test_a_file_may_come_again_once_the_counter_that_it_named_is_declared(deposit: Deposit, tmp_path: Path) -> None:
    text = "QUAI;03/11/2025 14:00;5\n" + "".join(f"GR12;04/11/2025 {hour}:00;5\n" for hour in range(10, 20))
    assert deposit(text).rows.rejected == 1
    more = tmp_path / "compteurs.csv"
    more.write_text("compteur;nom;dans_centre;pas_minutes\nQUAI;Quai;oui;60\n", encoding="utf-8")
    assert deposit(more, "counters", minute=2).status == "accepted"
    assert deposit(text, minute=3).rows.accepted == 11


def test_a_file_whose_lines_are_rejected_for_another_reason_is_received_once(deposit: Deposit, tmp_path: Path) -> None:
    text = "GR12;03/11/2025 14:00;douze\n" + "".join(f"GR12;04/11/2025 {hour}:00;5\n" for hour in range(10, 20))
    assert deposit(text).rows.rejected == 1
    more = tmp_path / "compteurs.csv"
    more.write_text("compteur;nom;dans_centre;pas_minutes\nQUAI;Quai;oui;60\n", encoding="utf-8")
    deposit(more, "counters", minute=2)
    assert deposit(text, minute=3).status == "already_received"


def test_the_last_decision_on_a_name_holds_and_each_is_kept(home: TownHome, deposit: Deposit) -> None:
    decide(home, "bas", "GR12", 2)
    decide(home, "Bas", "GR14", 3)
    assert read_aliases(home) == {"counters": {"bas": "GR14"}}
    decide(home, "bas", None, 4)
    assert read_aliases(home) == {}
    names = sorted(path.name for path in home.decisions.iterdir())
    assert [name[:36] for name in names] == [f"20261123T090{minute}00000000-alias-counters" for minute in (2, 3, 4)]
    first = json.loads((home.decisions / names[0]).read_text(encoding="utf-8"))
    assert (first["kind"], first["from"], first["to"], first["by"]) == ("alias", "bas", "GR12", "Mme X")


def test_decisions_on_names_and_on_uploads_live_side_by_side(home: TownHome, deposit: Deposit) -> None:
    receipt = deposit("GR12;03/11/2025 14:00;5\n")
    decide(home, "bas", "GR12")
    withdraw(home, receipt.upload_id, why="essai", by=None, at=NOW + timedelta(minutes=5))
    assert [upload.status for upload in list_uploads(home)] == ["accepted"] * 3 + ["withdrawn"]
    assert [alias.code for alias in list_aliases(home)] == ["GR12"]


@pytest.mark.parametrize(
    ("feed", "name", "code", "message"),
    [
        ("counters", "bas", "GR13", "« GR13 » n'existe pas dans « Compteurs ». Vouliez-vous dire"),
        ("counters", "GR14", "GR12", "« GR14 » existe dans « Compteurs »"),
        ("weather", "bas", "GR12", "ceux qui sont cités : counters, neighbourhoods, premises"),
        ("counters", " ", "GR12", "le nom à comprendre est vide"),
        ("counters", "bas", None, "« bas » n'est l'autre nom de rien"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(home, deposit, feed, name, code, message: str) -> None:
    with pytest.raises(AliasError, match=message):
        decide(home, name, code, feed=feed)
    assert not home.decisions.exists()


def test_a_code_that_is_declared_later_is_itself_again(check_text) -> None:
    known = Known({"counters": frozenset({"GR12", "BAS"})}, aliases={"counters": {"bas": "GR12"}})
    checked = check_text("footfall", "compteur;debut;passages\nBAS;03/11/2025 14:00;5", known)
    assert checked.accepted["counter_id"].to_list() == ["BAS"]


def test_an_alias_of_a_code_that_is_gone_repairs_nothing(check_text) -> None:
    known = Known({"counters": frozenset({"GR14"})}, aliases={"counters": {"bas": "GR12"}})
    checked = check_text("footfall", "compteur;debut;passages\nbas;03/11/2025 14:00;5", known)
    assert checked.accepted.height == 0
