"""ICS calendars as rows: dates, time zones, series, versions, and what is never read."""

from time import process_time

import pytest

from pipeline.deposit import read_table
from pipeline.deposit.table import Table

COLUMNS = ["UID", "RECURRENCE-ID", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS"]
HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//essai//FR"]


def event(*lines: str, uid: str | None = "1", stamp: str = "20260101T000000Z") -> list[str]:
    own = [f"UID:{uid}"] if uid else []
    return ["BEGIN:VEVENT", *own, f"DTSTAMP:{stamp}", "SUMMARY:Marché", *lines, "END:VEVENT"]


def calendar(*events: list[str], head: list[str] = HEAD, end: str = "\r\n") -> bytes:
    lines = [*head, *(line for one in events for line in one), "END:VCALENDAR", ""]
    return end.join(lines).encode("utf-8")


def read(*events: list[str], **more) -> Table:
    table = read_table(calendar(*events, **more), COLUMNS)
    accounted = set(table.rows["line"]) | set(table.rejected["line"])
    assert len(accounted) == table.counts.read == len(events)
    return table


def dates(table: Table) -> list[tuple[str, str]]:
    return list(table.rows.select("DTSTART", "DTEND").iter_rows())


def keys(table: Table) -> list[str]:
    return [problem for problem in table.problems["key"] if not problem.startswith("personal-data")]


FOUR_TO_NINE = ("2026-06-20T16:00:00+00:00", "2026-06-20T21:00:00+00:00")
PARIS, OUTLOOK, DAY = "DTSTART;TZID=Europe/Paris", "DTSTART;TZID=Romance Standard Time", "DTSTART;VALUE=DATE"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # An instant in UTC stays one.
        ("DTSTART:20260620T160000Z", "DURATION:PT5H", FOUR_TO_NINE),
        ("DTSTART:20260620T160000Z", "DTEND:20260620T210000Z", FOUR_TO_NINE),
        # Paris in June is two hours ahead of UTC, in December one.
        (f"{PARIS}:20260620T180000", "DURATION:PT2H", ("2026-06-20T16:00:00+00:00", "2026-06-20T18:00:00+00:00")),
        (f"{PARIS}:20261212T180000", "DURATION:PT2H", ("2026-12-12T17:00:00+00:00", "2026-12-12T19:00:00+00:00")),
        # Outlook's name of the same zone.
        (f"{OUTLOOK}:20260620T180000", "DURATION:PT1H", ("2026-06-20T16:00:00+00:00", "2026-06-20T17:00:00+00:00")),
        # No zone: the clock of whoever reads it, that is the town's.
        ("DTSTART:20260620T180000", "DTEND:20260620T190000", ("2026-06-20T18:00:00", "2026-06-20T19:00:00")),
        # Whole days; DTEND is the first day after.
        (f"{DAY}:20261212", "DTEND;VALUE=DATE:20261214", ("2026-12-12T00:00:00", "2026-12-14T00:00:00")),
        (f"{DAY}:20261212", "STATUS:CONFIRMED", ("2026-12-12T00:00:00", "2026-12-13T00:00:00")),
        # Neither end nor duration: an event of no length begins and ends at once (RFC 5545, 3.6.1).
        ("DTSTART:20260620T160000Z", "STATUS:CONFIRMED", ("2026-06-20T16:00:00+00:00", "2026-06-20T16:00:00+00:00")),
    ],
)
def test_a_date_is_an_instant_or_the_town_s_clock(start: str, end: str, expected: tuple[str, str]) -> None:
    assert dates(read(event(start, end))) == [expected]


def test_a_zone_that_the_file_declares_is_used_and_forgotten_with_the_file() -> None:
    def zone(hours: str) -> list[str]:
        rule = [
            "BEGIN:STANDARD",
            "DTSTART:19700101T000000",
            f"TZOFFSETFROM:{hours}",
            f"TZOFFSETTO:{hours}",
            "END:STANDARD",
        ]
        return [*HEAD, "BEGIN:VTIMEZONE", "TZID:Ici", *rule, "END:VTIMEZONE"]

    told = event("DTSTART;TZID=Ici:20260620T120000", "DURATION:PT1H")
    assert dates(read(told, head=zone("+0300")))[0][0] == "2026-06-20T09:00:00+00:00"
    assert dates(read(told, head=zone("+0500")))[0][0] == "2026-06-20T07:00:00+00:00"
    unknown = read(told)
    assert (keys(unknown), unknown.rows.height) == (["type-error.timezone"], 0)


def test_the_line_is_that_on_which_the_event_begins() -> None:
    """The head takes lines 1 to 3, the first event (with its folded title) lines 4 to 10."""
    folded = event("DTSTART:20260620T160000Z", "LOCATION:Grande", "  Rue", uid="1")
    table = read(folded, event("DTSTART:20260621T160000Z", uid="2"))
    assert table.rows["line"].to_list() == [4, 12]
    assert table.rows["LOCATION"].to_list() == ["Grande Rue", ""]


WEEKLY = ["DTSTART;TZID=Europe/Paris:20261017T090000", "DTEND;TZID=Europe/Paris:20261017T130000"]


def test_a_series_has_one_row_a_date_on_the_clock_of_its_zone() -> None:
    """Saturdays at 9 in Paris: 7 UTC on 17 and 24 October, 8 UTC on the 31st, after the change of 25 October 2026."""
    table = read(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert [start for start, _ in dates(table)] == [f"2026-10-{day}:00:00+00:00" for day in ("17T07", "24T07", "31T08")]
    assert [end[11:13] for _, end in dates(table)] == ["11", "11", "12"]
    assert table.rows["RECURRENCE-ID"].to_list() == ["", "20261024T090000", "20261031T090000"]
    assert table.rows["line"].unique().to_list() == [4]


@pytest.mark.parametrize("until", ["20261031T080000Z", "20261031", "20261031T090000"])
def test_the_last_date_of_a_series_is_inclusive_however_it_is_written(until: str) -> None:
    assert len(dates(read(event(*WEEKLY, f"RRULE:FREQ=WEEKLY;UNTIL={until}")))) == 3


def test_a_date_that_is_added_is_held_and_one_that_is_taken_out_is_cancelled() -> None:
    more = ["RDATE;TZID=Europe/Paris:20261101T090000", "EXDATE;TZID=Europe/Paris:20261024T090000"]
    table = read(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2", *more))
    assert list(zip(table.rows["RECURRENCE-ID"], table.rows["STATUS"], strict=True)) == [
        ("", ""), ("20261024T090000", "CANCELLED"), ("20261101T090000", ""),
    ]  # fmt: skip


def test_a_series_without_end_is_read_one_year_beyond_the_writing_of_the_file() -> None:
    """Written on 1 January 2027, begun on 17 October 2026: Saturdays up to 2 January 2028 (366 days after the writing).

    The last is 1 January 2028, 441 days or 63 weeks after the first: 64 dates.
    """
    table = read(event(*WEEKLY, "RRULE:FREQ=WEEKLY", stamp="20270101T120000Z"))
    assert (len(dates(table)), dates(table)[-1][0]) == (64, "2028-01-01T08:00:00+00:00")
    [cut] = table.problems.filter(table.problems["key"] == "future-date.recurrence").to_dicts()
    assert (cut["line"], cut["value"], cut["severity"]) == (4, "01/01/2028", "warning")


def test_a_series_of_whole_days_is_read_by_days() -> None:
    table = read(event("DTSTART;VALUE=DATE:20261212", "RRULE:FREQ=DAILY;COUNT=2"))
    assert dates(table) == [
        ("2026-12-12T00:00:00", "2026-12-13T00:00:00"),
        ("2026-12-13T00:00:00", "2026-12-14T00:00:00"),
    ]
    assert table.rows["RECURRENCE-ID"].to_list() == ["", "20261213"]


@pytest.mark.parametrize("own", ["RECURRENCE-ID;TZID=Europe/Paris:20261024T090000", "RECURRENCE-ID:20261024T070000Z"])
def test_a_date_of_a_series_that_was_changed_replaces_itself(own: str) -> None:
    moved = event(own, "DTSTART;TZID=Europe/Paris:20261025T100000", "DURATION:PT1H", "STATUS:TENTATIVE")
    table = read(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=2"), moved)
    assert table.rows["RECURRENCE-ID"].to_list() == ["", "20261024T090000"]
    assert table.rows["DTSTART"].to_list() == ["2026-10-17T07:00:00+00:00", "2026-10-25T09:00:00+00:00"]
    assert table.rows["STATUS"].to_list() == ["", "TENTATIVE"]


def test_of_several_versions_the_highest_sequence_is_read_and_the_others_are_said() -> None:
    old = event("DTSTART:20260620T160000Z", "SEQUENCE:1", stamp="20260601T000000Z")
    new = event("DTSTART:20260621T160000Z", "SEQUENCE:2", stamp="20260501T000000Z")
    table = read(new, old)
    assert dates(table)[0][0] == "2026-06-21T16:00:00+00:00"
    [said] = table.problems.filter(table.problems["key"] == "duplicate-key.updated").to_dicts()
    assert (said["line"], said["expected"]) == (11, "4")


def test_of_equal_sequences_the_last_modified_is_read() -> None:
    old = event("DTSTART:20260620T160000Z", "LAST-MODIFIED:20260601T000000Z")
    new = event("DTSTART:20260621T160000Z", "LAST-MODIFIED:20260602T000000Z")
    assert dates(read(new, old)) == dates(read(old, new)) == [("2026-06-21T16:00:00+00:00",) * 2]


def test_a_cancelled_event_is_cancelled_as_is_every_event_of_a_calendar_that_cancels() -> None:
    told = event("DTSTART:20260620T160000Z", "STATUS:CANCELLED")
    assert read(told).rows["STATUS"].to_list() == ["CANCELLED"]
    plain = event("DTSTART:20260620T160000Z", "STATUS:CONFIRMED")
    assert read(plain, head=[*HEAD, "METHOD:CANCEL"]).rows["STATUS"].to_list() == ["CANCELLED"]


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:2026garbage"],
        ["DTEND:20260620T160000Z"],
        ["DTSTART:20260620T160000Z", "DTEND:later"],
        ["DTSTART:20260620T160000Z", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:20260620T160000Z", "RRULE:FREQ=WEEKLY;BYDAY=QQ"],
        ["DTSTART:20260620T160000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260620T160000Z"],
    ],
)
def test_an_event_that_cannot_be_read_is_rejected_at_its_line_and_the_others_are_read(lines: list[str]) -> None:
    table = read(event(*lines, uid="bad"), event("DTSTART:20260620T160000Z", uid="good"))
    assert table.rows["UID"].to_list() == ["good"]
    assert keys(table) == ["type-error.calendar"]
    assert table.rejected["line"].to_list() == [4]


def test_a_calendar_that_was_cut_off_is_said_and_its_last_event_is_not_guessed() -> None:
    whole = calendar(event("DTSTART:20260620T160000Z"), event("DTSTART:20260621T160000Z", uid="2"))
    table = read_table(whole[: whole.rindex(b"END:VEVENT")], COLUMNS)
    assert (table.rows.height, table.rejected["line"].to_list()) == (1, [10])
    assert keys(table) == ["type-error.calendar", "missing-cell-error.calendar"]


def test_an_empty_calendar_is_said() -> None:
    assert keys(read()) == ["encoding-error.empty"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    assert len(dates(read(event("DTSTART:20260620T160000Z"), end=end))) == 1


def test_events_without_identifier_are_each_their_own() -> None:
    table = read(event("DTSTART:20260620T160000Z", uid=None), event("DTSTART:20260621T160000Z", uid=None))
    assert table.rows["UID"].to_list() == ["", ""]


def test_an_identifier_that_looks_like_an_address_is_none() -> None:
    table = read(event("DTSTART:20260620T160000Z", uid="7kuk@google.com"))
    assert table.rows["UID"].to_list() == ["7kuk/google.com"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        # Six weeks from a Saturday are a Saturday.
        "FREQ=DAILY;INTERVAL=42;BYDAY=SU",
    ],
)
def test_a_rule_that_names_no_day_ends_soon(rule: str) -> None:
    """30 February never comes: the first date is the only one, and nobody looks for more until the year 9999."""
    begun = process_time()
    table = read(event(*WEEKLY, f"RRULE:{rule}"))
    assert process_time() - begun < 1
    assert len(dates(table)) == 1


def test_rare_days_are_found_where_they_are() -> None:
    # 29 February 2028, 2032 and 2036 are a Tuesday, a Sunday and a Friday: of 1 to 400 years none is left out.
    rule = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"
    table = read(event("DTSTART:20280229T090000Z", rule, stamp="20360101T000000Z"))
    assert [start[:10] for start, _ in dates(table)] == ["2028-02-29", "2032-02-29", "2036-02-29"]


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231"])
def test_a_series_until_the_end_of_time_is_one_without_end(until: str) -> None:
    for_ever = read(event(*WEEKLY, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))
    assert dates(for_ever) == dates(read(event(*WEEKLY, "RRULE:FREQ=WEEKLY")))


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:99991231T090000Z"],
        ["DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=DAILY"],
        ["DTSTART;TZID=Europe/Paris:00010101T000000"],
        ["DTSTART:20260620T160000Z", "DTEND:99991231T235959Z"],
        ["DTSTART:20260620T160000Z", "DURATION:P9999999D"],
        ["DTSTART:20260620T160000Z", "RDATE:99991231T235959Z"],
    ],
)
def test_a_date_out_of_all_time_is_refused_at_its_line(lines: list[str]) -> None:
    table = read(event(*lines), event(*WEEKLY, uid="2"))
    assert keys(table) == ["type-error.calendar"]
    assert table.rows["UID"].to_list() == ["2"]


def test_a_clock_that_is_wrong_does_not_stop_the_reading() -> None:
    table = read(event("DTSTART:20260620T160000Z", "RRULE:FREQ=YEARLY", stamp="99991230T000000Z"))
    # From 2026 to the last year that a date may have, 2200, and one more.
    assert len(dates(table)) == 2200 - 2026 + 1
