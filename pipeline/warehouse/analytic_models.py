"""Models that SQL cannot say: pure functions on frames, run between the SQL models in the order of what they read."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature

import polars as pl

from pipeline.contract import Label
from pipeline.warehouse.revisions import LEDGER, revision_ledger
from pipeline.warehouse.statistics import (
    attractiveness,
    centres,
    events,
    footfall,
    indicator_values,
    links,
    neighbours,
    projects,
    repair,
    shops,
    splices,
    week_text,
)
from pipeline.warehouse.statistics.contracts import contracts
from pipeline.warehouse.tables import DocumentedColumn, documented

Compute = Callable[..., pl.DataFrame]


@dataclass(frozen=True, slots=True)
class AnalyticModel:
    """A table that `compute` makes of the tables in `reads`.

    name: `schema.table`. compute(frames, town): frames by qualified name, rows in no promised order; gives exactly the
    documented columns, in that order, each with its type even when there is no row. grain, checks: as in a SQL header.
    remembers: compute(frames, town, recall) finds again what it gave for the same slices of its frames.
    """

    name: str
    title: Label
    reads: tuple[str, ...]
    grain: tuple[str, ...]
    columns: tuple[DocumentedColumn, ...]
    compute: Compute
    checks: tuple[str, ...] = ()
    remembers: bool = False

    @property
    def source(self) -> str:
        return f"{self.compute.__module__}.{self.compute.__name__}"


def _declared(compute: Compute, table: str = "") -> AnalyticModel:
    """The model analytics.<name of the function>, or `table`, with what statistics/models.toml says of it."""
    name = getattr(compute, "__name__", "")
    told = contracts()[name]
    return AnalyticModel(
        name=table or f"analytics.{name}",
        title=told.title,
        reads=told.reads,
        grain=told.grain,
        columns=told.columns,
        compute=compute,
        checks=told.checks,
        remembers="recall" in signature(compute).parameters,
    )


STATISTICS: tuple[Compute, ...] = (
    footfall.calibration,
    splices.counter_splice,
    footfall.footfall_level_week,
    footfall.counter_day_level,
    footfall.counter_week_review,
    repair.counter_day_repair,
    repair.counter_imputation_error,
    events.event_uplift,
    links.neighbourhood_access_week,
    links.gateway_link_week,
    links.link_level_week,
    projects.link_project,
    centres.centre_share,
    indicator_values.footfall_seasonal_week,
    indicator_values.indicator_value_week,
    shops.trade_diversity_week,
    shops.shop_survival,
    attractiveness.attractiveness_week,
    attractiveness.indicator_score_week,
    attractiveness.index_receipt_week,
    attractiveness.index_band_week,
    attractiveness.index_sensitivity_quarter,
    neighbours.benchmark_funnel,
)

ANALYTIC_MODELS: tuple[AnalyticModel, ...] = (
    *(_declared(compute) for compute in STATISTICS),
    _declared(week_text.week_text, "marts.mart_week_text"),
    AnalyticModel(
        name="marts.mart_revision",
        title=Label(
            "Ce que la publication précédente disait et que celle-ci corrige",
            "What the previous publication said and this one corrects",
        ),
        reads=(
            "marts.mart_town_week",
            "raw.build",
            "raw.uploads",
            "raw.previous_build",
            "raw.previous_figure",
            "raw.previous_revision",
            "raw.previous_upload",
        ),
        grain=("publication", "iso_week", "figure"),
        columns=documented(LEDGER),
        compute=revision_ledger,
    ),
)
