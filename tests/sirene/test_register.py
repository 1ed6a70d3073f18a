"""Reading one commune out of the national file."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.sirene.addresses import Address
from pipeline.sirene.register import RegisterError, scan_register


@pytest.mark.parametrize("suffix", ["parquet", "csv", "semicolons.csv"])
def test_an_establishment_with_a_shop_front_is_read_alike_from_every_kind_of_file(register, suffix: str) -> None:
    scan = scan_register(register({"enseigne1": "AU FIL DES PAGES"}, suffix=suffix), "92072")
    [one] = scan.establishments
    assert (one.siret, one.trade, one.is_active) == ("55210055400013", "bookshop", True)
    assert (one.created_on, one.sign) == (date(2026, 9, 1), "AU FIL DES PAGES")
    assert one.address == Address(3, 3, "", "rue eglise")


def test_other_communes_are_not_read(register) -> None:
    scan = scan_register(register({}, {"codeCommune": "92048"}), "92072")
    assert scan.in_town == 1


def test_paris_is_found_by_its_arrondissements(register) -> None:
    scan = scan_register(
        register({"codeCommune": "75101"}, {"codeCommune": "75120"}, {"codeCommune": "75056"}), "75056"
    )
    assert scan.in_town == 2


@pytest.mark.parametrize(
    ("nomenclature", "code", "trade"),
    [
        ("NAFRev2", "47.24Z", "bakery"),
        ("NAFRev2", "4724Z", "bakery"),
        ("NAF2025", "47.24Y", "bakery"),
        # A code counts only in the nomenclature that the row names: 47.24Y is none of rév. 2.
        ("NAFRev2", "47.24Y", None),
        ("NAF2025", "47.24Z", None),
        ("NAFRev1", "52.4R", None),
        ("NAFRev2", "64.19Z", None),  # a bank has no walk-in trade
        (None, "47.24Z", None),
    ],
)
def test_the_trade_is_read_in_the_nomenclature_that_the_row_names(register, nomenclature, code, trade) -> None:
    row = {"activitePrincipale": code, "nomenclatureActivitePrincipale": nomenclature}
    scan = scan_register(register(row), "92072")
    assert [one.trade for one in scan.establishments] == ([trade] if trade else [])
    assert scan.other_trades == (0 if trade else 1)


def test_the_code_of_the_nomenclature_to_come_is_read_where_the_file_has_it(register) -> None:
    row = {"activitePrincipale": "00.00Z", "activitePrincipaleNAF25Etablissement": "47.24Y"}
    assert [one.trade for one in scan_register(register(row), "92072").establishments] == ["bakery"]


def test_whoever_asked_not_to_be_shown_is_counted_and_not_read(register) -> None:
    scan = scan_register(register({"statutDiffusion": "P"}, {"statutDiffusion": "N"}, {}), "92072")
    assert (len(scan.establishments), scan.not_public, scan.in_town) == (1, 2, 3)


def test_what_cannot_be_read_is_counted(register) -> None:
    rows = ({"siret": "123"}, {"etatAdministratif": "X"}, {"siret": None}, {"statutDiffusion": None}, {})
    scan = scan_register(register(*rows), "92072")
    assert (scan.unreadable, scan.in_town) == (4, 5)


@pytest.mark.parametrize(
    ("written", "read"), [("1900-01-01", None), (None, None), ("[ND]", None), ("2020-02-03", date(2020, 2, 3))]
)
def test_a_date_that_the_register_does_not_know_is_unknown(register, written, read) -> None:
    [one] = scan_register(register({"dateCreation": written}), "92072").establishments
    assert one.created_on == read


def test_a_masked_address_is_none(register) -> None:
    [one] = scan_register(register({"numeroVoie": "[ND]", "libelleVoie": "[ND]"}), "92072").establishments
    assert one.address is None


def test_dates_and_codes_of_other_types_are_read_alike(register, tmp_path: Path) -> None:
    path = register({})
    frame = pl.read_parquet(path).with_columns(
        pl.col("dateCreationEtablissement").str.to_date(), pl.col("numeroVoieEtablissement").cast(pl.Int64)
    )
    frame.write_parquet(path)
    [one] = scan_register(path, "92072").establishments
    assert (one.created_on, one.address) == (date(2026, 9, 1), Address(3, 3, "", "rue eglise"))


def test_a_commune_that_is_not_in_the_file_is_refused(register) -> None:
    with pytest.raises(RegisterError, match="aucun établissement de la commune 92048"):
        scan_register(register({}), "92048")


def test_a_file_without_the_columns_is_refused_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("siret,nom\n1,2\n", "utf-8")
    with pytest.raises(RegisterError, match="statutDiffusionEtablissement"):
        scan_register(path, "92072")


@pytest.mark.parametrize("content", [b"", b"PAR1 but no parquet", b"\xff\xfe\x00\x01", b"PK\x03\x04..."])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "abime"
    path.write_bytes(content)
    with pytest.raises(RegisterError):
        scan_register(path, "92072")
