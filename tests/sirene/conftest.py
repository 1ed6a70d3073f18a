"""A register of a few lines, and a town with premises and shops."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit.deposit import deposit_file
from pipeline.settings import TownHome

DEPOSITED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEIGHBOURHOODS = "quartier;nom;population;annee;source;lat;lon\n920720106;Centre;2000;2016;Insee;48.82;2.21\n"
PREMISES = """local;adresse;rue;quartier;secteur
L001;12 Grande Rue;Grande Rue;920720106;centre
L002;14 bis Grande Rue;Grande Rue;920720106;centre
L003;3 rue de l'Église;rue de l'Église;920720106;centre
L004;5-9 avenue du Maréchal Foch;avenue du Maréchal Foch;920720106;centre
L005;20 rue Pasteur;rue Pasteur;920720106;centre
L006;20 rue Pasteur;rue Pasteur;920720106;centre
"""
SHOPS = """local;enseigne;activite;ouverture;fermeture;siret;statut;surface_m2
L001;Au Bon Pain;boulangerie;01/02/2020;;73282932000074;indépendant;65
L002;Fleurs et Jardins;fleuriste;;;;;
"""

# One line of the register as Insee writes it; each test says what differs.
ROW = {
    "siren": "552100554",
    "nic": "00013",
    "siret": "55210055400013",
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2026-09-01",
    "trancheEffectifsEtablissement": "NN",
    "etatAdministratifEtablissement": "A",
    "dateDebut": "2026-09-01",
    "enseigne1Etablissement": None,
    "denominationUsuelleEtablissement": None,
    "numeroVoieEtablissement": "3",
    "typeVoieEtablissement": "RUE",
    "libelleVoieEtablissement": "DE L EGLISE",
    "codePostalEtablissement": "92310",
    "codeCommuneEtablissement": "92072",
    "activitePrincipaleEtablissement": "47.61Z",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
}
SHORT = {name.removesuffix("Etablissement"): name for name in ROW}

Register = Callable[..., Path]


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Write a register: each row says, by the column's name without « Etablissement », what differs from ROW."""

    def written(*rows: dict[str, str | None], suffix: str = "parquet", **more: str) -> Path:
        path = tmp_path / f"StockEtablissement.{suffix}"
        full = [ROW | {SHORT.get(name, name): value for name, value in (more | row).items()} for row in rows]
        frame = pl.DataFrame(full, schema=dict.fromkeys({name: None for row in full for name in row}, pl.String))
        if suffix == "parquet":
            frame.write_parquet(path)
        else:
            frame.write_csv(path, separator=";" if suffix == "semicolons.csv" else ",")
        return path

    return written


@pytest.fixture
def sevres(tmp_path: Path) -> Town:
    return Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", tmp_path / "towns" / "sevres")


@pytest.fixture
def home(tmp_path: Path, sevres: Town) -> TownHome:
    """The town's folders, with its premises and shops deposited on 2 March 2026."""
    home = TownHome(tmp_path / "home" / sevres.id)
    for feed, text in (("neighbourhoods", NEIGHBOURHOODS), ("premises", PREMISES), ("shops", SHOPS)):
        deposit(home, sevres, tmp_path, feed, text)
    return home


def deposit(home: TownHome, town: Town, folder: Path, feed: str, text: str) -> None:
    path = folder / f"{feed}.csv"
    path.write_text(text, encoding="utf-8")
    told = {"feed": feed, "format": None, "by": None, "received_at": DEPOSITED}
    receipt = deposit_file(path, town=town, home=home, **told)
    assert receipt.status == "accepted", receipt.problems
