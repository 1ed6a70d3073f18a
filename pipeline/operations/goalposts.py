"""Goalposts frozen from a year of published marts, written into the town's town.toml, of which nothing else changes."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.analytics.goalposts import Bounds, NotFreezableError, goalposts
from pipeline.contract.town import Indicator, Town
from pipeline.warehouse import read_frames
from pipeline.warehouse.files import write_whole

_SHARE, _COUNT = Bounds(0.0, 1.0), Bounds(least=0.0)
# What an indicator cannot pass, whatever the year; one that is not named can be anything.
BOUNDS: Mapping[str, Bounds] = {
    "footfall_index": _COUNT,
    "footfall_index_seasonal": _COUNT,
    "weekend_share": _SHARE,
    "vacancy_rate": _SHARE,
    "trade_diversity": Bounds(least=1.0),
    "cold_front_share": _SHARE,
    "event_days_4w": Bounds(0.0, 28.0),
    "neighbourhoods_with_event_12w_share": _SHARE,
    "access_score": Bounds(0.0, 100.0),
    "gateway_per_1000_index": _COUNT,
    "link_evenness": _SHARE,
}
_HEADER = re.compile(r"^\s*\[")
_KEY = re.compile(r"^(?P<head>\s*(?P<name>[A-Za-z0-9_]+)\s*=\s*)(?P<value>[^#\r\n]*?)(?P<tail>\s*(?:#.*)?)$")


class GoalpostsError(ValueError):
    """Nothing can be frozen, or the file is not written in a way that can be changed safely; the message says why."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The goalposts of one indicator, and those that they replace (None: there were none)."""

    indicator: str
    low: float
    high: float
    old_low: float | None
    old_high: float | None


@dataclass(frozen=True, slots=True)
class Freezing:
    """What a freeze makes of town.toml. kept: why an indicator stays as it is; diff: unified, of the whole file."""

    path: Path
    text: str
    frozen: list[Frozen]
    kept: dict[str, str]
    diff: str

    def write(self) -> None:
        write_whole(self.path, self.text)


def plan_freeze(town: Town, published: Path, year: int, on: date, *, force: bool = False) -> Freezing:
    """The freeze of the town's goalposts from the weeks of an ISO year of the published marts; nothing is written yet.

    The rule is that of `pipeline.analytics.goalposts`. Goalposts that are there, by hand or frozen before, stay unless
    `force`. on: the day to be noted. Raises GoalpostsError when nothing can be frozen.
    """
    if not town.indicators:
        raise GoalpostsError(f"{town.id} declares no indicator in town.toml")
    if not force and all(indicator.is_frozen for indicator in town.indicators):
        raise GoalpostsError(f"all goalposts of {town.id} are frozen; a council that changes them says --force")
    values = _values(published, year)
    frozen, kept = [], {}
    for indicator in town.indicators:
        if indicator.is_frozen and not force:
            kept[indicator.name] = "already frozen"
            continue
        try:
            frozen.append(_freeze(indicator, values.get(indicator.name, [])))
        except NotFreezableError as error:
            kept[indicator.name] = str(error)
    if not frozen:
        told = "; ".join(f"{name}: {why}" for name, why in kept.items())
        raise GoalpostsError(f"nothing can be frozen from {year}: {told}")
    path = town.folder / "town.toml"
    before = path.read_bytes().decode("utf-8")
    after = _rewritten(before, frozen, {"year": year, "on": on, "build": published.stem})
    return Freezing(path, after, frozen, kept, _diff(before, after))


def _values(published: Path, year: int) -> dict[str, list[float]]:
    table = "intermediate.int_indicator_week"
    weeks = read_frames(published, [table])[table].drop_nulls("value").sort("iso_week", "indicator")
    found = weeks.filter(weeks["iso_week"].str.starts_with(f"{year:04d}-W")).select("indicator", "value")
    by_indicator: dict[str, list[float]] = {}
    for name, value in found.iter_rows():
        by_indicator.setdefault(name, []).append(value)
    return by_indicator


def _freeze(indicator: Indicator, values: Sequence[float]) -> Frozen:
    bounds = BOUNDS.get(indicator.name, Bounds())
    low, high = goalposts(values, less_is_better=indicator.is_inverted, bounds=bounds)
    return Frozen(indicator.name, low, high, indicator.low, indicator.high)


def _rewritten(text: str, frozen: Sequence[Frozen], origin: Mapping[str, object]) -> str:
    """The text with the goalposts and where they come from in the indicators' sections, comments and order kept.

    Raises GoalpostsError unless a reader of TOML finds these keys changed and nothing else.
    """
    expected: dict[str, Any] = tomllib.loads(text)
    for one in frozen:
        told = {"low": one.low, "high": one.high, **{f"goalposts_{key}": value for key, value in origin.items()}}
        expected["index"]["indicators"][one.indicator] |= told
        text = _with_keys(text, f"[index.indicators.{one.indicator}]", {k: _toml(v) for k, v in told.items()})
    if tomllib.loads(text) != expected:
        raise GoalpostsError("town.toml cannot be changed safely; write each key of an indicator on a line of its own")
    return text


def _with_keys(text: str, header: str, keys: Mapping[str, str]) -> str:
    """The text with `keys` set in the section: in place where they stand, else after its last key."""
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if line.split("#")[0].strip() == header), None)
    if start is None:
        raise GoalpostsError(f"town.toml has no section {header}; write the indicator as a section of its own")
    end = next((i for i in range(start + 1, len(lines)) if _HEADER.match(lines[i])), len(lines))
    newline = "\r\n" if lines[start].endswith("\r\n") else "\n"
    places = {found["name"]: i for i in range(start + 1, end) if (found := _KEY.match(lines[i].rstrip("\r\n")))}
    last = max(places.values(), default=start)
    lines[last] = lines[last].rstrip("\r\n") + newline
    for name, value in keys.items():
        if name in places:
            found = _KEY.match(lines[places[name]].rstrip("\r\n"))
            lines[places[name]] = f"{found['head']}{value}{found['tail']}{newline}" if found else ""
    lines[last] += "".join(f"{name} = {value}{newline}" for name, value in keys.items() if name not in places)
    return "".join(lines)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "town.toml", "town.toml", lineterm="")
    return "\n".join(lines)
