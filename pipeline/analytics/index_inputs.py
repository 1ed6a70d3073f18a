"""How sure the counted values that enter the index are: what chance leaves undecided in panels, shares and evenness.

Intervals are of 95 %. A census (premises, events) has none. The factor of a calibration cancels out of an index.
"""

import polars as pl

Z_95 = 1.959963984540054


def panel_overdispersion(weekly: pl.DataFrame) -> pl.DataFrame:
    """How many times more the counters of a panel disagree from one week to the next than Poisson counts would; >= 1.

    weekly: (week_start, counter_id, sensitivity_period, passages), valid weeks only. Of each pair of consecutive weeks
    the table weeks x counters valid in both, in one sensitivity period, gives Pearson's chi-square of k - 1 degrees of
    freedom. Returns (week_start, overdispersion), a row a week of `weekly`: phi = sum of the chi-squares / sum of the
    degrees over the pairs up to that week, so that no later week revises it. What all counters share (rain, season)
    does not count; neither does what changes slowly. 1 where no two counters could be compared yet: then nothing is
    known of it. Source: McCullagh & Nelder 1989, §4.5.
    """
    keys = ["week_start", "counter_id", "sensitivity_period"]
    known = weekly.select(*keys, passages=pl.col("passages").cast(pl.Float64)).filter(pl.col("passages").is_not_null())
    before = known.with_columns(pl.col("week_start") + pl.duration(weeks=1)).rename({"passages": "before"})
    pairs = known.join(before, on=keys).filter(pl.col("passages") + pl.col("before") > 0)
    now, then = (pl.col(name).sum().over("week_start") for name in ("passages", "before"))
    share = (pl.col("passages") + pl.col("before")) / (now + then)
    gaps = [
        (pl.col(name) - total * share) ** 2 / (total * share) for name, total in (("passages", now), ("before", then))
    ]
    tables = (
        pairs.with_columns(chi=pl.sum_horizontal(gaps), is_counted=(now > 0) & (then > 0))
        .filter("is_counted")
        .group_by("week_start")
        .agg(chi=pl.col("chi").sum(), degrees=pl.len().cast(pl.Int64) - 1)
    )
    weeks = weekly.select("week_start").unique().join(tables, on="week_start", how="left").sort("week_start")
    chi, degrees = (pl.col(name).fill_null(0).cum_sum() for name in ("chi", "degrees"))
    phi = pl.when(degrees > 0).then((chi / degrees).clip(lower_bound=1.0)).otherwise(1.0)
    return weeks.select("week_start", overdispersion=phi)


def relative_limits(variance: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The two factors by which a figure whose logarithm has that variance is multiplied: exp(-+1.96 sd)."""
    half = Z_95 * variance.sqrt()
    return (-half).exp(), half.exp()


def share_limits(share: pl.Expr, n: pl.Expr, overdispersion: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Limits of a share of n passages, p +- 1.96 sqrt(phi p (1 - p) / n), within 0 and 1."""
    half = Z_95 * (overdispersion * share * (1 - share) / n).sqrt()
    return (share - half).clip(0, 1), (share + half).clip(0, 1)


def evenness_sd(value: pl.Expr, variance: pl.Expr) -> pl.Expr:
    """Standard deviation of the evenness of independent values (an aggregate; see `links.evenness`).

    variance: that of the logarithm of each value. Delta method on J = H / ln n, H = - sum of s ln s, s = value / sum:
    dJ / d ln value = -s (ln s + H) / ln n. A value of 0 is left out. Null with fewer than two values, or when all
    are 0.
    """
    total = value.sum()
    share = value / total
    entropy = -pl.when(value > 0).then(share * share.log()).otherwise(0.0).sum()
    n = value.is_not_null().sum()
    slope = pl.when(value > 0).then(share * (share.log() + entropy) / n.cast(pl.Float64).log())
    return pl.when((n >= 2) & (total > 0)).then((slope**2 * variance).sum().sqrt())
