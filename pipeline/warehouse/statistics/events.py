"""Analytic model on events: what each brought, how sure that is, what it cost, and why a figure is missing."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from pipeline.analytics.recall import Recall, afresh
from pipeline.analytics.uplift import event_uplifts
from pipeline.contract import Label
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of
from pipeline.warehouse.statistics.event_ground import CONTROL_LEVEL, day_conditions, event_ground

Frames = dict[str, pl.DataFrame]
RENAMED = {
    "observed": "observed_passages",
    "expected": "expected_passages",
    "uplift": "uplift_passages",
    "effect": "uplift_share",
    "displacement": "displacement_passages",
    "net_uplift": "net_uplift_passages",
    "rebound": "rebound_passages",
    "cost_per_extra_visit": "cost_per_extra_visit_eur",
    "covered_share": "placebo_coverage_share",
    "n_covered_checks": "n_placebos_checked",
    "smallest_detectable": "smallest_detectable_share",
    "synthetic_effect": "synthetic_control_share",
}
ENDS = ("", "_low", "_high")
WORDED = ("verdict", "missing_reason", "cost_reason")


def event_uplift(frames: Frames, town: Town, recall: Recall = afresh) -> pl.DataFrame:
    """What each event of the published weeks brought, one row an event."""
    events = _events(frames)
    ground, regressors = event_ground(frames, events.get_column("first_day"), recall=recall)
    found = pl.concat(
        event_uplifts(
            group,
            ground,
            controlled=event_ground(frames, group.get_column("first_day"), declared, recall)[0] if declared else None,
            largest_plausible=town.largest_plausible_effect,
            recall=recall,
        )
        for declared, group in _by_declared_controls(events)
    )
    names = {f"{name}{end}": f"{new}{end}" for name, new in RENAMED.items() for end in ENDS}
    told = found.join(
        events.select(
            "event_id", "last_day", "full_cost_eur", "threshold_share", "is_habitual", "declared"
        ).with_columns(_is_weather_known(frames, events, regressors)),
        on="event_id",
    )
    n_entered = pl.col("counters").list.len().cast(pl.Int64)
    return (
        told.with_columns(missing_reason=_missing_reason(frames), cost_reason=_cost_reason())
        .with_columns(_in_words(code, language) for code in WORDED for language in ("fr", "en"))
        .with_columns(
            smallest_detectable_passages=pl.col("smallest_detectable") * pl.col("expected"),
            is_above_threshold=pl.col("effect_low") > pl.col("threshold_share"),
            placebo_weekdays=pl.when(pl.col("n_placebos") > 0).then("placebo_weekdays"),
            n_counters_entered=n_entered,
            counters_entered=pl.when(n_entered > 0).then(pl.col("counters").list.join(" ")),
            allowed_for=pl.concat_str(
                pl.lit(" ".join(regressors)),
                pl.when(pl.col("declared").list.len() > 0).then(pl.lit(CONTROL_LEVEL)),
                separator=" ",
                ignore_nulls=True,
            ),
        )
        .rename(names, strict=False)
        .select(columns_of("event_uplift"))
        .sort("event_id")
    )


@cache
def words(code: str) -> dict[str, Label]:
    """What is said of an event in both languages, by the code; code: the column, one of WORDED."""
    with (Path(__file__).parent / "event_words.toml").open("rb") as file:
        told = tomllib.load(file)[code]
    return {name: Label(word["fr"], word["en"]) for name, word in told.items()}


def _in_words(code: str, language: str) -> pl.Expr:
    told = {name: getattr(label, language) for name, label in words(code).items()}
    return pl.col(code).replace_strict(told, return_dtype=pl.String).alias(f"{code}_{language}")


def _events(frames: Frames) -> pl.DataFrame:
    """The events of the published weeks with their counters, as `event_uplifts` asks for them."""
    days = frames["intermediate.int_event_day"].filter("is_in_scope")
    seen_by = frames["intermediate.int_event_counter"].sort("event_id", "counter_id")
    is_free = ~pl.col("is_treated") & ~pl.col("is_touched_by_another")
    lists = seen_by.group_by("event_id").agg(
        treated=pl.col("counter_id").filter("is_treated"),
        elsewhere=pl.col("counter_id").filter(is_free),
        controls=pl.col("counter_id").filter("is_control"),
    )
    usual = pl.col("usual_passages")
    third = frames["intermediate.int_event_comparison"].select(
        "event_id", same_weekday_effect=pl.when(usual > 0).then(pl.col("passages") / usual - 1)
    )
    return (
        frames["staging.stg_events"]
        .select("event_id", "first_day", "last_day", "full_cost_eur", "threshold_share", "control_counters")
        .join(days.group_by("event_id").agg(pl.col("is_habitual").all()), on="event_id")
        .join(lists, on="event_id", how="left")
        .join(third, on="event_id", how="left")
        .with_columns(pl.col("treated", "elsewhere", "controls").fill_null([]))
        # The days without an event that is held nearly every week are too few, and days with it are no comparison.
        .with_columns(treated=pl.when(~pl.col("is_habitual")).then("treated").otherwise([]))
        .with_columns(declared=pl.when(pl.col("control_counters").is_not_null()).then("controls").otherwise([]))
        .sort("event_id")
    )


def _by_declared_controls(events: pl.DataFrame) -> Iterator[tuple[list[str], pl.DataFrame]]:
    """The events that share their declared controls, which may be none; once without events when there is none."""
    for group in events.partition_by("declared", maintain_order=True) or [events]:
        yield (group.get_column("declared").to_list()[0] if group.height else []), group


def _is_weather_known(frames: Frames, events: pl.DataFrame, regressors: list[str]) -> pl.Expr:
    """Whether all that the forecasts allow for is known on each day of the event; a column in the order of events."""
    calendar = day_conditions(frames)
    unknown = calendar.filter(pl.any_horizontal(pl.lit(False), pl.col(*regressors).is_null() if regressors else False))
    days = unknown.get_column("day")
    known = [
        days.is_between(first, last).sum() == 0 for first, last in events.select("first_day", "last_day").iter_rows()
    ]
    return pl.lit(pl.Series("is_weather_known", known, dtype=pl.Boolean))


def _missing_reason(frames: Frames) -> pl.Expr:
    """The reason of `event_uplifts`, or the nearer one that only the calendar and the list of events can tell."""
    last_published = frames["reference.ref_day"].filter("is_in_scope").get_column("day").max()
    reason = pl.col("missing_reason")
    return (
        pl.when("is_habitual")
        .then(pl.lit("held_every_week"))
        .when((reason == "not_counted") & (pl.col("last_day") > pl.lit(last_published)))
        .then(pl.lit("not_over"))
        .when((reason == "no_forecast") & ~pl.col("is_weather_known"))
        .then(pl.lit("weather_unknown"))
        .otherwise(reason)
    )


def _cost_reason() -> pl.Expr:
    """Why there is no cost per extra passage; null where there is one."""
    return (
        pl.when(pl.col("full_cost_eur").is_null())
        .then(pl.lit("cost_unknown"))
        .when(pl.col("uplift_low").is_null())
        .then(pl.lit("no_interval"))
        .when(pl.col("uplift_high") < 0)
        .then(pl.lit("no_gain"))
        .when(pl.col("uplift_low") <= 0)
        .then(pl.lit("not_determinable"))
    )
