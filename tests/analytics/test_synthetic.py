"""Synthetic control: planted weights come back, and what happened is what is left."""

import numpy as np
import pytest

from pipeline.analytics.synthetic import synthetic_control, synthetic_weights

RANDOM = np.random.default_rng(1985)
PLANTED = np.array([0.851, 0.149, 0, 0, 0])  # the shape of Abadie's Basque weights: two donors and many zeros
CONTROLS = np.cumsum(RANDOM.normal(0.1, 1, (60, 5)), axis=0) + 40


def test_planted_weights_are_recovered() -> None:
    assert synthetic_weights(CONTROLS @ PLANTED, CONTROLS) == pytest.approx(PLANTED, abs=1e-3)


def test_weights_are_shares_whatever_the_target() -> None:
    outside = CONTROLS.max(axis=1) + 30
    weights = synthetic_weights(outside, CONTROLS)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()


def test_the_effect_is_what_the_controls_do_not_explain() -> None:
    # donors of very different size: the target follows the first at a tenth of its level, then rises by 20 %
    first, second = 1000 + 100 * np.sin(np.arange(40)), 50 + 5 * np.cos(np.arange(40) / 3)
    target = first / 10
    target[30:] *= 1.2
    without = synthetic_control(target, np.column_stack([first, second]), n_before=30)
    assert target[30:].sum() / without[30:].sum() == pytest.approx(1.2, abs=1e-3)


def test_no_control_or_one_that_is_zero_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one control"):
        synthetic_weights(np.ones(3), np.ones((3, 0)))
    with pytest.raises(ValueError, match="above zero"):
        synthetic_control(np.ones(3), np.zeros((3, 1)), 2)
