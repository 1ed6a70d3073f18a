"""Analytic models on the attractiveness index: the index, its scores and its receipt."""

import polars as pl

from pipeline.analytics.index import Scheme, attractiveness_index, index_receipt, indicator_scores, pillar_scores
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of, no_rows

Frames = dict[str, pl.DataFrame]
VALUES = "intermediate.int_indicator_week"
# The pillars of methods.md §6, each a column of the weekly mart; a town may weight them, not name others.
PILLARS = ("frequentation", "offer", "animation", "links")


def attractiveness_week(frames: Frames, town: Town) -> pl.DataFrame:
    """The index of each published week, with its pillars; no rows for a town that declares no indicator."""
    values = frames[VALUES]
    if not town.indicators:
        return no_rows(
            "attractiveness_week", {"week_start": pl.Date, "n_indicators": pl.Int64, "n_indicators_expected": pl.Int64}
        )
    scheme = _scheme(town)
    index = attractiveness_index(values, scheme).sort("week_start")
    last = pl.col("index").forward_fill().shift(1)
    told = index.select(
        "week_start",
        attractiveness_index="index",
        attractiveness_index_arithmetic="index_arithmetic",
        index_log_change=pl.col("index").log() - last.log(),
        attractiveness_index_change=pl.col("index") - last,
        n_indicators=pl.col("n_indicators").cast(pl.Int64),
        n_indicators_expected=pl.col("n_declared").cast(pl.Int64),
    )
    pillars = pillar_scores(values, scheme).pivot("pillar", index="week_start", values="score", on_columns=PILLARS)
    named = pillars.rename({pillar: f"pillar_{pillar}_score" for pillar in PILLARS})
    return told.join(named, on="week_start", how="left").select(columns_of("attractiveness_week")).sort("week_start")


def indicator_score_week(frames: Frames, town: Town) -> pl.DataFrame:
    """Score and effective weight of each declared indicator in each published week."""
    if not town.indicators:
        return no_rows("indicator_score_week", {"week_start": pl.Date, "indicator": pl.String, "pillar": pl.String})
    return indicator_scores(frames[VALUES], _scheme(town)).select(columns_of("indicator_score_week"))


def index_receipt_week(frames: Frames, town: Town) -> pl.DataFrame:
    """What each indicator did to the index since the last week that has one; contributions sum to its log change."""
    if not town.indicators:
        days = {"week_start": pl.Date, "previous_week_start": pl.Date, "indicator": pl.String}
        return no_rows("index_receipt_week", days)
    receipt = index_receipt(frames[VALUES], _scheme(town))
    return receipt.rename({"delta_log": "contribution"}).select(columns_of("index_receipt_week"))


def _scheme(town: Town) -> Scheme:
    return Scheme(town.indicators, town.pillar_weights)
