"""The town's clock: every local time gets its instant; the hours that spring skips and autumn doubles are told."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.contract import Feed, LocalDatetime
from pipeline.deposit.reading import findings, no_findings
from pipeline.deposit.references import Known
from pipeline.deposit.typed_rows import PART_ROWS, Coded, TypedRows, Whole, repeated

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Hours and minutes by which a zone's clock may be off UTC.
ZONE = r"(?:0\d|1[0-4]):?(?:00|15|30|45)"
SHOWN = "%d/%m/%Y %H:%M"
_SETTLED = ("start_utc", "end", "end_utc")
_HELPERS = ("step", "start_is_exact", "end_is_exact")


def instants(local: pl.Series, timezone: str) -> pl.Series:
    """The instants of naive local times: null for those that spring skips, the earlier of those that autumn doubles."""
    placed = pl.col("local").dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return local.to_frame("local").select(placed.dt.convert_time_zone("UTC"))["local"]


def on_clock(utc: pl.Series, timezone: str) -> pl.Series:
    """What the clocks of a time zone show at some instants, naive."""
    return utc.dt.convert_time_zone(timezone).dt.replace_time_zone(None)


def place_times(
    rows: TypedRows, feed: Feed, timezone: str, known: Known, is_good: pl.Series
) -> tuple[TypedRows, pl.DataFrame]:
    """The rows with the ends of their intervals and the instants of both DST days, and what these two gave.

    rows: with the instant of each moment, of a doubled local time the earlier. is_good: rows without an error so far;
    only they count as the twin of a doubled hour.
    Rules: a skipped hour is an error when something was counted in it, else set aside; a doubled hour in two rows of
    one key is two hours in the order of the file, in one row it is one interval of two hours; the rows of a day that
    was sent twice stay duplicates.
    """
    start = rows.columns.get("start")
    if not isinstance(start, Coded) or not isinstance(feed.column("start").type, LocalDatetime):
        return rows, no_findings()
    said = [_skipped(rows, start)]
    is_near = Coded(_near_changes(start.values, timezone), start.cells)
    columns = {**rows.columns, "step": _steps(rows, known), "is_near": is_near}
    rows = replace(rows, columns=columns, has_ends=True)
    near_rows = _rows_near_changes(rows, is_near)
    if near_rows.is_empty():
        return rows, pl.concat(said)
    near = rows.at(near_rows, [*rows.names, *_HELPERS]).with_columns(
        near_rows.alias("row"), is_good.gather(near_rows).alias("is_good")
    )
    told = near
    if "start" in feed.key:
        told, doubled = _doubled(near, feed, timezone, is_newest_first=_is_newest_first(start))
        said.append(doubled)
    settled = _with_ends(told, timezone).select("row", *_SETTLED)
    differs = pl.any_horizontal(pl.col(name).ne_missing(near[name]) for name in _SETTLED)
    return replace(rows, settled=settled.filter(differs)), pl.concat(said)


def _steps(rows: TypedRows, known: Known) -> Coded | Whole:
    """The step of each row's counter at that time, null where no counter is meant or none is known."""
    counters = rows.columns.get("counter_id")
    if not isinstance(counters, Coded) or known.steps.is_empty():
        return Whole(repeated(None, rows.height, pl.Duration("us")))
    steps = known.steps.select(
        "counter_id", "valid_from", pl.duration(minutes="step_min", time_unit="us").alias("step")
    )
    lasting = steps.select("counter_id", "step").unique()
    if lasting.height == lasting["counter_id"].n_unique():
        found = counters.values.cast(pl.String).replace_strict(
            lasting["counter_id"], lasting["step"], default=None, return_dtype=pl.Duration("us")
        )
        return Coded(found, counters.cells)
    # The first state of a counter holds for the time before it, too: its counts came from somewhere.
    first = steps.sort("valid_from", nulls_last=False).unique("counter_id", keep="first", maintain_order=True)
    states = pl.concat([first.with_columns(pl.lit(date.min).alias("valid_from")), steps.drop_nulls("valid_from")])
    dated = pl.concat(rows.map(_counters_by_day, ("counter_id", "start"))).with_row_index("place").sort("valid_from")
    joined = dated.join_asof(states.sort("valid_from"), on="valid_from", by="counter_id", check_sortedness=False)
    return Whole(joined.sort("place")["step"])


def _counters_by_day(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(pl.col("counter_id").cast(pl.String), pl.col("start").dt.date().alias("valid_from"))


def _near_changes(starts: pl.Series, timezone: str) -> pl.Series:
    """Which starts are on the days around a change of the clock; null where there is none."""
    first, last = starts.min(), starts.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return repeated(None, len(starts), pl.Boolean)
    begin = first.date() - 2 * DAY
    days = pl.datetime_range(begin, last + 3 * DAY, "1d", time_unit="us", time_zone="UTC")
    local = days.dt.convert_time_zone(timezone)
    offset = pl.select(offset=local.dt.base_utc_offset() + local.dt.dst_offset())
    changes = (pl.col("offset") != pl.col("offset").shift(-1)).fill_null(False)
    is_near = offset.select(pl.any_horizontal(changes.shift(by, fill_value=False) for by in range(-1, 3))).to_series()
    day = starts.to_frame("start").select((pl.col("start").dt.date() - begin).dt.total_days())["start"]
    return is_near[day]


def _rows_near_changes(rows: TypedRows, is_near: Coded) -> pl.Series:
    """The rows in whose interval a change of the clock may lie, and those whose start is not known."""
    end, step = rows.columns["end"], rows.columns["step"]
    has_ends = end.values.null_count() < len(end.values)
    if not has_ends and not (step.values > DAY).any():
        return is_near.rows(is_near.values.fill_null(True), null=True)
    is_long = (pl.col("end") - pl.col("start")).abs() > DAY
    return rows.one(
        pl.col("is_near").fill_null(True) | is_long.fill_null(False), ("start", "end", "is_near")
    ).arg_true()


def _skipped(rows: TypedRows, start: Coded) -> pl.DataFrame:
    """Findings for starts in the hour that spring skips."""
    instants_of = rows.columns["start_utc"]
    assert isinstance(instants_of, Coded)
    found = start.rows(start.values.is_not_null() & instants_of.values.is_null())
    if found.is_empty():
        return no_findings()
    has_count = "count" in rows.names
    skipped = rows.at(found, ["start", "count"] if has_count else ["start"]).with_columns(found.alias("row"))
    skipped = skipped.with_columns(pl.col("start").dt.strftime(SHOWN).alias("value"))
    is_counted = (pl.col("count") > 0).fill_null(False) if has_count else pl.lit(True)
    fix = (
        "Vérifiez l'horloge du compteur : ce jour-là, on passe de 2 h à 3 h."
        if has_count
        else "Écrivez une heure plus tard."
    )
    return pl.concat(
        [
            findings(skipped.filter(is_counted), "start", "nonexistent-hour", fix=fix),
            findings(skipped.filter(~is_counted), "start", "nonexistent-hour.zero", severity="warning", rejects=True),
        ]
    )


def _doubled(
    near: pl.DataFrame, feed: Feed, timezone: str, *, is_newest_first: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the second of two rows of a doubled hour its own instant; tell which hours came once.

    near: rows on days around a change of the clock, with `row` and `is_good`.
    """
    days = [day for day in near["start"].dt.date().unique().drop_nulls() if _falls_back(day, timezone)]
    if not days:
        return near, no_findings()
    late = (
        pl.col("start")
        .dt.replace_time_zone(timezone, ambiguous="latest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )
    key = [name for name in feed.key if name != "start"]
    on_days = (
        near.with_row_index("place")
        .filter(pl.col("is_good") & ~pl.col("start_is_exact") & pl.col("start").dt.date().is_in(days))
        .with_columns(late.alias("late"), pl.len().over([*key, "start"]).alias("twins"))
        .with_columns(_is_pair(key).alias("is_pair"))
    )
    doubled = on_days.filter(pl.col("late") != pl.col("start_utc"))
    if doubled.is_empty():
        return near, no_findings()
    is_second = pl.int_range(pl.len()).over([*key, "start"]) != (1 if is_newest_first else 0)
    later = doubled.filter("is_pair").filter(is_second)
    utc = near["start_utc"].clone().scatter(later["place"], later["late"])
    is_exact = near["start_is_exact"].clone().scatter(doubled.filter("is_pair")["place"], True)
    return near.with_columns(utc.alias("start_utc"), is_exact), _tell_doubled(doubled)


def _is_pair(key: list[str]) -> pl.Expr:
    """Whether two rows of a local time are the two hours that autumn doubles.

    They are not where the other times of that day come twice as well (the day was sent twice), nor where there are
    three: then they are duplicates, as any other time would be.
    """
    others = pl.col("twins").filter(pl.col("late") == pl.col("start_utc"))
    usual = others.median().over([*key, pl.col("start").dt.date()]).fill_null(1)
    return (pl.col("twins") == 2) & (usual < 2)


def _tell_doubled(doubled: pl.DataFrame) -> pl.DataFrame:
    shown = doubled.with_columns(pl.col("start").dt.strftime(SHOWN).alias("value"))
    is_whole_hour = (pl.coalesce(pl.col("end") - pl.col("start"), "step") >= HOUR).fill_null(True)
    kinds = (
        ("ambiguous-hour", ~pl.col("is_pair") & is_whole_hour),
        ("ambiguous-hour.first", ~pl.col("is_pair") & ~is_whole_hour),
        ("ambiguous-hour.two-rows", pl.col("is_pair")),
    )
    return pl.concat([findings(shown.filter(which), "start", key, severity="warning") for key, which in kinds])


def _with_ends(frame: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Give every end its instant.

    Where the start is an instant for sure, the end lies the same clock time after it. Else the end is the first instant
    after the start that its clock time names: so the one row of a doubled hour lasts two hours, and a skipped end is
    the hour after it.
    """
    first, second = (
        pl.col("end").dt.replace_time_zone(timezone, ambiguous=which, non_existent="null").dt.convert_time_zone("UTC")
        for which in ("earliest", "latest")
    )
    by_length = pl.col("start_utc") + (pl.col("end") - pl.col("start"))
    by_clock = pl.coalesce(pl.when(first > pl.col("start_utc")).then(first), second, by_length)
    end_utc = (
        pl.when(pl.col("end_is_exact"))
        .then("end_utc")
        .when(pl.col("start_is_exact"))
        .then(by_length)
        .otherwise(by_clock)
    )
    frame = frame.with_columns(end_utc.alias("end_utc"))
    local = pl.col("end_utc").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return frame.with_columns(pl.coalesce(local, "end").alias("end"))


def _is_newest_first(start: Coded) -> bool:
    begins = range(0, len(start.cells), PART_ROWS)
    first, last = (
        next((part[end] for begin in order if len(part := start.part(begin, PART_ROWS).drop_nulls())), None)
        for order, end in ((begins, 0), (reversed(begins), -1))
    )
    return first is not None and bool(first > last)


def _falls_back(day: date, timezone: str) -> bool:
    """Whether an hour of this day comes twice in that time zone."""
    zone = ZoneInfo(timezone)
    before = datetime.combine(day, time(0), zone).utcoffset()
    after = datetime.combine(day + timedelta(days=1), time(0), zone).utcoffset()
    return before is not None and after is not None and before > after
