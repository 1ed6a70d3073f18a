"""One commune out of a national register: `chalandise sirene` on 40 million synthetic establishments in Parquet.

The file has the register's columns, its order (by SIREN, so that a commune is scattered over all of it) and
cardinalities close to the real ones. Time and peak memory are those of the whole command, in a process of its own.
Goal: at most 10 s and 1 GB. Writes bench/results/sirene.json. Run: make bench-sirene
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from pipeline.contract.trades import all_trades

PROJECT = Path(__file__).resolve().parent.parent
CHALANDISE = str(Path(sys.executable).with_name("chalandise"))
ROWS, CHUNK, ROW_GROUP = 40_000_000, 2_000_000, 500_000
INSEE, COMMUNES, STREETS, SIGNS = "92072", 34_900, 200_000, 300_000
RANK = 500  # of the commune by size
GOAL_SECONDS, GOAL_BYTES = 10.0, 1 << 30
RUNS = 3
PREMISES = 300


def pools(random: np.random.Generator) -> dict[str, pl.Series]:
    """The distinct values of each column that repeats."""
    days = [(date(1973, 1, 1) + timedelta(days=day)).isoformat() for day in range(19_500)]
    trades = [code for trade in all_trades().values() for code in trade.naf_rev2]
    other = [f"{n:02d}.{m:02d}Z" for n in range(1, 99) for m in range(10, 16)]
    communes = [f"{code:05d}" for code in random.choice(np.arange(1_001, 96_000), COMMUNES - 1, replace=False)]
    return {
        "commune": pl.Series([*communes[:RANK], INSEE, *(code for code in communes[RANK:] if code != INSEE)]),
        "street": pl.Series([f"DE LA VOIE {number}" for number in range(STREETS)]),
        "sign": pl.Series([f"ENSEIGNE {number}" for number in range(SIGNS)]),
        "naf": pl.Series([*trades, *other]),
        "day": pl.Series(days),
        "kind": pl.Series(["RUE", "AV", "BD", "PL", "CHE", "IMP", "ALL", "RTE", None]),
        "size": pl.Series(["NN", "00", "01", "02", "03", "11", "12", None]),
    }


def chunk(first: int, rows: int, pool: dict[str, pl.Series], random: np.random.Generator) -> pl.DataFrame:
    """Some rows of the register, sorted by SIREN. A third have a sign or a usual name; half are closed."""

    def drawn(name: str, skew: float = 1.0, filled: float = 1.0) -> pl.Series:
        values = pool[name]
        places = (random.random(rows) ** skew * len(values)).astype(np.uint32)
        series = values.gather(places)
        return series if filled == 1.0 else series.set(pl.Series(random.random(rows) >= filled), None)

    siren = pl.Series(100_000_000 + (np.arange(first, first + rows, dtype=np.int64) * 0.7).astype(np.int64) * 20)
    nic = pl.Series(random.integers(10, 99_999, rows))
    siret = siren * 100_000 + nic
    is_active = pl.Series(random.random(rows) < 0.4)
    return pl.DataFrame(
        {
            "siren": siren.cast(pl.String),
            "nic": nic.cast(pl.String).str.zfill(5),
            "siret": siret.cast(pl.String),
            "statutDiffusionEtablissement": pl.Series(["O", "P"]).gather((random.random(rows) < 0.1).astype(np.uint32)),
            "dateCreationEtablissement": drawn("day", 0.5),
            "trancheEffectifsEtablissement": drawn("size", 2.0),
            "etatAdministratifEtablissement": pl.Series(["F", "A"]).gather(is_active.cast(pl.UInt32)),
            "dateDebut": drawn("day", 0.4),
            "enseigne1Etablissement": drawn("sign", 1.0, 0.15),
            "denominationUsuelleEtablissement": drawn("sign", 1.0, 0.08),
            "numeroVoieEtablissement": pl.Series(random.geometric(0.03, rows)).cast(pl.String),
            "typeVoieEtablissement": drawn("kind", 2.0),
            "libelleVoieEtablissement": drawn("street", 2.0),
            "codePostalEtablissement": drawn("commune", 3.0),
            "codeCommuneEtablissement": drawn("commune", 3.0),
            "activitePrincipaleEtablissement": drawn("naf"),
            "nomenclatureActivitePrincipaleEtablissement": pl.Series(["NAFRev2", "NAFRev1", "NAP"]).gather(
                (random.random(rows) ** 3 * 3).astype(np.uint32)
            ),
        }
    )


def write_register(path: Path) -> None:
    random = np.random.default_rng(92_072)
    pool = pools(random)
    writer = None
    for first in range(0, ROWS, CHUNK):
        table = chunk(first, CHUNK, pool, random).to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=ROW_GROUP)
        print(f"{first + CHUNK:>12,} rows", file=sys.stderr)
    if writer:
        writer.close()


def prepare_town(folder: Path, environment: dict[str, str]) -> None:
    """A town with a list of premises and one of shops, deposited as anybody's."""
    premises = [f"L{n:03d};{n % 30 + 1} rue de la Voie {n};rue de la Voie {n};Q1;centre" for n in range(PREMISES)]
    shops = [f"L{n:03d};Commerce {n};boulangerie;" for n in range(0, PREMISES, 2)]
    files = {
        "neighbourhoods": [
            "quartier;nom;population;annee;source;lat;lon",
            "Q1;Centre;1000;2016;Insee;48.82;2.2",
        ],
        "premises": ["local;adresse;rue;quartier;secteur", *premises],
        "shops": ["local;enseigne;activite;ouverture", *shops],
    }
    run(["new-town", "banc", "--insee", INSEE], environment)
    for feed, lines in files.items():
        path = folder / f"{feed}.csv"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        run(["deposit", str(path), "--town", "banc", "--feed", feed], environment)


def run(words: list[str], environment: dict[str, str]) -> None:
    subprocess.run([CHALANDISE, *words], env=environment, check=True, capture_output=True)


def measured(words: list[str], environment: dict[str, str], out: Path) -> tuple[float, int, dict[str, object]]:
    """Seconds, peak resident bytes and answer of one command."""
    with out.open("wb") as answer:
        begun = time.perf_counter()
        child = subprocess.Popen([CHALANDISE, *words], env=environment, stdout=answer)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"chalandise ended with {child.returncode}")
    return seconds, usage.ru_maxrss * 1024, json.loads(out.read_text("utf-8"))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"CHALANDISE_HOME": str(folder / "home"), "CHALANDISE_TOWNS": str(folder / "towns")}
        (folder / "towns").mkdir()
        prepare_town(folder, environment)
        register = folder / "StockEtablissement.parquet"
        # In a process of its own: a child begins with the peak memory of the process that starts it.
        subprocess.run([sys.executable, __file__, str(register)], check=True)
        words = ["sirene", str(register), "--town", "banc", "--json", "--out", str(folder / "proposition.csv")]
        runs = [measured(words, environment, folder / "answer.json") for _ in range(RUNS)]
        size = register.stat().st_size
    seconds, peak, answer = min(told[0] for told in runs), max(told[1] for told in runs), runs[0][2]
    found = {
        "rows": ROWS,
        "file_mb": round(size / 1e6),
        "seconds": [round(told[0], 2) for told in runs],
        "best_seconds": round(seconds, 2),
        "peak_rss_mb": round(peak / 1e6),
        "goal_seconds": GOAL_SECONDS,
        "goal_rss_mb": round(GOAL_BYTES / 1e6),
        "is_reached": seconds <= GOAL_SECONDS and peak <= GOAL_BYTES,
        "found": {key: answer[key] for key in ("in_register", "openings", "closures")},
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "polars": version("polars"),
    }
    results = PROJECT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "sirene.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_register(Path(sys.argv[1]))
    else:
        main()
