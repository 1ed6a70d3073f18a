"""Formats from their TOML files: each entry is checked, and refused with its place where it is not understood."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.contract import Date, Feed, Label, LocalDatetime
from pipeline.contract.problems import messages
from pipeline.deposit.formats.model import (
    Change,
    Flag,
    Format,
    FormatError,
    Moment,
    Rule,
    Text,
    Total,
    Where,
    Wide,
    Zero,
)
from pipeline.deposit.formats.moments import FIXED_OFFSET
from pipeline.deposit.formats.template import TEMPLATE, template_format
from pipeline.feeds import feed_folder

Combine = Literal["first", "join", "sum", "constant"]
_COMBINES = get_args(Combine)
_COUNT = "count"


def load_formats(feed: Feed, town_folder: Path | None = None) -> list[Format]:
    """The feed's formats: its template, then its vendors' layouts by name; the town's win on equal names.

    town_folder: `towns/<town>`, whose formats/<feed>/*.toml are read. Raises FormatError naming the file and the entry.
    """
    folders = [feed_folder(feed.name) / "formats"]
    if town_folder is not None:
        folders.append(town_folder / "formats" / feed.name)
    files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    if TEMPLATE in files:
        raise FormatError(f"{files[TEMPLATE]}: the name {TEMPLATE!r} is that of the feed's own template")
    return [template_format(feed), *(load_format(path, feed) for _, path in sorted(files.items()))]


def load_format(path: Path, feed: Feed) -> Format:
    """One TOML file as a Format of that feed, named after the file. Raises FormatError."""
    try:
        with path.open("rb") as file:
            told = tomllib.load(file)
        return _format(path, feed, told)
    except (tomllib.TOMLDecodeError, re.error, KeyError, TypeError, ValueError) as error:
        reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise FormatError(f"{path}: {reason}") from error


def _format(path: Path, feed: Feed, told: dict[str, Any]) -> Format:
    head = _entries(
        told, "the file", "title vendor note recognise columns wide preamble change flag zero total empty ignore"
    )
    recognise = _entries(head["recognise"], "[recognise]", "headers without header_rows header_join")
    columns = _columns(feed, head["columns"])
    made = Format(
        name=path.stem,
        title=Label(head["title"]["fr"], head["title"]["en"]),
        feed=feed,
        headers=tuple(_texts(header) for header in recognise["headers"]),
        without=tuple(recognise.get("without", ())),
        header_rows=int(recognise.get("header_rows", 1)),
        header_join=recognise.get("header_join", " "),
        columns=columns,
        ignore=tuple(head.get("ignore", ())),
        empty=tuple(head.get("empty", ())),
        wide=_wide(head["wide"]) if "wide" in head else None,
        preamble=tuple(re.compile(pattern) for pattern in head.get("preamble", ())),
        changes=tuple(_change(feed, entry) for entry in head.get("change", ())),
        flags=tuple(_flag(feed, entry) for entry in head.get("flag", ())),
        zeros=tuple(_zero(feed, entry) for entry in head.get("zero", ())),
        totals=tuple(_total(entry) for entry in head.get("total", ())),
        origin=path.name,
    )
    _check_names(made)
    return made


def _entries(told: dict[str, Any], place: str, known: str) -> dict[str, Any]:
    if unknown := sorted(set(told) - set(known.split())):
        raise ValueError(f"{place}: unknown entry {', '.join(unknown)}; known are {known}")
    return told


def _texts(told: str | list[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def _one_of(told: str, place: str, known: tuple[str, ...]) -> Any:
    if told not in known:
        raise ValueError(f"{place}: {told!r} is not one of {', '.join(known)}")
    return told


def _column_name(feed: Feed, name: str, place: str) -> str:
    if name not in {column.name for column in feed.columns}:
        raise ValueError(f"{place}: {name!r} is no column of the feed {feed.name}")
    return name


def _columns(feed: Feed, told: dict[str, Any]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for name, entry in told.items():
        column = feed.column(_column_name(feed, name, "[columns]"))
        read: Callable[[Any, str], Rule] = _moment if isinstance(column.type, LocalDatetime | Date) else _text
        found[name] = read(entry, f"[columns] {name}")
    return found


def _text(told: Any, place: str) -> Text:
    if isinstance(told, str):
        return Text(sources=(told,))
    entry = _entries(told, place, "column first join sum constant with extract values aliases said")
    ways = [way for way in ("column", *_COMBINES) if way in entry]
    if len(ways) != 1:
        raise ValueError(f"{place}: say exactly one of column, {', '.join(_COMBINES)}")
    combine: Combine = "first" if ways[0] == "column" else _one_of(ways[0], place, _COMBINES)
    if extract := entry.get("extract"):
        _one_group(extract, place)
    return Text(
        sources=() if combine == "constant" else _texts(entry[ways[0]]),
        combine=combine,
        separator=entry.get("with", " "),
        constant=str(entry["constant"]) if combine == "constant" else None,
        extract=extract,
        values=entry.get("values", {}),
        aliases=entry.get("aliases", {}),
        said={code: _one_of(key, f"{place} said", tuple(messages())) for code, key in entry.get("said", {}).items()},
    )


def _one_group(pattern: str, place: str) -> None:
    if re.compile(pattern).groups != 1:
        raise ValueError(f"{place}: extract needs exactly one group ( )")


def _moment(told: Any, place: str) -> Moment:
    if isinstance(told, str):
        return Moment(Text(sources=(told,)))
    known = "column date time formats label step_min day_starts order_wins timezone doubled_hour"
    entry = _entries(told, place, known)
    if ("column" in entry) == ("date" in entry):
        raise ValueError(f"{place}: say either column (date and time in one) or date")
    label = _one_of(entry.get("label", "start"), place, ("start", "end"))
    if label == "end" and not entry.get("step_min"):
        raise ValueError(f"{place}: a label at the end of the interval needs step_min")
    if entry.get("order_wins") and "time" not in entry:
        raise ValueError(f"{place}: order_wins needs date and time apart")
    hours, minutes = entry.get("day_starts", "00:00").split(":")
    return Moment(
        date=_text(entry["date"] if "date" in entry else entry["column"], place),
        time=_text(entry["time"], place) if "time" in entry else None,
        formats=_texts(entry.get("formats", "iso")),
        label=label,
        step_min=int(entry.get("step_min", 0)),
        day_starts_min=60 * int(hours) + int(minutes),
        order_wins=bool(entry.get("order_wins", False)),
        timezone=_timezone(entry.get("timezone")),
        doubled_hour=_one_of(entry.get("doubled_hour", "interval"), place, ("interval", "first", "second")),
    )


def _timezone(told: str | None) -> str | None:
    """As told. Raises ValueError for a name that is neither an offset nor known."""
    if told is not None and not FIXED_OFFSET.match(told):
        try:
            ZoneInfo(told)
        except ZoneInfoNotFoundError as error:
            raise ValueError(f"timezone: {told!r} is neither an offset like +01:00 nor a known time zone") from error
    return told


def _where(feed: Feed, told: dict[str, Any], place: str) -> Where:
    days = {end: told[end] for end in ("from", "to") if end in told}
    if wrong := [end for end, day in days.items() if type(day) is not date]:
        raise ValueError(f"{place}: {wrong[0]} is a day without quotes, for example 2025-03-01")
    equals = {
        _column_name(feed, name, place): _texts(values) for name, values in told.items() if name not in ("from", "to")
    }
    return Where(equals, days.get("from"), days.get("to"))


def _change(feed: Feed, told: dict[str, Any]) -> Change:
    entry = _entries(told, "[[change]]", "where columns why")
    if not entry["where"]:
        raise ValueError("[[change]]: where says no row; a meaning that never changes belongs to [columns]")
    return Change(_where(feed, entry["where"], "[[change]] where"), _columns(feed, entry["columns"]))


def _flag(feed: Feed, told: dict[str, Any]) -> Flag:
    entry = _entries(told, "[[flag]]", "column values effect target why")
    effect = _one_of(entry["effect"], "[[flag]]", ("not-counted", "zeros-not-counted", "kept", "none"))
    target = _column_name(feed, entry.get("target", _COUNT), "[[flag]]")
    return Flag(entry["column"], _texts(entry["values"]), effect, target)


def _zero(feed: Feed, told: dict[str, Any]) -> Zero:
    entry = _entries(told, "[[zero]]", "where only target why")
    only = _one_of(entry.get("only", "always"), "[[zero]]", ("always", "doubled-hour"))
    target = _column_name(feed, entry.get("target", _COUNT), "[[zero]]")
    return Zero(target, _where(feed, entry.get("where", {}), "[[zero]] where"), only)


def _total(told: dict[str, Any]) -> Total:
    entry = _entries(told, "[[total]]", "total parts why")
    if isinstance(entry["parts"], str):
        return Total(entry["total"], pattern=re.compile(entry["parts"]))
    return Total(entry["total"], parts=tuple(entry["parts"]))


def _wide(told: dict[str, Any]) -> Wide:
    return Wide(re.compile(_entries(told, "[wide]", "headers")["headers"]))


def _check_names(made: Format) -> None:
    """Every `@` name that is read is made by [wide] or preamble, and order_wins stands only where a row is a moment."""
    known = {f"@{group}" for pattern in made.preamble for group in pattern.groupindex}
    if made.wide is not None:
        known |= {"@cell", *(f"@{group}" for group in made.wide.headers.groupindex)}
    if unknown := sorted({source for source in made.sources if source.startswith("@")} - known):
        raise ValueError(f"{', '.join(unknown)}: no group of [wide] headers or preamble has that name")
    targets = {*(flag.target for flag in made.flags), *(zero.target for zero in made.zeros)}
    if without_rule := sorted(targets - set(made.columns)):
        raise ValueError(
            f"a flag or a zero is about {without_rule[0]!r}, but {without_rule[0]!r} has no rule in [columns]"
        )
    if made.wide is None and any(isinstance(rule, Moment) and rule.order_wins for rule in made.rules):
        raise ValueError("order_wins is for layouts in which each row is one moment: it needs [wide]")
