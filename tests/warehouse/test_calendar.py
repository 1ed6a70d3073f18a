"""The calendar against an almanac: ISO weeks, week 53, the days on which clocks change, holidays."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from vacances_scolaires_france import SchoolHolidayDates

from pipeline.contract.town import Town
from pipeline.warehouse.calendar import (
    ASCENSION_DAYS,
    calendar_days,
    calendar_weeks,
    iso_week,
    last_year_weeks,
    school_holiday,
)

SEVRES = Town("sevres", "Sèvres", "92072", "FR", "Europe/Paris", Path(), school_zone="C")
AUCKLAND = Town("auckland", "Auckland", "NZ-AUK", "NZ-AUK", "Pacific/Auckland", Path())


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    return calendar_days(date(2025, 1, 1), date(2027, 12, 31), SEVRES)


def row(frame: pl.DataFrame, column: str, value: object) -> dict[str, object]:
    return frame.row(by_predicate=pl.col(column) == value, named=True)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 12, 28), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2023, 1, 1), "2022-W52"),
    ],
)
def test_a_day_belongs_to_the_iso_week_of_its_thursday(day: date, week: str) -> None:
    assert iso_week(day) == week


def test_a_week_is_compared_with_the_same_week_a_year_before() -> None:
    assert last_year_weeks(2026, 47) == ("2025-W47", None)
    assert last_year_weeks(2027, 1) == ("2026-W01", None)


def test_week_53_is_compared_with_weeks_52_and_1_around_the_same_days_a_year_before() -> None:
    # 28 December 2025 is in 2025-W52 and 29 December 2025 to 3 January 2026 are in 2026-W01.
    assert last_year_weeks(2026, 53) == ("2025-W52", "2026-W01")


def test_the_calendar_holds_whole_weeks(days: pl.DataFrame) -> None:
    assert days["day"].min() == date(2024, 12, 30)
    assert days["day"].max() == date(2028, 1, 2)
    assert days.group_by("iso_week").len()["len"].unique().to_list() == [7]


def test_clocks_change_on_the_last_sundays_of_march_and_october(days: pl.DataFrame) -> None:
    changed = days.filter(pl.col("hours_expected") != 24)
    assert dict(changed.select("day", "hours_expected").iter_rows()) == {
        date(2025, 3, 30): 23,
        date(2025, 10, 26): 25,
        date(2026, 3, 29): 23,
        date(2026, 10, 25): 25,
        date(2027, 3, 28): 23,
        date(2027, 10, 31): 25,
    }


def test_a_week_has_167_168_or_169_hours(days: pl.DataFrame) -> None:
    weeks = calendar_weeks(days)
    assert row(weeks, "iso_week", "2026-W13")["hours_expected"] == 167
    assert row(weeks, "iso_week", "2026-W43")["hours_expected"] == 169
    assert row(weeks, "iso_week", "2026-W30")["hours_expected"] == 168


def test_weeks_follow_one_another_over_the_turn_of_the_year(days: pl.DataFrame) -> None:
    weeks = calendar_weeks(days)
    week_53 = row(weeks, "iso_week", "2026-W53")
    assert (week_53["week_start"], week_53["week_end"]) == (date(2026, 12, 28), date(2027, 1, 3))
    assert (week_53["iso_year"], week_53["week_number"], week_53["previous_iso_week"]) == (2026, 53, "2026-W52")
    assert row(weeks, "iso_week", "2027-W01")["previous_iso_week"] == "2026-W53"
    assert weeks["previous_iso_week"].to_list()[1:] == weeks["iso_week"].to_list()[:-1]


def test_public_holidays_have_their_names_in_both_languages(days: pl.DataFrame) -> None:
    easter_monday = row(days, "day", date(2026, 4, 6))
    assert easter_monday["is_public_holiday"] is True
    assert easter_monday["public_holiday_fr"] == "Lundi de Pâques"
    assert easter_monday["public_holiday_en"] == "Easter Monday"
    assert row(days, "day", date(2026, 4, 7))["is_public_holiday"] is False
    # Eleven public holidays a year in France.
    assert days.filter(pl.col("day").dt.year() == 2026)["is_public_holiday"].sum() == 11


def test_school_holidays_of_zone_c_are_those_of_the_ministry() -> None:
    # Arrêté du 7 décembre 2022, calendrier 2025-2026, zone C: hiver from 21 February to 9 March 2026.
    assert school_holiday(date(2026, 2, 20), "C") == (True, None)
    assert school_holiday(date(2026, 2, 23), "C") == (True, "Vacances d'hiver")
    assert school_holiday(date(2026, 3, 8), "C") == (True, "Vacances d'hiver")
    assert school_holiday(date(2026, 3, 9), "C") == (True, None)
    assert school_holiday(date(2026, 2, 9), "A") == (True, "Vacances d'hiver")


def test_the_days_off_after_ascension_are_there_in_the_years_that_the_package_lacks() -> None:
    assert school_holiday(date(2025, 5, 30), "C") == (True, "Pont de l'Ascension")
    assert school_holiday(date(2026, 5, 16), "A") == (True, "Pont de l'Ascension")
    assert school_holiday(date(2026, 5, 17), "C") == (True, None)


def test_the_package_still_lacks_them_else_the_correction_goes() -> None:
    package = SchoolHolidayDates()
    assert not any(package.is_holiday_for_zone(day.replace(day=day.day + 1), "C") for day in ASCENSION_DAYS)


def test_beyond_its_horizon_the_school_calendar_says_that_it_does_not_know() -> None:
    days = calendar_days(date(2028, 8, 31), date(2028, 9, 1), SEVRES)
    assert row(days, "day", date(2028, 8, 31))["is_school_holiday"] is True
    beyond = row(days, "day", date(2028, 9, 1))
    assert (beyond["is_school_holiday"], beyond["is_school_holiday_known"]) == (None, False)


def test_a_town_without_a_school_zone_has_no_school_holidays_and_says_so() -> None:
    days = calendar_days(date(2025, 7, 20), date(2025, 7, 20), AUCKLAND)
    assert days["is_school_holiday"].null_count() == 7
    assert not days["is_school_holiday_known"].any()


def test_a_town_of_the_other_hemisphere_changes_its_clocks_on_its_own_days() -> None:
    days = calendar_days(date(2025, 1, 1), date(2025, 12, 31), AUCKLAND)
    changed = days.filter(pl.col("hours_expected") != 24)
    assert dict(changed.select("day", "hours_expected").iter_rows()) == {date(2025, 4, 6): 25, date(2025, 9, 28): 23}
    assert row(days, "day", date(2025, 1, 27))["public_holiday_fr"] == "Auckland Anniversary Day"
    assert row(days, "day", date(2025, 1, 27))["public_holiday_en"] == "Auckland Anniversary Day"
