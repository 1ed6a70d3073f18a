"""Dates and clock times as vendors write them, with the calendar as the witness."""

import polars as pl
import pytest

from pipeline.deposit.formats.model import Moment, Text
from pipeline.deposit.formats.moments import is_doubled_hour, moments
from pipeline.deposit.formats.texts import FILE, Cells

DAY, TIME = Text(sources=("day",)), Text(sources=("time",))
PARIS = "Europe/Paris"


def read(rule: Moment, day: str | None, time: str | None = None, *, days_only: bool = False) -> str | None:
    schema = {"line": pl.UInt32, FILE + "day": pl.String, FILE + "time": pl.String}
    rows = pl.DataFrame([[2, day, time]], schema=schema, orient="row")
    return moments(rows, rule, Cells({"day": "day", "time": "time"}), PARIS, days_only)[0]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-10-27T02:00:00+01:00", "2024-10-27T02:00:00+01:00"),
        ("2024-10-27 02:00Z", "2024-10-27T02:00:00+00:00"),
        ("2024-10-27T02:00:00.000+0100", "2024-10-27T02:00:00+01:00"),
        ("2024-10-27", "2024-10-27T00:00:00"),
        ("27/10/2024 02:00", "27/10/2024 02:00"),  # another way of writing stays as sent: the check shows it
        (None, None),
    ],
)
def test_iso_is_kept_with_its_offset(text: str | None, iso: str | None) -> None:
    assert read(Moment(DAY), text) == iso


@pytest.mark.parametrize("text", ["2024-10-27 08:00-09:00", "2024-10-27T08:00+99:00", "2024-10-27 08:00 -0900"])
def test_an_interval_behind_a_day_is_no_offset(text: str) -> None:
    assert read(Moment(DAY), text) == text


@pytest.mark.parametrize("day", ["2025-10-19T22:00:00Z", "2025-10-20T00:00:00Z", "2025-10-20 06:00"])
def test_an_instant_is_no_day_to_which_an_hour_could_be_added(day: str) -> None:
    assert read(Moment(DAY, TIME), day, "07") == f"{day} 07"
    assert read(Moment(DAY, TIME), "2025-10-20T00:00:00", "07") == "2025-10-20T07:00:00"


@pytest.mark.parametrize(
    ("text", "pattern", "iso"),
    [
        ("lundi 3 novembre 2025 14:00", "%d %B %Y %H:%M", "2025-11-03T14:00:00"),
        ("mar. 4 févr. 2025 06:00", "%d %B %Y %H:%M", "2025-02-04T06:00:00"),  # mar. is Tuesday here,
        ("4 mar 2025 06:00", "%d %b %Y %H:%M", "2025-03-04T06:00:00"),  # and March there
        ("15 AOÛT 2025 09:30", "%d %B %Y %H:%M", "2025-08-15T09:30:00"),
        ("1 juin 2025 00:00", "%d %B %Y %H:%M", "2025-06-01T00:00:00"),
        ("1 juillet 2025 00:00", "%d %B %Y %H:%M", "2025-07-01T00:00:00"),
        ("28-Feb-17 23:00", "%d-%b-%y %H:%M", "2017-02-28T23:00:00"),
        ("5 May 2025 10:00", "%d %b %Y %H:%M", "2025-05-05T10:00:00"),
        ("12Sept2017 01:00", "%d%b%Y %H:%M", "2017-09-12T01:00:00"),
        ("31/02/2025 10:00", "%d/%m/%Y %H:%M", "31/02/2025 10:00"),
    ],
)
def test_patterns_read_french_and_english_month_names(text: str, pattern: str, iso: str) -> None:
    assert read(Moment(DAY, formats=(pattern,)), text) == iso


def test_of_several_patterns_the_first_that_reads_is_taken() -> None:
    rule = Moment(DAY, formats=("%d/%m/%Y", "%d.%m.%y"))
    assert read(rule, "03/11/2025") == "2025-11-03T00:00:00"
    assert read(rule, "03.11.25") == "2025-11-03T00:00:00"


@pytest.mark.parametrize(
    ("time", "iso"),
    [
        ("6", "2025-01-01T06:00:00"),
        ("06:30", "2025-01-01T06:30:00"),
        ("6h", "2025-01-01T06:00:00"),
        ("6h30", "2025-01-01T06:30:00"),
        ("06:30:15", "2025-01-01T06:30:15"),
        ("6:00-6:59", "2025-01-01T06:00:00"),
        ("08h à 10h", "2025-01-01T08:00:00"),
        ("23:00 – 0:00", "2025-01-01T23:00:00"),
        ("7 pm", "2025-01-01T19:00:00"),
        ("12:05 AM", "2025-01-01T00:05:00"),
        ("24:00", "2025-01-02T00:00:00"),
        ("25", "2025-01-01 25"),
        ("6:75", "2025-01-01 6:75"),
        ("midi", "2025-01-01 midi"),
    ],
)
def test_a_day_and_a_time_are_joined(time: str, iso: str) -> None:
    assert read(Moment(DAY, TIME), "2025-01-01", time) == iso


def test_a_missing_day_or_time_is_never_midnight() -> None:
    assert read(Moment(DAY, TIME), "2025-01-01", None) is None
    assert read(Moment(DAY, TIME), None, "06:00") is None


def test_a_label_at_the_end_of_the_interval_becomes_its_start() -> None:
    rule = Moment(DAY, TIME, label="end", step_min=60)
    assert read(rule, "2025-01-01", "1") == "2025-01-01T00:00:00"
    assert read(rule, "2025-01-01", "24") == "2025-01-01T23:00:00"
    assert read(rule, "2025-01-01", "00:00") == "2024-12-31T23:00:00"


@pytest.mark.parametrize(
    ("time", "iso"),
    [("06:00", "2025-01-01T06:00:00"), ("23:59", "2025-01-01T23:59:00"), ("00:00", "2025-01-02T00:00:00"),
     ("05:59", "2025-01-02T05:59:00"), ("24:00", "2025-01-02T00:00:00")],
)  # fmt: skip
def test_a_trading_day_that_starts_at_six_ends_on_the_next_calendar_day(time: str, iso: str) -> None:
    assert read(Moment(DAY, TIME, day_starts_min=360), "2025-01-01", time) == iso


@pytest.mark.parametrize(
    ("time", "iso"),
    [("07:00", "2025-01-01T06:00:00"), ("24:00", "2025-01-01T23:00:00"), ("00:00", "2025-01-01T23:00:00"),
     ("01:00", "2025-01-02T00:00:00"), ("06:00", "2025-01-02T05:00:00")],
)  # fmt: skip
def test_a_trading_day_with_labels_at_the_end(time: str, iso: str) -> None:
    assert read(Moment(DAY, TIME, day_starts_min=360, label="end", step_min=60), "2025-01-01", time) == iso


def test_epoch_counts_from_1970_in_utc() -> None:
    # date -u -d '2025-10-26 01:00' +%s = 1761440400
    assert read(Moment(DAY, formats=("epoch-s",)), "1761440400") == "2025-10-26T01:00:00+00:00"
    assert read(Moment(DAY, formats=("epoch-ms",)), "1761440400000") == "2025-10-26T01:00:00+00:00"


def test_a_clock_that_is_not_the_towns_says_its_offset() -> None:
    assert read(Moment(DAY, timezone="UTC"), "2025-07-01T12:00") == "2025-07-01T12:00:00+00:00"
    assert (
        read(Moment(DAY, timezone="+01:00"), "2025-07-01T12:00") == "2025-07-01T12:00:00+01:00"
    )  # winter time all year
    assert read(Moment(DAY, timezone="America/New_York"), "2025-07-01T12:00") == "2025-07-01T12:00:00-04:00"
    assert read(Moment(DAY, timezone=PARIS), "2025-07-01T12:00") == "2025-07-01T12:00:00"
    assert read(Moment(DAY, timezone="UTC"), "2025-07-01T12:00+02:00") == "2025-07-01T12:00:00+02:00"


def test_the_doubled_hour_says_which_of_the_two_it_is_where_the_format_knows() -> None:
    # 26 October 2025: 02:00 comes in summer time (+02:00), then again in winter time (+01:00); 03:00 comes once.
    assert read(Moment(DAY), "2025-10-26T02:00") == "2025-10-26T02:00:00"
    assert read(Moment(DAY, doubled_hour="first"), "2025-10-26T02:00") == "2025-10-26T02:00:00+02:00"
    assert read(Moment(DAY, doubled_hour="second"), "2025-10-26T02:00") == "2025-10-26T02:00:00+01:00"
    assert read(Moment(DAY, doubled_hour="second"), "2025-10-26T03:00") == "2025-10-26T03:00:00"


def test_the_hour_that_spring_skips_stays_as_written() -> None:
    assert read(Moment(DAY, doubled_hour="first"), "2025-03-30T02:30") == "2025-03-30T02:30:00"


def test_a_day_column_has_no_time() -> None:
    assert read(Moment(DAY, formats=("%d %B %Y",)), "3 novembre 2025", days_only=True) == "2025-11-03"


def test_only_the_autumn_hour_is_doubled() -> None:
    hours = pl.Series("h", ["2025-10-26T01:00", "2025-10-26T02:00", "2025-10-26T03:00", "2025-03-30T02:00"])
    clock = hours.str.to_datetime("%Y-%m-%dT%H:%M").to_frame()
    assert clock.select(is_doubled_hour(pl.col("h"), PARIS)).to_series().to_list() == [False, True, False, None]
