"""Leeds in its three layouts, one town. Figures from the raw files by the csv module:

for row in csv.DictReader(file):
    total[row[camera].strip(), month(row["Date"])] += int(row["TotalCount"])  # ReportCount in 2017
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Shaped

pytestmark = pytest.mark.shared

CAMERAS = [
    "Albion Street North", "Albion Street South", "Briggate", "Briggate at McDonalds", "Commercial Street at Barratts",
    "Commercial Street at Lush", "Dortmund Square", "Headrow",
]  # fmt: skip
FILES = {
    "leeds-2014": "monthly-data-feed-sept-2014-20141009.csv",
    "leeds-2015": "monthly-data-feed-jan-2015-20150205.csv",
    "leeds-2017": "Copy of Monthly Data Feed-February 2017 - 20170301.csv",
}
TOTALS = {
    "leeds-2014": {
        "2014-09": [531_143, 757_391, 1_147_709, 524_476, 548_830, 623_292, 952_731, 675_292],
        "2014-10": [106_452, 159_912, 231_640, 102_511, 96_791, 94_511, 142_712, 123_303],
    },
    "leeds-2015": {
        "2015-01": [343_738, 513_337, 817_282, 340_738, 396_029, 449_025, 539_713, 465_350],
        "2015-02": [11_644, 14_937, 26_867, 8_856, 10_923, 13_615, 13_125, 13_074],
    },
    "leeds-2017": {"2017-02": [426_172, 613_545, 1_063_293, 364_640, 573_930, 688_034, 550_604, 506_131]},
}
Read = Callable[[str], Shaped]


@pytest.fixture(scope="module")
def leeds(shared: Path, recognised: Callable[[Path, str], tuple[str, Shaped]]) -> Read:
    def read(layout: str) -> Shaped:
        name, shaped = recognised(shared / "data/footfall/leeds" / FILES[layout], "Europe/London")
        assert name == layout
        return shaped

    return read


@pytest.mark.parametrize(
    ("layout", "rows", "first", "last"),
    [  # 8 cameras × 24 hours × 35, 28 and 28 days
        ("leeds-2014", 6_720, "2014-09-01T00:00:00", "2014-10-05T23:00:00"),
        ("leeds-2015", 5_376, "2015-01-05T00:00:00", "2015-02-01T23:00:00"),
        ("leeds-2017", 5_376, "2017-02-01T00:00:00", "2017-02-28T23:00:00"),
    ],
)
def test_rows_and_first_and_last_hour(leeds: Read, layout: str, rows: int, first: str, last: str) -> None:
    shaped = leeds(layout)
    assert (shaped.table.counts.read, shaped.values.height) == (rows, rows)
    assert (shaped.values["start"].min(), shaped.values["start"].max()) == (first, last)
    assert shaped.values.select("counter_id", "start").n_unique() == rows
    assert shaped.values["count"].null_count() == 0


@pytest.mark.parametrize("layout", FILES)
def test_totals_by_camera_and_month(leeds: Read, layout: str) -> None:
    found = (
        leeds(layout)
        .values.group_by(pl.col("start").str.slice(0, 7).alias("month"), "counter_id")
        .agg(pl.col("count").cast(pl.Int64).sum())
        .sort("month", "counter_id")
    )
    assert found["counter_id"].unique().sort().to_list() == CAMERAS
    assert {
        month: group["count"].to_list() for (month,), group in found.group_by("month", maintain_order=True)
    } == TOTALS[layout]


@pytest.mark.parametrize(("layout", "zeros"), [("leeds-2014", 46), ("leeds-2015", 20), ("leeds-2017", 219)])
def test_zeros_stay_zeros(leeds: Read, layout: str, zeros: int) -> None:
    assert (leeds(layout).values["count"] == "0").sum() == zeros


@pytest.mark.parametrize("layout", ["leeds-2014", "leeds-2015"])
def test_each_total_is_in_plus_out(leeds: Read, layout: str) -> None:
    assert leeds(layout).problems.height == 0


def test_the_out_count_that_the_report_leaves_aside_is_told_on_each_line(leeds: Read) -> None:
    # Briggate at McDonalds: 24 hours × 28 days = 672 rows with an OutCount, 385,202 in all beside 364,640 reported.
    shaped = leeds("leeds-2017")
    left_aside = shaped.problems.filter(pl.col("key") == "total-mismatch")
    assert left_aside.height == 672
    numbers = left_aside.select(pl.col("value", "expected").cast(pl.Int64).sum())
    assert numbers.row(0) == (364_640, 364_640 + 385_202)
    cameras = shaped.values.filter(pl.col("line").is_in(left_aside["line"].implode()))["counter_id"]
    assert cameras.unique().to_list() == ["Briggate at McDonalds"]


def test_the_renamed_camera_keeps_its_name_and_is_told_once(leeds: Read) -> None:
    renamed = leeds("leeds-2017").problems.filter(pl.col("key") == "constraint-error.enum-repaired")
    assert renamed.select("value", "expected").rows() == [("Commercial Street at Sharps", "Commercial Street at Lush")]
