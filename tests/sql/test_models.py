"""What holds for every model, whatever the town."""

import re
from pathlib import Path

import pytest

from pipeline.settings import SQL
from pipeline.warehouse.analytic_models import ANALYTIC_MODELS
from pipeline.warehouse.models import load_models
from pipeline.warehouse.statistics.contracts import contracts

FILES = sorted(SQL.rglob("*.sql"))


def test_every_contract_of_a_statistic_has_its_function_and_every_function_its_contract() -> None:
    registered = {model.source.rpartition(".")[2] for model in ANALYTIC_MODELS if model.name != "marts.mart_revision"}
    assert registered == set(contracts())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_last_cte_is_named_like_the_file_and_the_last_select_is_plain(path: Path) -> None:
    last = path.read_text("utf-8").split("\nSELECT")[-1]
    assert re.search(rf"\nFROM {path.stem}\n$", last)
    assert "GROUP BY" not in last
    assert "JOIN" not in last


def test_raw_tables_are_read_by_reference_and_staging_alone() -> None:
    models = [model for model in load_models(SQL) if model.name.split(".")[0] in ("intermediate", "marts")]
    assert [model.name for model in models if any(table.startswith("raw.") for table in model.reads)] == []


def test_every_mart_that_counts_says_how_much_of_it_is_measured_calibrated_and_imputed() -> None:
    counted = {"mart_town_week", "mart_neighbourhood_link_week", "mart_footfall_day", "mart_footfall_profile"}
    counted |= {"mart_event_impact"}
    columns = {model.name: {column.name for column in model.columns} for model in load_models(SQL)}
    for mart in counted:
        assert {"coverage_share", "measured_share", "calibrated_share", "imputed_share"} <= columns[f"marts.{mart}"]


def test_weeks_come_from_the_calendar_and_never_from_a_function_of_the_database() -> None:
    functions = re.compile(r"date_trunc|weekofyear|isoyear|yearweek|%V|%G", re.IGNORECASE)
    assert [path.name for path in FILES if functions.search(path.read_text("utf-8"))] == []
