"""Suites are data: those written by hand and those derived from the contracts (no Great Expectations needed)."""

import string
from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from expectations.feeds import KEY, feed_suite, with_key
from expectations.suites import Check, Suite, load_suites
from pipeline.feeds import all_feeds
from pipeline.settings import SQL
from pipeline.warehouse.analytic_models import ANALYTIC_MODELS
from pipeline.warehouse.models import load_models

FOOTFALL = feed_suite(all_feeds()["footfall"], {"counters": ["GR12", "GR14"]})


def found(suite: Suite, kind: str, column: str) -> Check:
    return next(check for check in suite.checks if check.type == kind and check.column == column)


@pytest.mark.parametrize("suite", load_suites(), ids=lambda suite: suite.table)
def test_a_suite_says_the_same_in_both_languages(suite: Suite) -> None:
    assert suite.checks
    for label in [suite.title, *(check.message for check in suite.checks)]:
        words_fr, words_en = (
            {n for _, n, _, _ in string.Formatter().parse(text) if n} for text in (label.fr, label.en)
        )
        assert words_fr == words_en
        assert label.fr
        assert label.en


def test_a_suite_on_a_mart_names_columns_that_the_mart_documents(columns_named: Callable[[Check], set[str]]) -> None:
    documented = {model.name: {c.name for c in model.columns} for model in [*load_models(SQL), *ANALYTIC_MODELS]}
    marts = [suite for suite in load_suites() if suite.table.startswith("marts.")]
    assert {suite.table for suite in marts} == {name for name in documented if name.startswith("marts.")}
    for suite in marts:
        for check in suite.checks:
            assert columns_named(check) <= documented[suite.table], suite.table


def test_each_table_has_one_suite() -> None:
    tables = [suite.table for suite in load_suites()]
    assert len(set(tables)) == len(tables)


def test_required_cells_closed_lists_bounds_and_references_come_from_the_contract() -> None:
    assert found(FOOTFALL, "expect_column_values_to_not_be_null", "start")
    assert found(FOOTFALL, "expect_column_values_to_be_in_set", "direction").kwargs["value_set"] == [
        "both",
        "in",
        "out",
    ]
    assert found(FOOTFALL, "expect_column_values_to_be_in_set", "counter_id").kwargs["value_set"] == ["GR12", "GR14"]
    assert found(FOOTFALL, "expect_column_values_to_be_between", "count").kwargs["min_value"] == 0


def test_an_empty_count_is_allowed_because_it_means_not_counted() -> None:
    empty = [c for c in FOOTFALL.checks if c.type == "expect_column_values_to_not_be_null" and c.column == "count"]
    assert empty == []


def test_values_allowed_beside_a_reference_stay_allowed() -> None:
    events = feed_suite(all_feeds()["events"], {"neighbourhoods": ["920720101"]})
    kwargs = found(events, "expect_column_values_to_be_in_set", "neighbourhood_id").kwargs
    assert kwargs["value_set"] == ["920720101", "centre"]


def test_a_rule_between_two_moments_compares_instants_in_utc() -> None:
    rule = next(check for check in FOOTFALL.checks if "column_A" in check.kwargs)
    assert (rule.kwargs["column_A"], rule.kwargs["column_B"], rule.kwargs["or_equal"]) == (
        "end_utc",
        "start_utc",
        False,
    )


def test_the_two_autumn_hours_of_one_local_name_are_two_facts() -> None:
    feed = all_feeds()["footfall"]
    local = datetime(2026, 10, 25, 2)
    rows = {
        "counter_id": ["GR12"] * 2,
        "direction": ["both"] * 2,
        "start": [local] * 2,
        "start_utc": [local, local - timedelta(hours=1)],
    }
    frame = pl.DataFrame(rows, schema_overrides={"start_utc": pl.Datetime("us", "UTC")})
    assert with_key(feed, frame).get_column(KEY).n_unique() == 2


def test_a_row_without_its_key_is_told_apart_by_the_alternative_key() -> None:
    feed = all_feeds()["shops"]
    opened = date(2025, 9, 1)
    rows = [("L001", "A", None), ("L001", "B", None), ("L001", "A", opened), ("L001", "B", opened)]
    frame = pl.DataFrame(
        rows, schema={"premises_id": pl.String, "shop_name": pl.String, "opened_on": pl.Date}, orient="row"
    )
    keys = with_key(feed, frame).get_column(KEY).to_list()
    # Two shops already open are two facts; the same premises and opening day are one, whatever the name.
    assert keys[0] != keys[1]
    assert keys[2] == keys[3]
    assert len(set(keys)) == 3
