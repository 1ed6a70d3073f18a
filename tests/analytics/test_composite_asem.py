"""The index engine on a published index: ASEM 2018 Sustainable Connectivity (51 countries, 49 indicators, 3 levels).

The engine (normalising, aggregating) is the product's; what only that index does (denominating, imputing by group,
winsorising) is done here. Expected: methods.md §8, as computed by the R package COINr.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from pipeline.analytics.aggregate import Array, min_max, weighted_mean

pytestmark = pytest.mark.shared

PUBLISHED = {"CHE": 68.38, "NLD": 64.82, "DNK": 64.80, "NOR": 64.47, "BEL": 63.54, "SWE": 63.00}
MOST_WINSORISED = 5


def is_skewed(column: Array) -> bool:
    skew, kurtosis = stats.skew(column, bias=False), stats.kurtosis(column, bias=False)
    return abs(skew) > 2 and kurtosis > 3.5


def treated(column: Array) -> Array:
    """Up to five points pulled in to the next value while the column is skewed, else its logarithm."""
    winsorised = column.copy()
    for n in range(1, MOST_WINSORISED + 1):
        if not is_skewed(winsorised):
            return winsorised
        order = np.argsort(column)
        if stats.skew(column) > 0:
            winsorised[order[-n:]] = column[order[-n - 1]]
        else:
            winsorised[order[:n]] = column[order[n]]
    if not is_skewed(winsorised):
        return winsorised
    return np.log(column - column.min() + 0.01 * np.ptp(column))


def test_the_engine_reproduces_the_asem_index_of_2018(shared: Path) -> None:
    data = pl.read_csv(shared / "reference/asem_data.csv", infer_schema_length=None)
    meta = pl.read_csv(shared / "reference/asem_meta.csv", infer_schema_length=None)
    indicators = meta.filter(pl.col("Type") == "Indicator")
    group = data.get_column("EurAsia_group").to_numpy()
    nodes: dict[str, Array] = {}
    for code, denominator, direction in indicators.select("iCode", "Denominator", "Direction").iter_rows():
        column = data.get_column(code).cast(pl.Float64).to_numpy().copy()
        if denominator:
            column = column / data.get_column(denominator).cast(pl.Float64).to_numpy()
        for name in np.unique(group):
            column[(group == name) & np.isnan(column)] = np.nanmean(column[group == name])
        column = treated(column)
        ends = (column.min(), column.max()) if direction > 0 else (column.max(), column.min())
        nodes[code] = min_max(column, *ends, scale=(0, 100))
    for level in (2, 3, 4):
        for parent in meta.filter(pl.col("Level") == level).get_column("iCode"):
            children = meta.filter(pl.col("Parent") == parent)
            columns = np.stack([nodes[code] for code in children.get_column("iCode")], axis=-1)
            nodes[parent] = weighted_mean(columns, children.get_column("Weight").to_numpy(), "arithmetic")
    index = dict(zip(data.get_column("uCode"), nodes["Index"].round(2).tolist(), strict=True))
    assert {country: index[country] for country in PUBLISHED} == PUBLISHED
    assert sorted(index, key=index.__getitem__, reverse=True)[:6] == list(PUBLISHED)
