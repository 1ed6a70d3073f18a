"""Dates and clock times as people write them."""

from datetime import UTC, date, datetime, time

import polars as pl
import pytest

from pipeline.contract import Column
from pipeline.deposit.dates import read_dates, read_datetimes, read_times
from pipeline.deposit.texts import Texts
from pipeline.feeds import get_feed

START = get_feed("footfall").column("start")
END = get_feed("events").column("end")
OPENED = get_feed("shops").column("opened_on")
AT_14 = datetime(2025, 11, 3, 14)


def moments(column: Column, *texts: str | None) -> tuple[list[datetime | None], list[str]]:
    typed = read_datetimes(Texts.of(pl.Series(texts, dtype=pl.String)), column, 2026, "Europe/Paris").typed
    return typed.values.to_list(), typed.findings["key"].to_list()


def days(*texts: str | None) -> tuple[list[date | None], list[str]]:
    typed = read_dates(Texts.of(pl.Series(texts, dtype=pl.String)), OPENED, 2026)
    return typed.values.to_list(), typed.findings["key"].to_list()


@pytest.mark.parametrize("text", ["03/11/2025 14:00", "03/11/2025 14:00:00", "3/11/2025 14:00", " 03/11/2025 14:00 "])
def test_the_template_s_own_form_is_no_repair(text: str) -> None:
    assert moments(START, text) == ([AT_14], [])


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-03 14:00",
        "2025-11-03T14:00:00",
        "2025-11-03T14:00:00.000",
        "03-11-2025 14:00",
        "03.11.2025 14h",
        "3/11/2025 14h00",
        "3 novembre 2025 14:00",
        "lundi 3 nov. 2025 à 14h00",
        "03-Nov-2025 14:00",
        "03-Nov-25 14:00",
    ],
)
def test_other_plain_forms_are_repaired_and_said(text: str) -> None:
    assert moments(START, text) == ([AT_14], ["type-error.date-repaired"])


@pytest.mark.parametrize("text", ["31/02/2025 10:00", "03/11/2025 25:00", "hier", "45964", "11/25/2025 10:00", "14:00"])
def test_what_is_no_moment_is_an_error(text: str) -> None:
    assert moments(START, text) == ([None], ["type-error.datetime"])


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert moments(START, "03/11/2025 24:00")[0] == [datetime(2025, 11, 4)]


def test_a_day_without_a_time_is_its_midnight_and_as_an_end_the_end_of_the_day() -> None:
    assert moments(START, "13/12/2025")[0] == [datetime(2025, 12, 13)]
    assert moments(END, "13/12/2025") == ([datetime(2025, 12, 14)], ["type-error.date-repaired"])


def test_a_two_digit_year_alone_is_ambiguous_and_the_column_may_decide_it() -> None:
    assert moments(START, "03/11/25 14:00") == ([None], ["type-error.date-ambiguous"])
    assert moments(START, "03/11/25 14:00", "25/11/25 14:00")[0] == [AT_14, datetime(2025, 11, 25, 14)]
    assert moments(START, "03/11/25 14:00", "25/11/2025 14:00")[0] == [AT_14, datetime(2025, 11, 25, 14)]


def test_months_written_before_days_make_the_others_of_the_column_ambiguous() -> None:
    values, said = moments(START, "11/25/2025 14:00", "11/03/2025 14:00", "11/11/2025 14:00")
    assert values == [None, None, datetime(2025, 11, 11, 14)]
    assert said == ["type-error.datetime", "type-error.date-ambiguous"]


def test_one_mistaken_month_among_many_days_is_only_a_mistake() -> None:
    texts = [f"{day}/11/2025 14:00" for day in range(13, 31)] * 2
    values, said = moments(START, *texts, "11/25/2025 14:00", "03/11/2025 14:00")
    assert (values[-2:], said) == ([None, AT_14], ["type-error.datetime"])


def test_an_offset_gives_the_instant() -> None:
    texts = ["2025-11-03T14:00:00+01:00", "2025-11-03T13:00:00Z", "2025-11-03T07:30:00-0530", "03/11/2025 14:00"]
    stamps = read_datetimes(Texts.of(pl.Series(texts)), START, 2026, "Europe/Paris")
    assert stamps.utc.to_list() == [datetime(2025, 11, 3, 13, tzinfo=UTC)] * 4
    assert stamps.typed.values.to_list() == [AT_14] * 4
    assert stamps.is_exact.to_list() == [True] * 3 + [False]


@pytest.mark.parametrize(
    "text",
    [
        "03/11/2025 14:00-15:00",
        "03/11/2025 08:00 -12:00",
        "03/11/2025 14:00-1500",
        "2025-11-03 08:00-09:00",
        "03/11/2025 14:00+9999",
        "2025-11-03T14:00-15:00",
    ],
)
def test_an_interval_in_one_cell_is_no_offset(text: str) -> None:
    assert moments(START, text) == ([None], ["type-error.datetime"])


def test_the_sender_of_an_interval_is_told_where_its_end_belongs() -> None:
    typed = read_datetimes(Texts.of(pl.Series(["03/11/2025 14:00-15:00"])), START, 2026, "Europe/Paris").typed
    assert typed.findings["fix"].to_list() == ["La case dit deux heures : mettez la seconde dans la colonne de fin."]


def test_an_offset_west_of_greenwich_stands_behind_seconds_or_an_iso_time() -> None:
    assert moments(START, "2025-11-03 09:00:00-04:00")[0] == [AT_14]
    assert moments(START, "2025-11-03T09:00-0400")[0] == [AT_14]


def test_minutes_of_one_figure_are_left_to_the_sender() -> None:
    assert moments(START, "03/11/2025 14:00", "03/11/2025 14:3")[0] == [AT_14, None]
    column = get_feed("links").column("first_departure")
    assert read_times(Texts.of(pl.Series(["06:30", "6:3"])), column).values.to_list() == [time(6, 30), None]


def test_figures_of_other_scripts_are_read_and_said() -> None:
    assert moments(START, "0３/11/2025 14:00") == ([AT_14], ["type-error.date-repaired"])


def test_a_column_of_iso_dates_is_said_once() -> None:
    typed = read_datetimes(
        Texts.of(pl.Series(["2025-11-03 14:00", "2025-11-03 15:00", "2025-11-03 16:00"])), START, 2026, "Europe/Paris"
    ).typed
    assert typed.findings.select("row", "value", "expected", "fix").rows() == [
        (0, "2025-11-03 14:00", "03/11/2025 14:00", "De même pour 2 autre(s) case(s) de la colonne.")
    ]
    assert typed.repaired.arg_true().to_list() == [0, 1, 2]


def test_days_drop_a_midnight_in_silence_and_say_another_time() -> None:
    assert days("13/12/2025", "13/12/2025 00:00", "13/12/2025 10:00") == (
        [date(2025, 12, 13)] * 3,
        ["type-error.date-repaired"],
    )


def test_two_digits_of_a_year_are_of_the_last_hundred_years() -> None:
    # Deposited in 2026: 27 is next year, 28 was in the last century.
    assert days("13/09/98", "13/09/27", "13/09/28")[0] == [date(1998, 9, 13), date(2027, 9, 13), date(1928, 9, 13)]


def test_excel_s_day_number_is_not_guessed_but_proposed() -> None:
    typed = read_dates(Texts.of(pl.Series(["45964"])), OPENED, 2026)
    assert typed.values.to_list() == [None]
    assert "03/11/2025" in typed.findings["fix"][0]


def test_a_year_of_two_digits_behind_four_zeros_is_no_year() -> None:
    assert days("03/11/0025") == ([None], ["type-error.date"])


def test_clock_times() -> None:
    column = get_feed("links").column("first_departure")
    typed = read_times(Texts.of(pl.Series(["06:30", "6h30", "6h", "24:00", "6", ""])), column)
    assert typed.values.to_list() == [time(6, 30), time(6, 30), time(6), None, None, None]
    assert typed.findings.filter("rejects")["row"].to_list() == [3, 4]
