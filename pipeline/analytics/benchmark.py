"""Comparison with the neighbouring towns per 1,000 inhabitants: a funnel, never a ranking."""

import numpy as np
import polars as pl
from scipy import stats

LEVELS = {"95": 0.95, "998": 0.998}
WINSORISED = 0.10


def funnel(towns: pl.DataFrame, *, by: list[str]) -> pl.DataFrame:
    """Rates per 1,000 inhabitants with the limits within which chance alone would leave a town of that size.

    towns: (*by, count >= 0, population > 0) and any other columns, a row a town; `by` = what makes towns comparable
    (indicator, year, definition). Adds rate_per_1000 = 1000 count / population; mean_per_1000 = 1000 sum(count) /
    sum(population); overdispersion phi >= 1; low_95, high_95, low_998, high_998 per 1,000; and is_beyond_95,
    is_beyond_998. The limits are quantiles of the Poisson distribution at E = population * mean / 1000, interpolated
    between counts, of phi times a Poisson count of mean E / phi where the towns differ more than chance. phi = mean
    square of the z-scores, winsorised at 10 %, used where it exceeds what a chi-square would (1 + 2 sqrt(2 / n)).
    Nulls and towns without population have null figures. Sources: methods.md §7; Spiegelhalter 2005, Stat. Med.
    24(8), eqs. (2), (5) and appendix A.1.2.
    """
    known = pl.col("count").is_not_null() & (pl.col("population") > 0)
    mean = 1000 * pl.col("count").filter(known).sum() / pl.col("population").filter(known).sum()
    told = towns.with_columns(
        rate_per_1000=pl.when(known).then(1000 * pl.col("count") / pl.col("population")),
        mean_per_1000=mean.over(by) if by else mean,
    ).with_columns(_expected=pl.when(known).then(pl.col("population") * pl.col("mean_per_1000") / 1000))
    z = pl.when(pl.col("_expected") > 0).then((pl.col("count") - pl.col("_expected")) / pl.col("_expected").sqrt())
    phi = z.map_batches(
        lambda scores: pl.Series([_overdispersion(scores)]), return_dtype=pl.Float64, returns_scalar=True
    )
    told = told.with_columns(overdispersion=phi.over(by) if by else phi)
    for name, level in LEVELS.items():
        low, high = (_limit(told, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
        rate = pl.col("rate_per_1000")
        told = told.with_columns(low.alias(f"low_{name}"), high.alias(f"high_{name}")).with_columns(
            ((rate < pl.col(f"low_{name}")) | (rate > pl.col(f"high_{name}"))).alias(f"is_beyond_{name}")
        )
    return told.drop("_expected")


def poisson_quantile(mean: np.ndarray, probability: float) -> np.ndarray:
    """Quantiles of Poisson counts, interpolated between the two counts around `probability`, never below 0; NaN for
    NaN.

    Source: Spiegelhalter 2005, appendix A.1.2: r - (F(r) - p) / (F(r) - F(r - 1)), r the first count with F(r) >= p.
    """
    count = stats.poisson.ppf(probability, mean)
    above, at = stats.poisson.cdf(count, mean), stats.poisson.pmf(count, mean)
    return np.asarray(np.maximum(count - (above - probability) / at, 0.0))


def _overdispersion(z: pl.Series) -> float:
    scores = z.drop_nulls()
    if scores.len() < 2:
        return 1.0
    low, high = (scores.quantile(q, interpolation="linear") for q in (WINSORISED, 1 - WINSORISED))
    phi = float(np.mean(scores.clip(low, high).to_numpy() ** 2))
    return phi if phi > 1 + 2 * (2 / scores.len()) ** 0.5 else 1.0


def _limit(told: pl.DataFrame, tail: float) -> pl.Series:
    phi, expected, population = (
        told.get_column(name).cast(pl.Float64).to_numpy() for name in ("overdispersion", "_expected", "population")
    )
    return pl.Series(1000 * phi * poisson_quantile(expected / phi, tail) / population, nan_to_null=True)
