"""The calendar of a town as frames: ISO weeks and their counterparts a year before, hours of each day, holidays.

Weeks are ISO 8601 (Monday to Sunday, named by the year of their Thursday) and come from here, never from a database
function. A year has a week 53 when its 1 January or 31 December is a Thursday.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl
from vacances_scolaires_france import SchoolHolidayDates

from pipeline.contract import Language
from pipeline.contract.town import Town
from pipeline.feeds.public_holidays import public_holidays
from pipeline.warehouse.errors import WarehouseError

DAY_SCHEMA = pl.Schema(
    {
        "day": pl.Date,
        "iso_week": pl.String,
        "week_start": pl.Date,
        "weekday": pl.Int32,
        "hours_expected": pl.Int32,
        "is_public_holiday": pl.Boolean,
        "public_holiday_fr": pl.String,
        "public_holiday_en": pl.String,
        "is_school_holiday": pl.Boolean,
        "school_holiday": pl.String,
        "is_school_holiday_known": pl.Boolean,
    }
)
WEEK_SCHEMA = pl.Schema(
    {
        "iso_week": pl.String,
        "week_start": pl.Date,
        "week_end": pl.Date,
        "iso_year": pl.Int32,
        "week_number": pl.Int32,
        "previous_iso_week": pl.String,
        "last_year_iso_week": pl.String,
        "last_year_iso_week_2": pl.String,
        "hours_expected": pl.Int32,
    }
)
LANGUAGES: tuple[Language, Language] = ("fr", "en")
# The last day that the school calendar knows; it is published about three years ahead.
SCHOOL_HORIZON = date(2028, 8, 31)
# The ministry closes schools on the Friday and the Saturday after Ascension Day; vacances-scolaires-france 0.12 lacks
# it for these years (2019-2022 and 2027-2028 are there). Ascension Day itself is a public holiday.
ASCENSION_DAYS = (date(2023, 5, 18), date(2024, 5, 9), date(2025, 5, 29), date(2026, 5, 14))
ASCENSION_BREAK = "Pont de l'Ascension"


def iso_week(day: date) -> str:
    """The ISO week of a day as text that sorts: `2026-W53` for 1 January 2027."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday(day: date) -> date:
    """The Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def last_year_weeks(year: int, week: int) -> tuple[str, str | None]:
    """The weeks with which an ISO week is compared: the same number a year before, and nothing else.

    Week 53 has no counterpart: it is compared with the mean of the two weeks that lie a year before its days, week 52
    of the year before and week 1 of its own year.
    """
    if week == 53:
        return f"{year - 1}-W52", f"{year}-W01"
    return f"{year - 1}-W{week:02d}", None


def hours_of_day(day: date, town: Town) -> int:
    """Hours between two local midnights: 24, and 23 or 25 where the clock is changed."""
    start, end = (datetime(d.year, d.month, d.day, tzinfo=town.tz) for d in (day, day + timedelta(days=1)))
    return round((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1))


def calendar_days(first: date, last: date, town: Town) -> pl.DataFrame:
    """One row a day from the Monday of `first`'s week to the Sunday of `last`'s, schema DAY_SCHEMA, in order.

    is_school_holiday is null, and is_school_holiday_known false, for a town without a school zone and for days
    that the school calendar does not know (after 2028-08-31). Sources: the packages holidays and
    vacances-scolaires-france. `country` may carry a subdivision, as ISO 3166-2 writes it: `NZ-AUK`. Raises
    WarehouseError for a country that the first does not know.
    """
    first, last = monday(first), monday(last) + timedelta(days=6)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    years = range(first.year, last.year + 1)
    french, english = (public_holidays(town, years, language) for language in LANGUAGES)
    if french is None or english is None:
        told = f"town.toml of {town.id}: the public holidays of country {town.country!r} are not known"
        raise WarehouseError(f"{told}; write one such as FR, or NZ-AUK")
    public = {day: (name, english[day]) for day, name in french.items()}
    return pl.DataFrame([_day(day, town, public) for day in days], schema=DAY_SCHEMA, orient="row")


def _day(day: date, town: Town, public: dict[date, tuple[str, str]]) -> tuple[object, ...]:
    is_known, school = school_holiday(day, town.school_zone)
    names = public.get(day, (None, None))
    return (
        day,
        iso_week(day),
        monday(day),
        day.isoweekday(),
        hours_of_day(day, town),
        day in public,
        *names,
        school is not None if is_known else None,
        school,
        is_known,
    )


def school_holiday(day: date, zone: str | None) -> tuple[bool, str | None]:
    """Whether the school calendar of a French zone (A, B, C) knows this day, and the name of its holiday, if any."""
    dates = _school_dates()
    if zone is None or day > SCHOOL_HORIZON or day.year < dates.min_year:
        return False, None
    if dates.is_holiday_for_zone(day, zone):
        return True, str(dates.data[day]["nom_vacances"])
    if any(day - ascension in (timedelta(days=1), timedelta(days=2)) for ascension in ASCENSION_DAYS):
        return True, ASCENSION_BREAK
    return True, None


@cache
def _school_dates() -> SchoolHolidayDates:
    return SchoolHolidayDates()


def calendar_weeks(days: pl.DataFrame) -> pl.DataFrame:
    """One row an ISO week of a frame of `calendar_days`, schema WEEK_SCHEMA, in order."""
    hours = dict(days.group_by("week_start").agg(pl.col("hours_expected").sum()).iter_rows())
    rows = [_week(start, hours[start]) for start in sorted(hours)]
    return pl.DataFrame(rows, schema=WEEK_SCHEMA, orient="row")


def _week(start: date, hours: int) -> tuple[object, ...]:
    year, week, _ = start.isocalendar()
    return (
        iso_week(start),
        start,
        start + timedelta(days=6),
        year,
        week,
        iso_week(start - timedelta(days=7)),
        *last_year_weeks(year, week),
        hours,
    )
