"""How long shops last: Kaplan-Meier with delayed entry, the log-rank test, and the suppression of small groups.

`shops` everywhere: one row a shop; `duration` (any unit of time, > 0) at closure or at the end of watching;
`is_closed` (false = still open: censored); optional `entry` >= 0, the age at which watching began: a shop open before
monitoring began is at risk only from then on, or those that had already closed by then would be missing and survival
too high.
"""

import numpy as np
import polars as pl
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

SMALLEST_GROUP = 5


def kaplan_meier(shops: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """The probability that a shop is still open at each duration at which one closed.

    shops: (duration, is_closed[, entry]). Returns (duration, n_at_risk, n_closed, survival, standard_error, low,
    high): survival = prod(1 - d/n); standard_error by Greenwood's formula; low and high by the log-log
    transformation, so inside [0, 1]; where survival is 0 or 1 they are null, as the formula gives none. At risk at t:
    entry < t <= duration. Empty when no shop closed. Sources: Kaplan & Meier 1958; Kalbfleisch & Prentice 2002, §1.4;
    statsmodels' SurvfuncRight. Raises ValueError when a duration is not above 0 or not above its entry.
    """
    schema = {"duration": pl.Float64, "n_at_risk": pl.Int64, "n_closed": pl.Int64, "survival": pl.Float64}
    schema |= {"standard_error": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    _refuse_impossible(shops)
    if not shops.get_column("is_closed").any():
        return pl.DataFrame(schema=schema)
    curve = SurvfuncRight(*_arrays(shops)[:2], entry=_arrays(shops)[2])
    # With delayed entry nobody may be left at risk before later shops enter: a curve that reached 0 stays there.
    survival = np.minimum.accumulate(np.clip(curve.surv_prob, 0, 1))
    error = np.where(survival > 0, curve.surv_prob_se, np.nan)
    low, high = _log_log_interval(survival, error, confidence)
    columns = (curve.surv_times, curve.n_risk, curve.n_events, survival, error, low, high)
    frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), nan_to_null=True)
    return frame.cast({name: kind for name, kind in schema.items() if kind == pl.Int64})


def median_survival(curve: pl.DataFrame) -> float | None:
    """The first duration at which survival is 0.5 or less, in the unit of the curve; null where it never falls so
    low.
    """
    fallen = curve.filter(pl.col("survival") <= 0.5 + 1e-12).get_column("duration")
    return None if fallen.is_empty() else float(fallen[0])


def log_rank(shops: pl.DataFrame, *, group: str) -> tuple[float, float] | None:
    """Chi-square and p-value of the hypothesis that all groups survive alike; null with fewer than two groups or no
    closure.

    shops: (duration, is_closed, `group`[, entry]). Degrees of freedom = groups - 1. Source: Mantel 1966; statsmodels'
    survdiff.
    """
    _refuse_impossible(shops)
    names = shops.get_column(group)
    if names.n_unique() < 2 or not shops.get_column("is_closed").any():
        return None
    duration, is_closed, entry = _arrays(shops)
    chi_square, p_value = survdiff(duration, is_closed, names.cast(pl.String).to_numpy(), entry=entry)
    return float(chi_square), float(p_value)


def suppress_small_groups(groups: pl.DataFrame, *, within: list[str], n: str = "n") -> pl.DataFrame:
    """Flag the groups that must not be shown: those under 5 shops, and those that would let them be deduced.

    groups: (*within, a group a row, `n` >= 0), the groups of one `within` adding up to a total that is known to all.
    Adds is_suppressed. Primary: 0 < n < 5. Secondary: the smallest further groups, until (a) at least two are
    suppressed, (b) together they hold 5 shops or more, since total minus shown is itself a group, and (c) more shops
    than groups, or each would be 1. Where there are not enough groups for that, all of them are suppressed. Ties go
    to the first in the order of the rows. Source: methods.md §3; Hundepool et al. 2012, Statistical Disclosure
    Control, §4.2.
    """
    numbered = groups.with_row_index("_row")
    parts = numbered.partition_by(within, maintain_order=True) if within else [numbered]
    hidden = [row for part in parts for row in _hidden(part.get_column("_row").to_list(), part.get_column(n).to_list())]
    return numbered.with_columns(is_suppressed=pl.col("_row").is_in(hidden)).drop("_row")


def _hidden(rows: list[int], sizes: list[int]) -> list[int]:
    by_size = sorted((size, row) for row, size in zip(rows, sizes, strict=True) if size > 0)
    n_hidden = sum(size < SMALLEST_GROUP for size, _ in by_size)
    if n_hidden == 0:
        return []
    while n_hidden < len(by_size) and not _is_safe([size for size, _ in by_size[:n_hidden]]):
        n_hidden += 1
    return [row for _, row in by_size[:n_hidden]]


def _is_safe(hidden: list[int]) -> bool:
    return len(hidden) >= 2 and sum(hidden) >= SMALLEST_GROUP and sum(hidden) > len(hidden)


def _arrays(shops: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    entry = shops.get_column("entry").fill_null(0).to_numpy().astype(float) if "entry" in shops.columns else None
    duration = shops.get_column("duration").to_numpy().astype(float)
    return duration, shops.get_column("is_closed").to_numpy().astype(int), entry


def _refuse_impossible(shops: pl.DataFrame) -> None:
    entry = pl.col("entry").fill_null(0) if "entry" in shops.columns else pl.lit(0)
    possible = pl.col("duration").is_not_null() & (pl.col("duration") > entry) & pl.col("is_closed").is_not_null()
    if shops.filter(~possible | (entry < 0)).height:
        raise ValueError("each duration must be above 0 and above its entry, and is_closed must be known")


def _log_log_interval(survival: np.ndarray, error: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    z = stats.norm.ppf(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * error / (survival * np.log(survival))
        return survival ** np.exp(-spread), survival ** np.exp(spread)
