"""Moment rules: any way of writing a date or a clock time becomes ISO text, in the town's clock or with its offset.

What cannot be read stays as it was sent, so that the check can show it to the sender.
"""

import re
from typing import Literal

import polars as pl

from pipeline.deposit.formats.model import Moment
from pipeline.deposit.formats.texts import Cells, text_expression
from pipeline.deposit.local_time import ZONE

_ISO = rf"^(\d{{4}}-\d{{2}}-\d{{2}})(?:[T ](\d{{2}}:\d{{2}})(?::(\d{{2}})(?:[.,]\d+)?)?)?\s*(Z|[+-]{ZONE})?$"
_TWO_TIMES = r"^\S+ \d{2}:\d{2}\s*-"  # 08:00-09:00 behind a day is an interval, and no offset
# 6, 06, 6h, 6h30, 6:30, 06:30:00, 6:30 pm; a range (6:00-6:59, 6h à 7h) by its beginning.
_CLOCK = (
    r"(?i)^(\d{1,2})(?:\s*[h:.]\s*(\d{2})?)?(?::(\d{2}))?\s*([ap])?\.?(?:m\.?)?"
    r"(?:\s*(?:-|–|à|a|to)\s*\d{1,2}[\d:h. apm]*)?$"
)
FIXED_OFFSET = re.compile(r"^[+-]\d{2}:\d{2}$")
_MONTHS = (
    ("january", "jan", "janvier", "janv"),
    ("february", "feb", "fevrier", "fevr", "fev"),
    ("march", "mar", "mars"),
    ("april", "apr", "avril", "avr"),
    ("may", "mai"),
    ("june", "jun", "juin"),
    ("july", "jul", "juillet", "juil"),
    ("august", "aug", "aout"),
    ("september", "sept", "sep", "septembre"),
    ("october", "oct", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "decembre"),
)
# Longest first: the engine takes the first that fits.
_MONTH_NUMBERS = {
    word + dot: f"{month:02d}"
    for word, month in sorted(
        ((w, m) for m, words in enumerate(_MONTHS, 1) for w in words), key=lambda told: -len(told[0])
    )
    for dot in (".", "")
}
_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim"
)
_ACCENTS = {"é": "e", "è": "e", "ê": "e", "û": "u", "ù": "u", "à": "a"}


def moments(rows: pl.DataFrame, rule: Moment, cells: Cells, town_timezone: str, days_only: bool = False) -> pl.Series:
    """ISO text of each row: `YYYY-MM-DDTHH:MM:SS[±HH:MM]`, or `YYYY-MM-DD` with days_only.

    What cannot be read stays as sent; empty is null. Each distinct text is read once: many counters share an hour.
    """
    time = pl.lit(None, pl.String) if rule.time is None else text_expression(rule.time, cells)
    # `line` keeps the height where the file has none of the sources.
    texts = rows.select("line", text_expression(rule.date, cells).alias("date"), time.alias("time"))
    read = texts.select("date", "time").unique().with_columns(_moment(rule, town_timezone, days_only).alias("iso"))
    return texts.join(read, on=["date", "time"], how="left", nulls_equal=True, maintain_order="left")["iso"]


def _moment(rule: Moment, town_timezone: str, days_only: bool) -> pl.Expr:
    """The same over the columns `date` and `time`."""
    as_sent = date_text = pl.col("date")
    clock, offset = _clock(rule, date_text)
    day = clock.dt.truncate("1d")
    if rule.time is not None:
        # Null where one of the two is missing: a day alone must not pass for its midnight.
        as_sent = pl.concat_str("date", "time", separator=" ")
        # A day with a time of its own, or told in UTC, is rather an instant of another day.
        is_day = (clock == day) & (offset.is_null() | (offset != "+00:00"))
        clock = pl.when(is_day).then(day + time_of_day(pl.col("time")))
    if days_only:
        return pl.coalesce(clock.dt.strftime("%Y-%m-%d"), as_sent)
    if rule.label == "end":
        clock = clock - pl.duration(minutes=rule.step_min)
    if rule.day_starts_min:
        is_after_midnight = clock - day < pl.duration(minutes=rule.day_starts_min)
        clock = pl.when(is_after_midnight).then(clock + pl.duration(days=1)).otherwise(clock)
    return pl.coalesce(_iso(rule, clock, offset, town_timezone), as_sent)


def _clock(rule: Moment, text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The naive clock time in a text and the offset that stands behind it (null where none does)."""
    tries = [_parsed(text, pattern) for pattern in rule.formats]
    offsets = [_offset(text, pattern) for pattern in rule.formats]
    return pl.coalesce(tries), pl.coalesce(offsets)


def _parsed(text: pl.Expr, pattern: str) -> pl.Expr:
    if pattern == "iso":
        day, time, second = (text.str.extract(_ISO, group) for group in (1, 2, 3))
        day = pl.when(~text.str.contains(_TWO_TIMES)).then(day)
        whole = pl.concat_str(day, pl.lit(" "), time.fill_null("00:00"), pl.lit(":"), second.fill_null("00"))
        return whole.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    if pattern in ("epoch-s", "epoch-ms"):
        unit = 1_000_000 if pattern == "epoch-s" else 1_000
        return (text.cast(pl.Float64, strict=False) * unit).cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
    if "%B" in pattern or "%b" in pattern:
        text, pattern = _months_as_numbers(text), pattern.replace("%B", "%m").replace("%b", "%m")
    if "%A" in pattern or "%a" in pattern:
        text, pattern = _without_weekday(text), re.sub(r"%[Aa][\s,]*", "", pattern)
    return text.str.to_datetime(pattern, strict=False, time_unit="us")


def _offset(text: pl.Expr, pattern: str) -> pl.Expr:
    if pattern.startswith("epoch"):
        return pl.when(text.cast(pl.Float64, strict=False).is_not_null()).then(pl.lit("+00:00"))
    if pattern != "iso":
        return pl.lit(None, pl.String)
    told = text.str.extract(_ISO, 4).replace({"Z": "+00:00"})
    return told.str.replace(r"^([+-]\d{2}):?(\d{2})$", "${1}:${2}")


def _plain_letters(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_many(_ACCENTS)


def _months_as_numbers(text: pl.Expr) -> pl.Expr:
    # The weekday goes first: « mar » is Tuesday before it is March.
    return _without_weekday(text).str.replace_many(_MONTH_NUMBERS, leftmost=True)


def _without_weekday(text: pl.Expr) -> pl.Expr:
    return _plain_letters(text).str.replace(rf"^(?:{_WEEKDAYS})[.,]*\s+", "")


def time_of_day(text: pl.Expr) -> pl.Expr:
    """A clock time as a Duration since midnight: 24:00 is the end of the day, a range counts by its beginning."""
    hour, minute, second = (text.str.extract(_CLOCK, group).cast(pl.Int64, strict=False) for group in (1, 2, 3))
    half = text.str.extract(_CLOCK, 4).str.to_lowercase()
    hour = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    seconds = hour * 3600 + minute.fill_null(0) * 60 + second.fill_null(0)
    is_clock = (seconds <= 86_400) & (minute.fill_null(0) < 60) & (second.fill_null(0) < 60)
    return pl.duration(seconds=pl.when(is_clock).then(seconds), time_unit="us")


def _iso(rule: Moment, clock: pl.Expr, offset: pl.Expr, town_timezone: str) -> pl.Expr:
    local = clock.dt.strftime("%Y-%m-%dT%H:%M:%S")
    suffix = offset.fill_null("")
    if rule.timezone == "UTC" or (rule.timezone and FIXED_OFFSET.match(rule.timezone)):
        suffix = offset.fill_null("+00:00" if rule.timezone == "UTC" else rule.timezone)
    elif rule.timezone and rule.timezone != town_timezone:
        elsewhere = clock.dt.replace_time_zone(rule.timezone, ambiguous="earliest", non_existent="null")
        return pl.when(offset.is_null()).then(elsewhere.dt.strftime("%Y-%m-%dT%H:%M:%S%:z")).otherwise(local + suffix)
    if rule.doubled_hour != "interval":
        which: Literal["earliest", "latest"] = "earliest" if rule.doubled_hour == "first" else "latest"
        suffix = (
            pl.when(is_doubled_hour(clock, town_timezone) & offset.is_null())
            .then(clock.dt.replace_time_zone(town_timezone, ambiguous=which, non_existent="null").dt.strftime("%:z"))
            .otherwise(suffix)
        )
    return local + suffix


def is_doubled_hour(clock: pl.Expr, timezone: str) -> pl.Expr:
    """Whether a naive clock time comes twice in that time zone (the hour that autumn repeats)."""
    first = clock.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    second = clock.dt.replace_time_zone(timezone, ambiguous="latest", non_existent="null")
    return first != second


def local_clock(text: pl.Expr, timezone: str) -> pl.Expr:
    """The naive local clock time of ISO text as `moments` writes it; null where the text is something else."""
    instant = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", strict=False, time_unit="us")
    naive = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    day = text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    return pl.coalesce(instant.dt.convert_time_zone(timezone).dt.replace_time_zone(None), naive, day)
