"""Dates and clock times as people write them: dd/mm/yyyy first, ISO, month names, offsets; and what is ambiguous."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial

import polars as pl

from pipeline.contract import Column, LocalDatetime
from pipeline.deposit.local_time import ZONE, instants, on_clock
from pipeline.deposit.reading import Read, Reading, Typed, findings, gather_repairs, no_findings, read_rest
from pipeline.deposit.texts import Texts

# Shape of the first filled cell (digits as 9) → how the engine reads the whole column at once.
SHAPES = {
    "99/99/9999": "%d/%m/%Y",
    "99/99/9999 99:99": "%d/%m/%Y %H:%M",
    "99/99/9999 99:99:99": "%d/%m/%Y %H:%M:%S",
    "9999-99-99": "%Y-%m-%d",
    "9999-99-99 99:99": "%Y-%m-%d %H:%M",
    "9999-99-99 99:99:99": "%Y-%m-%d %H:%M:%S",
    "9999-99-99T99:99": "%Y-%m-%dT%H:%M",
    "9999-99-99T99:99:99": "%Y-%m-%dT%H:%M:%S",
}
DAY_FIRST = "%d/%m/%Y"
# Behind a clock time; a minus behind HH:MM alone is rather the end of an interval (14:00-15:00) than an offset.
OFFSET = rf"(?:(:\d\d(?:[.,]\d+)?)\s*(Z|\+{ZONE})|((?:T\d\d|:\d\d):\d\d(?:[.,]\d+)?)\s*(-{ZONE}))\s*$"
MICROSECONDS_A_MINUTE = 60_000_000
OLDEST, YOUNGEST = 1900, 2200
# Up to this share of the dates that read one way only, month-first dates are mistakes and not the column's habit.
MISTAKES = 0.05
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier février fevr févr fev fév february feb", "mars mar march",
            "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul", "aout août august aug",
            "septembre sept sep september",
            "octobre oct october", "novembre nov november", "decembre décembre dec déc december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
NUMERIC = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})")
CLOCK = re.compile(r"(\d{1,2})(?:[:hH](\d{2}))?(?::(\d{2})(?:[.,]\d+)?)?[hH]?")
CUT_MINUTES = r":\d(?:\D|$)"  # the engine would read 14:3 as 14:03
INTERVAL = re.compile(r"\d\d?[:hH]\d\d\s*[-–]\s*\d\d?[:hH]?\d\d\s*$")
WEEKDAY = re.compile(r"^(lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?\s+(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamps:
    """A column of moments.

    typed: the local times. Of each distinct text: utc: the instant, null where the local time is one that spring skips;
    is_exact: whether the text has an offset, so that the instant is certain.
    """

    typed: Typed
    utc: pl.Series
    is_exact: pl.Series


@dataclass(frozen=True, slots=True)
class Days(Read):
    """Distinct texts read as moments. is_otherwise: which of them the engine read in another form than the template's;
    of them all only the first is said."""

    is_otherwise: pl.Series


@dataclass(frozen=True, slots=True)
class Habit:
    """What the column as a whole tells. day_first: a date can only be dd/mm; doubtful: too many can only be mm/dd."""

    day_first: bool
    doubtful: bool
    latest_year: int


def read_dates(texts: Texts, column: Column, latest_year: int) -> Typed:
    """A column of Date. A time behind the day is left out, and said unless it is midnight."""
    read = _read(texts.distinct, texts, column, latest_year)
    typed = _by_row(texts, replace(read, values=read.values.dt.date()), column)
    has_time = (read.values.dt.time() != time(0)).fill_null(False)
    if not has_time.any():
        return typed
    rows = texts.rows(has_time)
    shown = typed.column.at(rows).dt.strftime("%d/%m/%Y")
    frame = pl.DataFrame({"row": rows, "value": texts.at(rows), "expected": shown})
    said = gather_repairs(findings(frame, column.name, "type-error.date-repaired", severity="repair"))
    repaired = typed.repaired | texts.holding(has_time)
    return replace(typed, findings=pl.concat([typed.findings, said]), repaired=repaired)


def read_datetimes(texts: Texts, column: Column, latest_year: int, timezone: str) -> Stamps:
    """A column of LocalDatetime: local times of the town, with their instants.

    A text with an offset (Z, +01:00, +0100) is an instant; without one a local time that autumn doubles is the earlier.
    A day without a time is its midnight; in a column named `end` it is the end of that day.
    """
    is_exact = texts.distinct.str.contains(OFFSET)
    if not is_exact.any():
        read = _read(texts.distinct, texts, column, latest_year)
        utc = instants(read.values, timezone)
    else:
        read = _read(texts.distinct.str.replace(OFFSET, "${1}${3}"), texts, column, latest_year)
        exact = (read.values - _offsets(texts.distinct)).dt.replace_time_zone("UTC")
        is_exact = exact.is_not_null()
        utc = exact.zip_with(is_exact, instants(read.values, timezone))
        read = replace(read, values=on_clock(exact, timezone).zip_with(is_exact, read.values))
    return Stamps(_by_row(texts, read, column), utc, is_exact)


def _offsets(texts: pl.Series) -> pl.Series:
    """The offset behind each text as Duration, null where there is none."""
    either = texts.str.extract(OFFSET, 2).fill_null(texts.str.extract(OFFSET, 4))
    offset = either.str.replace("Z", "+0000").str.replace(":", "")
    minutes = offset.str.slice(1, 2).cast(pl.Int64) * 60 + offset.str.slice(3, 2).cast(pl.Int64)
    signed = (-minutes).zip_with(offset.str.starts_with("-"), minutes)
    return (signed * MICROSECONDS_A_MINUTE).cast(pl.Duration("us"))


def read_times(texts: Texts, column: Column) -> Typed:
    """A column of LocalTime: HH:MM, also 6h30 or 06:30:00."""
    plain = texts.distinct.str.strptime(pl.Time, "%H:%M", strict=False)
    plain = plain.set(texts.distinct.str.contains(CUT_MINUTES), None)
    return read_rest(texts.distinct, plain, _read_time, column.name).by_row(texts)


def _read_time(text: str) -> Reading:
    if not text:
        return Reading()
    found = CLOCK.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59 or (not found[2] and "h" not in text.lower()):
        return Reading(key="type-error.time")
    value = time(int(found[1]), int(found[2] or 0), int(found[3] or 0))
    return Reading(value, "type-error.date-repaired", "repair", expected=value.strftime("%H:%M"))


def _read(distinct: pl.Series, texts: Texts, column: Column, latest_year: int) -> Days:
    """The distinct texts, without their offsets, as naive datetimes."""
    form = _form_of(distinct, column)
    is_day_first = form.startswith(DAY_FIRST)
    plain = distinct.str.strptime(pl.Datetime("us"), form, strict=False)
    plain = plain.set(~plain.dt.year().is_between(OLDEST, YOUNGEST) | distinct.str.contains(CUT_MINUTES), None)
    habit = _habit(distinct.filter(plain.is_null()), plain if is_day_first else plain.clear(), texts, latest_year)
    if habit.doubtful and is_day_first:
        plain = plain.set((plain.dt.day() <= 12) & (plain.dt.day() != plain.dt.month()), None)
    read = read_rest(distinct, plain, partial(_read_stamp, column=column, habit=habit), column.name)
    return Days(read.values, read.said, plain.is_null() & False if is_day_first else plain.is_not_null())


def _by_row(texts: Texts, read: Days, column: Column) -> Typed:
    """The column row by row; where it is not written as the template asks, that is said once."""
    typed = read.by_row(texts)
    if not read.is_otherwise.any():
        return typed
    first = read.is_otherwise.arg_true().head(1)
    others = texts.counts().filter(read.is_otherwise).sum() - 1
    shown = read.values.gather(first).dt.strftime(
        "%d/%m/%Y %H:%M" if isinstance(column.type, LocalDatetime) else "%d/%m/%Y"
    )
    frame = pl.DataFrame({"row": texts.first.gather(first), "value": texts.distinct.gather(first), "expected": shown})
    fix = f"De même pour {others} autre(s) case(s) de la colonne." if others else None
    said = findings(frame, column.name, "type-error.date-repaired", severity="repair", fix=fix)
    repaired = typed.repaired | texts.holding(read.is_otherwise)
    return replace(typed, findings=pl.concat([typed.findings, said]), repaired=repaired)


def _form_of(texts: pl.Series, column: Column) -> str:
    """How the engine reads this column: by its first filled cell; the template's form where that tells nothing."""
    filled = texts.filter(texts != "")
    shape = re.sub(r"\d", "9", filled[0].strip()) if len(filled) else ""
    form = SHAPES.get(shape)
    is_end_of_day = column.name == "end" and isinstance(column.type, LocalDatetime)
    if form is None or (is_end_of_day and "%H" not in form):
        return f"{DAY_FIRST} %H:%M" if isinstance(column.type, LocalDatetime) else DAY_FIRST
    return form


def _habit(left: pl.Series, plain: pl.Series, texts: Texts, latest_year: int) -> Habit:
    """Weigh the dates that can be read one way only.

    left: the distinct texts that are not plain; plain: those that the engine read day first, null elsewhere, each of
    which weighs as many as the rows that hold it.
    """
    if left.is_empty():
        return Habit(day_first=False, doubtful=False, latest_year=latest_year)
    parts = left.str.extract_groups(
        r"^\s*([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ](?:[0-9]{4}|[0-9]{2})(?:\D|$)"
    ).struct.unnest()
    first, second = (parts[name].cast(pl.Int32) for name in parts.columns)
    day_first = len(parts.filter((first > 12) & (second <= 12)))
    month_first = len(parts.filter((second > 12) & (second <= 31) & (first <= 12)))
    is_surely_day_first = (plain.dt.day() > 12).fill_null(False)
    has_day_first = day_first > 0 or bool(is_surely_day_first.any())
    if month_first and len(plain):
        day_first += int(texts.counts().filter(is_surely_day_first).sum())
    return Habit(has_day_first, doubtful=month_first > MISTAKES * (month_first + day_first), latest_year=latest_year)


def _read_stamp(text: str, *, column: Column, habit: Habit) -> Reading:
    """One moment that the engine could not read by itself, or should not."""
    if not text:
        return Reading()
    wants_time = isinstance(column.type, LocalDatetime)
    wrong = Reading(key="type-error.datetime" if wants_time else "type-error.date", fix=_way_out(text))
    day, clock = _split(text, habit)
    found = _day(day, habit)
    if isinstance(found, str):
        return Reading(key="type-error.date-ambiguous", expected=found)
    moment = None if found is None else _at(found, clock)
    if moment is None:
        return wrong
    if wants_time and not clock and column.name == "end":
        moment += timedelta(days=1)
    shown = moment.strftime("%d/%m/%Y %H:%M" if wants_time else "%d/%m/%Y")
    is_as_asked = text.startswith(shown[:10]) and not (wants_time and not clock)
    return Reading(moment) if is_as_asked else Reading(moment, "type-error.date-repaired", "repair", expected=shown)


def _split(text: str, habit: Habit) -> tuple[str, str]:
    """The day and the clock time of a text; month names become numbers, and the year behind one gets its century."""
    plain = WEEKDAY.sub("", text).replace(" à ", " ").replace("\u00a0", " ").replace("\u202f", " ")
    named = re.sub(r"[^\W\d_]{3,}\.?", lambda word: str(MONTHS.get(word[0].rstrip(".").lower(), word[0])), plain)
    day_named = re.match(r"(\d{1,2})(?:er)?[ \-/.]+(\d{1,2})[ \-/.]+(\d{4}|\d{2})\b", named)
    if named != plain and day_named:
        day, month, year = day_named.groups()
        year = year if len(year) == 4 else _century(year, habit.latest_year)
        named = f"{year}-{month}-{day:0>2}{named[day_named.end() :]}"
    found = re.match(r"(\d{8}|\d{1,4}[/.\- ]\d{1,2}[/.\- ]\d{1,4})(?:[T ,]+|$)(.*)$", named)
    return (found[1], found[2].strip()) if found else (named, "")


def _day(text: str, habit: Habit) -> datetime | str | None:
    """The day; a text with its readings where there are two; None where there is none."""
    if re.fullmatch(r"\d{8}", text):
        options = {_date(text[:4], text[4:6], text[6:]), _date(text[4:], text[2:4], text[:2])} - {None}
        return options.pop() if len(options) == 1 else None
    found = NUMERIC.fullmatch(text)
    if not found:
        return None
    first, mark, second, last = found.groups()
    if len(first) == 4:
        return _date(first, second, last) if len(last) == 2 else None
    if len(first) > 2:
        return None
    if len(last) == 4:
        return _two_ways(first, second, last) if habit.doubtful else _date(last, second, first)
    year = _century(last, habit.latest_year)
    by_day = _date(year, second, first)
    by_year = _date(_century(first, habit.latest_year), second, last) if mark == "-" and not habit.day_first else None
    if habit.doubtful or not habit.day_first:
        return _two_ways(first, second, year) if by_year is None else f"{_show(by_day)} / {_show(by_year)}"
    return by_day


def _two_ways(first: str, second: str, year: str) -> datetime | str | None:
    """dd/mm or mm/dd: the readings where both exist and differ."""
    by_day, by_month = _date(year, second, first), _date(year, first, second)
    if by_day and by_month and by_day != by_month:
        return f"{_show(by_day)} / {_show(by_month)}"
    return by_day


def _century(year: str, latest_year: int) -> str:
    """Two digits of a year as four: the latest such year that is not after the one that follows the deposit."""
    full = latest_year - latest_year % 100 + int(year)
    return str(full if full <= latest_year + 1 else full - 100)


def _date(year: str, month: str, day: str) -> datetime | None:
    try:
        found = datetime(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if OLDEST <= found.year <= YOUNGEST else None


def _at(day: datetime, clock: str) -> datetime | None:
    """The day at that clock time; 24:00 is the midnight that ends it; None where the time cannot be."""
    if not clock:
        return day
    found = CLOCK.fullmatch(clock)
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return day + timedelta(hours=hour, minutes=minute, seconds=second)


def _show(day: datetime | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "?"


def _way_out(text: str) -> str | None:
    """What to do. Excel's day number counts from 1900 or from 1904: it is not read, the likely day is proposed."""
    if re.fullmatch(r"\d{5}([.,]\d+)?", text):
        likely = datetime(1899, 12, 30) + timedelta(days=int(text[:5]))
        return f"Mettez la colonne au format Date dans Excel ({text} est sans doute le {_show(likely)})."
    if INTERVAL.search(text):
        return "La case dit deux heures : mettez la seconde dans la colonne de fin."
    found = re.match(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d", text)
    if found and int(found[1]) <= 12 < int(found[2]):
        return "Le mois semble écrit avant le jour."
    return None


def check_future(typed: Typed, latest: datetime, column: Column) -> pl.DataFrame:
    """Findings for moments (naive, or days) after `latest` (naive, the town's clock)."""
    rows = typed.texts.rows(typed.of_texts > (latest if isinstance(column.type, LocalDatetime) else latest.date()))
    if rows.is_empty():
        return no_findings()
    frame = pl.DataFrame({"row": rows, "value": typed.texts.at(rows)})
    return findings(frame, column.name, "future-date", fix="Vérifiez la date, surtout l'année.")
