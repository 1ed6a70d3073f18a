"""The one place that speaks to Great Expectations: frames in, what failed out, Data Docs on the side.

Measured on 1.24.1: there is no Polars engine and the DuckDB one gives empty results, so tables go in as pandas frames.
An ephemeral context keeps everything in memory; only the Data Docs are written, to the folder given. This release holds
no telemetry client; `analytics_enabled` is set to false all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import polars as pl
import polars.selectors as cs
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from expectations.data_docs import clear, make_local
from expectations.suites import Check, Suite

MAX_ROWS = 100  # of those that fail one check; a million of them would take minutes to list


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed.

    count: how many rows fail. rows: of the first 100 of them, the columns that the message names.
    error: why the check could not be made at all (a column is missing, say), else None.
    """

    suite: Suite
    check: Check
    count: int
    rows: list[dict[str, Any]]
    error: str | None


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """A frame as Great Expectations wants it. Days stay `date` objects, else pandas 3 refuses to compare them.

    Instants lose their zone, which is UTC everywhere here: pandas is about to change what a zone means for arrays.
    """
    naive = frame.with_columns(cs.datetime(time_zone="*").dt.replace_time_zone(None))
    return naive.to_pandas(date_as_object=True)


def run_suites(suites: Iterable[Suite], frames: Mapping[str, pl.DataFrame], docs_folder: Path) -> list[Failure]:
    """Validate each suite against its table and write the Data Docs (docs_folder/index.html). Returns what failed.
    The pages of an earlier gate in that folder are replaced.

    Raises KeyError when a table of a suite is not among the frames.
    """
    context = _context(docs_folder)
    source = context.data_sources.add_pandas("build")
    failures: list[Failure] = []
    for suite in suites:
        expected = context.suites.add(_gx_suite(suite))
        batch = source.add_dataframe_asset(suite.table).add_batch_definition_whole_dataframe("all")
        definition = gx.ValidationDefinition(name=suite.table, data=batch, suite=expected)
        validation = context.validation_definitions.add(definition)
        frame = frames[suite.table]
        result = validation.run(
            batch_parameters={"dataframe": to_pandas(frame)},
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": _columns_to_report(suite, frame),
                "partial_unexpected_count": MAX_ROWS,
            },
        )
        failures += [_failure(suite, one) for one in result.results if not one.success]
    clear(docs_folder)
    context.build_data_docs()
    make_local(docs_folder)
    return failures


def _context(docs_folder: Path) -> Any:
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs_folder.resolve())}
    site = {
        "class_name": "SiteBuilder",
        "store_backend": store,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites={"gate": site},
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _gx_suite(suite: Suite) -> Any:
    made = gx.ExpectationSuite(name=suite.table)
    for number, check in enumerate(suite.checks):
        meta = {"check": number, "fr": check.message.fr, "en": check.message.en}
        made.add_expectation_configuration(ExpectationConfiguration(type=check.type, kwargs=check.kwargs, meta=meta))
    return made


def _columns_to_report(suite: Suite, frame: pl.DataFrame) -> list[str]:
    """The columns whose values the messages need, and the line of the file where the table knows it."""
    wanted = {"line"}.union(*(check.words for check in suite.checks))
    return [name for name in frame.columns if name in wanted]


def _failure(suite: Suite, one: Any) -> Failure:
    check = suite.checks[one.expectation_config.meta["check"]]
    rows = [_plain(row) for row in one.result.get("partial_unexpected_index_list") or []]
    return Failure(suite, check, one.result.get("unexpected_count", 0), rows, _error(one.exception_info))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with Python's own values for numpy's."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def _error(info: dict[str, Any]) -> str | None:
    """The first message of an exception; Great Expectations gives one record, or one a metric."""
    records = [info] if "raised_exception" in info else list(info.values())
    return next((str(record["exception_message"]) for record in records if record["raised_exception"]), None)
