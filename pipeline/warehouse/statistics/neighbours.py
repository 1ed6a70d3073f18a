"""Analytic model on the neighbouring towns: rates per 1,000 inhabitants and their funnel."""

import polars as pl

from pipeline.analytics.benchmark import funnel
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of


def benchmark_funnel(frames: dict[str, pl.DataFrame], _town: Town) -> pl.DataFrame:
    """The funnel of each indicator, year and definition, over the town and its declared peers.

    Limits need a group: with a single town they, and the mean, are null. A value below 0 is not a count and has no
    funnel.
    """
    by = ["indicator", "year", "definition"]
    towns = frames["staging.stg_benchmarks"].with_columns(count=pl.when(pl.col("value") >= 0).then("value"))
    told = funnel(towns, by=by).with_columns(n_towns=pl.col("rate_per_1000").count().over(by).cast(pl.Int64))
    is_group = pl.col("n_towns") >= 2
    limits = (
        "mean_per_1000",
        "overdispersion",
        "low_95",
        "high_95",
        "low_998",
        "high_998",
        "is_beyond_95",
        "is_beyond_998",
    )
    return (
        told.with_columns(pl.when(is_group).then(pl.col(name)).alias(name) for name in limits)
        .rename({"mean_per_1000": "group_mean_per_1000"})
        .select(columns_of("benchmark_funnel"))
        .sort("indicator", "year", "insee_code")
    )
