"""The demo's hours and holidays, against the calendar."""

import itertools
from collections import Counter
from datetime import date, datetime

from pipeline.demo.timeline import timeline


def test_104_weeks_are_728_days_and_17472_hours() -> None:
    clock = timeline()
    assert len(clock.days) == 728
    assert len(clock.start) == 17_472  # 728 × 24: two springs lose an hour each, two autumns give it back
    assert (clock.start[0], clock.start[-1]) == (datetime(2024, 11, 25, 0), datetime(2026, 11, 22, 23))


def test_days_of_the_change_of_hour_have_23_or_25_hours_and_all_others_24() -> None:
    hours = Counter(start.date() for start in timeline().start)
    odd = {day: n for day, n in hours.items() if n != 24}
    assert odd == {date(2025, 3, 30): 23, date(2025, 10, 26): 25, date(2026, 3, 29): 23, date(2026, 10, 25): 25}


def test_hours_of_utc_follow_each_other_without_a_gap() -> None:
    utc = timeline().utc
    assert {later - earlier for earlier, later in itertools.pairwise(utc)} == {utc[1] - utc[0]}
    assert f"{utc[0]:%Y-%m-%dT%H:%M%z}" == "2024-11-24T23:00+0000"  # midnight in Paris, in winter


def test_holidays_are_those_of_france_and_of_zone_c() -> None:
    clock = timeline()
    public = {day for day, off in zip(clock.days, clock.is_public_holiday, strict=True) if off}
    assert {
        date(2025, 4, 21),
        date(2025, 6, 9),
        date(2026, 4, 6),
        date(2026, 5, 14),
    } <= public  # Easter and Ascension move
    assert len({day for day in public if day.year == 2025}) == 11
    # Ministère de l'Éducation nationale: winter 2026 of zone C from 21 February to 8 March, of zone A from 7 February.
    school = {day for day, off in zip(clock.days, clock.is_school_holiday, strict=True) if off}
    assert {date(2026, 2, 23), date(2026, 3, 6)} <= school
    assert not {date(2026, 2, 11), date(2026, 3, 9)} & school
