"""What must hold between rows, tables and publications (no Great Expectations needed)."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from expectations.evidence import (
    GateFacts,
    broken_numbers,
    conservation,
    evidence,
    feed_types,
    last_complete_week,
    last_week,
    previous_weeks,
    receipt_sums,
    share_sums,
    week_level,
)
from pipeline.contract.town import Town
from pipeline.feeds import all_feeds

Build = dict[str, pl.DataFrame]
BOUNDS = (0.4, 2.5)


@pytest.mark.parametrize(
    ("as_of", "week"),
    [
        (date(2026, 11, 16), "2026-W46"),  # a Monday: the week that ended the day before
        (date(2026, 11, 15), "2026-W45"),  # a Sunday: its own week has not ended
        (date(2027, 1, 3), "2026-W52"),  # the Sunday of 2026-W53
        (date(2027, 1, 4), "2026-W53"),
        (date(2027, 1, 11), "2027-W01"),
    ],
)
def test_the_last_complete_week_is_the_one_that_ended_before_the_day(as_of: date, week: str) -> None:
    assert last_complete_week(as_of) == week


def test_a_missing_last_week_shows_the_newest_there_is(good_build: Callable[[], Build]) -> None:
    weeks = good_build()["marts.mart_town_week"]
    assert last_week(weeks, date(2026, 11, 16)).rows() == [("2026-W46", "2026-W46", True)]
    assert last_week(weeks, date(2026, 11, 23)).rows() == [("2026-W47", "2026-W46", False)]
    assert last_week(weeks.clear(), date(2026, 11, 23)).rows() == [("2026-W47", None, False)]


def test_a_week_of_the_previous_publication_that_is_gone_is_marked(good_build: Callable[[], Build]) -> None:
    weeks = good_build()["marts.mart_town_week"]
    found = previous_weeks(weeks, GateFacts(date(2026, 11, 16), ("2026-W36", "2026-W37")))
    assert found.rows() == [("2026-W36", False), ("2026-W37", True)]
    assert previous_weeks(weeks, GateFacts(date(2026, 11, 16))).height == 0


def test_a_week_that_went_with_a_withdrawn_upload_is_no_loss(good_build: Callable[[], Build]) -> None:
    facts = GateFacts(date(2026, 11, 16), ("2026-W36", "2026-W37"), has_withdrawals=True)
    assert previous_weeks(good_build()["marts.mart_town_week"], facts).rows() == [
        ("2026-W36", True),
        ("2026-W37", True),
    ]


def without(weeks: pl.DataFrame, column: str, *gone: str) -> pl.DataFrame:
    return weeks.with_columns(pl.when(pl.col("iso_week").is_in(gone)).then(None).otherwise(column).alias(column))


def test_the_level_of_the_newest_week_stands_against_the_median_of_the_eight_before(
    good_build: Callable[[], Build],
) -> None:
    # By hand in conftest.py: 102 / 100.5; whatever the order of the rows.
    weeks = good_build()["marts.mart_town_week"].sample(fraction=1.0, shuffle=True, seed=1)
    assert week_level(weeks, BOUNDS).rows() == [("2026-W46", 10200.0, 102 / 100.5, 0.4, 2.5)]


def test_weeks_without_a_level_are_no_zeros_and_leave_the_median_alone(good_build: Callable[[], Build]) -> None:
    weeks = without(good_build()["marts.mart_town_week"], "footfall_index", "2026-W38", "2026-W39")
    # Left of W38 to W45: 99 100 101 102 103 104, median (101 + 102) / 2 = 101.5.
    assert week_level(weeks, BOUNDS).get_column("ratio").to_list() == [102 / 101.5]


def test_a_week_in_which_no_counter_is_comparable_is_not_judged_by_what_little_was_counted(
    good_build: Callable[[], Build],
) -> None:
    assert week_level(without(good_build()["marts.mart_town_week"], "footfall_index", "2026-W46"), BOUNDS).height == 0


def test_a_town_without_an_index_is_judged_by_passages_per_hour_counted(good_build: Callable[[], Build]) -> None:
    weeks = good_build()["marts.mart_town_week"].with_columns(
        footfall_index=pl.lit(None, dtype=pl.Float64), passages_per_counted_hour=pl.col("passages_per_counted_hour") + 1
    )
    # (102 / 2 + 1) / (100.5 / 2 + 1) = 52 / 51.25
    assert week_level(weeks, BOUNDS).get_column("ratio").to_list() == [52 / 51.25]


def test_the_level_is_not_judged_with_less_than_four_weeks_before(good_build: Callable[[], Build]) -> None:
    weeks = good_build()["marts.mart_town_week"]
    assert week_level(weeks.tail(4), BOUNDS).height == 0
    assert week_level(weeks.tail(5), BOUNDS).height == 1
    assert week_level(weeks.clear(), BOUNDS).height == 0


def test_shares_are_summed_where_any_is_known_and_nowhere_else() -> None:
    shares = {
        "measured_share": [0.7, None, 0.5],
        "calibrated_share": [0.3, None, None],
        "imputed_share": [None, None, 0.4],
    }
    frames = {"marts.a": pl.DataFrame(shares), "marts.b": pl.DataFrame({"x": [1]}), "raw.c": pl.DataFrame(shares)}
    assert share_sums(frames).rows() == [("marts.a", 1, 1.0), ("marts.a", 3, 0.9)]


def test_lines_read_stand_beside_the_lines_explained_and_an_unknown_outcome_is_no_zero() -> None:
    uploads = pl.DataFrame(
        {"upload_id": ["a", "b"], "feed": ["shops", "shops"], "rows_read": [10, 10], "rows_accepted": [7, 7]}
        | {"rows_rejected": [1, 1], "rows_blank": [1, None], "rows_repeated_header": [1, 2]}
    )
    assert conservation(uploads).rows() == [("a", "shops", 10, 10), ("b", "shops", 10, None)]


def test_the_receipt_of_a_week_is_held_against_the_move_of_the_index_itself(good_build: Callable[[], Build]) -> None:
    build = good_build()
    found = receipt_sums(build["marts.mart_index_receipt_week"], build["marts.mart_town_week"]).to_dicts()
    # W45 has no index, so W46 is compared with W44: log(50 exp(0.03)) − log 50 = 0.03; the receipt: 0.05 − 0.02 = 0.03.
    near = {"contributions": pytest.approx(0.03), "log_change": pytest.approx(0.03), "difference": pytest.approx(0)}
    assert found == [{"iso_week": "2026-W46", **near}]


def test_a_move_of_the_index_without_a_receipt_has_no_sum(good_build: Callable[[], Build]) -> None:
    build = good_build()
    found = receipt_sums(build["marts.mart_index_receipt_week"].clear(), build["marts.mart_town_week"])
    assert found.get_column("contributions").to_list() == [None]


def test_numbers_after_a_division_by_zero_are_counted_and_nulls_are_not() -> None:
    frames = {"marts.a": pl.DataFrame({"x": [1.0, float("nan"), float("inf"), None], "n": [1, 2, 3, 4]})}
    assert broken_numbers(frames).rows() == [("marts.a", "x", 2)]


def test_each_declared_column_shows_its_type_or_that_it_is_absent(good_build: Callable[[], Build]) -> None:
    build = good_build()
    build["raw.weather"] = build["raw.weather"].with_columns(pl.col("rain_mm").cast(pl.String)).drop("wind_max_kmh")
    found = feed_types(build, all_feeds().values())
    wrong = found.filter(pl.col("expected") != pl.col("found")).rows()
    assert wrong == [
        ("raw.weather", "rain_mm", "Float64", "String"),
        ("raw.weather", "wind_max_kmh", "Float64", "absent"),
    ]


def test_evidence_of_an_empty_build_has_the_columns_of_a_full_one(good_build: Callable[[], Build], town: Town) -> None:
    facts = GateFacts(date(2026, 11, 16))
    full = evidence(good_build(), town, facts)
    empty = evidence({name: frame.clear() for name, frame in good_build().items()}, town, facts)
    assert {name: frame.schema for name, frame in full.items()} == {name: frame.schema for name, frame in empty.items()}
