"""The attractiveness index and its receipt, worked by hand and over random weeks."""

import math
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.index import (
    COMPOSITION,
    Scheme,
    attractiveness_index,
    index_receipt,
    indicator_scores,
    pillar_scores,
)
from pipeline.contract.town import Indicator

MONDAY = date(2026, 1, 5)
SCHEME = Scheme(
    indicators=(
        Indicator("level", "footfall", 50, 150, weight=2),
        Indicator("weekend", "footfall", 0.2, 0.4),
        Indicator("vacancy", "offer", 0.20, 0.02),
    ),
    pillar_weights={"footfall": 3, "offer": 1},
)
# effective weights: level 3/4 * 2/3 = 1/2, weekend 3/4 * 1/3 = 1/4, vacancy 1/4


def values(*weeks: dict[str, float | None]) -> pl.DataFrame:
    rows = [(MONDAY + timedelta(weeks=i), name, value) for i, week in enumerate(weeks) for name, value in week.items()]
    schema = {"week_start": pl.Date, "indicator": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


FULL = {"level": 100.0, "weekend": 0.4, "vacancy": 0.11}


def index(frame: pl.DataFrame) -> list[float | None]:
    return attractiveness_index(frame, SCHEME)["index"].to_list()


def test_scores_run_from_1_to_100_on_the_goalposts_and_are_clipped_there() -> None:
    frame = indicator_scores(values(FULL, {"level": 0, "weekend": 0.9, "vacancy": 0.02}), SCHEME)
    # halfway: 1 + 99 / 2 = 50.5; vacancy (0.20 - 0.11) / 0.18 = 1/2
    assert frame["score"].to_list() == pytest.approx([50.5, 100, 50.5, 1, 100, 100])
    assert frame["weight"].to_list() == pytest.approx([0.5, 0.25, 0.25] * 2)


def test_the_index_is_the_weighted_geometric_mean_of_the_pillars_geometric_means() -> None:
    footfall = math.exp((2 * math.log(50.5) + math.log(100)) / 3)
    frame = pillar_scores(values(FULL), SCHEME)
    assert frame["score"].to_list() == pytest.approx([footfall, 50.5])
    result = attractiveness_index(values(FULL), SCHEME).row(0, named=True)
    assert result["index"] == pytest.approx(footfall**0.75 * 50.5**0.25)
    assert result["index_arithmetic"] == pytest.approx(0.75 * (2 * 50.5 + 100) / 3 + 0.25 * 50.5)
    assert (result["n_indicators"], result["n_declared"], result["missing_pillars"]) == (3, 3, [])


@pytest.mark.parametrize(
    "missing", [{"level": 100.0, "weekend": None, "vacancy": 0.11}, {"level": 100.0, "vacancy": 0.11}]
)
def test_a_missing_indicator_is_not_zero_its_pillar_does_without_it(missing: dict[str, float | None]) -> None:
    assert index(values(missing)) == pytest.approx([50.5])
    footfall = pillar_scores(values(missing), SCHEME).row(0, named=True)
    assert (footfall["score"], footfall["n_indicators"], footfall["n_declared"]) == (pytest.approx(50.5), 1, 2)


def test_a_pillar_without_any_indicator_leaves_the_whole_and_is_named() -> None:
    result = attractiveness_index(values({"vacancy": 0.11}), SCHEME).row(0, named=True)
    assert result["index"] == pytest.approx(50.5)
    assert result["missing_pillars"] == ["footfall"]


def test_a_week_without_any_indicator_has_no_index() -> None:
    frame = attractiveness_index(values({"level": None}, FULL), SCHEME)
    assert frame["index"][0] is None
    assert frame["missing_pillars"][0].to_list() == ["footfall", "offer"]
    assert index_receipt(values({"level": None}, FULL), SCHEME).is_empty()


def test_no_week_at_all_gives_empty_frames_of_the_same_columns() -> None:
    assert attractiveness_index(values(), SCHEME).columns == attractiveness_index(values(FULL), SCHEME).columns
    assert index_receipt(values(), SCHEME).is_empty()
    assert indicator_scores(values(), SCHEME).is_empty()
    assert pillar_scores(values(), SCHEME).is_empty()


def test_the_receipt_says_what_each_indicator_did() -> None:
    # level from 50.5 to 100 with weight 1/2; the others do not move
    frame = index_receipt(values(FULL, FULL | {"level": 150.0}), SCHEME)
    assert frame["delta_log"].to_list() == pytest.approx([0.5 * math.log(100 / 50.5), 0, 0])
    before, after = index(values(FULL, FULL | {"level": 150.0}))
    assert after is not None
    assert before is not None
    assert frame["points"].to_list() == pytest.approx([after - before, 0, 0])
    assert frame.select("previous_week_start", "previous_value", "value").row(0) == (MONDAY, 100.0, 150.0)


def test_an_indicator_that_appears_is_told_apart_from_what_moved() -> None:
    # without `weekend` the weights are level 3/4, vacancy 1/4 and the index 50.5;
    # nothing moves but `weekend` enters at 100 with 1/4
    frame = index_receipt(values({"level": 100.0, "vacancy": 0.11}, FULL), SCHEME)
    assert frame["indicator"].to_list() == ["level", "vacancy", COMPOSITION]
    assert frame["weight"].to_list() == [0.75, 0.25, None]
    assert frame["delta_log"].to_list() == pytest.approx([0, 0, 0.25 * math.log(100 / 50.5)])


def test_two_weeks_that_share_no_indicator_differ_by_composition_alone() -> None:
    frame = index_receipt(values({"vacancy": 0.11}, {"weekend": 0.4}), SCHEME)
    assert frame.select("indicator", "delta_log").rows() == [(COMPOSITION, pytest.approx(math.log(100 / 50.5)))]


def test_the_receipt_reaches_over_a_week_without_an_index() -> None:
    frame = index_receipt(values(FULL, {"level": None}, FULL), SCHEME)
    assert frame["previous_week_start"].unique().to_list() == [MONDAY]


def test_an_undeclared_indicator_a_double_one_and_a_weight_of_zero_are_errors() -> None:
    with pytest.raises(ValueError, match="beauty"):
        attractiveness_index(values({"beauty": 1.0}), SCHEME)
    with pytest.raises(ValueError, match="more than one value"):
        attractiveness_index(pl.concat([values(FULL), values(FULL)]), SCHEME)
    with pytest.raises(ValueError, match=r"above 0.*offer"):
        Scheme(SCHEME.indicators, {"footfall": 1, "offer": 0})
    with pytest.raises(ValueError, match="must differ"):
        attractiveness_index(values({"x": 1.0}), Scheme((Indicator("x", "p", 3, 3),), {"p": 1}))


RANGES = {"level": (20.0, 200.0), "weekend": (0.1, 0.5), "vacancy": (0.0, 0.3)}
random_week = st.fixed_dictionaries({name: st.one_of(st.none(), st.floats(*ends)) for name, ends in RANGES.items()})


@given(st.lists(random_week, min_size=2, max_size=6))
def test_every_receipt_adds_up_to_the_whole_change(weeks: list[dict[str, float | None]]) -> None:
    frame = values(*weeks)
    known = attractiveness_index(frame, SCHEME).filter(pl.col("index").is_not_null())
    sums = index_receipt(frame, SCHEME).group_by("week_start").agg(pl.col("delta_log", "points").sum())
    totals = known.select(
        "week_start", whole=pl.col("index").log().diff(), change=pl.col("index").diff(), before=pl.col("index").shift()
    ).drop_nulls()
    both = totals.join(sums, on="week_start", how="left")
    assert both.height == sums.height
    assert both["delta_log"].to_list() == pytest.approx(both["whole"].to_list(), abs=1e-9)
    assert both["points"].to_list() == pytest.approx(both["change"].to_list(), abs=1e-7)


@given(random_week, st.sampled_from(sorted(RANGES)), st.floats(0, 1))
def test_the_index_never_falls_when_an_indicator_gets_better(
    week: dict[str, float | None], name: str, step: float
) -> None:
    old = week[name]
    if old is None:
        return
    towards = {"level": 200.0, "weekend": 0.5, "vacancy": 0.0}[name]
    better = week | {name: old + step * (towards - old)}
    before, after = attractiveness_index(values(week, better), SCHEME)["index"]
    assert after >= before - 1e-9


@given(random_week)
def test_the_arithmetic_index_is_never_below_the_geometric_one(week: dict[str, float | None]) -> None:
    for row in attractiveness_index(values(week), SCHEME).drop_nulls("index").rows(named=True):
        assert row["index_arithmetic"] >= row["index"] - 1e-9
        assert 1 - 1e-9 <= row["index"] <= 100 + 1e-9
