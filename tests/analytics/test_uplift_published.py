"""The counterfactual on the five series of R's CausalImpact 1.4.1: point effect, interval and verdict."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.analytics.level_season import Points, best_level_ratio, posterior
from pipeline.analytics.uplift import verdict

pytestmark = pytest.mark.shared


@pytest.mark.parametrize(
    ("scenario", "within", "said"),
    [
        ("basic", 0.07, "proven"),
        ("covariates", 0.07, "proven"),
        ("seasonal", 0.07, "proven"),
        ("strong_effect", 0.07, "proven"),
        ("no_effect", math.inf, "not_proven"),  # an effect of about 0 has no meaningful relative error
    ],
)
def test_the_effect_lies_in_rs_interval_and_near_its_point(
    shared: Path, scenario: str, within: float, said: str
) -> None:
    told = json.loads((shared / f"reference/bsts_r_{scenario}.json").read_text())
    y, n, before = np.array(told["data"]["y"]), told["n"], told["n_pre"]
    x = np.array(list(told["data"]["x"].values())).T if told["data"]["x"] else np.zeros((n, 0))
    season = np.arange(n) % told["model_args"].get("nseasons", 1)
    at = np.arange(n, dtype=float)
    seen, wanted = (Points(at[part], season[None, part], x[None, part]) for part in (slice(before), slice(before, n)))
    ratio = best_level_ratio(y[None, :before], seen)
    expected, covariance = posterior(y[None, :before], seen, wanted, level_ratio=ratio)
    effect = float((y[before:] - expected[0]).mean())
    spread = 1.96 * math.sqrt(covariance[0].mean())
    theirs = told["r_output"]
    assert theirs["ci_lower"] < effect < theirs["ci_upper"]
    assert abs(effect / theirs["point_effect_mean"] - 1) < within
    before_mean = float(y[before:].mean() - y[:before].mean())
    assert verdict((effect - spread, effect + spread), [before_mean], smallest_detectable=0.1) == said
