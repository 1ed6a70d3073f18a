"""Fill short gaps in counts, say how sure each fill is, and measure the error on counts that are known.

Source: methods.md §2. Model: `level_season` on log(1 + count) over the weeks on either side of a gap (the Kalman smoother's answer): a drifting level and a
season by hour of the week, or by day of the week. Raw counts are never changed: fills stand in their own columns.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from pipeline.analytics.level_season import Array, Points, best_level_ratio, posterior

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How counts are spaced. steps_per_week: its season's length. context: steps looked at on either side of a gap.

    longest_gap: steps; longer gaps stay empty. The context is in whole weeks, so that each season is seen equally often.
    """

    steps_per_week: int
    context: int
    longest_gap: int


DAILY = Rhythm(steps_per_week=7, context=6 * 7, longest_gap=14)
HOURLY = Rhythm(steps_per_week=168, context=3 * 168, longest_gap=14 * 24)


def impute(counts: pl.DataFrame, rhythm: Rhythm) -> pl.DataFrame:
    """Fill the gaps of each counter that are at most 14 days long.

    counts: (counter_id, step Int, count), a row a counter and step, without holes; step = number of the hour (or day) on a calendar in which
    the season repeats every `steps_per_week` (for hours: local hours, a day always 24); count null = not counted. Returns
    (counter_id, step, imputed, imputed_low, imputed_high), a row a filled step: the median of what would have been counted and
    its 95 % interval, in counts. A gap with fewer than a week of counts around it stays empty, as do those before the first and after
    the last count: there is nothing on the other side. Raises ValueError when a counter has two rows for a step.
    """
    if counts.select("counter_id", "step").is_duplicated().any():
        raise ValueError("a counter has more than one row for a step")
    schema = {"counter_id": pl.String, "step": pl.Int64}
    schema |= {name: pl.Float64 for name in ("imputed", "imputed_low", "imputed_high")}
    filled = [pl.DataFrame(schema=schema)]
    for (counter,), part in counts.sort("step").group_by("counter_id", maintain_order=True):
        steps = part.get_column("step").to_numpy()
        seen = part.get_column("count").cast(pl.Float64).to_numpy()
        for start, end in _gaps(seen):
            if end - start <= rhythm.longest_gap and (fill := _fill(steps, seen, start, end, rhythm)) is not None:
                columns = {"counter_id": [counter] * (end - start), "step": steps[start:end]}
                filled.append(pl.DataFrame(columns | fill, schema=schema))
    return pl.concat(filled).sort("counter_id", "step")
