"""The project's own models hold together: every mart that is promised is there, and an empty town can be built."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.warehouse import ModelError, build, check_models

PROMISED = {
    "mart_town_week", "mart_neighbourhood_link_week", "mart_index_receipt_week", "mart_footfall_day",
    "mart_footfall_profile", "mart_shop_movement", "mart_vacancy", "mart_premises_warning", "mart_shop_survival",
    "mart_event_impact",
    "mart_counter_health", "mart_data_quality_week", "mart_benchmark", "mart_revision",
    "mart_week_text",
}  # fmt: skip


def test_every_mart_that_is_promised_is_made_after_what_it_reads(project: Path) -> None:
    models = check_models(project / "sql")
    names = [model.name for model in models]
    assert {name.removeprefix("marts.") for name in names if name.startswith("marts.")} >= PROMISED
    made_before = {name: set(names[:place]) for place, name in enumerate(names)}
    ours = set(names)
    assert all(set(model.reads) & ours <= made_before[model.name] for model in models)


def test_a_town_that_just_begins_can_be_built(project: Path, town, home) -> None:
    made = build(town, home, date(2026, 11, 23), sql_folder=project / "sql")
    assert {f"marts.{name}" for name in PROMISED} <= set(made.manifest.tables)
    assert made.manifest.tables["marts.mart_shop_movement"].rows == 0


def test_a_model_that_reads_what_nothing_makes_is_named(models: Path) -> None:
    path = models / "marts" / "mart_town_week.sql"
    path.write_text(path.read_text("utf-8").replace("raw.calendar_day", "raw.almanac"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"marts/mart_town_week\.sql: nothing makes raw\.almanac, which it reads"):
        check_models(models, ())
