"""How sure the attractiveness index is: its band over 1,000 ways of weighting and measuring, and what drives it
(Sobol).

Source: methods.md §6; OECD/JRC 2008, Handbook on Constructing Composite Indicators, step 7; Saisana, Saltelli &
Tarantola 2005, J. R. Stat. Soc. A 168(2).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

import numpy as np
import polars as pl

from pipeline.analytics.aggregate import Array, weighted_mean
from pipeline.analytics.index import Flags, Scheme, week_by_indicator
from pipeline.analytics.recall import Recall, afresh, recalled_numbers, told

SEED = 2018
Z_95 = 1.959963984540054
# Dirichlet(40 x share): a share declared as 1/4 is drawn with a standard deviation of 0.07, about a quarter of it.
CONCENTRATION = 40.0


def index_band(
    values: pl.DataFrame, scheme: Scheme, *, draws: int = 1000, seed: int = SEED, recall: Recall = afresh
) -> pl.DataFrame:
    """The 5-95 % band of the index of each week, and the chance that it rose since the last earlier week that has
    one.

    values: (week_start, indicator, value[, value_low, value_high]), the last two a 95 % interval of the value, null
    where it is exact. Each draw takes pillar and indicator weights from Dirichlet distributions around the declared
    ones, a geometric or an arithmetic mean (one in two), and values from their intervals (a normal distribution with
    a half-width of its own on either side), independently by week. Returns (week_start, index_low, index_high,
    p_rise): p_rise compares the two weeks within each draw, over the indicators present in both, so that an indicator
    that appears is not a rise; a draw without any change counts half; null for the first week or where no indicator
    is in both. The draws of a week depend on the seed and the week alone, not on how many weeks there are. Raises as
    `indicator_scores`.
    """
    weeks, value = week_by_indicator(values, scheme)
    bounds = [_bounds(values, scheme, end, value) for end in ("value_low", "value_high")]
    measured = np.stack([value, *bounds], axis=1)
    sampler = _Sampler.around(scheme, draws, seed)

    @lru_cache(maxsize=2)
    def scores(at: int) -> Array:
        return scheme.score(_draw(weeks[at], *measured[at], draws=draws, seed=seed))

    def band(ats: Sequence[int]) -> Array:
        return _band(sampler, [(scores(at), ~np.isnan(value[at])) for at in ats])

    rows: list[tuple[object, ...]] = []
    before: int | None = None
    for now, week in enumerate(weeks):
        if np.isnan(value[now]).all():
            rows.append((week, None, None, None))
            continue
        ats = [now] if before is None else [now, before]
        made_of = [told(scheme, draws, seed), *(told(weeks[at]) + measured[at].tobytes() for at in ats)]
        [found] = recalled_numbers(recall, made_of, partial(band, ats), width=3)
        rows.append((week, *(None if np.isnan(figure) else float(figure) for figure in found)))
        before = now
    schema = {"week_start": pl.Date, "index_low": pl.Float64, "index_high": pl.Float64, "p_rise": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def index_sensitivity(
    values: pl.DataFrame,
    scheme: Scheme,
    week: date,
    *,
    base_samples: int = 1024,
    seed: int = SEED,
    recall: Recall = afresh,
) -> pl.DataFrame:
    """What the uncertainty of one week's index comes from: first-order and total Sobol indices.

    values: as in `index_band`. Factors: the weight of each pillar (a quarter up or down, uniformly), the aggregation
    rule, and each value that has an interval (uniformly within it). Returns (factor, first_order, total), factors
    named `weight:<pillar>`, `rule` and `value:<indicator>`. Raises ValueError when the week is not in `values`, and
    as `indicator_scores`.
    """
    weeks, value = week_by_indicator(values, scheme)
    if week not in weeks:
        raise ValueError(f"no values for the week of {week}")
    at = weeks.index(week)
    low, high = (_bounds(values, scheme, end, value)[at] for end in ("value_low", "value_high"))
    present = ~np.isnan(value[at])
    uncertain = np.flatnonzero(present & (high > low))
    pillars = [p for p, row in zip(scheme.pillars, scheme.members, strict=True) if (row & present).any()]
    bounds = {f"weight:{p}": (0.75 * scheme.pillar_weights[p], 1.25 * scheme.pillar_weights[p]) for p in pillars}
    bounds |= {"rule": (0.0, 1.0)} | {f"value:{scheme.names[i]}": (float(low[i]), float(high[i])) for i in uncertain}

    def model(sample: Array) -> Array:
        across = np.tile(scheme.weights_across, (len(sample), 1))
        across[:, [scheme.pillars.index(p) for p in pillars]] = sample[:, : len(pillars)]
        drawn = np.tile(value[at], (len(sample), 1))
        drawn[:, uncertain] = sample[:, len(pillars) + 1 :]
        weights = scheme.effective_weights(np.broadcast_to(present, drawn.shape), across=across)
        return _by_rule(scheme.score(drawn), weights, sample[:, len(pillars)] < 0.5)

    made_of = [told(scheme, week, base_samples, seed), value[at].tobytes(), low.tobytes(), high.tobytes()]
    make = partial(sobol_indices, model, bounds, base_samples=base_samples, seed=seed)
    shares = recalled_numbers(recall, made_of, make, width=2)
    first, total = (pl.Series(column, nan_to_null=True) for column in shares.T)
    return pl.DataFrame({"factor": list(bounds), "first_order": first, "total": total})


def sobol_indices(
    model: Callable[[Array], Array], bounds: Mapping[str, tuple[float, float]], *, base_samples: int, seed: int = SEED
) -> Array:
    """First-order and total Sobol indices of a model of independent uniform factors, factors x 2.

    model: (samples, factors) -> (samples,); bounds: factor -> (low, high); base_samples a power of 2 (the model is
    asked for base_samples x (factors + 2) points). NaN where the model does not vary. Sources: Saltelli et al. 2010,
    Comput. Phys. Commun. 181; SALib.
    """
    # It takes seconds to import, which a night without a new week does not need.
    from SALib.analyze import sobol

    problem = {"num_vars": len(bounds), "names": list(bounds), "bounds": [list(pair) for pair in bounds.values()]}
    low, high = np.array(problem["bounds"]).T
    sample = low + _unit_sample(len(bounds), base_samples, seed) * (high - low)
    outcome = model(sample)
    if np.ptp(outcome) == 0:
        return np.full((len(bounds), 2), np.nan)
    found = sobol.analyze(problem, outcome, calc_second_order=False, num_resamples=2, seed=seed)
    return np.column_stack([found["S1"], found["ST"]])


@lru_cache(maxsize=32)
def _unit_sample(n_factors: int, base_samples: int, seed: int) -> Array:
    """Saltelli's sample of the unit cube: the same for every week of as many factors."""
    from SALib.sample import sobol as sobol_sample

    problem = {"num_vars": n_factors, "names": list(map(str, range(n_factors))), "bounds": [(0.0, 1.0)] * n_factors}
    return np.asarray(sobol_sample.sample(problem, base_samples, calc_second_order=False, seed=seed))


@dataclass(frozen=True, slots=True)
class _Sampler:
    """D draws of the weights and of the rule: within D x N, across D x P, is_geometric D."""

    scheme: Scheme
    within: Array
    across: Array
    is_geometric: Flags
    _known: dict[bytes, Array] = field(default_factory=dict)

    @classmethod
    def around(cls, scheme: Scheme, draws: int, seed: int) -> "_Sampler":
        random = np.random.default_rng(seed)
        within = np.zeros((draws, len(scheme.indicators)))
        for members in scheme.members:
            within[:, members] = _dirichlet(random, scheme.weights_within[members], draws)
        across = _dirichlet(random, scheme.weights_across, draws)
        return cls(scheme, within, across, random.random(draws) < 0.5)

    def index(self, scores: Array, present: Flags) -> Array:
        """The D indices of D x N scores, over the indicators present (N)."""
        return _by_rule(np.where(present, scores, np.nan), self._weights(present), self.is_geometric)

    def _weights(self, present: Flags) -> Array:
        """The D x N weights of the indicators present: most weeks have the same."""
        key = present.tobytes()
        if key not in self._known:
            shape = np.broadcast_to(present, self.within.shape)
            self._known[key] = self.scheme.effective_weights(shape, self.within, self.across)
        return self._known[key]


def _band(sampler: _Sampler, weeks: Sequence[tuple[Array, Flags]]) -> Array:
    """(low, high, p_rise) of a week, and of the one before where there is one: scores and which are present."""
    now, *before = weeks
    low, high = np.quantile(sampler.index(*now), [0.05, 0.95])
    return np.array([low, high, _p_rise(sampler, before[0], now) if before else np.nan])


def _by_rule(scores: Array, weights: Array, is_geometric: Flags) -> Array:
    geometric, arithmetic = (weighted_mean(scores, weights, rule) for rule in ("geometric", "arithmetic"))
    return np.where(is_geometric, geometric, arithmetic)


def _dirichlet(random: np.random.Generator, weights: Array, draws: int) -> Array:
    """Draws around the shares of `weights`."""
    return random.dirichlet(CONCENTRATION * weights / weights.sum(), draws)


def _bounds(values: pl.DataFrame, scheme: Scheme, end: str, value: Array) -> Array:
    if end not in values.columns:
        return value
    bound = week_by_indicator(values, scheme, end)[1]
    return np.where(np.isnan(bound), value, bound)


def _draw(week: date, value: Array, low: Array, high: Array, *, draws: int, seed: int) -> Array:
    """D x N values: normal around `value`, half-widths of the 95 % interval on either side."""
    z = np.random.default_rng([seed, week.toordinal()]).standard_normal((draws, len(value)))
    return np.asarray(value + z / Z_95 * np.where(z < 0, value - low, high - value))


def _p_rise(sampler: _Sampler, earlier: tuple[Array, Flags], now: tuple[Array, Flags]) -> float:
    """The share of rises; NaN where no indicator is in both."""
    both = earlier[1] & now[1]
    if not both.any():
        return math.nan
    change = sampler.index(now[0], both) - sampler.index(earlier[0], both)
    is_still = np.abs(change) < 1e-9
    return float(np.mean(np.where(is_still, 0.5, change > 0)))
