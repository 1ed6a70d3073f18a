"""What an event brought: uplift with an interval calibrated on placebos, three opinions, a verdict, and what it cost.

Source: methods.md §4. `placebo` has the measure, `baseline` the forecasts. Effects that are returned are shares: 0.10
= 10 % more passages than without the event.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import numpy as np
import polars as pl

from pipeline.analytics.baseline import FEWEST_FIT_DAYS, FEWEST_SAME_WEEKDAYS, FIT_DAYS, Baseline, Flags, baseline
from pipeline.analytics.placebo import Estimate, Ground, Window
from pipeline.analytics.synthetic import synthetic_control

Verdict = Literal["proven", "not_proven", "undetectable"]
Interval = tuple[float, float]

LARGEST_PLAUSIBLE_EFFECT = 0.40
SAME_WEEKDAYS = 4
REBOUND_DAYS = 7

_SHARES = ("effect", "effect_low", "effect_high")
SCHEMA: dict[str, Any] = {
    "event_id": pl.String,
    "n_days": pl.Int64,
    "observed": pl.Float64,
    "expected": pl.Float64,
    **{f"uplift{end}": pl.Float64 for end in ("", "_low", "_high")},
    **dict.fromkeys(_SHARES, pl.Float64),
    "n_placebos": pl.Int64,
    "placebo_weekdays": pl.String,
    "smallest_detectable": pl.Float64,
    "synthetic_effect": pl.Float64,
    "same_weekday_effect": pl.Float64,
    "verdict": pl.String,
    **{f"{part}{end}": pl.Float64 for part in ("displacement", "rebound") for end in ("", "_low", "_high")},
    **{f"cost_per_extra_visit{end}": pl.Float64 for end in ("", "_low", "_high")},
}


def event_uplifts(
    events: pl.DataFrame, daily: pl.DataFrame, days: pl.DataFrame, *, regressors: Sequence[str] = ()
) -> pl.DataFrame:
    """The effect of each event on the passages of its counters, one row an event, in the order of `events`.

    events: (event_id, first_day, last_day, treated List(String), elsewhere List(String), full_cost_eur): treated = the
    counters that should see it; elsewhere = those from which it may have drawn people away, also the controls of the
    synthetic control. daily: as in `baseline`, is_usable false on event days. days: (day, is_event, is_unusual), a row
    a day. Returns the columns of SCHEMA:
    - observed, expected, uplift = observed - expected (passages over the event) and effect (share), the last two with
      calibrated 95 % intervals (_low, _high), null with fewer than 19 placebos; a counter that missed a day or has no
      forecast leaves the event, and without any left the figures are null;
    - n_placebos, placebo_weekdays (`same`, or `any` where fewer than 19 same ones), smallest_detectable (share);
    - synthetic_effect and same_weekday_effect (shares), the second and third opinion; verdict: see `verdict`;
    - displacement (extra passages elsewhere) and rebound (extra passages of the week after), with intervals;
    - cost_per_extra_visit (euros): see `cost_per_extra_visit`.
    What lies more than 28 days after the first day is not forecast: the figures of such events are null.
    """
    ground = _ground(daily, days, regressors)
    rows = [_event(ground, event) for event in events.iter_rows(named=True)]
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


def smallest_detectable_effects(
    asked: pl.DataFrame, daily: pl.DataFrame, days: pl.DataFrame, *, regressors: Sequence[str] = ()
) -> pl.DataFrame:
    """Before the vote: the smallest effect that these counters could see on these days.

    asked: (event_id, first_day, last_day, treated List(String)), in the past or to come; daily and days: as in
    `event_uplifts`. Returns (event_id, n_placebos, placebo_weekdays, half_width, smallest_detectable): the half-width
    of the interval and the effect that would be seen four times in five, as shares; null with fewer than 19 placebos.
    Counters without a count in the last four weeks before the event (or before the end of the data) are left out.
    """
    ground = _ground(daily, days, regressors)
    rows = []
    for event in asked.iter_rows(named=True):
        window = Window((event["last_day"] - event["first_day"]).days + 1)
        treated = _alive(ground.base, event["treated"], event["first_day"])
        unusual = days.filter("is_unusual", pl.col("day").is_between(event["first_day"], event["last_day"]))
        placebos = ground.placebos(treated, event["first_day"], window, is_unusual=not unusual.is_empty())
        half = placebos.half_width
        rows.append(
            {
                "event_id": event["event_id"],
                "n_placebos": len(placebos.effects),
                "placebo_weekdays": placebos.weekdays,
                "half_width": None if half is None else math.expm1(half),
                "smallest_detectable": placebos.smallest_detectable,
            }
        )
    schema = ("event_id", "n_placebos", "placebo_weekdays", "half_width", "smallest_detectable")
    types = (pl.String, pl.Int64, pl.String, pl.Float64, pl.Float64)
    return pl.DataFrame(rows, schema=dict(zip(schema, types, strict=True)))


def _ground(daily: pl.DataFrame, days: pl.DataFrame, regressors: Sequence[str]) -> Ground:
    base = baseline(daily, regressors=regressors)
    return Ground(base, _flags(base, days, "is_event"), _flags(base, days, "is_unusual"))


def _flags(base: Baseline, days: pl.DataFrame, name: str) -> Flags:
    told = pl.DataFrame({"day": base.days}, schema={"day": pl.Date}).join(days, on="day", how="left")
    return np.asarray(told.get_column(name).fill_null(False).to_numpy())


def _alive(base: Baseline, counters: Sequence[str], day: date) -> list[str]:
    if not base.days:
        return []
    end = min((day - base.days[0]).days, len(base.days))
    recent = base.observed[:, max(0, end - 28) : max(0, end)]
    is_alive = [bool((~np.isnan(counts)).any()) for counts in recent]
    return [counter for counter in counters for row in base.rows([counter]) if is_alive[row]]


def _event(ground: Ground, event: dict[str, Any]) -> dict[str, Any]:
    first, length = event["first_day"], (event["last_day"] - event["first_day"]).days + 1
    treated, elsewhere = (_complete(ground.base, event[name], first, length) for name in ("treated", "elsewhere"))
    estimate = ground.estimate(treated, first, Window(length))
    opinions = {
        "synthetic_effect": _synthetic_effect(ground.base, treated, elsewhere, first, length),
        "same_weekday_effect": _same_weekday_effect(ground.base, treated, first, length),
    }
    detectable = estimate.placebos.smallest_detectable
    uplift = _passages("uplift", estimate)
    cost = _cost(event["full_cost_eur"], uplift)
    return {
        "event_id": event["event_id"],
        "n_days": length,
        "observed": estimate.observed,
        "expected": estimate.expected,
        **uplift,
        **dict(zip(_SHARES, map(_share, _three(estimate)), strict=True)),
        "n_placebos": len(estimate.placebos.effects),
        "placebo_weekdays": estimate.placebos.weekdays,
        "smallest_detectable": detectable,
        **opinions,
        "verdict": verdict(estimate.interval, list(opinions.values()), detectable),
        **_passages("displacement", ground.estimate(elsewhere, first, Window(length))),
        **_passages("rebound", ground.estimate(treated, first, Window(REBOUND_DAYS, offset=length))),
        **dict(zip(_ends("cost_per_extra_visit"), cost, strict=True)),
    }


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


def _complete(base: Baseline, counters: Sequence[str], first: date, length: int) -> list[str]:
    """Those of the counters that were counted and forecast on every day of the window."""
    column = base.day(first)
    if column is None or column + length > len(base.days) or length > base.horizon:
        return []
    both = base.observed[:, column : column + length] + base.expected[:, column, :length]
    is_known = [not np.isnan(sums).any() for sums in both]
    return [counter for counter in counters for row in base.rows([counter]) if is_known[row]]


def _same_weekday_effect(base: Baseline, counters: Sequence[str], first: date, length: int) -> float | None:
    """Share above the mean of the usable ones of the four same weekdays before the window; null with fewer than two
    on a day.
    """
    column, rows = base.day(first), base.rows(counters)
    if column is None or not rows:
        return None
    counts = np.where(base.is_usable[rows], base.observed[rows], np.nan).sum(axis=0)
    usual = 0.0
    for step in range(length):
        lags = 7 * (step // 7 + np.arange(1, SAME_WEEKDAYS + 1))
        before = column + step - lags
        told = counts[before[before >= 0]]
        told = told[~np.isnan(told)]
        if len(told) < FEWEST_SAME_WEEKDAYS:
            return None
        usual += float(told.mean())
    observed = float(base.observed[rows, column : column + length].sum())
    return observed / usual - 1 if usual > 0 else None


def _synthetic_effect(
    base: Baseline, treated: Sequence[str], elsewhere: Sequence[str], first: date, length: int
) -> float | None:
    """Share above the synthetic control made of the counters elsewhere over the usable days of the 12 weeks before."""
    column, rows, controls = base.day(first), base.rows(treated), base.rows(elsewhere)
    if column is None or not rows or not controls:
        return None
    before = np.arange(max(0, column - FIT_DAYS), column)
    before = before[base.is_usable[[*rows, *controls]][:, before].all(axis=0)]
    span = np.concatenate([before, np.arange(column, column + length)])
    target, others = base.observed[rows][:, span].sum(axis=0), base.observed[controls][:, span].T
    levels = others[: len(before)].sum(axis=0)
    if len(before) < FEWEST_FIT_DAYS or not target[: len(before)].sum() > 0 or not (levels > 0).all():
        return None
    without = synthetic_control(target, others, len(before))[len(before) :].sum()
    return float(target[len(before) :].sum() / without - 1) if without > 0 else None
