"""What is not known is empty, never zero; what no feed gives breaks nothing."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

CASES = Path(__file__).parent / "cases"
TOWN = 'name = "Vide"\ninsee_code = "92072"\ncountry = "FR"\ntimezone = "Europe/Paris"\nfrozen_on = 2025-03-10\n'
Marts = Mapping[str, pl.DataFrame]
Read = Callable[[Path], object]
Build = Callable[[object], Marts]
# The marts that contracts.md promises. mart_revision is made of the publication before.
MARTS = {
    "mart_town_week",
    "mart_neighbourhood_link_week",
    "mart_index_receipt_week",
    "mart_footfall_day",
    "mart_footfall_profile",
    "mart_shop_movement",
    "mart_vacancy",
    "mart_premises_warning",
    "mart_shop_survival",
    "mart_event_impact",
    "mart_counter_health",
    "mart_data_quality_week",
    "mart_benchmark",
    "mart_link_project",
    "mart_leakage",
    "mart_index_sensitivity",
    "mart_revision",
    "mart_week_text",
}


@pytest.fixture
def empty_town(tmp_path: Path, read_case: Read, build_marts: Build) -> Marts:
    folder = tmp_path / "towns" / "vide"
    folder.mkdir(parents=True)
    (folder / "town.toml").write_text(TOWN, encoding="utf-8")
    return build_marts(read_case(folder))


def test_a_town_that_sent_nothing_has_its_52_weeks_and_every_mart(empty_town: Marts) -> None:
    assert {name.removeprefix("marts.") for name in empty_town if name.startswith("marts.")} == MARTS
    weeks = empty_town["marts.mart_town_week"].sort("week_start")
    assert weeks.get_column("iso_week").to_list()[:: weeks.height - 1] == ["2024-W11", "2025-W10"]
    assert weeks.height == 52


def test_a_town_that_sent_nothing_has_empty_figures_and_no_zeros_but_counts_of_things(empty_town: Marts) -> None:
    counts = {"n_counters", "n_counters_valid", "n_premises", "n_public_holidays", "n_rain_known_days"}
    counts |= {"n_counters_index", "n_counters_wow", "n_counters_yoy", "n_counters_norm_4w"}
    told = {"town", "iso_week", "week_start", "is_demo", "public_holidays_fr", "public_holidays_en"}
    told |= {"holiday_moved", "yoy_note", "is_event_known", "is_offer_known"}
    figures = empty_town["marts.mart_town_week"].drop(*counts, *told)
    assert {name for name in figures.columns if figures.get_column(name).null_count() < figures.height} == set()


def test_a_town_with_counts_only_has_no_vacancy_and_no_events(read_case: Read, build_marts: Build) -> None:
    weeks = build_marts(read_case(CASES / "spring_clock"))["marts.mart_town_week"]
    assert weeks.select("passages", "vacancy_share", "open_shops", "openings", "n_events", "rain_days").rows() == [
        (600.0, None, None, None, None, None)
    ]


def test_a_programme_that_tells_ahead_makes_the_weeks_before_its_last_date_known(
    read_case: Read, build_marts: Build, tmp_path: Path
) -> None:
    folder = tmp_path / "late_files"
    shutil.copytree(CASES / "late_files", folder)
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("G,Braderie,2025-04-26T10:00,2025-04-26T18:00,announced\n")
    weeks = build_marts(read_case(folder))["marts.mart_town_week"]
    weeks = weeks.filter(pl.col("iso_week").is_in(["2025-W13", "2025-W14"])).sort("week_start")
    # Announced for 26 April, so known until then. Weeks 13 and 14: none is told, and 15 March lies within their four
    # weeks.
    assert weeks.select("is_event_known", "n_events", "event_days_4w").rows() == [(True, 0, 1), (True, 0, 1)]
    assert weeks["index_note"].to_list() == [None, None]


def test_the_receipt_of_each_week_sums_to_the_change_of_the_log_of_the_index(
    read_case: Read, build_marts: Build
) -> None:
    marts = build_marts(read_case(CASES / "indicators_come_and_go"))
    weeks = marts["marts.mart_town_week"].select("iso_week", "index_log_change", "attractiveness_index_change")
    sums = marts["marts.mart_index_receipt_week"].group_by("iso_week").agg(pl.col("contribution", "points").sum())
    both = weeks.drop_nulls().join(sums, on="iso_week", how="left")
    assert both.height == 3
    gap = (pl.col("contribution") - pl.col("index_log_change")).abs() + (
        pl.col("points") - pl.col("attractiveness_index_change")
    ).abs()
    assert both.select(gap.max()).item() < 1e-9
