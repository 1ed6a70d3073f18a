"""Every model, SQL or Python, in the order of the build, and whether they hold together."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.feeds import all_feeds
from pipeline.warehouse.graph import build_order
from pipeline.warehouse.models import SqlModel, load_models
from pipeline.warehouse.raw_tables import SYSTEM_TABLES

if TYPE_CHECKING:
    from pipeline.warehouse.analytic_models import AnalyticModel

    Model = SqlModel | AnalyticModel


def check_models(sql_folder: Path, analytic_models: "Sequence[AnalyticModel] | None" = None) -> "list[Model]":
    """The models in the order of the build; analytic_models: None = all that are registered.

    Raises ModelError: one line for each SQL file that is wrong; else a circle, a table that nothing makes, or one that
    two models make.
    """
    # The libraries of the analytic models take seconds to import; who only asks a question does not wait for them.
    from pipeline.warehouse.analytic_models import ANALYTIC_MODELS

    analytic = ANALYTIC_MODELS if analytic_models is None else analytic_models
    given = [*SYSTEM_TABLES, *(f"raw.{name}" for name in all_feeds())]
    return build_order([*load_models(sql_folder), *analytic], given)
