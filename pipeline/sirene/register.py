"""The national file of establishments (StockEtablissement): a town's shops out of 40 million rows, never loaded whole.

What may name a person stays in here: see `signs`. No error carries a value of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.trades import all_trades
from pipeline.sirene.addresses import Address, read_address
from pipeline.sirene.signs import safe_sign

# Our name → the register's. Columns that hold nothing but names are not among them.
COLUMNS = {
    "siret": "siret",
    "diffusion": "statutDiffusionEtablissement",
    "created_on": "dateCreationEtablissement",
    "state": "etatAdministratifEtablissement",
    "changed_on": "dateDebut",
    "sign": "enseigne1Etablissement",
    "number": "numeroVoieEtablissement",
    "kind": "typeVoieEtablissement",
    "street": "libelleVoieEtablissement",
    "commune": "codeCommuneEtablissement",
    "naf": "activitePrincipaleEtablissement",
    "nomenclature": "nomenclatureActivitePrincipaleEtablissement",
}
# Not in every edition of the file.
OPTIONAL = {
    "repetition": "indiceRepetitionEtablissement",
    "last_number": "dernierNumeroVoieEtablissement",
    "naf_2025": "activitePrincipaleNAF25Etablissement",
}
PUBLIC = "O"
HIDDEN = "[ND]"  # what the register writes in the place of what it may not show
UNKNOWN_DATE = date(1900, 1, 1)  # what it writes for a date that it does not know
# The register knows the arrondissements of these towns, not the town.
ARRONDISSEMENTS = {"75056": (75101, 75120), "69123": (69381, 69389), "13055": (13201, 13216)}
SNIFFED = 1 << 16


class RegisterError(ValueError):
    """The file cannot be used; the message says why, in French, without a value of the file."""


@dataclass(frozen=True, slots=True)
class Establishment:
    """An establishment with a shop front. trade: code of our nomenclature; sign: only where it cannot name a person.

    created_on, changed_on: None where the register does not know; of a closed one `changed_on` is when it closed.
    """

    siret: str
    trade: str
    is_active: bool
    created_on: date | None
    changed_on: date | None
    sign: str | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What the register holds of a town. in_town: all rows; the others count what of them is not proposed, and why.

    other_trades: no shop front, or a code of a nomenclature that is no longer used. not_public: their holder
    asked that they not be shown. unreadable: no SIRET, or a state other than A (active) or F (closed).
    in_town = len(establishments) + other_trades + not_public + unreadable.
    """

    establishments: tuple[Establishment, ...]
    in_town: int
    other_trades: int
    not_public: int
    unreadable: int


def scan_register(file: Path, insee_code: str) -> Scan:
    """The establishments of a commune with a trade that people walk into. file: Parquet or CSV.

    Raises RegisterError where the file is not the register, cannot be read, or knows nothing of the commune.
    """
    rows = _rows_of(file, insee_code)
    if rows.is_empty():
        raise RegisterError(
            f"aucun établissement de la commune {insee_code} dans ce fichier : est-ce le fichier national ?"
        )
    is_readable = (
        pl.col("siret").str.contains(r"^\d{14}$")
        & pl.col("state").is_in(["A", "F"])
        & pl.col("diffusion").is_not_null()
    ).fill_null(False)
    readable = rows.filter(is_readable)
    walk_in = readable.with_columns(_trade().alias("trade")).drop_nulls("trade")
    public = walk_in.filter(pl.col("diffusion") == PUBLIC)
    return Scan(
        establishments=tuple(_establishment(row) for row in public.sort("siret").iter_rows(named=True)),
        in_town=rows.height,
        other_trades=readable.height - walk_in.height,
        not_public=walk_in.height - public.height,
        unreadable=rows.height - readable.height,
    )


def _rows_of(file: Path, insee_code: str) -> pl.DataFrame:
    """The rows of a commune under our names, as text; [ND] and empty cells are null."""
    try:
        lazy = _opened(file)
        names = lazy.collect_schema().names()
        if missing := [name for name in COLUMNS.values() if name not in names]:
            raise RegisterError(f"ce n'est pas le fichier StockEtablissement : il y manque {', '.join(missing)}")
        wanted = COLUMNS | {ours: theirs for ours, theirs in OPTIONAL.items() if theirs in names}
        found = (
            lazy.filter(pl.col(COLUMNS["commune"]).is_in(_communes(insee_code)))
            .select(pl.col(theirs).cast(pl.String).alias(ours) for ours, theirs in wanted.items())
            .collect(engine="streaming")
        )
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError):
        # The engine quotes the cells that it cannot read: its words, which may hold a name, end here.
        raise RegisterError("le fichier ne se lit pas : il est abîmé, incomplet, ou n'est ni Parquet ni CSV") from None
    absent = [pl.lit(None, pl.String).alias(ours) for ours in OPTIONAL if ours not in wanted]
    return found.with_columns(
        pl.when(~pl.all().str.strip_chars().is_in(["", HIDDEN])).then(pl.all().str.strip_chars())
    ).with_columns(absent)


def _opened(file: Path) -> pl.LazyFrame:
    with file.open("rb") as opened:
        top = opened.read(SNIFFED)
    if top.startswith(b"PAR1"):
        return pl.scan_parquet(file)
    if top.startswith(b"PK"):
        raise RegisterError("le fichier est une archive : décompressez-la, puis donnez le fichier CSV qu'elle contient")
    header = top.split(b"\n", 1)[0]
    return pl.scan_csv(file, separator=";" if header.count(b";") > header.count(b",") else ",", infer_schema=False)


def _communes(insee_code: str) -> list[str]:
    if insee_code not in ARRONDISSEMENTS:
        return [insee_code]
    first, last = ARRONDISSEMENTS[insee_code]
    return [str(code) for code in range(first, last + 1)]


def _trade() -> pl.Expr:
    """Our code of a trade that people walk into, else null. The nomenclature that a row names is the one meant."""
    current, coming = _walk_in_codes()
    told, code = pl.col("nomenclature"), _plain(pl.col("naf"))
    by_code = (
        pl.when(told == "NAFRev2")
        .then(code.replace_strict(current, default=None))
        .when(told == "NAF2025")
        .then(code.replace_strict(coming, default=None))
    )
    return pl.coalesce(by_code, _plain(pl.col("naf_2025")).replace_strict(coming, default=None))


def _plain(code: pl.Expr) -> pl.Expr:
    return code.str.replace_all(".", "", literal=True).str.to_uppercase()


@cache
def _walk_in_codes() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Code without its dot → our trade, in NAF rév. 2 and in NAF 2025."""
    trades = [trade for trade in all_trades().values() if trade.is_walk_in]
    current = {code.replace(".", ""): trade.code for trade in trades for code in trade.naf_rev2}
    coming = {code.replace(".", ""): trade.code for trade in trades for code in trade.naf_2025}
    return current, coming


def _establishment(row: Mapping[str, Any]) -> Establishment:
    number = " ".join(part for part in (row["number"], row["repetition"]) if part)
    if row["last_number"]:
        number = f"{row['number']}-{row['last_number']}"
    return Establishment(
        siret=row["siret"],
        trade=row["trade"],
        is_active=row["state"] == "A",
        created_on=_day(row["created_on"]),
        changed_on=_day(row["changed_on"]),
        sign=safe_sign(row["sign"]),
        address=read_address(" ".join(part for part in (number, row["kind"], row["street"]) if part)),
    )


def _day(text: str | None) -> date | None:
    """A day as the register writes it; None where it does not know."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return None if day == UNKNOWN_DATE else day
