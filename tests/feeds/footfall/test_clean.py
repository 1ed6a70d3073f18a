"""0 and "not counted" are never the same thing: what is an outage, what is an outlier, and what is neither."""

import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.town import Town
from pipeline.feeds.footfall.clean import ADDED_COLUMNS, clean

# Shops are open from 10 to 19.
TOWN = Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", Path())
MONDAY = datetime(2026, 1, 5)
HOUR = timedelta(hours=1)
WEEK = 168
SCHEMA = {
    "counter_id": pl.String,
    "start": pl.Datetime("us"),
    "start_utc": pl.Datetime("us", "UTC"),
    "end": pl.Datetime("us"),
    "end_utc": pl.Datetime("us", "UTC"),
    "count": pl.Float64,
    "direction": pl.String,
    "line": pl.UInt32,
}


def rows(
    counts: Sequence[float | None],
    *,
    start: datetime = MONDAY,
    step: timedelta = HOUR,
    counter_id: str = "A",
    direction: str = "both",
) -> list[dict[str, Any]]:
    """One row an interval, in winter time, when Paris is one hour ahead of UTC."""
    starts = [start + number * step for number in range(len(counts))]
    return [
        {
            "counter_id": counter_id,
            "start": at,
            "start_utc": (at - HOUR).replace(tzinfo=UTC),
            "end": at + step,
            "end_utc": (at + step - HOUR).replace(tzinfo=UTC),
            "count": count,
            "direction": direction,
            "line": number,
        }
        for number, (at, count) in enumerate(zip(starts, counts, strict=True), start=2)
    ]


def cleaned(given_rows: list[dict[str, Any]], town: Town = TOWN) -> pl.DataFrame:
    return clean(pl.DataFrame(given_rows, schema=SCHEMA), town)


def outages(given_rows: list[dict[str, Any]], town: Town = TOWN) -> list[datetime]:
    return cleaned(given_rows, town).filter("is_outage")["start"].to_list()


def at(day: int, hour: int) -> int:
    """Index of an hour of an hourly series that begins on MONDAY."""
    return 24 * day + hour


def day_with_zeros(first: int, last: int) -> list[float]:
    """24 hours with 1 passage, and 0 from hour `first` to hour `last`, both included."""
    return [0.0 if first <= hour <= last else 1.0 for hour in range(24)]


def test_seven_zero_hours_inside_opening_hours_are_an_outage() -> None:
    assert outages(rows(day_with_zeros(10, 16))) == [MONDAY + hour * HOUR for hour in range(10, 17)]


def test_six_are_not() -> None:
    assert outages(rows(day_with_zeros(10, 15))) == []


def test_a_night_without_anybody_is_not_one() -> None:
    # From 19:00 to 09:59: fifteen zero hours, none of them inside opening hours.
    counts = [0.0] * 10 + [5.0] * 9 + [0.0] * 15 + [5.0] * 9 + [0.0] * 5
    assert outages(rows(counts)) == []


def test_an_outage_goes_on_past_midnight_until_somebody_is_counted() -> None:
    # Dead from Monday 12:00 to Tuesday 05:59: seven open hours (12 to 18), and the whole night with them.
    counts = [3.0] * 12 + [0.0] * 18 + [3.0] * 18
    assert outages(rows(counts)) == [MONDAY + hour * HOUR for hour in range(12, 30)]


def test_opening_hours_are_the_town_s() -> None:
    late = Town("t", "T", "00000", "FR", "Europe/Paris", Path(), opening_hours=(15, 23))
    assert outages(rows(day_with_zeros(10, 16)), late) == []
    assert len(outages(rows(day_with_zeros(15, 21)), late)) == 7


def weeks_of(passages: float, weeks: int) -> list[float]:
    return [passages] * (WEEK * weeks)


def lively_weeks_of(count: float, weeks: int) -> list[float]:
    """`count` in every other hour and one more between: no figure is repeated."""
    return [count + hour % 2 for hour in range(weeks * WEEK)]


@pytest.mark.parametrize(
    ("expected", "zeros", "is_outage"),
    [
        (14.0, 1, True),  # exp(-14) = 8e-7 < 1e-6
        (13.0, 1, False),  # exp(-13) = 2e-6
        (7.0, 2, True),  # exp(-2·7) = 8e-7
        (7.0, 1, False),  # exp(-7) = 9e-4
        (4.0, 3, False),  # exp(-12) = 6e-6
        (4.0, 4, True),  # exp(-16) = 1e-7
    ],
)
def test_a_run_of_zeros_that_chance_cannot_give_is_an_outage(expected: float, zeros: int, is_outage: bool) -> None:
    counts = weeks_of(expected, 5)
    first = at(9, 4)  # the second Wednesday at 4 in the morning, outside opening hours
    counts[first : first + zeros] = [0.0] * zeros
    assert outages(rows(counts)) == ([MONDAY + (first + n) * HOUR for n in range(zeros)] if is_outage else [])


def test_three_weeks_are_too_few_to_know_what_chance_gives() -> None:
    counts = weeks_of(50.0, 3)
    counts[at(9, 4)] = 0.0
    assert outages(rows(counts)) == []


def test_a_sensor_that_stays_dead_for_months_teaches_nothing() -> None:
    # Six weeks at 20 an hour, then twenty weeks of zeros: what was known before still tells that they are impossible.
    found = cleaned(rows(lively_weeks_of(20.0, 6) + weeks_of(0.0, 20)))
    assert found["is_outage"].sum() == 20 * WEEK
    assert found["count_valid"].drop_nulls().unique().sort().to_list() == [20.0, 21.0]


def test_when_the_whole_town_stays_at_home_an_empty_hour_is_believed() -> None:
    # Ten weeks at 30, then ten weeks with next to nobody: the level of those weeks counts, not the old one.
    lockdown = [2.0 if hour % 24 in (9, 12, 15, 18) else 0.0 for hour in range(10 * WEEK)]
    found = cleaned(rows(weeks_of(30.0, 10) + lockdown))
    later = found.filter(pl.col("start") >= MONDAY + timedelta(weeks=15))
    assert later["is_outage"].sum() == 0


def test_an_hour_that_was_not_counted_is_no_outage_and_stays_empty() -> None:
    found = cleaned(rows([5.0, None, 0.0, 5.0]))
    assert found["is_outage"].to_list() == [False, False, False, False]
    assert found["count_valid"].to_list() == [5.0, None, 0.0, 5.0]


def test_hours_not_counted_do_not_hide_the_zeros_around_them() -> None:
    # Zeros at 10-12 and 14-17 with 13 not counted: seven zero hours without anybody in between.
    counts: list[float | None] = list(day_with_zeros(10, 17))
    counts[13] = None
    found = cleaned(rows(counts))
    assert found.filter("is_outage")["start"].dt.hour().to_list() == [10, 11, 12, 14, 15, 16, 17]


def test_a_hole_in_the_file_ends_a_run() -> None:
    counts = rows(day_with_zeros(10, 17))
    del counts[13]
    assert outages(counts) == []


def test_each_direction_is_a_series_of_its_own() -> None:
    dead = rows(day_with_zeros(10, 16), direction="in")
    alive = rows([4.0] * 24, direction="out")
    found = cleaned([row for pair in zip(dead, alive, strict=True) for row in pair])
    assert found.filter("is_outage").select("direction").unique().to_series().to_list() == ["in"]
    assert found["is_outage"].sum() == 7


def test_seven_hours_are_seven_hours_in_steps_of_five_minutes() -> None:
    five = timedelta(minutes=5)
    # 10:00 to 16:59 is 84 steps; 83 of them are 6 h 55.
    day = [1.0] * 120 + [0.0] * 84 + [1.0] * 84
    assert len(outages(rows(day, step=five))) == 84
    assert outages(rows([*day[:203], 1.0, *day[204:]], step=five)) == []


def test_a_whole_day_at_zero_is_an_outage_in_daily_counts() -> None:
    # A day holds nine opening hours.
    assert outages(rows([80.0, 0.0, 75.0], step=timedelta(days=1))) == [MONDAY + timedelta(days=1)]


def test_the_doubled_autumn_hour_is_expected_to_see_twice_as_many() -> None:
    # A row of two hours at 8 an hour: exp(-16) < 1e-6, where one hour would be exp(-8).
    counts = rows(weeks_of(8.0, 5))
    at_two = at(13, 2)
    counts[at_two] |= {"count": 0.0}
    assert outages(counts) == []
    two_hours = counts[: at_two + 1] + counts[at_two + 2 :]
    two_hours[at_two] = counts[at_two] | {"end_utc": counts[at_two + 1]["end_utc"], "end": counts[at_two + 1]["end"]}
    assert outages(two_hours) == [counts[at_two]["start"]]


def new_year_week(holiday: list[float]) -> list[float]:
    """Eight weeks at 20 and 21 an hour from 2 December 2024 on, in which 25 December, a Wednesday, is `holiday`."""
    counts = lively_weeks_of(20.0, 8)
    first = at(23, 0)
    return counts[:first] + holiday + counts[first + 24 :]


def holiday_outages(holiday: list[float], country: str = "FR") -> list[int]:
    town = Town("t", "T", "00000", country, "Europe/Paris", Path())
    return [found.hour for found in outages(rows(new_year_week(holiday), start=datetime(2024, 12, 2)), town)]


def test_on_a_public_holiday_an_empty_hour_is_weighed_against_the_day_s_own_level() -> None:
    # 23 hours at 4 and one at 0: 92 of the usual 12·20 + 12·21 = 492, so 20 · 92/492 = 3.7 are expected: exp(-3.7).
    # Were it an ordinary day, exp(-20) = 2e-9 would make the empty hour an outage, as it does where 25 December is one.
    quiet = [4.0 + hour % 2 / 10 for hour in range(24)]
    quiet[14] = 0.0
    assert holiday_outages(quiet) == []
    assert holiday_outages(quiet, country="JP") == [14]


def test_a_sensor_that_dies_on_a_public_holiday_is_still_found() -> None:
    # 18 hours at 10 and six at 0: 180 of 492, so the six (3·20 + 3·21 = 123) see 45 at that level: exp(-45).
    dead = [10.0 + hour % 2 / 10 for hour in range(24)]
    dead[11:17] = [0.0] * 6
    assert holiday_outages(dead) == [11, 12, 13, 14, 15, 16]


def test_a_sensor_that_is_dead_all_through_a_public_holiday_is_an_outage_by_its_open_hours() -> None:
    assert holiday_outages([0.0] * 24) == list(range(24))


def test_a_holiday_busier_than_usual_makes_no_zero_more_improbable() -> None:
    # At 3 an hour four empty hours are exp(-12) = 6e-6, chance, however busy the rest of the day (60 an hour) is.
    counts = [3.0 + hour % 2 / 10 for hour in range(8 * WEEK)]
    first = at(23, 0)
    counts[first : first + 24] = [60.0 + hour % 2 for hour in range(24)]
    counts[first + 3 : first + 7] = [0.0] * 4
    assert outages(rows(counts, start=datetime(2024, 12, 2))) == []


def stuck(given_rows: list[dict[str, Any]]) -> list[datetime]:
    return cleaned(given_rows).filter("is_stuck")["start"].to_list()


def test_a_figure_repeated_for_longer_than_chance_allows_is_a_stuck_sensor() -> None:
    # P(7 | Poisson(7)) = e^-7 7^7 / 7! = 0.149: 0.149^7 = 1.6e-6, 0.149^8 = 2.4e-7. Eight repeats: nine equal counts.
    assert stuck(rows([3.0, *[7.0] * 8, 4.0])) == []
    found = cleaned(rows([3.0, *[7.0] * 9, 4.0]))
    assert found.filter("is_stuck")["start"].to_list() == [MONDAY + hour * HOUR for hour in range(1, 10)]
    assert found["count_valid"].to_list() == [3.0, *[None] * 9, 4.0]
    assert found["count"].to_list() == [3.0, *[7.0] * 9, 4.0]


def test_a_large_figure_needs_fewer_repeats_and_a_small_one_more() -> None:
    # P(400 | Poisson(400)) = 0.0199: 4 repeats 1.6e-7. P(1 | Poisson(1)) = 1/e: 13 repeats 2.3e-6, 14 repeats 8.3e-7.
    assert [len(stuck(rows([400.0] * n))) for n in (4, 5)] == [0, 5]
    assert [len(stuck(rows([1.0] * n))) for n in (14, 15)] == [0, 15]


def test_nights_of_zeros_holes_and_other_series_are_not_a_stuck_sensor() -> None:
    assert stuck(rows([0.0] * 24)) == []
    assert stuck(rows([7.0] * 5) + rows([7.0] * 5, start=MONDAY + 6 * HOUR)) == []
    assert stuck(rows([*[7.0] * 5, None, *[7.0] * 5])) == []
    assert stuck(rows([7.0] * 5) + rows([7.0] * 5, direction="in")) == []


def test_on_a_busy_day_two_equal_counts_are_chance() -> None:
    # Against the usual 20 a repeat of 500 would have a probability of 1e-477.
    assert stuck(rows([*lively_weeks_of(20.0, 10), 500.0, 500.0, 500.0])) == []


def outliers(counts: list[float]) -> list[tuple[datetime, float]]:
    return cleaned(rows(counts)).filter("is_outlier").select("start", "count").rows()


@pytest.mark.parametrize(("passages", "is_outlier"), [(136.0, True), (135.0, False), (74.0, False), (73.0, True)])
def test_an_outlier_is_beyond_three_standard_deviations_of_log1p(passages: float, is_outlier: bool) -> None:
    # All weeks alike, so that the noise of counting decides: 3/sqrt(1 + 100) = 0.2985.
    # log(137/101) = 0.3049, log(136/101) = 0.2975; log(75/101) = -0.2976, log(74/101) = -0.3110.
    counts = lively_weeks_of(100.0, 10)
    counts[at(30, 14)] = passages
    assert (abs(math.log((1 + passages) / 101)) > 3 / math.sqrt(101)) is is_outlier
    assert outliers(counts) == ([(MONDAY + at(30, 14) * HOUR, passages)] if is_outlier else [])


def test_two_passers_in_a_night_hour_that_sees_none_are_no_outlier() -> None:
    # Nobody from 0 to 6, 50 in every other hour: log1p(2) = 1.10 < 3, the bound where nothing is expected.
    counts = [0.0 if hour % 24 < 6 else 50.0 for hour in range(10 * WEEK)]
    counts[at(30, 3)] = 2.0
    assert outliers(counts) == []
    counts[at(30, 3)] = 20.0  # log1p(20) = 3.04 > 3
    assert outliers(counts) == [(MONDAY + at(30, 3) * HOUR, 20.0)]


def test_a_counter_that_varies_much_is_allowed_to() -> None:
    # 50, 100 and 200 in turn at the same hour: log-residuals of 0.69 are its habit, so 150 is no outlier.
    habit = [50.0, 100.0, 200.0, 100.0]
    counts = [habit[hour // WEEK % 4] for hour in range(12 * WEEK)]
    counts[at(35, 14)] = 150.0
    assert outliers(counts) == []


def test_fewer_than_eight_weeks_are_too_few_for_outliers() -> None:
    counts = weeks_of(100.0, 7)
    counts[at(20, 14)] = 1000.0
    assert outliers(counts) == []


def test_an_outlier_keeps_its_count() -> None:
    counts = lively_weeks_of(100.0, 10)
    counts[at(30, 14)] = 1000.0
    found = cleaned(rows(counts)).filter("is_outlier")
    assert found.select("count", "count_valid").rows() == [(1000.0, 1000.0)]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.just(0.0), st.floats(0, 5000)), min_size=1, max_size=3 * WEEK),
    st.sampled_from([timedelta(minutes=15), HOUR, timedelta(days=1)]),
)
def test_nothing_is_lost_and_nothing_is_changed(counts: list[float | None], step: timedelta) -> None:
    given_rows = rows(counts, step=step)
    found = cleaned(given_rows[::-1])
    assert found.drop(*ADDED_COLUMNS).rows(named=True) == given_rows
    assert found.filter(pl.col("is_outage") & (pl.col("count") != 0)).is_empty()
    kept = found.filter(~pl.col("is_outage"))
    assert kept["count_valid"].to_list() == kept["count"].to_list()
    assert found.filter("is_outage")["count_valid"].null_count() == found["is_outage"].sum()


def test_an_empty_feed_stays_empty_and_has_the_columns() -> None:
    found = cleaned([])
    assert found.columns == [*SCHEMA, *ADDED_COLUMNS]
    assert found.schema["is_outage"] == found.schema["is_outlier"] == pl.Boolean
    assert found.schema["count_valid"] == pl.Float64


@pytest.fixture(scope="module")
def wuerzburg(shared: Path) -> pl.DataFrame:
    """The real counts of three streets in 2024, cleaned."""
    town = Town("w", "Würzburg", "DE", "DE", "Europe/Berlin", Path())
    path = shared / "data" / "footfall" / "wuerzburg" / "passanten_wuerzburg.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file, delimiter=";"))
    given_rows = []
    for line, row in enumerate(told, start=2):
        begun = datetime.fromisoformat(row["Zeitstempel"])
        given_rows.append(
            {
                "counter_id": row["Location Name"],
                "start": begun.replace(tzinfo=None),
                "start_utc": begun.astimezone(UTC),
                "end": begun.replace(tzinfo=None) + HOUR,
                "end_utc": begun.astimezone(UTC) + HOUR,
                "count": float(row["Passanten"]),
                "direction": "both",
                "line": line,
            }
        )
    return cleaned(given_rows, town)


@pytest.mark.shared
def test_a_real_laser_that_was_dead_for_two_days_is_found_hour_by_hour(wuerzburg: pl.DataFrame) -> None:
    # Schönbornstraße is written as 0 from 16 May 2024 03:00 to 18 May 01:00: 21 + 24 + 2 hours in the file.
    dead = wuerzburg.filter(
        pl.col("counter_id") == "Schönbornstraße",
        pl.col("start").is_between(datetime(2024, 5, 16), datetime(2024, 5, 18, 23)),
        pl.col("is_outage"),
    )
    assert dead["start"].min() == datetime(2024, 5, 16, 3)
    assert dead["start"].max() == datetime(2024, 5, 18, 1)
    assert dead.height == 47


@pytest.mark.shared
def test_a_real_empty_hour_of_a_winter_night_is_believed(wuerzburg: pl.DataFrame) -> None:
    # Kaiserstraße, Thursday 11 January 2024, 03:00: 0, where the Thursdays around it have 9, 4 and 18.
    night = wuerzburg.filter(pl.col("counter_id") == "Kaiserstraße", pl.col("start") == datetime(2024, 1, 11, 3))
    assert night.select("count", "is_outage", "count_valid").rows() == [(0.0, False, 0.0)]


@pytest.mark.shared
def test_on_christmas_day_a_shopping_street_is_an_outlier(wuerzburg: pl.DataFrame) -> None:
    by_day = wuerzburg.group_by(pl.col("start").dt.date().alias("day")).agg(pl.col("is_outlier").sum())
    assert dict(by_day.rows())[datetime(2024, 12, 25).date()] > 24
