"""hystreet as Würzburg publishes it. Figures from the raw file by awk, file.csv being passanten_wuerzburg.csv:

awk -F';' 'NR>1{n[$5]++; s[$5" "substr($1,1,7)]+=$4} END{for(k in n)print k,n[k]; for(k in s)print k,s[k]}' file.csv
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Shaped

pytestmark = pytest.mark.shared

# Passages a month, January to December 2024.
MONTHS = {
    "Kaiserstraße": [548669, 564726, 575498, 633839, 629504, 603967, 639194, 588609, 597848, 713547, 693391, 695016],
    "Schönbornstraße": [
        638496,
        639355,
        723140,
        742120,
        759888,
        730167,
        783158,
        792442,
        786777,
        907921,
        857495,
        1060439,
    ],
    "Spiegelstraße": [353927, 350204, 405154, 446674, 409505, 429633, 405376, 384844, 377391, 422768, 456393, 520174],
}


@pytest.fixture(scope="module")
def wuerzburg(shared: Path, recognised: Callable[[Path, str], tuple[str, Shaped]]) -> Shaped:
    name, shaped = recognised(shared / "data/footfall/wuerzburg/passanten_wuerzburg.csv", "Europe/Berlin")
    assert name == "hystreet"
    return shaped


def test_every_row_is_there_and_no_hour_twice(wuerzburg: Shaped) -> None:
    assert wuerzburg.table.counts.read == 26_018
    assert wuerzburg.values.height == 26_018
    assert wuerzburg.values["line"].to_list() == list(range(2, 26_020))
    assert wuerzburg.values.select("counter_id", "start").is_duplicated().sum() == 0


def test_totals_by_street_and_month(wuerzburg: Shaped) -> None:
    found = (
        wuerzburg.values.group_by("counter_id", pl.col("start").str.slice(0, 7).alias("month"))
        .agg(pl.col("count").cast(pl.Int64).sum())
        .sort("counter_id", "month")
    )
    assert {
        street: group["count"].to_list() for (street,), group in found.group_by("counter_id", maintain_order=True)
    } == MONTHS


def test_missing_hours_by_street(wuerzburg: Shaped) -> None:
    # 2024 is a leap year: 366 × 24 = 8,784 hours, the lost one of March and the doubled one of October cancel out.
    hours = dict(wuerzburg.values.group_by("counter_id").len().rows())
    assert {street: 8_784 - found for street, found in hours.items()} == {
        "Kaiserstraße": 89, "Spiegelstraße": 110, "Schönbornstraße": 135,
    }  # fmt: skip


def test_first_and_last_hour_keep_their_offset(wuerzburg: Shaped) -> None:
    assert wuerzburg.values["start"].min() == "2024-01-01T00:00:00+01:00"
    assert wuerzburg.values["start"].max() == "2024-12-31T23:00:00+01:00"


def test_the_day_of_23_hours_and_the_day_of_25(wuerzburg: Shaped) -> None:
    kaiser = wuerzburg.values.filter(pl.col("counter_id") == "Kaiserstraße")
    spring = kaiser.filter(pl.col("start").str.starts_with("2024-03-31T0"))["start"].to_list()
    assert spring[:4] == [
        f"2024-03-31T{h}" for h in ("00:00:00+01:00", "01:00:00+01:00", "03:00:00+02:00", "04:00:00+02:00")
    ]
    autumn = kaiser.filter(pl.col("start").str.starts_with("2024-10-27T0")).select("start", "count").rows()
    assert autumn[:4] == [
        ("2024-10-27T00:00:00+02:00", "210"),
        ("2024-10-27T01:00:00+02:00", "128"),
        ("2024-10-27T02:00:00+01:00", None),  # 0 in the file, for all three streets: see hystreet.toml
        ("2024-10-27T03:00:00+01:00", "50"),
    ]


def test_only_the_zeros_of_the_doubled_hour_are_not_counted(wuerzburg: Shaped) -> None:
    # 642 zeros in the file, 3 of them in the doubled hour; no cell of the count is empty.
    assert (wuerzburg.values["count"] == "0").sum() == 642 - 3
    assert wuerzburg.values["count"].null_count() == 3
    assert dict(wuerzburg.problems.group_by("key").len().rows()) == {"vendor-flag.zero": 3}


def test_the_reader_has_nothing_to_say(wuerzburg: Shaped) -> None:
    assert wuerzburg.table.problems.filter(pl.col("severity") != "repair").height == 0
