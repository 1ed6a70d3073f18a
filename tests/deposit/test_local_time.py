"""The two days of the year that have 23 and 25 hours, and the end of each interval."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from pipeline.deposit.problems import problem_list
from pipeline.deposit.references import Known

HEADER = "compteur;debut;fin;passages"
AUTUMN = [
    f"GR12;26/10/2025 {hour};;{count}" for count, hour in enumerate(("01:00", "02:00", "02:00", "03:00"), start=1)
]


def intervals(checked):
    """(start, end) of each accepted row, in UTC."""
    return checked.accepted.select("start_utc", "end_utc").rows()


def utc(*told: int) -> datetime:
    return datetime(*told, tzinfo=UTC)


def test_an_empty_end_is_the_start_and_the_counter_s_step(check_text) -> None:
    checked = check_text("footfall", f"{HEADER}\nGR12;03/11/2025 14:00;;1\nQ05;03/07/2025 14:05;;1")
    assert intervals(checked) == [
        (utc(2025, 11, 3, 13), utc(2025, 11, 3, 14)),
        (utc(2025, 7, 3, 12, 5), utc(2025, 7, 3, 12, 10)),
    ]
    assert checked.accepted["end"].to_list() == [datetime(2025, 11, 3, 15), datetime(2025, 7, 3, 14, 10)]


def test_the_step_is_that_of_the_counter_at_that_time(check_text) -> None:
    steps = pl.DataFrame(
        {"counter_id": ["A", "A"], "valid_from": [date(2025, 1, 1), date(2025, 6, 1)], "step_min": [60, 15]}
    )
    known = Known({"counters": frozenset({"A"})}, steps.cast({"step_min": pl.Int64}))
    text = f"{HEADER}\nA;01/07/2025 10:00;;1\nA;01/02/2025 10:00;;1\nA;01/02/2024 10:00;;1"
    lengths = [end - start for start, end in intervals(check_text("footfall", text, known))]
    assert lengths == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=1)]


def test_the_skipped_hour_with_a_count_is_an_error_and_with_zero_is_set_aside(check_text) -> None:
    text = f"{HEADER}\nGR12;30/03/2025 02:00;;7\nGR14;30/03/2025 02:00;;0\nQ05;30/03/2025 02:05;;"
    checked = check_text("footfall", text)
    assert checked.accepted.is_empty()
    assert [(p.line, p.key, p.severity) for p in problem_list(checked.problems)] == [
        (2, "nonexistent-hour", "error"),
        (3, "nonexistent-hour.zero", "warning"),
        (4, "nonexistent-hour.zero", "warning"),
    ]


def test_the_hour_before_the_skipped_one_lasts_one_hour(check_text) -> None:
    checked = check_text("footfall", f"{HEADER}\nGR12;30/03/2025 01:00;;7\nGR14;30/03/2025 01:00;30/03/2025 02:00;7")
    assert intervals(checked) == [(utc(2025, 3, 30, 0), utc(2025, 3, 30, 1))] * 2
    assert checked.accepted["end"].to_list() == [datetime(2025, 3, 30, 3)] * 2


def test_the_doubled_hour_in_two_rows_is_two_hours_in_the_order_of_the_file(check_text) -> None:
    checked = check_text("footfall", "\n".join([HEADER, *AUTUMN]))
    starts = [utc(2025, 10, 25, 23), utc(2025, 10, 26, 0), utc(2025, 10, 26, 1), utc(2025, 10, 26, 2)]
    assert intervals(checked) == [(start, start + timedelta(hours=1)) for start in starts]
    assert checked.accepted["count"].to_list() == [1, 2, 3, 4]
    assert {p.key for p in problem_list(checked.problems)} == {"ambiguous-hour.two-rows"}


def test_a_day_sent_twice_does_not_double_its_doubled_hour(check_text) -> None:
    # One row an hour and no second 02:00: a vendor's column of two hours. The same day again, with another 02:00.
    once = [f"GR12;26/10/2025 {hour:02d}:00;;{hour}" for hour in range(24)]
    again = [*once[:2], "GR12;26/10/2025 02:00;;9", *once[3:]]
    same = check_text("footfall", "\n".join([HEADER, *once, *once]))
    assert same.accepted["count"].sum() == sum(range(24))
    assert intervals(same)[2] == (utc(2025, 10, 26, 0), utc(2025, 10, 26, 2))
    other = check_text("footfall", "\n".join([HEADER, *once, *again]))
    assert other.accepted["count"].sum() == sum(range(24)) - 2
    assert [(p.line, p.key) for p in problem_list(other.problems) if p.severity == "error"] == [
        (4, "duplicate-key"), (28, "duplicate-key"),
    ]  # fmt: skip


def test_three_rows_of_the_doubled_hour_are_duplicates(check_text) -> None:
    rows = [f"GR12;26/10/2025 02:00;;{count}" for count in (1, 2, 3)]
    checked = check_text("footfall", "\n".join([HEADER, *rows]))
    assert checked.accepted.is_empty()
    assert [p.key for p in problem_list(checked.problems) if p.severity == "error"] == ["duplicate-key"] * 3


def test_a_file_with_the_newest_row_first_has_the_second_hour_first(check_text) -> None:
    checked = check_text("footfall", "\n".join([HEADER, *reversed(AUTUMN)]))
    assert checked.accepted.sort("start_utc")["count"].to_list() == [1, 2, 3, 4]


def test_the_doubled_hour_in_one_row_is_one_interval_of_two_hours(check_text) -> None:
    text = f"{HEADER}\nGR12;26/10/2025 02:00;;2\nGR14;26/10/2025 02:00;26/10/2025 03:00;2"
    checked = check_text("footfall", text)
    assert intervals(checked) == [(utc(2025, 10, 26, 0), utc(2025, 10, 26, 2))] * 2
    assert [p.key for p in problem_list(checked.problems)] == ["ambiguous-hour"] * 2


def test_minutes_of_the_doubled_hour_in_one_row_are_read_as_the_first_and_told(check_text) -> None:
    checked = check_text("footfall", f"{HEADER}\nQ05;26/10/2025 02:05;;2")
    assert intervals(checked) == [(utc(2025, 10, 26, 0, 5), utc(2025, 10, 26, 0, 10))]
    assert [p.key for p in problem_list(checked.problems)] == ["ambiguous-hour.first"]


def test_minutes_of_the_doubled_hour_in_two_rows_follow_each_other(check_text) -> None:
    minutes = [f"Q05;26/10/2025 02:{minute:02d};;1" for minute in range(0, 60, 5)]
    checked = check_text("footfall", "\n".join([HEADER, *minutes, *minutes]))
    first = utc(2025, 10, 26, 0)
    step = timedelta(minutes=5)
    assert intervals(checked) == [(first + n * step, first + (n + 1) * step) for n in range(24)]


def test_an_offset_settles_the_doubled_hour(check_text) -> None:
    text = f"{HEADER}\nGR12;2025-10-26T02:00:00+01:00;;2\nGR14;2025-10-26T02:00:00+02:00;;2"
    checked = check_text("footfall", text)
    assert intervals(checked) == [
        (utc(2025, 10, 26, 1), utc(2025, 10, 26, 2)),
        (utc(2025, 10, 26, 0), utc(2025, 10, 26, 1)),
    ]
    assert {p.key for p in problem_list(checked.problems)} == {"type-error.date-repaired"}


def test_an_offset_of_elsewhere_is_turned_into_the_town_s_clock(check_text) -> None:
    checked = check_text("footfall", f"{HEADER}\nGR12;2025-07-01T08:00:00Z;;2")
    assert checked.accepted["start"].to_list() == [datetime(2025, 7, 1, 10)]


def test_an_event_in_the_skipped_hour_is_an_error(check_text) -> None:
    checked = check_text("events", "evenement;debut;fin\nNuit;30/03/2025 02:30;30/03/2025 05:00")
    assert [p.key for p in problem_list(checked.problems)] == ["nonexistent-hour"]


def test_an_event_over_the_autumn_night_keeps_its_clock_times(check_text) -> None:
    checked = check_text("events", "evenement;debut;fin\nNuit;25/10/2025 22:00;26/10/2025 04:00")
    assert intervals(checked) == [(utc(2025, 10, 25, 20), utc(2025, 10, 26, 3))]
