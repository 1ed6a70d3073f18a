"""What a week's text may look at: rows of the marts that know where they stand, so that a figure can be traced back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

Frames = Mapping[str, pl.DataFrame]
Where = dict[str, Any]
TOWN_WEEK = "marts.mart_town_week"
RECEIPT = "marts.mart_index_receipt_week"
EVENTS = "marts.mart_event_impact"
QUALITY = "marts.mart_data_quality_week"
HEALTH = "marts.mart_counter_health"
MOVEMENTS = "marts.mart_shop_movement"
# A part of the receipt that is named; what is smaller is told together, as the rest.
SMALLEST_PART = 0.05
NAMED_PARTS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Record:
    """Some values of a mart and where they stand: each is the sum of a column over the rows of `mart` at `where`.

    where: by column of the mart's key, a value or a list of them. elsewhere: for a value that bears another name or
    stands in other rows, its column and rows.
    """

    mart: str
    where: Where
    values: dict[str, Any]
    elsewhere: dict[str, tuple[str, Where]] = field(default_factory=dict)

    def place(self, column: str) -> tuple[str, Where]:
        return self.elsewhere.get(column, (column, self.where))


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that a rule may read. key: the columns that name a row; rows: which of the mart, each with its iso_week.

    of: the week of which they are: the week told, the one before, the same ISO week a year before. is_countable: the
    rows of a week differ in one column of the key alone, so that a list of its values says which were counted.
    """

    mart: str
    key: tuple[str, ...]
    rows: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame] = lambda frame, weeks: frame
    of: str = "this"
    is_countable: bool = True


def _where(**wanted: str | bool) -> Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]:
    return lambda frame, _weeks: frame.filter(*(pl.col(column) == value for column, value in wanted.items()))


def _on_sunday(frame: pl.DataFrame, _weeks: pl.DataFrame) -> pl.DataFrame:
    """The state of a counter at the end of its week, in service."""
    return frame.filter(pl.col("day").dt.weekday() == 7, pl.col("is_in_service"))


def _in_its_week(frame: pl.DataFrame, _weeks: pl.DataFrame) -> pl.DataFrame:
    """A counter of the centre on the last day of the week on which it was in service: it may have been taken down."""
    in_centre = frame.filter(pl.col("is_in_service"), pl.col("is_in_centre"))
    return in_centre.filter(pl.col("day") == pl.col("day").max().over("counter_id", "iso_week"))


def _each_week_it_lasts(frame: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """An event of three weeks is told in each of them."""
    spans = weeks.select(told_week="iso_week", monday="week_start", sunday=pl.col("week_start") + pl.duration(days=6))
    return (
        frame.join_where(spans, pl.col("first_day") <= pl.col("sunday"), pl.col("last_day") >= pl.col("monday"))
        .with_columns(iso_week=pl.col("told_week"))
        .drop("told_week", "monday", "sunday")
    )


def _last(weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.filter(pl.col("week_start") == pl.col("week_start").max()).select("iso_week")


def _as_it_is_now(frame: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """What the mart knows of the last week alone."""
    return frame.join(_last(weeks), how="cross")


def _of_the_last_week(frame: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """How fresh the files are: of an earlier week, later files have told the rest since."""
    return frame.join(_last(weeks), on="iso_week", how="semi")


SOURCES: dict[str, Source] = {
    "week": Source(TOWN_WEEK, ("iso_week",)),
    "before": Source(TOWN_WEEK, ("iso_week",), of="before"),
    "last_year": Source(TOWN_WEEK, ("iso_week",), of="last_year"),
    "receipt": Source(RECEIPT, ("iso_week", "indicator")),
    "held": Source(RECEIPT, ("iso_week", "indicator"), _where(is_held=True)),
    "level": Source(RECEIPT, ("iso_week", "indicator"), _where(indicator="footfall_index_seasonal")),
    "moves": Source(RECEIPT, ("iso_week",)),
    "events": Source(EVENTS, ("event_id",), _each_week_it_lasts),
    "events_last_year": Source(EVENTS, ("event_id",), _each_week_it_lasts, of="last_year"),
    "links": Source("marts.mart_neighbourhood_link_week", ("iso_week", "neighbourhood_id")),
    "counters": Source(HEALTH, ("counter_id", "day"), _on_sunday),
    "centre_counters": Source(HEALTH, ("counter_id", "day"), _in_its_week, is_countable=False),
    "counts": Source(QUALITY, ("iso_week", "feed"), _where(feed="footfall")),
    "events_file": Source(QUALITY, ("iso_week", "feed"), _where(feed="events")),
    "shops_file": Source(QUALITY, ("iso_week", "feed"), _where(feed="shops")),
    "feeds": Source(QUALITY, ("iso_week", "feed"), _of_the_last_week),
    "openings": Source(MOVEMENTS, ("movement_id",), _where(kind="opening", sector="centre")),
    "closures": Source(MOVEMENTS, ("movement_id",), _where(kind="closure", sector="centre")),
    "warnings": Source("marts.mart_premises_warning", ("premises_id",), _as_it_is_now),
}
MARTS = tuple(sorted({source.mart for source in SOURCES.values()}))
# What `moves` is made of: one record a week, the receipt from its largest part to its smallest.
MOVES = "moves"
MOVES_READS = ("indicator", "points", "previous_iso_week")


@dataclass(frozen=True, slots=True)
class WeekRecords:
    """One published week: its rows by source; a source without a row that week has an empty list."""

    iso_week: str
    week_start: date
    is_demo: bool
    records: Mapping[str, list[Record]]


def weeks_of(frames: Frames, columns: Mapping[str, set[str]]) -> Iterator[WeekRecords]:
    """Every published week with what its text may look at, oldest first.

    frames: the tables of MARTS by qualified name. columns: those wanted, by source; the others are left aside.
    Raises polars.exceptions.ColumnNotFoundError for a column that a mart does not have.
    """
    weeks = frames[TOWN_WEEK].select("iso_week", "week_start", "is_demo").sort("week_start")
    by_source = {name: _by_week(name, source, frames, weeks, columns[name]) for name, source in SOURCES.items()}
    starts: dict[date, str] = dict(weeks.select("week_start", "iso_week").iter_rows())
    for iso_week, week_start, is_demo in weeks.iter_rows():
        of = {
            "this": iso_week,
            "before": starts.get(week_start - timedelta(days=7), ""),
            "last_year": _a_year_before(iso_week),
        }
        records = {name: by_source[name].get(of[source.of], []) for name, source in SOURCES.items()}
        yield WeekRecords(iso_week, week_start, is_demo, records)


def _a_year_before(iso_week: str) -> str:
    """The same ISO week a year before; none for week 53, which is compared with two."""
    year, week = iso_week.split("-W")
    return "" if week == "53" else f"{int(year) - 1}-W{week}"


def _by_week(
    name: str, source: Source, frames: Frames, weeks: pl.DataFrame, columns: set[str]
) -> dict[str, list[Record]]:
    """The records of a source by the week in which they stand, in the order of their key."""
    wanted = set(MOVES_READS) if name == MOVES else columns
    needed = sorted({*source.key, *wanted, "iso_week"})
    rows = source.rows(frames[source.mart], weeks).select(needed).sort(source.key)
    found: dict[str, list[Record]] = {}
    for row in rows.iter_rows(named=True):
        where = {column: row[column] for column in source.key}
        found.setdefault(row["iso_week"], []).append(Record(source.mart, where, row))
    return {week: _moves(week, parts) for week, parts in found.items()} if name == MOVES else found


def _moves(iso_week: str, parts: list[Record]) -> list[Record]:
    """The receipt of a week as one record: its named parts and the rest, summed; none where nothing was compared."""
    told = [(part.values["indicator"], part.values["points"]) for part in parts if part.values["points"] is not None]
    if not told:
        return []
    told.sort(key=lambda part: (-abs(part[1]), part[0]))
    named = [part for part in told[: len(NAMED_PARTS)] if abs(part[1]) >= SMALLEST_PART]
    rest = told[len(named) :]
    values: dict[str, Any] = {"previous_iso_week": parts[0].values["previous_iso_week"]}
    elsewhere: dict[str, tuple[str, Where]] = {}
    for place, (indicator, points) in zip(NAMED_PARTS, named, strict=False):
        values |= {f"{place}_indicator": indicator, f"{place}_points": points}
        elsewhere[f"{place}_points"] = ("points", {"iso_week": iso_week, "indicator": indicator})
    if rest:
        values["rest_points"] = sum(points for _, points in rest)
        elsewhere["rest_points"] = ("points", {"iso_week": iso_week, "indicator": [indicator for indicator, _ in rest]})
    return [Record(RECEIPT, {"iso_week": iso_week}, values, elsewhere)]
