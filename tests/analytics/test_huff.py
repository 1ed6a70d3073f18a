"""Huff's probabilities, worked by hand."""

import polars as pl
import pytest

from pipeline.analytics.huff import huff_shares, leakage

WAYS = pl.DataFrame(
    {
        "neighbourhood_id": ["q", "q", "q"],
        "centre_id": ["home", "mall", "next"],
        "attractiveness": [100.0, 400.0, 100.0],
        "minutes": [10.0, 20.0, 20.0],
    }
)


def test_shares_follow_attractiveness_and_the_square_of_minutes() -> None:
    # 100/100 = 1, 400/400 = 1, 100/400 = 0.25: 4/9, 4/9, 1/9
    assert huff_shares(WAYS)["share"].to_list() == pytest.approx([4 / 9, 4 / 9, 1 / 9])


def test_leakage_is_what_does_not_come_home_with_its_range() -> None:
    row = leakage(WAYS, home="home", gammas=(0.5, 1, 1.5), decays=(2.0,)).row(0, named=True)
    assert row["leakage"] == pytest.approx(5 / 9)
    # gamma 0.5: 10/100 = 0.1, 20/400 = 0.05, 10/400 = 0.025: 0.075 / 0.175; gamma 1.5: 10, 20, 2.5: 22.5 / 32.5
    assert (row["leakage_low"], row["leakage_high"]) == pytest.approx((0.075 / 0.175, 22.5 / 32.5))


def test_a_centre_at_no_distance_and_a_missing_home_are_errors() -> None:
    with pytest.raises(ValueError, match="above 0"):
        huff_shares(WAYS.with_columns(minutes=pl.lit(0.0)))
    with pytest.raises(ValueError, match="harbour"):
        leakage(WAYS, home="harbour")
