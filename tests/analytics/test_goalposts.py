"""The rule by which goalposts are frozen."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.analytics.goalposts import Bounds, NotFreezableError, goalposts

NONE = Bounds()
PERCENT = [float(value) for value in range(101)]  # p5 = 5, p95 = 95: margin 45


def test_goalposts_lie_half_of_the_spread_beyond_its_percentiles() -> None:
    assert goalposts(PERCENT, less_is_better=False, bounds=NONE) == (-40, 140)


def test_where_less_is_better_the_low_one_is_the_greater() -> None:
    assert goalposts(PERCENT, less_is_better=True, bounds=NONE) == (140, -40)


def test_they_stay_within_what_the_indicator_can_be() -> None:
    shares = [value / 100 for value in PERCENT]
    assert goalposts(shares, less_is_better=False, bounds=Bounds(0, 1)) == (0, 1)
    assert goalposts(PERCENT, less_is_better=False, bounds=Bounds(least=0)) == (0, 140)


def test_they_are_rounded_outwards_to_three_digits_of_their_distance() -> None:
    # p5 = 1.05, p95 = 1.95, margin 0.45: 0.6 and 2.4, in steps of 0.01; a third of them: 0.2 and 0.8 in steps of 0.001
    values = [1 + value / 100 for value in PERCENT]
    assert goalposts(values, less_is_better=False, bounds=NONE) == (0.6, 2.4)
    assert goalposts([v / 3 for v in values], less_is_better=False, bounds=NONE) == (0.2, 0.8)
    # p5 = 0.05 x 7/9, ...: -0.31111 and 1.08888 outwards
    low, high = goalposts([v * 7 / 900 for v in PERCENT], less_is_better=False, bounds=NONE)
    assert (low, high) == (-0.32, 1.09)


def test_half_a_year_is_needed() -> None:
    with pytest.raises(NotFreezableError, match="25 week"):
        goalposts(PERCENT[:25], less_is_better=False, bounds=NONE)
    assert goalposts(PERCENT[:26], less_is_better=False, bounds=NONE)


def test_what_did_not_move_gives_no_goalposts() -> None:
    with pytest.raises(NotFreezableError, match="did not move"):
        goalposts([74.5] * 52, less_is_better=False, bounds=NONE)


@given(st.lists(st.floats(-1e6, 1e6), min_size=26, max_size=60))
def test_nine_weeks_in_ten_lie_strictly_between_them(values: list[float]) -> None:
    try:
        low, high = goalposts(values, less_is_better=False, bounds=NONE)
    except NotFreezableError:
        assume(False)
    assert sum(low < value < high for value in values) >= 0.9 * len(values) - 2
