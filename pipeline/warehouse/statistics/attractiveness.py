"""Analytic models on the attractiveness index: the index, its scores, its receipt, its band and what drives it."""

from datetime import date, timedelta

import polars as pl

from pipeline.analytics.index import Scheme, attractiveness_index, index_receipt, indicator_scores, pillar_scores
from pipeline.analytics.index_band import index_band, index_sensitivity
from pipeline.analytics.recall import Recall, afresh
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of, no_rows

Frames = dict[str, pl.DataFrame]
VALUES = "intermediate.int_indicator_week"
# With the intervals of the values, where they have one.
UNSURE_VALUES = "analytics.indicator_value_week"
# The pillars of methods.md §6, each a column of the weekly mart; a town may weight them, not name others.
PILLARS = ("frequentation", "offer", "animation", "links")
# Parts of a factor's name in `index_sensitivity`: what varies, and of which pillar or indicator.
FACTOR_KINDS = {"weight": "pillar", "value": "indicator"}


def attractiveness_week(frames: Frames, town: Town) -> pl.DataFrame:
    """The index of each published week, with its pillars; no rows for a town without an indicator with goalposts."""
    scheme = _scheme(town)
    if not scheme.indicators:
        return no_rows(
            "attractiveness_week", {"week_start": pl.Date, "n_indicators": pl.Int64, "n_indicators_expected": pl.Int64}
        )
    values = _scored(frames[VALUES], scheme)
    index = attractiveness_index(values, scheme).sort("week_start")
    last = pl.col("index").forward_fill().shift(1)
    told = index.select(
        "week_start",
        attractiveness_index="index",
        attractiveness_index_arithmetic="index_arithmetic",
        index_log_change=pl.col("index").log() - last.log(),
        attractiveness_index_change=pl.col("index") - last,
        n_indicators=pl.col("n_indicators").cast(pl.Int64),
        n_indicators_expected=pl.lit(len(town.indicators), dtype=pl.Int64),
    )
    pillars = pillar_scores(values, scheme).pivot("pillar", index="week_start", values="score", on_columns=PILLARS)
    named = pillars.rename({pillar: f"pillar_{pillar}_score" for pillar in PILLARS})
    return told.join(named, on="week_start", how="left").select(columns_of("attractiveness_week")).sort("week_start")


def indicator_score_week(frames: Frames, town: Town) -> pl.DataFrame:
    """Score and effective weight of each declared indicator in each published week.

    An indicator whose goalposts are not frozen yet has its value, no score and weight 0.
    """
    scheme, model = _scheme(town), "indicator_score_week"
    kinds: dict[str, type[pl.DataType]] = {"week_start": pl.Date, "indicator": pl.String, "pillar": pl.String}
    parts = [no_rows(model, kinds)]
    if scheme.indicators:
        parts.append(indicator_scores(_scored(frames[VALUES], scheme), scheme).select(columns_of(model)))
    waiting = {i.name: i.pillar for i in town.indicators if not i.is_frozen}
    unscored = (
        frames[VALUES]
        .filter(pl.col("indicator").is_in(list(waiting)))
        .with_columns(
            pillar=pl.col("indicator").replace_strict(waiting, return_dtype=pl.String),
            score=pl.lit(None, dtype=pl.Float64),
            weight=pl.lit(0.0),
        )
    )
    return pl.concat([*parts, unscored.select(columns_of(model))]).sort("week_start", "indicator")


def index_receipt_week(frames: Frames, town: Town) -> pl.DataFrame:
    """What each indicator did to the index since the last week that has one; contributions sum to its log change."""
    scheme = _scheme(town)
    if not scheme.indicators:
        days = {"week_start": pl.Date, "previous_week_start": pl.Date, "indicator": pl.String}
        return no_rows("index_receipt_week", days)
    receipt = index_receipt(_scored(frames[VALUES], scheme), scheme)
    return receipt.rename({"delta_log": "contribution"}).select(columns_of("index_receipt_week"))


def index_band_week(frames: Frames, town: Town, recall: Recall = afresh) -> pl.DataFrame:
    """The 5-95 % band of each week's index and the chance that it rose, over 1,000 seeded draws."""
    scheme = _scheme(town)
    if not scheme.indicators:
        return no_rows("index_band_week", {"week_start": pl.Date})
    names = {
        "index_low": "attractiveness_index_low",
        "index_high": "attractiveness_index_high",
        "p_rise": "p_change_positive",
    }
    band = index_band(_scored(frames[UNSURE_VALUES], scheme), scheme, recall=recall)
    return band.rename(names).select(columns_of("index_band_week")).sort("week_start")


def index_sensitivity_quarter(frames: Frames, town: Town, recall: Recall = afresh) -> pl.DataFrame:
    """Sobol indices of the last week of each quarter that has an index; a week belongs where its Thursday lies."""
    scheme, model = _scheme(town), "index_sensitivity_quarter"
    texts = ("quarter", "factor", "factor_kind", "pillar", "indicator")
    parts = [no_rows(model, {**dict.fromkeys(texts, pl.String), "week_start": pl.Date})]
    values = _scored(frames[UNSURE_VALUES], scheme)
    for quarter, week in _last_weeks(values):
        found = index_sensitivity(values.filter(week_start=week), scheme, week, recall=recall)
        kind, of = (pl.col("factor").str.split_exact(":", 1).struct.field(f"field_{i}") for i in (0, 1))
        named = found.with_columns(quarter=pl.lit(quarter), week_start=pl.lit(week), factor_kind=kind)
        told = {name: pl.when(pl.col("factor_kind") == k).then(of) for k, name in FACTOR_KINDS.items()}
        parts.append(named.with_columns(**told).select(columns_of(model)))
    return pl.concat(parts).sort("quarter", "factor")


def _last_weeks(values: pl.DataFrame) -> list[tuple[str, date]]:
    weeks = values.filter(pl.col("value").is_not_null()).get_column("week_start").unique().sort()
    last: dict[str, date] = {}
    for week in weeks:
        thursday = week + timedelta(days=3)
        last[f"{thursday.year}-Q{(thursday.month + 2) // 3}"] = week
    return list(last.items())


def _scheme(town: Town) -> Scheme:
    """The indicators that can be scored."""
    return Scheme(tuple(i for i in town.indicators if i.is_frozen), town.pillar_weights)


def _scored(values: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    return values.filter(pl.col("indicator").is_in(scheme.names))
