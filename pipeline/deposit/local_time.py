"""The town's clock: every local time gets its instant; the hours that spring skips and autumn doubles are told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.contract import Feed, LocalDatetime
from pipeline.deposit.reading import findings, no_findings
from pipeline.deposit.references import Known
from pipeline.derive.polars_schema import utc_name

HOUR = timedelta(hours=1)
SHOWN = "%d/%m/%Y %H:%M"
HELPERS = ("step", "start_is_exact", "end_is_exact")


def place_times(
    frame: pl.DataFrame, feed: Feed, timezone: str, known: Known, is_good: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Local times and instants of every LocalDatetime column, and what the two DST days gave.

    frame: typed columns; `<name>_utc` filled only where the text had an offset, in which case `<name>` is the clock of
    that offset. is_good: rows without an error so far; only they count as the twin of a doubled hour.
    Rules: a skipped hour is an error when something was counted in it, else set aside; a doubled hour in two rows of
    one key is two hours in the order of the file, in one row it is one interval of two hours; the rows of a day that
    was sent twice stay duplicates.
    """
    moments = [column.name for column in feed.columns if isinstance(column.type, LocalDatetime)]
    if "start" not in moments:
        return frame, no_findings()
    frame = _with_step(frame, known)
    for name in moments:
        frame = _placed(frame, name, timezone)
    said = [_skipped(frame)]
    if "start" in feed.key:
        frame, doubled = _doubled(frame, feed, timezone, is_good)
        said.append(doubled)
    return _with_ends(frame, timezone).drop(HELPERS), pl.concat(said)


def _with_step(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Beside each row the step of its counter at that time, null where no counter is meant or none is known."""
    if "counter_id" not in frame.columns or known.steps.is_empty():
        return frame.with_columns(pl.lit(None, pl.Duration("us")).alias("step"))
    steps = known.steps.select(
        "counter_id", "valid_from", pl.duration(minutes="step_min", time_unit="us").alias("step")
    )
    if steps.select("counter_id", "step").unique().height == steps["counter_id"].n_unique():
        return frame.join(
            steps.unique("counter_id").drop("valid_from"), on="counter_id", how="left", maintain_order="left"
        )
    # The first state of a counter holds for the time before it, too: its counts came from somewhere.
    first = steps.sort("valid_from", nulls_last=False).unique("counter_id", keep="first", maintain_order=True)
    states = pl.concat([first.with_columns(pl.lit(date.min).alias("valid_from")), steps.drop_nulls("valid_from")])
    dated = frame.with_row_index("place").with_columns(pl.col("start").dt.date().alias("valid_from")).sort("valid_from")
    joined = dated.join_asof(states.sort("valid_from"), on="valid_from", by="counter_id", check_sortedness=False)
    return joined.sort("place").drop("place", "valid_from")


def _placed(frame: pl.DataFrame, name: str, timezone: str) -> pl.DataFrame:
    """Both columns of one moment. A skipped hour has a local time without an instant; a doubled one is the earlier."""
    local, utc = pl.col(name), pl.col(utc_name(name))
    naive = local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    is_exact = utc.is_not_null().alias(f"{name}_is_exact")
    if frame[utc_name(name)].null_count() == frame.height:
        return frame.with_columns(naive.alias(utc_name(name)), is_exact)
    shown = utc.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    return frame.with_columns(
        pl.coalesce(shown, local).alias(name), pl.coalesce(utc, naive).alias(utc_name(name)), is_exact
    )


def _skipped(frame: pl.DataFrame) -> pl.DataFrame:
    """Findings for starts in the hour that spring skips."""
    if frame["start_utc"].null_count() == frame["start"].null_count():
        return no_findings()
    skipped = frame.with_row_index("row").filter(pl.col("start").is_not_null() & pl.col("start_utc").is_null())
    skipped = skipped.with_columns(pl.col("start").dt.strftime(SHOWN).alias("value"))
    is_counted = (pl.col("count") > 0).fill_null(False) if "count" in frame.columns else pl.lit(True)
    fix = (
        "Vérifiez l'horloge du compteur : ce jour-là, on passe de 2 h à 3 h."
        if "count" in frame.columns
        else "Écrivez une heure plus tard."
    )
    return pl.concat(
        [
            findings(skipped.filter(is_counted), "start", "nonexistent-hour", fix=fix),
            findings(skipped.filter(~is_counted), "start", "nonexistent-hour.zero", severity="warning", rejects=True),
        ]
    )


def _doubled(frame: pl.DataFrame, feed: Feed, timezone: str, is_good: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the second of two rows of a doubled hour its own instant; tell which hours came once."""
    days = [day for day in frame["start"].dt.date().unique().drop_nulls() if _falls_back(day, timezone)]
    if not days:
        return frame, no_findings()
    late = (
        pl.col("start")
        .dt.replace_time_zone(timezone, ambiguous="latest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )
    key = [name for name in feed.key if name != "start"]
    on_days = (
        frame.with_row_index("row")
        .filter(is_good & ~frame["start_is_exact"] & frame["start"].dt.date().is_in(days))
        .with_columns(late.alias("late"), pl.len().over([*key, "start"]).alias("twins"))
        .with_columns(_is_pair(key).alias("is_pair"))
    )
    doubled = on_days.filter(pl.col("late") != pl.col("start_utc"))
    if doubled.is_empty():
        return frame, no_findings()
    is_second = pl.int_range(pl.len()).over([*key, "start"]) != (1 if _is_newest_first(frame) else 0)
    later = doubled.filter("is_pair").filter(is_second)
    utc = frame["start_utc"].clone().scatter(later["row"], later["late"])
    is_exact = frame["start_is_exact"].clone().scatter(doubled.filter("is_pair")["row"], True)
    return frame.with_columns(utc.alias("start_utc"), is_exact), _tell_doubled(doubled)


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
    """Fill each empty end with start + step, and give every end its instant.

    Where the start is an instant for sure, the end lies the same clock time after it. Else the end is the first instant
    after the start that its clock time names: so the one row of a doubled hour lasts two hours, and a skipped end is
    the hour after it.
    """
    frame = frame.with_columns(pl.coalesce("end", pl.col("start") + pl.col("step")).alias("end"))
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


def _is_newest_first(frame: pl.DataFrame) -> bool:
    starts = frame["start"].drop_nulls()
    first, last = starts[0], starts[-1]
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    return first > last


def _falls_back(day: date, timezone: str) -> bool:
    """Whether an hour of this day comes twice in that time zone."""
    zone = ZoneInfo(timezone)
    before = datetime.combine(day, time(0), zone).utcoffset()
    after = datetime.combine(day + timedelta(days=1), time(0), zone).utcoffset()
    return before is not None and after is not None and before > after
