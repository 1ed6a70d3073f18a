"""The command from end to end: the file that a person edits and deposits, and that no name is in anything it gives."""

import csv
import io
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.contract.town import Town
from pipeline.deposit.deposit import deposit_file
from pipeline.settings import TownHome
from pipeline.sirene.register import COLUMNS, OPTIONAL

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = ("DUPLANTIER", "Germaine", "Ferdinande", "Quincampoix")


@pytest.fixture
def run(tmp_path: Path, home: TownHome, monkeypatch: pytest.MonkeyPatch):
    """Run the command in the town's folders."""
    monkeypatch.setenv("CHALANDISE_HOME", str(home.root.parent))
    monkeypatch.setenv("CHALANDISE_TOWNS", str(tmp_path / "towns"))
    folder = tmp_path / "towns" / "sevres"
    folder.mkdir(parents=True)
    declared = (
        'name = "Sèvres"\ninsee_code = "92072"\ncountry = "FR"\ntimezone = "Europe/Paris"\nfrozen_on = 2026-11-23\n'
    )
    (folder / "town.toml").write_text(declared, "utf-8")
    out = tmp_path / "proposition.csv"

    def ran(file: Path, *words: str) -> Result:
        return CliRunner().invoke(main, ["sirene", str(file), "--town", "sevres", "--out", str(out), *words])

    return ran


def rows_of(path: Path) -> list[dict[str, str]]:
    notice, rest = path.read_text("utf-8-sig").split("\n", 1)
    assert notice.startswith("PROPOSITION tirée du registre national")
    return list(csv.DictReader(io.StringIO(rest), delimiter=";"))


CLOSED_BAKERY = {
    "etatAdministratif": "F",
    "siret": "73282932000074",
    "dateDebut": "2026-10-31",
    "activitePrincipale": "47.24Z",
}
PASTEUR = {"numeroVoie": "20", "libelleVoie": "PASTEUR"}


def test_the_proposal_is_the_template_with_what_a_person_needs_beside_it(run, register, tmp_path: Path) -> None:
    answer = run(register({"enseigne1": "AU FIL DES PAGES"}, CLOSED_BAKERY, {"libelleVoie": "AILLEURS"}), "--json")
    assert answer.exit_code == 0, answer.output
    closure, opening = rows_of(tmp_path / "proposition.csv")
    assert opening == {
        "local": "L003", "enseigne": "AU FIL DES PAGES", "activite": "Librairie", "ouverture": "01/09/2026",
        "fermeture": "", "motif": "", "siret": "55210055400013", "statut": "", "surface_m2": "",
        "proposition": "ouverture", "confiance": "forte", "raison": "même adresse",
        "adresse_du_local": "3 rue de l'Église",
    }  # fmt: skip
    assert closure == {
        "local": "L001", "enseigne": "Au Bon Pain", "activite": "Boulangerie-pâtisserie, chocolaterie",
        "ouverture": "01/02/2020", "fermeture": "31/10/2026", "motif": "", "siret": "73282932000074",
        "statut": "indépendant", "surface_m2": "65", "proposition": "fermeture", "confiance": "forte",
        "raison": "même SIRET, fermé au registre", "adresse_du_local": "12 Grande Rue",
    }  # fmt: skip
    told = json.loads(answer.stdout)
    assert (told["in_register"], told["openings"], told["closures"]) == (3, 1, 1)
    assert sum(told["not_proposed"].values()) == told["not_proposed"]["no_premises"] == 1
    assert "nothing is decided" in told["notice_en"]


def test_the_edited_proposal_is_deposited_and_its_own_columns_are_not_read(
    run, register, tmp_path: Path, sevres: Town, home: TownHome
) -> None:
    run(register({}, CLOSED_BAKERY))
    path = tmp_path / "proposition.csv"
    told = {"town": sevres, "home": home, "feed": None, "format": None, "by": "officer", "received_at": TODAY}
    unedited = deposit_file(path, **told)
    # The opening has no sign: the line waits for somebody who has stood before the shop.
    assert (unedited.feed, unedited.rows.accepted, unedited.rows.rejected) == ("shops", 1, 1)
    assert unedited.status == "waiting"
    path.write_text(path.read_text("utf-8-sig").replace("L003;;", "L003;La Plume;"), "utf-8")
    edited = deposit_file(path, **told)
    assert (edited.status, edited.rows.accepted, edited.rows.rejected) == ("accepted", 2, 0)
    assert edited.problem_counts["extra-header-warn"] == 4
    assert edited.rows.superseding == 1  # the bakery's row, which the closure sends again


def test_a_proposal_that_somebody_may_have_edited_is_not_written_over(run, register, tmp_path: Path) -> None:
    assert run(register({})).exit_code == 0
    assert run(register({})).exit_code == 0
    path = tmp_path / "proposition.csv"
    path.write_text("corrigé à la main", "utf-8")
    answer = run(register({}))
    assert (answer.exit_code, path.read_text("utf-8")) == (2, "corrigé à la main")
    assert "existe déjà" in answer.stderr


def test_nothing_enters_the_town_by_itself(run, register, home: TownHome) -> None:
    before = sorted(home.root.rglob("*"))
    assert run(register({}, CLOSED_BAKERY)).exit_code == 0
    assert sorted(home.root.rglob("*")) == before


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_no_name_of_a_person_is_in_anything_that_the_command_gives(
    run, register, tmp_path: Path, caplog: pytest.LogCaptureFixture, words: list[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    named = {
        "denominationUsuelle": "DUPLANTIER Germaine",
        "nomUniteLegale": "DUPLANTIER",
        "prenom1UniteLegale": "Germaine",
    }
    rows = [
        named,
        named | {"siret": "55210055400021", "enseigne1": "GERMAINE DUPLANTIER"} | PASTEUR,
        named | {"siret": "55210055400039", "enseigne1": "Boulangerie Duplantier", "libelleVoie": "AILLEURS"},
        named | {"siret": "55210055400047", "statutDiffusion": "P", "libelleVoie": "QUINCAMPOIX"},
        named | CLOSED_BAKERY | {"enseigne1": "CHEZ FERDINANDE"},
        named | {"siret": "Germaine", "enseigne1": "FERDINANDE"},
    ]  # fmt: skip
    answer = run(register(*rows), *words)
    assert answer.exit_code == 0, answer.output
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("StockEtablissement")]
    everything = [answer.stdout, answer.stderr, caplog.text, *(path.read_bytes().decode("latin-1") for path in kept)]
    assert len(rows_of(tmp_path / "proposition.csv")) == 3
    assert [name for name in NAMES for text in everything if name.casefold() in text.casefold()] == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"Germaine", b'Ger"ma\xff\xfe')),
        lambda path: path.write_bytes(path.read_bytes() + b'\n"DUPLANTIER Germaine,1,2'),
    ],
    ids=["cut", "not UTF-8", "open quote"],
)
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_no_name_of_a_person_is_in_the_error_of_a_damaged_file(run, register, damage, suffix: str) -> None:
    rows = [{"denominationUsuelle": "DUPLANTIER Germaine", "enseigne1": "DUPLANTIER Germaine"}] * 50
    path = register(*rows, suffix=suffix)
    damage(path)
    answer = run(path)
    told = answer.output + answer.stderr + repr(answer.exception)
    assert [name for name in NAMES if name.casefold() in told.casefold()] == []
    assert answer.exit_code in (0, 2)


def test_a_town_without_premises_is_told_to_deposit_them_first(run, register, home: TownHome) -> None:
    for receipt in home.uploads.glob("*/*premises*/receipt.json"):
        receipt.chmod(0o644)
        receipt.write_text(receipt.read_text("utf-8").replace('"status": "accepted"', '"status": "refused"'), "utf-8")
    answer = run(register({}))
    assert answer.exit_code == 2
    assert "déposez d'abord" in answer.stderr


def test_a_missing_file_is_refused(run, tmp_path: Path) -> None:
    answer = run(tmp_path / "absent.parquet", "--json")
    assert answer.exit_code == 2
    assert "no such file" in json.loads(answer.stdout)["error"]


def test_the_columns_that_hold_nothing_but_names_are_not_among_those_that_are_read() -> None:
    assert not [
        column for column in (COLUMNS | OPTIONAL).values() if column.lower().startswith(("denom", "nomu", "prenom"))
    ]
