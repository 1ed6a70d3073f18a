"""Hill numbers against a published example and by hand."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.diversity import hill_numbers

# Spiders under girdled trees, 26 species, 168 individuals: Ellison et al. 2010, as published with Hsieh, Ma & Chao's
# iNEXT (observed richness 26, Shannon diversity 12.060, Simpson diversity 7.840); and of the logged plots
# (37, 14.421, 6.761).
GIRDLED = [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, 2, 2, 2, 2] + [1] * 12
LOGGED = [88, 22, 16, 15, 13, 10, 8, 8, 7, 7, 7, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2] + [1] * 14


def hill(counts: list[int]) -> tuple[float | None, ...]:
    return hill_numbers(pl.DataFrame({"street": "s", "n": counts}), by=["street"]).row(0)[1:4]


@pytest.mark.parametrize(
    ("counts", "published"), [(GIRDLED, (26, 12.060, 7.840)), (LOGGED, (37, 14.421, 6.761))], ids=["girdled", "logged"]
)
def test_it_reproduces_the_published_spiders(counts: list[int], published: tuple[float, ...]) -> None:
    assert hill(counts) == pytest.approx(published, abs=5e-4)


def test_equally_common_trades_count_as_many_as_they_are_and_empty_ones_not() -> None:
    assert hill([4, 4, 4, 0]) == pytest.approx((3, 3, 3))


def test_two_trades_worked_by_hand() -> None:
    # shares 0.75 and 0.25: exp(0.5623) = 1.7548; 1 / (0.5625 + 0.0625) = 1.6
    entropy = -0.75 * math.log(0.75) - 0.25 * math.log(0.25)
    assert hill([3, 1]) == pytest.approx((2, math.exp(entropy), 1.6))


def test_no_shop_at_all_has_no_diversity_rather_than_a_zero() -> None:
    assert hill([0, 0]) == (0, None, None)


@pytest.mark.parametrize("wrong", [-1, None])
def test_a_negative_or_unknown_count_is_an_error(wrong: int | None) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        hill_numbers(pl.DataFrame({"street": "s", "n": [1, wrong]}), by=["street"])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_the_order_of_hill_numbers_never_turns(counts: list[int]) -> None:
    zero, one, two = hill(counts)
    assert zero is not None
    assert one is not None
    assert two is not None
    assert zero + 1e-9 >= one >= two - 1e-9
    assert two >= 1 - 1e-9


@given(st.lists(st.integers(0, 100), min_size=1, max_size=10).filter(any), st.integers(2, 9))
def test_scaling_all_counts_changes_nothing(counts: list[int], factor: int) -> None:
    assert hill([factor * n for n in counts]) == pytest.approx(hill(counts))
