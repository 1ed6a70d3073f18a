"""Fill short gaps in counts, say how sure each fill is, and measure the error on counts that are known.

Source: methods.md §2. Model: `level_season` on log(1 + count) over the weeks on either side of a gap (the Kalman
smoother's answer): the usual week, hour by hour or day by day, as the mean of the weeks around, and a drifting level
on what differs from it. Raw counts are never changed: fills stand in their own columns.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import ndtri

from pipeline.analytics.level_season import LEVEL_RATIOS, Array, Codes, Points, best_level_ratio, posterior
from pipeline.analytics.recall import Recall, afresh, recalled_numbers, told

CONFIDENCE = 0.95
FILLED = ("imputed", "imputed_low", "imputed_high")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How counts are spaced, in steps: a week's, those looked at on either side of a gap, and those of the longest
    gap.

    profile_weeks: on either side, of which the usual week is made. level_ratios: among which the likeliest is chosen
    for each gap.
    """

    steps_per_week: int
    context: int
    longest_gap: int
    profile_weeks: int
    level_ratios: tuple[float, ...]


DAILY = Rhythm(steps_per_week=7, context=6 * 7, longest_gap=14, profile_weeks=6, level_ratios=LEVEL_RATIOS)
# One ratio for hours, good for gaps of 3 hours to 3 days on real counts: choosing among so many points takes too long.
HOURLY = Rhythm(steps_per_week=168, context=168, longest_gap=14 * 24, profile_weeks=4, level_ratios=(0.01,))
# Relative errors are not taken of counts below this: two passages instead of one is not an error of 100 %.
FEWEST_FOR_MAPE = 10


def impute(counts: pl.DataFrame, rhythm: Rhythm, recall: Recall = afresh) -> pl.DataFrame:
    """Fill the gaps of each counter that are at most 14 days long.

    counts: (counter_id, step Int, count), a row a counter and step, without holes; step = number of the hour (or day)
    on a calendar in which the season repeats every `steps_per_week` (for hours: local hours, a day always 24); count
    null = not counted. Returns (counter_id, step, imputed, imputed_low, imputed_high), a row a filled step: the
    median of what would have been counted and its 95 % interval, in counts. A gap with a step that no week around
    knows, or with fewer than a week of counts around it stays empty, as do those before the first and after the last
    count: there is nothing on the other side. Raises ValueError when a counter has two rows for a step.
    """
    if counts.select("counter_id", "step").is_duplicated().any():
        raise ValueError("a counter has more than one row for a step")
    schema = {"counter_id": pl.String, "step": pl.Int64}
    schema |= dict.fromkeys(FILLED, pl.Float64)
    filled = [pl.DataFrame(schema=schema)]
    for (counter,), part in counts.sort("step").group_by("counter_id", maintain_order=True):
        steps = part.get_column("step").to_numpy()
        seen = part.get_column("count").cast(pl.Float64).to_numpy()
        for start, end in _gaps(seen):
            if end - start <= rhythm.longest_gap and (fill := _recalled(seen, start, end, rhythm, recall)) is not None:
                columns = {"counter_id": [counter] * (end - start), "step": steps[start:end]}
                filled.append(pl.DataFrame(columns | fill, schema=schema))
    return pl.concat(filled).sort("counter_id", "step")


def imputation_error(counts: pl.DataFrame, rhythm: Rhythm, *, gap: int, n_masks: int = 20) -> pl.DataFrame:
    """The error of the fills, measured: hide known counts, fill them, and compare; beside two naive ways.

    counts: as in `impute`. `n_masks` gaps of `gap` steps are hidden one at a time, evenly spread over the stretches
    of each counter that are complete from four weeks before to the end of the gap. Returns (counter_id, n, mape,
    coverage, mape_last_week, mape_four_weeks): n steps compared, mean absolute relative error of the fills, share of
    counts inside their 95 % interval, and the errors of the same step a week before and of the mean of four weeks
    before. Counts below 10 have no relative error. A counter that is nowhere complete has n = 0 and nulls. Source:
    methods.md §2.
    """
    rows = []
    for (counter,), part in counts.sort("step").group_by("counter_id", maintain_order=True):
        seen = part.get_column("count").cast(pl.Float64).to_numpy()
        trials = [_trial(seen, start, gap, rhythm) for start in _mask_starts(seen, gap, n_masks, rhythm)]
        rows.append((counter, *_errors([trial for trial in trials if trial is not None])))
    figures = ("mape", "coverage", "mape_last_week", "mape_four_weeks")
    schema = {"counter_id": pl.String, "n": pl.Int64, **dict.fromkeys(figures, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _gaps(seen: Array) -> list[tuple[int, int]]:
    """[start, end) of the runs of NaN that have a count on either side."""
    edges = np.diff(np.concatenate([[0], np.isnan(seen).astype(int), [0]]))
    runs = zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True)
    return [(start, end) for start, end in runs if start > 0 and end < len(seen)]


def _recalled(seen: Array, start: int, end: int, rhythm: Rhythm, recall: Recall) -> dict[str, Array] | None:
    """As `_fill`, which depends on the steps around the gap alone."""
    reach = rhythm.context + rhythm.profile_weeks * rhythm.steps_per_week
    first = max(0, start - reach)
    near, gap = seen[first : end + reach], (start - first, end - first)

    def make() -> Array:
        fill = _fill(near, *gap, rhythm)
        return np.zeros((0, end - start)) if fill is None else np.array([fill[name] for name in FILLED])

    found = recalled_numbers(recall, [told(rhythm, gap), near.tobytes()], make, width=end - start)
    return dict(zip(FILLED, found, strict=True)) if len(found) else None


def _fill(seen: Array, start: int, end: int, rhythm: Rhythm) -> dict[str, Array] | None:
    """Fill, low and high of the steps from start to end, whatever stands there; null with less than a week around."""
    around = np.r_[max(0, start - rhythm.context) : start, end : min(len(seen), end + rhythm.context)]
    gap = np.arange(start, end)
    known = seen.copy()
    known[gap] = np.nan
    if (~np.isnan(known[around])).sum() < rhythm.steps_per_week:
        return None
    usual = _usual_week(np.log1p(known), np.concatenate([around, gap]), rhythm)
    y = (np.log1p(known[around]) - usual[: len(around)])[None]
    points, wanted = (_points(at - around.min()) for at in (around, gap))
    ratio = best_level_ratio(y, points, rhythm.level_ratios)
    level, covariance = posterior(y, points, wanted, level_ratio=ratio)
    mean = level[0] + usual[len(around) :]
    spread = ndtri(0.5 + CONFIDENCE / 2) * np.sqrt(np.diagonal(covariance[0]))
    ends = dict(zip(FILLED, (mean, mean - spread, mean + spread), strict=True))
    if np.isnan(mean).any():
        return None
    return {name: np.maximum(np.expm1(values), 0.0) for name, values in ends.items()}


def _usual_week(logs: Array, at: Codes, rhythm: Rhythm) -> Array:
    """For each step, the mean log of the same step of the weeks before and after, without itself; NaN where none is
    known.
    """
    weeks = np.r_[-rhythm.profile_weeks : 0, 1 : rhythm.profile_weeks + 1]
    columns = at[:, None] + weeks * rhythm.steps_per_week
    inside = (columns >= 0) & (columns < len(logs))
    values = np.where(inside, logs[np.clip(columns, 0, len(logs) - 1)], np.nan)
    n = (~np.isnan(values)).sum(axis=1)
    mean: Array = np.divide(np.nansum(values, axis=1), n, out=np.full(len(at), np.nan), where=n > 0)
    return mean


def _points(at: Codes) -> Points:
    return Points(at.astype(float), np.zeros((1, len(at)), dtype=np.int64), np.zeros((1, len(at), 0)))


def _mask_starts(seen: Array, gap: int, n_masks: int, rhythm: Rhythm) -> list[int]:
    """Evenly spread starts of gaps that are known, as are the four weeks before, and that have a context on either
    side.
    """
    before = max(4 * rhythm.steps_per_week, rhythm.context)
    unknown = np.concatenate([[0], np.cumsum(np.isnan(seen))])
    starts = np.arange(before, len(seen) - gap - rhythm.context + 1)
    complete = starts[unknown[starts + gap] == unknown[starts - 4 * rhythm.steps_per_week]]
    chosen = np.linspace(0, len(complete) - 1, min(n_masks, len(complete))).round().astype(int)
    return [int(start) for start in complete[chosen]]


def _trial(seen: Array, start: int, gap: int, rhythm: Rhythm) -> Array | None:
    """Rows (truth, fill, low, high, a week before, mean of four weeks before) of the hidden steps."""
    fill = _fill(seen, start, start + gap, rhythm)
    if fill is None:
        return None
    hidden = np.arange(start, start + gap)
    weeks = np.array([seen[hidden - back * rhythm.steps_per_week] for back in range(1, 5)])
    return np.array([seen[hidden], *fill.values(), weeks[0], weeks.mean(axis=0)])


def _errors(trials: list[Array]) -> tuple[int, float | None, float | None, float | None, float | None]:
    if not trials:
        return 0, None, None, None, None
    truth, fill, low, high, last_week, four_weeks = np.concatenate(trials, axis=1)
    large = truth >= FEWEST_FOR_MAPE
    coverage = float(((low <= truth) & (truth <= high)).mean())
    if not large.any():
        return len(truth), None, coverage, None, None
    guesses = (guess[large] for guess in (fill, last_week, four_weeks))
    mape, *naive = (float((np.abs(guess - truth[large]) / truth[large]).mean()) for guess in guesses)
    return len(truth), mape, coverage, naive[0], naive[1]
