"""Kaplan-Meier against Freireich's trial, delayed entry by hand, and groups too small to show."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.survival import kaplan_meier, log_rank, median_survival, suppress_small_groups

# Freireich et al. 1963, Blood 21(6): weeks of remission under 6-MP and under placebo; + = still in remission.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
CONTROLS = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def shops(times: str, group: str = "all") -> pl.DataFrame:
    told = times.split()
    durations = [float(time.rstrip("+")) for time in told]
    closed = [not time.endswith("+") for time in told]
    return pl.DataFrame({"duration": durations, "is_closed": closed, "group": group})


def test_it_reproduces_the_published_curve_of_the_treated() -> None:
    curve = kaplan_meier(shops(TREATED))
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert dict(zip(curve["duration"], curve["survival"].round(4), strict=True)) == published
    assert curve["n_at_risk"].to_list() == [21, 17, 15, 12, 11, 7, 6]
    assert curve["n_closed"].to_list() == [3, 1, 1, 1, 1, 1, 1]
    # Greenwood's standard errors as printed in Kleinbaum & Klein, Survival Analysis, table of the same data
    assert curve["standard_error"].round(4).to_list() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_the_medians_are_23_weeks_against_8() -> None:
    assert median_survival(kaplan_meier(shops(TREATED))) == 23
    assert median_survival(kaplan_meier(shops(CONTROLS))) == 8


def test_the_log_rank_test_gives_the_published_chi_square() -> None:
    both = pl.concat([shops(TREATED, "treated"), shops(CONTROLS, "controls")])
    result = log_rank(both, group="group")
    assert result is not None
    assert result[0] == pytest.approx(16.793, abs=5e-4)
    assert result[1] == pytest.approx(4.17e-5, rel=0.01)


def test_a_shop_open_before_monitoring_began_is_at_risk_only_from_then_on() -> None:
    # ages at closure 2, 4, 6; the third was 3 years old when monitoring began.
    # at 2: only the first two are at risk, S = 1/2; at 4: the second and third, S = 1/4; at 6: the third alone, S = 0
    frame = pl.DataFrame({"duration": [2.0, 4.0, 6.0], "is_closed": True, "entry": [0.0, 0.0, 3.0]})
    curve = kaplan_meier(frame)
    assert curve["n_at_risk"].to_list() == [2, 2, 1]
    assert curve["survival"].to_list() == pytest.approx([0.5, 0.25, 0])
    # taking it as watched from its opening would say 2/3 at age 2: too high
    assert kaplan_meier(frame.drop("entry"))["survival"][0] == pytest.approx(2 / 3)


def test_a_curve_that_reached_zero_stays_there_when_older_shops_enter_later() -> None:
    frame = pl.DataFrame({"duration": [1.0, 6.0, 7.0], "is_closed": [True, True, False], "entry": [0.0, 3.0, 3.0]})
    assert kaplan_meier(frame)["survival"].to_list() == [0, 0]


def test_without_any_closure_there_is_no_curve_no_median_and_no_test() -> None:
    frame = shops("3+ 4+")
    assert kaplan_meier(frame).is_empty()
    assert median_survival(kaplan_meier(frame)) is None
    assert log_rank(frame, group="group") is None


@pytest.mark.parametrize("entry", [5.0, 7.0, -1.0])
def test_a_shop_that_ended_before_it_was_watched_is_an_error(entry: float) -> None:
    with pytest.raises(ValueError, match="above its entry"):
        kaplan_meier(pl.DataFrame({"duration": [5.0], "is_closed": [True], "entry": [entry]}))


lives = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40), st.booleans()), min_size=1, max_size=40)


@given(lives)
def test_survival_never_rises_and_stays_between_its_limits_inside_0_and_1(told: list[tuple[int, int, bool]]) -> None:
    rows = [(float(entry), float(entry + length), closed) for entry, length, closed in told]
    curve = kaplan_meier(pl.DataFrame(rows, schema=["entry", "duration", "is_closed"], orient="row"))
    survival = curve["survival"].to_list()
    assert all(0 <= s <= 1 for s in survival)
    assert survival == sorted(survival, reverse=True)
    assert curve.filter(
        (pl.col("low") > pl.col("survival") + 1e-9) | (pl.col("high") < pl.col("survival") - 1e-9)
    ).is_empty()
    assert curve.filter((pl.col("low") < 0) | (pl.col("high") > 1)).is_empty()


def hidden(*sizes: int) -> list[int]:
    frame = pl.DataFrame({"n": sizes}, schema={"n": pl.Int64})
    return suppress_small_groups(frame, within=[]).filter("is_suppressed")["n"].to_list()


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((12, 8, 5), []),
        ((12, 8, 3), [8, 3]),  # alone, the 3 would be the total minus the others
        ((12, 4, 4, 9), [4, 4]),  # two that hold eight: neither can be told from the total
        ((12, 1, 1, 9), [1, 1, 9]),  # two that hold two can only be 1 and 1
        ((30, 1, 1, 1, 1, 1), [30, 1, 1, 1, 1, 1]),  # five that hold five can only be 1 each
        ((3, 20), [3, 20]),
        ((3,), [3]),
        ((12, 0, 7), []),  # a group without any shop tells of nobody
        ((12, 0, 2), [12, 2]),
    ],
)
def test_a_small_group_is_hidden_with_what_would_let_it_be_deduced(sizes: tuple[int, ...], expected: list[int]) -> None:
    assert hidden(*sizes) == expected


def test_each_total_is_protected_by_itself() -> None:
    frame = pl.DataFrame({"street": ["a", "a", "a", "b", "b"], "n": [2, 6, 9, 5, 5]})
    flagged = suppress_small_groups(frame, within=["street"])["is_suppressed"].to_list()
    assert flagged == [True, True, False, False, False]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_no_hidden_group_can_be_computed_from_the_total(sizes: list[int]) -> None:
    gone = hidden(*sizes)
    assert all(n in gone for n in sizes if 0 < n < 5)
    everything_hidden = len(gone) == sum(n > 0 for n in sizes)
    assert not gone or everything_hidden or (len(gone) >= 2 and sum(gone) >= 5 and sum(gone) > len(gone))
