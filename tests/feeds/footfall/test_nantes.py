"""Nantes Métropole's wide layout. Its column Total is the witness: the format reads it only to check it.

awk -F';' 'NR>1{s[substr($2,1,7)]+=$27; for(i=3;i<=26;i++) if($i=="")b++; else if($i==0)z++}
           END{for(k in s)print k,s[k]; print b,z}'
gives 2025-10 539330, 2025-11 44070, 1114 empty hours and 3415 zeros.
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Shaped

pytestmark = pytest.mark.shared

FILE = "data/footfall/nantes/244400404_comptages-velo-nantes-metropole.csv"


@pytest.fixture(scope="module")
def nantes(shared: Path, recognised: Callable[[Path, str], tuple[str, Shaped]]) -> Shaped:
    name, shaped = recognised(shared / FILE, "Europe/Paris")
    assert name == "nantes-wide-hours"
    return shaped


@pytest.fixture(scope="module")
def passages(nantes: Shaped) -> pl.DataFrame:
    return nantes.values.with_columns(pl.col("count").cast(pl.Int64), pl.col("start").str.slice(0, 7).alias("month"))


def test_960_rows_give_24_hours_each(nantes: Shaped) -> None:
    assert nantes.table.counts.read == 960
    assert nantes.values.height == 960 * 24 == 23_040
    assert nantes.values["counter_id"].n_unique() == 56
    assert nantes.values.group_by("line").agg(pl.len(), pl.col("source_column").n_unique()).select(
        "len", "source_column"
    ).unique().rows() == [(24, 24)]


def test_the_first_row_reads_from_left_to_right(nantes: Shaped) -> None:
    # 787;2025-11-02;13;6;8;4;…
    first = nantes.values.filter(pl.col("line") == 2).head(4)
    assert first.select("counter_id", "start", "count", "source_column").rows() == [
        ("787", "2025-11-02T00:00:00", "13", "00"),
        ("787", "2025-11-02T01:00:00", "6", "01"),
        ("787", "2025-11-02T02:00:00", "8", "02"),
        ("787", "2025-11-02T03:00:00", "4", "03"),
    ]


def test_totals_by_month(passages: pl.DataFrame) -> None:
    assert dict(passages.group_by("month").agg(pl.col("count").sum()).rows()) == {"2025-10": 539_330, "2025-11": 44_070}


def test_totals_by_loop_and_month_are_those_that_the_city_states(shared: Path, passages: pl.DataFrame) -> None:
    stated: Counter[tuple[str, str]] = Counter()
    with (shared / FILE).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            stated[row["Numéro de boucle"], row["Jour"][:7]] += int(row["Total"])
    assert stated["785", "2025-10"] == 30_241  # by awk
    assert stated["989", "2025-11"] == 1_294
    found = passages.group_by("counter_id", "month").agg(pl.col("count").sum())
    assert {(loop, month): total for loop, month, total in found.rows()} == stated


def test_first_and_last_hour(nantes: Shaped) -> None:
    assert (nantes.values["start"].min(), nantes.values["start"].max()) == (
        "2025-10-18T00:00:00",
        "2025-11-02T23:00:00",
    )


def test_the_day_of_25_hours_has_24_columns_and_says_so(passages: pl.DataFrame) -> None:
    # 60 rows of 26 October; awk: hour 02 sums to 314, the day to 18200.
    autumn = passages.filter(pl.col("start").str.starts_with("2025-10-26"))
    assert autumn.height == 60 * 24
    assert autumn["count"].sum() == 18_200
    doubled = autumn.filter(pl.col("start") == "2025-10-26T02:00:00")  # naive: an interval of two hours for the check
    assert (doubled.height, doubled["count"].sum()) == (60, 314)


def test_what_was_not_counted_is_empty_and_what_is_zero_stays_zero(passages: pl.DataFrame) -> None:
    # 1,114 empty cells = 46 rows × 24 + 2 rows × 5; 3,415 zeros, of which 32 rows × 24 = 768 under the flag « Forte ».
    assert passages["count"].null_count() == 1_114 + 768
    assert (passages["count"] == 0).sum() == 3_415 - 768


def test_each_flagged_row_is_told(nantes: Shaped) -> None:
    # 78 rows « Forte », 3 rows « Faible »; every Total is the sum of its hours.
    assert dict(nantes.problems.group_by("key").len().rows()) == {
        "vendor-flag.zeros-not-counted": 78, "vendor-flag.kept": 3,
    }  # fmt: skip


def test_two_loops_come_three_times_a_day_and_the_format_keeps_all_three(nantes: Shaped) -> None:
    # Loops 672 and 673 on each of the 16 days: one row of zeros under « Forte » and two rows with different values.
    rows = nantes.values.group_by("counter_id", pl.col("start").str.slice(0, 10).alias("day")).agg(
        pl.col("line").n_unique()
    )
    tripled = rows.filter(pl.col("line") > 1)
    assert tripled["line"].unique().to_list() == [3]
    assert sorted(tripled["counter_id"].unique()) == ["672", "673"]
    assert tripled.height == 2 * 16
