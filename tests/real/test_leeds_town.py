"""Leeds: one series of eight cameras sent in three layouts, one town, held against what a build says.

tests/feeds/footfall/test_leeds.py has the totals by camera and month of each file.

The files: September 2014 (1 September to 5 October), January 2015 (5 January to 1 February), February 2017.
"""

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("real-leeds")]

FOLDER = "data/footfall/leeds"
FEBRUARY = "Copy of Monthly Data Feed-February 2017 - 20170301.csv"
FILES = [  # file, format, lines, zeros, column of the total, column of the camera, form of its dates
    ("monthly-data-feed-sept-2014-20141009.csv", "leeds-2014", 6_720, 46, "TotalCount", "LocationName", "%d/%m/%Y"),
    ("monthly-data-feed-jan-2015-20150205.csv", "leeds-2015", 5_376, 20, "TotalCount", "LocationName", "%Y-%m-%d"),
    (FEBRUARY, "leeds-2017", 5_376, 219, "ReportCount", "Location", "%d-%b-%y"),
]  # fmt: skip
CAMERAS = [
    "Albion Street North", "Albion Street South", "Briggate", "Briggate at McDonalds", "Commercial Street at Barratts",
    "Commercial Street at Lush", "Dortmund Square", "Headrow",
]  # fmt: skip
RENAMED = {"Commercial Street at Sharps": "Commercial Street at Lush"}


@pytest.fixture(scope="module")
def days(shared: Path) -> Counter[tuple[str, date]]:
    """Passages by camera and day, of the three files together, by the csv module."""
    told: Counter[tuple[str, date]] = Counter()
    for name, _, _, _, total, camera, form in FILES:
        with (shared / FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                place = row[camera].strip()
                told[RENAMED.get(place, place), datetime.strptime(row["Date"], form).date()] += int(row[total])
    return told


@pytest.fixture(scope="module")
def leeds(shared: Path, settle):
    # As of Monday 6 March 2017; received on 4 March.
    paths = [shared / FOLDER / name for name, *_ in FILES]
    return settle("leeds", "Europe/London", paths, as_of=date(2017, 3, 6), counters=CAMERAS)


def test_every_line_of_each_layout_is_accepted(leeds) -> None:
    for receipt, (_, name, lines, *_) in zip(leeds.receipts, FILES, strict=True):
        assert (receipt.format, receipt.rows.read, receipt.rows.accepted) == (name, lines, lines)
        assert (receipt.rows.rejected, receipt.rows.superseding, receipt.values.not_counted) == (0, 0, 0)
    # February 2017: 672 lines whose ReportCount leaves the OutCount aside, and one camera under its new name.
    told = [receipt.problem_counts for receipt in leeds.receipts]
    assert told == [{}, {}, {"total-mismatch": 672, "constraint-error": 1}]


def test_the_three_files_are_one_series_of_eight_cameras(leeds) -> None:
    accepted = leeds.accepted()
    assert accepted["counter_id"].unique().sort().to_list() == CAMERAS
    assert accepted.height == accepted.select("counter_id", "start_utc").n_unique() == 6_720 + 5_376 + 5_376
    assert (accepted["start"].min(), accepted["start"].max()) == (datetime(2014, 9, 1), datetime(2017, 2, 28, 23))
    assert (accepted["count"] == 0).sum() == sum(zeros for _, _, _, zeros, *_ in FILES)


def test_the_day_s_hours_follow_britain_s_clock(leeds) -> None:
    # 1 September 2014 is summer time (UTC + 1), 1 February 2017 winter time; no file holds a day on which it changes.
    first = leeds.accepted().group_by(pl.col("start").dt.date().alias("day")).agg(pl.col("start_utc").min()).sort("day")
    assert first["start_utc"][0].isoformat() == "2014-08-31T23:00:00+00:00"
    assert first["start_utc"][-1].isoformat() == "2017-02-28T00:00:00+00:00"
    assert first.height == 35 + 28 + 28


def test_each_day_of_each_camera_sums_up_to_its_file(leeds, days: Counter[tuple[str, date]]) -> None:
    # February 2017 at Briggate at McDonalds: what the city reports, 364,640, and not what its two counts sum up to.
    assert sum(n for (camera, day), n in days.items() if camera == CAMERAS[3] and day.year == 2017) == 364_640
    rows = leeds.ask("SELECT counter_id, day, passages_raw FROM marts.mart_footfall_day WHERE passages_raw IS NOT NULL")
    assert {(camera, day): passages for camera, day, passages in rows.iter_rows()} == days
    assert leeds.ask("SELECT sum(passages) FROM marts.mart_town_week").item() == days.total() == 15_583_298


def test_only_zeros_are_outages_and_the_camera_that_is_blind_at_night_is_found(leeds) -> None:
    # Dortmund Square: 32 zeros in the nights of 1 to 9 September 2014 and 3 in that of 8 February 2017, by awk. From
    # 10 September it sees 55, 44 and 21 passages from 02:00 to 04:59: the 35 zeros were no empty street.
    outages = leeds.ask(
        "SELECT counter_id, count(*) AS hours, max(passages_received) AS most FROM staging.stg_footfall "
        "WHERE is_outage GROUP BY counter_id"
    )
    assert set(outages["most"]) == {0}
    assert dict(outages.select("counter_id", "hours").rows())["Dortmund Square"] == 32 + 3


def test_no_week_is_lost_and_years_without_a_file_are_empty_not_zero(leeds, iso_weeks) -> None:
    assert leeds.weeks() == iso_weeks(date(2014, 9, 1), date(2017, 3, 5))
    told = leeds.ask(
        "SELECT iso_week, passages FROM marts.mart_town_week WHERE passages IS NOT NULL ORDER BY week_start"
    )
    counted = [*iso_weeks(date(2014, 9, 1), date(2014, 10, 5)), *iso_weeks(date(2015, 1, 5), date(2015, 2, 1))]
    assert told["iso_week"].to_list() == [*counted, *iso_weeks(date(2017, 2, 1), date(2017, 2, 28))]
