"""Analytic model on the neighbouring towns: rates per 1,000 inhabitants and their funnel."""

import polars as pl

from pipeline.analytics.benchmark import funnel
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of

LIMITS = ("group_mean_per_1000", "overdispersion", "z_score", "low_95", "high_95", "low_998", "high_998")


def benchmark_funnel(frames: dict[str, pl.DataFrame], town: Town) -> pl.DataFrame:
    """The funnel of each indicator, year and definition, over the towns that published it, our own among them.

    The funnel is one of counts: an indicator that is below 0 or not whole for any town (a share, euros) has neither
    rate nor limits (`not_a_count`). Limits need a group: with a single town they, and the mean, are null
    (`single_town`).
    """
    by = ["indicator", "year", "definition"]
    value = pl.col("value")
    is_count = ((value >= 0) & (value == value.floor())).all().over("indicator", "definition")
    towns = frames["staging.stg_benchmarks"].with_columns(count=pl.when(is_count).then(value), is_count=is_count)
    told = funnel(towns, by=by).rename({"mean_per_1000": "group_mean_per_1000"})
    expected = pl.col("population") * pl.col("group_mean_per_1000") / 1000
    told = told.with_columns(
        n_towns=pl.len().over(by).cast(pl.Int64),
        n_definitions=pl.col("definition").n_unique().over("indicator", "year").cast(pl.Int64),
        has_own_town=(pl.col("insee_code") == town.insee_code).any().over(by),
        z_score=pl.when(expected > 0).then((pl.col("count") - expected) / (pl.col("overdispersion") * expected).sqrt()),
    )
    is_group = pl.col("is_count") & (pl.col("n_towns") >= 2)
    shown = (*LIMITS, "is_beyond_95", "is_beyond_998")
    note = (
        pl.when(~pl.col("is_count")).then(pl.lit("not_a_count")).when(pl.col("n_towns") < 2).then(pl.lit("single_town"))
    )
    return (
        told.with_columns(pl.when(is_group).then(pl.col(name)).alias(name) for name in shown)
        .with_columns(funnel_note=note.cast(pl.String))
        .select(columns_of("benchmark_funnel"))
        .sort("indicator", "year", "insee_code")
    )
