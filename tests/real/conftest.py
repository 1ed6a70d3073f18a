"""Real towns: real files through the deposit into a whole build, once for all the tests of a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town, load_town
from pipeline.deposit.deposit import deposit_file
from pipeline.deposit.receipt import Receipt
from pipeline.operations.new_town import make_town
from pipeline.settings import TownHome
from pipeline.warehouse import build, query


@dataclass(frozen=True, slots=True)
class RealTown:
    """A town with real uploads and its build. receipts: those of the real files, in order of deposit."""

    town: Town
    receipts: tuple[Receipt, ...]
    database: Path

    def accepted(self) -> pl.DataFrame:
        """What the uploads hold, as builds read it."""
        folders = [receipt.folder for receipt in self.receipts if receipt.folder]
        return pl.concat(pl.read_parquet(folder / "accepted.parquet") for folder in folders)

    def ask(self, sql: str) -> pl.DataFrame:
        return query(self.database, sql)

    def weeks(self) -> list[str]:
        return self.ask("SELECT iso_week FROM marts.mart_town_week ORDER BY week_start")["iso_week"].to_list()


Settle = Callable[..., RealTown]


@pytest.fixture(scope="session")
def settle(tmp_path_factory: pytest.TempPathFactory) -> Settle:
    """settle(name, timezone, files, as_of=…, counters=…): a new town, its counters in our template, the files, a build.

    The files are received two days before as_of, an hour after one another.
    """

    def settled(
        name: str, timezone: str, files: Sequence[Path], *, as_of: date, counters: Iterable[str] = ()
    ) -> RealTown:
        folder = tmp_path_factory.mktemp(name)
        make_town(folder / "towns", name, "00000", timezone, as_of.year)
        town, home = load_town(folder / "towns", name), TownHome(folder / "home" / name)
        listed = folder / "compteurs.csv"
        rows = "".join(f"{counter};{counter};oui;60\n" for counter in counters)
        listed.write_text(f"compteur;nom;dans_centre;pas_minutes\n{rows}", encoding="utf-8")
        received_at = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) - timedelta(days=2)
        receipts = []
        for number, path in enumerate([listed, *files] if rows else files):
            receipts.append(
                deposit_file(
                    path,
                    town=town,
                    home=home,
                    feed=None,
                    format=None,
                    by=None,
                    received_at=received_at + timedelta(hours=number),
                )
            )
        assert {receipt.status for receipt in receipts} == {"accepted"}
        return RealTown(town, tuple(receipts[-len(files) :]), build(town, home, as_of).path)

    return settled


@pytest.fixture(scope="session")
def iso_weeks() -> Callable[[date, date], list[str]]:
    """Every ISO week from that of one day to that of another, by the standard library."""

    def between(first: date, last: date) -> list[str]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return list(dict.fromkeys(day.strftime("%G-W%V") for day in days))

    return between
