"""Is a count to be believed: calibration against manual counts, odd days, splits and weeks.

Nothing here changes a count: each function adds columns beside it. Source: methods.md §2. Counts are passages a
period; a null count is "not counted" and never enters, a zero is a count.
"""

import polars as pl
from scipy import stats

PLAUSIBLE_FACTOR = (0.8, 1.4)
DAY_RATIO = (0.40, 2.5)
ANOMALOUS_HOURS = 8
SPLIT_TOLERANCE = 0.10
WEEK_TOLERANCE = 0.20
NORM_WEEKS = 4
NORM_MINIMUM_WEEKS = 2


def calibration_factors(pairs: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """What a counter's figures are to be multiplied by, in each of its sensitivity periods.

    pairs: (counter_id, sensitivity_period, manual, auto), a row a manual count with what the counter said of the same
    interval. Returns (counter_id, sensitivity_period, factor, log_sd, factor_low, factor_high, n_pairs, is_withheld):
    factor = sum(manual) / sum(auto); log_sd = sqrt(1 / sum(manual) + 1 / sum(auto)), its standard deviation on the
    log scale, if both are Poisson counts; low and high = factor * exp(-+ z log_sd). is_withheld: outside [0.8, 1.4]
    or not defined (one sum is 0): then no calibrated figure is to be shown. Pairs of which one is null do not enter.
    Source: methods.md §2.
    """
    keys = ["counter_id", "sensitivity_period"]
    factors = _ratio_of_sums(pairs, keys, "manual", "auto", confidence)
    return factors.with_columns(is_withheld=~pl.col("factor").is_between(*PLAUSIBLE_FACTOR).fill_null(False))


def splice_factors(parallel: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """What the figures before a break are to be multiplied by to be comparable with those after it.

    parallel: (counter_id, new, old), a row an interval in which the old and the new sensor both counted. Returns
    (counter_id, factor, log_sd, factor_low, factor_high, n_pairs), factor = sum(new) / sum(old), null where one of
    the sums is 0. Source: methods.md §2.
    """
    return _ratio_of_sums(parallel, ["counter_id"], "new", "old", confidence)


def anomalous_days(days: pl.DataFrame) -> pl.DataFrame:
    """Flag the days that are far from the usual day of their kind.

    days: (counter_id, day_kind, passages, n_anomalous_hours), a row a day; day_kind = what makes days alike, such as
    weekday and month or holiday. Adds usual (median of the counter's days of that kind), level_ratio (passages /
    usual) and is_anomalous: ratio below 0.40 or above 2.5, or 8 anomalous hours or more. The ratio is null where
    usual is 0 or the day was not counted. Source: Shen, Wijayaratna & Saberi 2025, as in methods.md §2.
    """
    usual = pl.col("passages").median().over("counter_id", "day_kind")
    ratio = pl.when(usual > 0).then(pl.col("passages") / usual)
    far = ~ratio.is_between(*DAY_RATIO)
    return days.with_columns(
        usual=usual,
        level_ratio=ratio,
        is_anomalous=far.fill_null(False) | (pl.col("n_anomalous_hours") >= ANOMALOUS_HOURS).fill_null(False),
    )


def directional_split(weeks: pl.DataFrame) -> pl.DataFrame:
    """Add in_share and is_unbalanced: more than 10 points off 50/50 over a week.

    weeks: (passages_in, passages_out) and any other columns. in_share is null where a direction was not counted or
    nobody passed. Source: methods.md §2.
    """
    total = pl.col("passages_in") + pl.col("passages_out")
    share = pl.when(total > 0).then(pl.col("passages_in") / total)
    # Shares are compared with the tolerance to 12 digits: 60/40 is 10 points off, not 10.000000000000002.
    off = (share - 0.5).abs().round(12) > SPLIT_TOLERANCE
    return weeks.with_columns(in_share=share, is_unbalanced=off.fill_null(False))


def weekly_review(weeks: pl.DataFrame) -> pl.DataFrame:
    """Flag the weeks whose level is more than 20 % off the norm of the four weeks before, and for which no reason is
    known.

    weeks: (counter_id, week_start, passages, is_valid, is_explained, sensitivity_period), a row a counter and week;
    is_explained: event, weather or holiday. Adds norm (mean of the valid weeks among the four calendar weeks before
    in the same sensitivity period; null with fewer than two), level_ratio and needs_review. A week that is not valid
    has no ratio. Source: methods.md §2.
    """
    keys = ["counter_id", "week_start", "sensitivity_period"]
    valid = weeks.filter(pl.col("is_valid") & pl.col("passages").is_not_null()).select(*keys, "passages")
    later = [valid.with_columns(pl.col("week_start") + pl.duration(weeks=lag)) for lag in range(1, NORM_WEEKS + 1)]
    norm = pl.when(pl.len() >= NORM_MINIMUM_WEEKS).then(pl.col("passages").mean()).alias("norm")
    norms = pl.concat(later).group_by(keys).agg(norm)
    ratio = pl.when(pl.col("is_valid") & (pl.col("norm") > 0)).then(pl.col("passages") / pl.col("norm"))
    return (
        weeks.join(norms, on=keys, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(level_ratio=ratio)
        .with_columns(
            needs_review=((pl.col("level_ratio") - 1).abs().round(12) > WEEK_TOLERANCE).fill_null(False)
            & ~pl.col("is_explained")
        )
    )


def _ratio_of_sums(
    pairs: pl.DataFrame, keys: list[str], numerator: str, denominator: str, confidence: float
) -> pl.DataFrame:
    z = float(stats.norm.ppf(0.5 + confidence / 2))
    both = pl.col(numerator).is_not_null() & pl.col(denominator).is_not_null()
    above, below = pl.col(numerator).filter(both).sum(), pl.col(denominator).filter(both).sum()
    defined = (above > 0) & (below > 0)
    return (
        pairs.group_by(keys)
        .agg(
            factor=pl.when(defined).then(above / below),
            log_sd=pl.when(defined).then((1 / above + 1 / below).sqrt()),
            n_pairs=both.sum().cast(pl.Int64),
        )
        .with_columns(
            factor_low=pl.col("factor") * (-z * pl.col("log_sd")).exp(),
            factor_high=pl.col("factor") * (z * pl.col("log_sd")).exp(),
        )
        .select(*keys, "factor", "log_sd", "factor_low", "factor_high", "n_pairs")
        .sort(keys)
    )
