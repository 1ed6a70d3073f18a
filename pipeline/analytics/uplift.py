"""What an event brought: uplift with an interval calibrated on placebos, three opinions, a verdict, and what it cost.

Source: methods.md §4. `placebo` has the measure, `baseline` the forecasts. Effects that are returned are shares: 0.10
= 10 % more passages than without the event.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

import numpy as np
import polars as pl

from pipeline.analytics.baseline import FEWEST_FIT_DAYS, FEWEST_SAME_WEEKDAYS, FIT_DAYS, Baseline, Flags, baseline
from pipeline.analytics.placebo import Estimate, Ground, Window
from pipeline.analytics.recall import Recall, afresh, recalled_row, told
from pipeline.analytics.synthetic import synthetic_control

Verdict = Literal["proven", "not_proven", "undetectable"]
Interval = tuple[float, float]

LARGEST_PLAUSIBLE_EFFECT = 0.40
SAME_WEEKDAYS = 4
REBOUND_DAYS = 7

_SHARES = ("effect", "effect_low", "effect_high")
_PARTS = ("displacement", "net_uplift", "rebound", "cost_per_extra_visit")
SCHEMA: dict[str, Any] = {
    "event_id": pl.String,
    "n_days": pl.Int64,
    "counters": pl.List(pl.String),
    "observed": pl.Float64,
    "expected": pl.Float64,
    **{f"uplift{end}": pl.Float64 for end in ("", "_low", "_high")},
    **dict.fromkeys(_SHARES, pl.Float64),
    "n_placebos": pl.Int64,
    "placebo_weekdays": pl.String,
    "n_covered_checks": pl.Int64,
    "covered_share": pl.Float64,
    "smallest_detectable": pl.Float64,
    "synthetic_effect": pl.Float64,
    "verdict": pl.String,
    **{f"{part}{end}": pl.Float64 for part in _PARTS for end in ("", "_low", "_high")},
    "missing_reason": pl.String,
}
SMALLEST_SCHEMA: dict[str, Any] = {
    "event_id": pl.String,
    "counters": pl.List(pl.String),
    "usual": pl.Float64,
    "n_placebos": pl.Int64,
    "placebo_weekdays": pl.String,
    "half_width": pl.Float64,
    "smallest_detectable": pl.Float64,
}


def ground_of(
    daily: pl.DataFrame,
    days: pl.DataFrame,
    *,
    regressors: Sequence[str] = (),
    first_days: Sequence[date] | None = None,
    recall: Recall = afresh,
) -> Ground:
    """What every event is measured on: forecasts of each counter, and the days that are no ordinary ones.

    daily: as in `baseline`, with is_event: an event touches the counter that day (is_usable is then false too).
    days: (day, is_unusual), a row a day. first_days: those from which an event or a placebo may begin; null = all.
    """
    base = baseline(daily, regressors=regressors, first_days=first_days, recall=recall)
    told = pl.DataFrame({"day": base.days}, schema={"day": pl.Date}).join(days, on="day", how="left")
    return Ground(base, _is_event(base, daily), told.get_column("is_unusual").fill_null(False).to_numpy())


def event_uplifts(
    events: pl.DataFrame,
    ground: Ground,
    *,
    controlled: Ground | None = None,
    largest_plausible: float = LARGEST_PLAUSIBLE_EFFECT,
    recall: Recall = afresh,
) -> pl.DataFrame:
    """The effect of each event on the passages of its counters, one row an event, in the order of `events`.

    controlled: the ground for uplift and rebound, where its forecasts also allow for control counters; null = `ground`,
    on which displacement and net uplift are always measured, since a control cannot tell of itself.

    events: (event_id, first_day, last_day, treated, elsewhere, controls, full_cost_eur, same_weekday_effect): treated =
    List(String), the counters that should see it; elsewhere = those from which it may have drawn people away; controls
    = those of the synthetic control; same_weekday_effect = the third opinion, a share, null where there is none.
    Returns the columns of SCHEMA:
    - counters: those that enter, counted and forecast on every day; without any the figures are null;
    - observed, expected, uplift = observed - expected (passages over the event) and effect (share), the last two with
      calibrated 95 % intervals (_low, _high), null with fewer than 19 placebos;
    - n_placebos, placebo_weekdays (`same`, or `any` where fewer than 19 same ones), smallest_detectable (share);
      covered_share of the n_covered_checks placebos whose own interval, made of those before them, held 0;
    - synthetic_effect (share), the second opinion; verdict: see `verdict`;
    - displacement (extra passages elsewhere), net_uplift (both together) and rebound (extra passages of the week
      after), with intervals; cost_per_extra_visit (euros): see `cost_per_extra_visit`;
    - missing_reason: no_counter, not_counted (on all days), too_long (more than 28 days), no_forecast, no_passages
      (0, which has no logarithm), too_few_placebos (no interval), or null.
    """
    rows = []
    for event in events.iter_rows(named=True):
        counters = [*event["treated"], *event["elsewhere"], *event["controls"]]
        until = event["last_day"] + timedelta(days=REBOUND_DAYS)
        made_of = [told(event, largest_plausible), *ground.content(counters, until)]
        if controlled:
            made_of += controlled.content(counters, until)
        make = partial(_event, ground, controlled or ground, event, largest_plausible)
        rows.append(recalled_row(recall, made_of, make))
    return pl.DataFrame(rows, schema=SCHEMA)


def verdict(
    interval: Interval | None,
    opinions: Sequence[float | None],
    smallest_detectable: float | None,
    largest_plausible: float = LARGEST_PLAUSIBLE_EFFECT,
) -> Verdict:
    """What may be said of an event: proven, not proven, or undetectable.

    interval: of the effect (any unit, 0 = none), calibrated; opinions: effects by the other methods, null where one
    could not be computed; smallest detectable and largest plausible effect: shares. Proven: the whole interval is
    above 0 and every opinion is too. Undetectable: else, if the smallest effect that could have been seen is above
    the largest plausible one, or there is no interval at all. Source: methods.md §4.
    """
    if interval is not None and interval[0] > 0 and all(opinion > 0 for opinion in opinions if opinion is not None):
        return "proven"
    if interval is None or smallest_detectable is None or smallest_detectable > largest_plausible:
        return "undetectable"
    return "not_proven"


def cost_per_extra_visit(full_cost_eur: float, uplift: Interval | None, best: float | None) -> tuple[float, ...] | None:
    """Full cost per extra passage: (best, low, high) in euros; null, "not determinable", where the interval holds 0.

    uplift: calibrated 95 % interval of the extra passages; best: their estimate. The cost falls as the uplift rises,
    so its quantiles are the cost over those of the uplift: what a Monte Carlo over the interval tends to. Source:
    methods.md §4.
    """
    if uplift is None or best is None or uplift[0] <= 0:
        return None
    return full_cost_eur / best, full_cost_eur / uplift[1], full_cost_eur / uplift[0]


def smallest_detectable_effects(asked: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Before the vote: the smallest effect that these counters could see on these days.

    asked: (event_id, first_day, last_day, treated List(String), is_unusual), in the past or to come. Returns the
    columns of SMALLEST_SCHEMA: the counters that enter, usual (mean passages of the four latest windows alike), the
    half-width of the interval and the effect that would be seen four times in five, as shares; null with fewer than 19
    placebos. Counters without a count in the last four weeks before the event (or before the end of the data) are left
    out.
    """
    rows = []
    for event in asked.iter_rows(named=True):
        window = Window((event["last_day"] - event["first_day"]).days + 1)
        treated = _alive(ground.base, event["treated"], event["first_day"])
        placebos = ground.placebos(treated, event["first_day"], window, is_unusual=event["is_unusual"])
        half = placebos.half_width
        rows.append(
            {
                "event_id": event["event_id"],
                "counters": treated,
                "usual": None if half is None else float(placebos.observed[:SAME_WEEKDAYS].mean()),
                "n_placebos": len(placebos.effects),
                "placebo_weekdays": placebos.weekdays,
                "half_width": _share(half),
                "smallest_detectable": placebos.smallest_detectable,
            }
        )
    return pl.DataFrame(rows, schema=SMALLEST_SCHEMA)


def _is_event(base: Baseline, daily: pl.DataFrame) -> Flags:
    flags = np.zeros(base.observed.shape, dtype=bool)
    for counter, day in daily.filter("is_event").select("counter_id", "day").iter_rows():
        flags[base.counters.index(counter), (day - base.days[0]).days] = True
    return flags


def _alive(base: Baseline, counters: Sequence[str], day: date) -> list[str]:
    if not base.days:
        return []
    end = min((day - base.days[0]).days, len(base.days))
    recent = base.observed[:, max(0, end - 28) : max(0, end)]
    is_alive = [bool((~np.isnan(counts)).any()) for counts in recent]
    return [counter for counter in counters for row in base.rows([counter]) if is_alive[row]]


def _event(ground: Ground, controlled: Ground, event: dict[str, Any], largest_plausible: float) -> dict[str, Any]:
    first, window = event["first_day"], Window((event["last_day"] - event["first_day"]).days + 1)
    after = Window(REBOUND_DAYS, offset=window.length)
    treated = _complete(controlled.base, event["treated"], first, window)
    elsewhere, controls = (_complete(ground.base, event[name], first, window) for name in ("elsewhere", "controls"))
    displaced = elsewhere if treated else []
    together = [*treated, *displaced] if displaced else []
    estimate = controlled.estimate(treated, first, window)
    synthetic = _synthetic_effect(ground.base, treated, controls, first, window.length)
    placebos = estimate.placebos
    uplift = _passages("uplift", estimate)
    opinions = [synthetic, event["same_weekday_effect"]]
    return {
        "event_id": event["event_id"],
        "n_days": window.length,
        "counters": treated,
        "observed": estimate.observed,
        "expected": estimate.expected,
        **uplift,
        **dict(zip(_SHARES, map(_share, _three(estimate)), strict=True)),
        "n_placebos": len(placebos.effects),
        "placebo_weekdays": placebos.weekdays,
        "n_covered_checks": len(placebos.is_covered),
        "covered_share": float(placebos.is_covered.mean()) if len(placebos.is_covered) else None,
        "smallest_detectable": placebos.smallest_detectable,
        "synthetic_effect": synthetic,
        "verdict": verdict(estimate.interval, opinions, placebos.smallest_detectable, largest_plausible),
        **_passages("displacement", ground.estimate(displaced, first, window)),
        **_passages("net_uplift", ground.estimate(together, first, window)),
        **_passages("rebound", controlled.estimate(_complete(controlled.base, treated, first, after), first, after)),
        **dict(zip(_ends("cost_per_extra_visit"), _cost(event["full_cost_eur"], uplift), strict=True)),
        "missing_reason": _missing_reason(controlled.base, event, estimate),
    }


def _missing_reason(base: Baseline, event: dict[str, Any], estimate: Estimate) -> str | None:
    """Why a figure of the estimate is missing, the first reason that applies; null where none is."""
    length = (event["last_day"] - event["first_day"]).days + 1
    column, rows = base.day(event["first_day"]), base.rows(event["treated"])
    counts = np.zeros((0, 0)) if column is None else base.observed[rows, column : column + length]
    reasons = {
        "no_counter": not event["treated"],
        "not_counted": counts.shape[1] < length or bool(np.isnan(counts).any(axis=1).all()),
        "too_long": length > base.horizon,
        "no_forecast": estimate.expected is None,
        "no_passages": estimate.effect is None,
        "too_few_placebos": estimate.interval is None,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


def _cost(full_cost_eur: float | None, uplift: dict[str, float | None]) -> tuple[float | None, ...]:
    best, low, high = uplift.values()
    interval = None if low is None or high is None else (low, high)
    cost = None if full_cost_eur is None else cost_per_extra_visit(full_cost_eur, interval, best)
    return cost or (None, None, None)


def _ends(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low", f"{name}_high"


def _three(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return estimate.effect, *(estimate.interval or (None, None))


def _share(effect: float | None) -> float | None:
    return None if effect is None else math.expm1(effect)


def _passages(name: str, estimate: Estimate) -> dict[str, float | None]:
    extra = (None if effect is None else estimate.extra_passages(effect) for effect in _three(estimate))
    return dict(zip(_ends(name), extra, strict=True))


def _complete(base: Baseline, counters: Sequence[str], first: date, window: Window) -> list[str]:
    """Those of the counters that were counted and forecast on every day of the window."""
    column = base.day(first)
    if column is None or column + window.span > len(base.days) or window.span > base.horizon:
        return []
    steps = slice(window.offset, window.span)
    both = base.observed[:, column:][:, steps] + base.expected[:, column, steps]
    is_known = [not np.isnan(sums).any() for sums in both]
    return [counter for counter in counters for row in base.rows([counter]) if is_known[row]]


def _synthetic_effect(
    base: Baseline, treated: Sequence[str], others: Sequence[str], first: date, length: int
) -> float | None:
    """Share above the synthetic control made of the other counters over the usable days of the 12 weeks before, all in
    the sensitivity period of the first day; null where a day of the week was usable fewer than two times.

    Each series enters relative to its own mean of the day of the week: no mean of ways to work has a shopping Saturday.
    """
    column, rows, controls = base.day(first), base.rows(treated), base.rows(others)
    if column is None or not rows or not controls:
        return None
    together = [*rows, *controls]
    before = np.arange(max(0, column - FIT_DAYS), column)
    is_same = base.period[together][:, before] == base.period[together][:, [column]]
    before = before[(base.is_usable[together][:, before] & is_same).all(axis=0)]
    during = np.arange(column, column + length)
    counts = np.vstack([base.observed[rows].sum(axis=0), base.observed[controls]])
    usual = np.full((len(counts), 7), np.nan)
    for weekday in range(7):
        alike = before[before % 7 == weekday]
        if len(alike) >= FEWEST_SAME_WEEKDAYS:
            usual[:, weekday] = counts[:, alike].mean(axis=1)
    span = np.concatenate([before[np.isfinite(usual[0, before % 7])], during])
    if len(span) < FEWEST_FIT_DAYS + length or not (usual[:, span % 7] > 0).all():
        return None
    relative = counts[:, span] / usual[:, span % 7]
    without = synthetic_control(relative[0], relative[1:].T, len(span) - length)[-length:] * usual[0, during % 7]
    return float(counts[0, during].sum() / without.sum() - 1) if without.sum() > 0 else None
