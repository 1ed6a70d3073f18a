"""The attractiveness index of the town centre: scores on frozen goalposts, pillars, the index, and its exact receipt.

Source: methods.md §6; OECD/JRC 2008, Handbook on Constructing Composite Indicators. `values` everywhere: (week_start,
indicator, value), one row a week and indicator, value in the indicator's own unit; null or no row = missing, and
missing is never zero. Scores run from 1 to 100; so does the index.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.analytics.aggregate import Array, min_max, shares_of_present, weighted_mean
from pipeline.contract.town import Indicator

SCALE = (1.0, 100.0)
COMPOSITION = "composition"
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a town declares of its index: N indicators with goalposts and weights, and the weights of its P pillars.

    Raises ValueError when a weight is not above 0.
    """

    indicators: tuple[Indicator, ...]
    pillar_weights: Mapping[str, float]

    def __post_init__(self) -> None:
        weights = {i.name: i.weight for i in self.indicators} | {p: self.pillar_weights[p] for p in self.pillars}
        if wrong := [name for name, weight in weights.items() if not weight > 0]:
            raise ValueError(f"weights must be above 0 (leave out what does not count): {', '.join(wrong)}")

    @property
    def names(self) -> list[str]:
        return [indicator.name for indicator in self.indicators]

    @property
    def pillars(self) -> list[str]:
        """The pillars that hold an indicator, in the order in which their weights are declared."""
        used = {indicator.pillar for indicator in self.indicators}
        return [pillar for pillar in self.pillar_weights if pillar in used]

    @property
    def members(self) -> Flags:
        """P x N: which indicator belongs to which pillar."""
        return np.array([[indicator.pillar == pillar for indicator in self.indicators] for pillar in self.pillars])

    @property
    def weights_within(self) -> Array:
        return np.array([indicator.weight for indicator in self.indicators], dtype=float)

    @property
    def weights_across(self) -> Array:
        return np.array([self.pillar_weights[pillar] for pillar in self.pillars], dtype=float)

    def score(self, values: Array) -> Array:
        """Values (..., N) as scores from 1 to 100 on the frozen goalposts, clipped; NaN stays NaN."""
        low, high = (np.array([getattr(indicator, end) for indicator in self.indicators]) for end in ("low", "high"))
        return min_max(values, low, high, scale=SCALE)

    def effective_weights(self, present: Flags, within: Array | None = None, across: Array | None = None) -> Array:
        """The weight of each indicator in the whole, (..., N), adding up to 1 over the indicators present (..., N).

        An absent indicator leaves its weight to the others of its pillar, an absent pillar to the other pillars. A
        weighted mean (geometric or arithmetic) of pillar means is the weighted mean of the indicators with these
        weights.
        """
        in_pillar = present[..., None, :] & self.members
        within = self.weights_within if within is None else within
        across = self.weights_across if across is None else across
        inside = shares_of_present(within[..., None, :], in_pillar)
        of_pillar = shares_of_present(across, in_pillar.any(axis=-1))
        return np.asarray((inside * of_pillar[..., None]).sum(axis=-2))


def indicator_scores(values: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Score and effective weight of each indicator: (week_start, indicator, pillar, value, score, weight), N rows a
    week.

    Missing indicators stand there with null value and score and weight 0; the weights of a week add up to 1. Raises
    ValueError when `values` holds an indicator that is not declared, or one twice in a week.
    """
    weeks, matrix = week_by_indicator(values, scheme)
    scores = scheme.score(matrix)
    weights = scheme.effective_weights(~np.isnan(matrix))
    n = len(scheme.indicators)
    return pl.DataFrame(
        {
            "week_start": [week for week in weeks for _ in range(n)],
            "indicator": scheme.names * len(weeks),
            "pillar": [indicator.pillar for indicator in scheme.indicators] * len(weeks),
            "value": matrix.ravel(),
            "score": scores.ravel(),
            "weight": weights.ravel(),
        },
        schema_overrides={"week_start": pl.Date},
        nan_to_null=True,
    )


def pillar_scores(values: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Weighted geometric mean of each pillar: (week_start, pillar, score, n_indicators, n_declared), P rows a week.

    n_indicators of n_declared entered; the score of a pillar in which none did is null. Raises as `indicator_scores`.
    """
    weeks, matrix = week_by_indicator(values, scheme)
    members, pillars = scheme.members, scheme.pillars
    in_pillar = np.where(members, scheme.score(matrix)[:, None, :], np.nan)
    return pl.DataFrame(
        {
            "week_start": [week for week in weeks for _ in pillars],
            "pillar": pillars * len(weeks),
            "score": weighted_mean(in_pillar, scheme.weights_within, "geometric").ravel(),
            "n_indicators": (~np.isnan(in_pillar)).sum(axis=-1).ravel(),
            "n_declared": np.tile(members.sum(axis=-1), len(weeks)),
        },
        schema_overrides={"week_start": pl.Date},
        nan_to_null=True,
    )


def attractiveness_index(values: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """The index of each week of `values`, and how much of what is declared entered.

    Returns (week_start, index, index_arithmetic, n_indicators, n_declared, missing_pillars List(String)) in order of
    the weeks: weighted geometric mean of the pillars' geometric means (a weakness is not bought off elsewhere), and
    the arithmetic one for comparison, never below it. A pillar without any indicator is left out and named in
    missing_pillars; a week without any indicator has a null index. Raises as `indicator_scores`.
    """
    weeks, matrix = week_by_indicator(values, scheme)
    scores, present = scheme.score(matrix), ~np.isnan(matrix)
    weights = scheme.effective_weights(present)
    has = [(week & scheme.members).any(axis=-1).tolist() for week in present]
    missing = [[pillar for pillar, is_there in zip(scheme.pillars, row, strict=True) if not is_there] for row in has]
    return pl.DataFrame(
        {
            "week_start": pl.Series(weeks, dtype=pl.Date),
            "index": weighted_mean(scores, weights, "geometric"),
            "index_arithmetic": weighted_mean(scores, weights, "arithmetic"),
            "n_indicators": present.sum(axis=-1),
            "n_declared": [len(scheme.indicators)] * len(weeks),
            "missing_pillars": pl.Series(missing, dtype=pl.List(pl.String)),
        },
        nan_to_null=True,
    )


def index_receipt(values: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """What each indicator did to the index since the last earlier week that has one; the lines add up to the whole
    exactly.

    Returns (week_start, previous_week_start, indicator, pillar, value, previous_value, score, previous_score, weight,
    delta_log, points), a line an indicator present in both weeks, and a line `composition` (pillar, values, scores
    and weight null) where the set of indicators present differs. For the former, weight = effective weight among the
    indicators present in both, and delta_log = weight * ln(score / previous_score). The line `composition` is what
    entering or leaving did by itself: ln(I_t / I_t(both)) + ln(I_t-1(both) / I_t-1). delta_log adds up to ln(I_t /
    I_t-1); points = delta_log times the logarithmic mean of the two indices and adds up to I_t - I_t-1. Weeks with
    nothing to compare have no line. Raises as `indicator_scores`. Sources: methods.md §6; for the points Ang 2004,
    Energy Policy 32(9) (logarithmic mean Divisia index).
    """
    weeks, matrix = week_by_indicator(values, scheme)
    usable = np.flatnonzero(~np.isnan(matrix).all(axis=-1)).tolist()
    lines = [
        line
        for before, after in pairwise(usable)
        for line in _receipt(scheme, weeks[before], weeks[after], matrix[before], matrix[after])
    ]
    return pl.DataFrame(lines, schema=_RECEIPT, orient="row", nan_to_null=True)


_RECEIPT: dict[str, type[pl.DataType]] = {
    "week_start": pl.Date,
    "previous_week_start": pl.Date,
    "indicator": pl.String,
    "pillar": pl.String,
    "value": pl.Float64,
    "previous_value": pl.Float64,
    "score": pl.Float64,
    "previous_score": pl.Float64,
    "weight": pl.Float64,
    "delta_log": pl.Float64,
    "points": pl.Float64,
}


def _receipt(scheme: Scheme, before: date, after: date, old: Array, new: Array) -> list[tuple[object, ...]]:
    had, has = ~np.isnan(old), ~np.isnan(new)
    both = had & has
    old_score, new_score = scheme.score(old), scheme.score(new)
    old_index, new_index = _log_index(scheme, old_score, had), _log_index(scheme, new_score, has)
    to_points = _logarithmic_mean(float(np.exp(old_index)), float(np.exp(new_index)))
    weights = scheme.effective_weights(both)
    lines: list[tuple[object, ...]] = []
    for i in np.flatnonzero(both).tolist():
        delta = float(weights[i] * np.log(new_score[i] / old_score[i]))
        figures = (new[i], old[i], new_score[i], old_score[i], weights[i])
        name, pillar = scheme.indicators[i].name, scheme.indicators[i].pillar
        lines.append((after, before, name, pillar, *map(float, figures), delta, delta * to_points))
    if (had != has).any():
        delta = new_index - old_index
        if both.any():
            delta -= _log_index(scheme, new_score, both) - _log_index(scheme, old_score, both)
        lines.append((after, before, COMPOSITION, None, *(None,) * 5, delta, delta * to_points))
    return lines


def _log_index(scheme: Scheme, scores: Array, present: Flags) -> float:
    masked = np.where(present, scores, np.nan)
    return float(np.log(weighted_mean(masked, scheme.effective_weights(present), "geometric")))


def _logarithmic_mean(a: float, b: float) -> float:
    """(b - a) / (ln b - ln a), which is a where they are equal."""
    return a if abs(b - a) < 1e-9 * a else (b - a) / float(np.log(b / a))


def week_by_indicator(values: pl.DataFrame, scheme: Scheme, column: str = "value") -> tuple[list[date], Array]:
    """The weeks of `values` in order and W x N of one of its columns, NaN where missing. Raises as
    `indicator_scores`.
    """
    names = scheme.names
    if unknown := set(values.get_column("indicator").unique()) - set(names):
        raise ValueError(f"not an indicator of this town: {', '.join(sorted(unknown))}")
    if values.select("week_start", "indicator").is_duplicated().any():
        raise ValueError("an indicator has more than one value for a week")
    weeks = values.get_column("week_start").unique().sort()
    told = values.select("week_start", "indicator", pl.col(column).cast(pl.Float64))
    wide = told.pivot("indicator", index="week_start", values=column, on_columns=names)
    wide = weeks.to_frame().join(wide, on="week_start", how="left")
    return weeks.to_list(), np.array(wide.select(names).to_numpy(), dtype=float)
