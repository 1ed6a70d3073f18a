"""Analytic models on what enters the index: the seasonally adjusted index of passages, and how sure each value is."""

import polars as pl

from pipeline.analytics.index_inputs import (
    Z_95,
    evenness_sd,
    panel_overdispersion,
    relative_limits,
    share_limits,
)
from pipeline.analytics.seasonal import seasonally_adjusted
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of

Frames = dict[str, pl.DataFrame]


def footfall_seasonal_week(frames: Frames, town: Town) -> pl.DataFrame:
    """The chained index of passages against the same ISO week of the base year."""
    index = frames["analytics.footfall_level_week"].select("week_start", index="footfall_index")
    return (
        seasonally_adjusted(index, town.baseline_year)
        .rename({"factor": "seasonal_factor", "adjusted": "footfall_index_seasonal"})
        .select(columns_of("footfall_seasonal_week"))
        .sort("week_start")
    )


def indicator_value_week(frames: Frames, _town: Town) -> pl.DataFrame:
    """The values of the indicators with their 95 % intervals; none where nothing is left to chance."""
    values = frames["intermediate.int_indicator_week"].select("week_start", "indicator", "value")
    limits = pl.concat([_passages_limits(frames), _gateway_limits(frames)])
    told = values.join(limits, on=["week_start", "indicator"], how="left")
    known = pl.col("value").is_not_null()
    return (
        told.with_columns(pl.when(known).then(pl.col(end)).alias(end) for end in ("value_low", "value_high"))
        .select(columns_of("indicator_value_week"))
        .sort("week_start", "indicator")
    )


def _passages_limits(frames: Frames) -> pl.DataFrame:
    """Of the two indices of passages and of the weekend's share, over the centre's comparable counters."""
    counters = frames["intermediate.int_counter_week"].filter(pl.col("is_in_centre") & pl.col("is_valid"))
    n = _panel(counters.select("week_start", "counter_id", "sensitivity_period", "passages"))
    base = n.select(seasonal_week_start="week_start", n_base="n")
    weeks = (
        n.join(frames["analytics.footfall_level_week"].select("week_start", "footfall_index"), on="week_start")
        .join(frames["analytics.footfall_seasonal_week"], on="week_start", how="left")
        .join(base, on="seasonal_week_start", how="left")
        .join(frames["intermediate.int_indicator_week"].filter(indicator="weekend_share"), on="week_start", how="left")
    )
    phi = pl.col("overdispersion")
    now, then = (phi / pl.col(name) for name in ("n", "n_base"))
    # A week of the base year is its own reference: it is 100 whatever was counted.
    seasonal = pl.when(pl.col("seasonal_week_start") != pl.col("week_start")).then(now + then)
    return pl.concat(
        [
            _limits(weeks, "footfall_index", *_times("footfall_index", now)),
            _limits(weeks, "footfall_index_seasonal", *_times("footfall_index_seasonal", seasonal)),
            _limits(weeks, "weekend_share", *share_limits(pl.col("value"), pl.col("n"), phi)),
        ]
    )


def _gateway_limits(frames: Frames) -> pl.DataFrame:
    """Of the index of passages at the gateways and of the evenness between neighbourhoods."""
    gateways = frames["intermediate.int_gateway_week"].filter(pl.col("passages").is_not_null())
    panel = gateways.select("week_start", "sensitivity_period", "passages", counter_id="neighbourhood_id")
    levels = frames["analytics.link_level_week"].select("week_start", "gateway_per_1000_index", "link_evenness")
    n = _panel(panel)
    ratios = (
        frames["analytics.gateway_link_week"]
        .join(panel.rename({"counter_id": "neighbourhood_id"}), on=["week_start", "neighbourhood_id"])
        .join(n, on="week_start")
    )
    variance = pl.col("overdispersion") / pl.col("passages")
    spread = ratios.group_by("week_start").agg(sd=evenness_sd(pl.col("observed_expected_ratio"), variance))
    weeks = n.join(levels, on="week_start").join(spread, on="week_start", how="left")
    half = Z_95 * pl.col("sd")
    low, high = ((pl.col("link_evenness") + sign * half).clip(0, 1) for sign in (-1, 1))
    index = "gateway_per_1000_index"
    return pl.concat(
        [
            _limits(weeks, index, *_times(index, pl.col("overdispersion") / pl.col("n"))),
            _limits(weeks, "link_evenness", low, high),
        ]
    )


def _panel(weekly: pl.DataFrame) -> pl.DataFrame:
    """(week_start, n, overdispersion) of the weeks in which a panel counted anybody; n = its passages."""
    n = weekly.group_by("week_start").agg(n=pl.col("passages").sum()).filter(pl.col("n") > 0)
    return n.join(panel_overdispersion(weekly), on="week_start").sort("week_start")


def _times(column: str, variance: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    low, high = relative_limits(variance)
    return pl.col(column) * low, pl.col(column) * high


def _limits(weeks: pl.DataFrame, indicator: str, low: pl.Expr, high: pl.Expr) -> pl.DataFrame:
    """(week_start, indicator, value_low, value_high)."""
    limits = {"value_low": low.cast(pl.Float64), "value_high": high.cast(pl.Float64)}
    return weeks.select("week_start", pl.lit(indicator).alias("indicator"), **limits)
