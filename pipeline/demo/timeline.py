"""The hours and days of the demo: 104 ISO weeks of local time, with their holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray
from vacances_scolaires_france import SchoolHolidayDates

FIRST_DAY = date(2024, 11, 25)  # the Monday of 2024-W48
LAST_DAY = date(2026, 11, 22)  # the Sunday of 2026-W47
PARIS = ZoneInfo("Europe/Paris")
SCHOOL_ZONE = "C"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days and hours side by side.

    days: each local day in order; weekday (0 = Monday), is_public_holiday and is_school_holiday: one value a day.
    start: local start of each hour, naive; utc: the same in UTC; day: index into `days`; hour: local clock hour.
    An autumn day has 25 hours (its 02:00 twice), a spring day 23.
    """

    days: tuple[date, ...]
    weekday: NDArray[np.int64]
    is_public_holiday: NDArray[np.bool_]
    is_school_holiday: NDArray[np.bool_]
    start: tuple[datetime, ...]
    utc: tuple[datetime, ...]
    day: NDArray[np.int64]
    hour: NDArray[np.int64]

    def between(self, first: datetime, last: datetime) -> NDArray[np.bool_]:
        """The hours whose local start lies in [first, last)."""
        return np.array([first <= start < last for start in self.start])


@cache
def timeline() -> Timeline:
    """The demo's 104 weeks (2024-W48 to 2026-W47): 728 days, 17,472 hours."""
    days = tuple(FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
    first = datetime.combine(FIRST_DAY, time(), PARIS).astimezone(UTC)
    last = datetime.combine(LAST_DAY + timedelta(days=1), time(), PARIS).astimezone(UTC)
    utc = tuple(first + timedelta(hours=n) for n in range(int((last - first) / timedelta(hours=1))))
    start = tuple(moment.astimezone(PARIS).replace(tzinfo=None, fold=0) for moment in utc)
    years = sorted({day.year for day in days})
    public = holidays.country_holidays("FR", years=years)
    calendar = SchoolHolidayDates()
    school = set().union(*(calendar.holidays_for_year_and_zone(year, SCHOOL_ZONE) for year in years))
    return Timeline(
        days=days,
        weekday=np.array([day.weekday() for day in days]),
        is_public_holiday=np.array([day in public for day in days]),
        is_school_holiday=np.array([day in school for day in days]),
        start=start,
        utc=utc,
        day=np.array([(moment.date() - FIRST_DAY).days for moment in start]),
        hour=np.array([moment.hour for moment in start]),
    )
