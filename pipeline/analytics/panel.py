"""The town's level of passages from counters that come, go, break and are replaced: the chained matched panel.

Source: methods.md §2. The same idea as a matched-model price index (ILO et al., Consumer Price Index Manual, 2020,
ch. 8): two weeks are only ever compared over the counters that were valid in both.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Panel:
    """weeks: W Mondays in order. passages: W x C, NaN where not valid. period: W x C, code of the sensitivity."""

    weeks: list[date]
    passages: Matrix
    period: NDArray[np.int64]

    def matched(self, week: int, *references: int) -> NDArray[np.bool_]:
        """C flags: the counters valid in the week and in every reference, in one sensitivity period."""
        flags: NDArray[np.bool_] = ~np.isnan(self.passages[week])
        for reference in references:
            flags &= ~np.isnan(self.passages[reference]) & (self.period[reference] == self.period[week])
        return flags


def matched_panel_links(weekly: pl.DataFrame) -> pl.DataFrame:
    """Link each week to the latest earlier week with which it shares a counter.

    weekly: (counter_id, week_start Date, passages, is_valid[, sensitivity_period]), one row a counter and week;
    passages in counts a week; a null count is never valid, a zero is a count. Returns (week_start, linked_to,
    n_matched, ratio), one row a week of `weekly`: ratio = passages of the week / passages of `linked_to` over the
    n_matched counters valid in both and in the same sensitivity period. Usually `linked_to` is the week before; where
    no counter was valid in both, or those counted nobody in the reference, the link bridges back to the latest
    earlier week where one did. The first week of a chain links to nothing (linked_to and ratio null; n_matched = its
    valid counters); a week without any valid counter also has n_matched = 0. Raises ValueError when a counter has two
    rows for one week.
    """
    panel = _panel(weekly)
    links = _links(panel)
    return pl.DataFrame(
        {
            "week_start": panel.weeks,
            "linked_to": [None if link.to is None else panel.weeks[link.to] for link in links],
            "n_matched": [link.n_matched for link in links],
            "ratio": [link.ratio for link in links],
        },
        schema={"week_start": pl.Date, "linked_to": pl.Date, "n_matched": pl.Int64, "ratio": pl.Float64},
    )


def matched_panel_index(weekly: pl.DataFrame, base_year: int) -> pl.DataFrame:
    """Chained matched-panel index of weekly passages, base 100 = mean of the weeks of ISO year `base_year`.

    weekly: as in `matched_panel_links`. Returns (week_start, index, n_matched), one row a week of `weekly`, in order.
    I_t = I_u * sum(x_t) / sum(x_u) over the counters valid in both weeks and not across a break, u = `linked_to`; so
    a new, dead or replaced counter never moves the index. Where every counter breaks at once the chain is cut: the
    part that holds most weeks of the base year keeps its index, the other part cannot be compared with it and is
    null, as is a week without any valid counter. A base year of which only some weeks were counted has the mean of
    those weeks (`counted_weeks` says how many): the first and only year of a town thus has mean 100 and nothing is
    said about the years before. Source: methods.md §2. Raises ValueError when no counter is valid in the base year,
    or none counted anybody.
    """
    panel = _panel(weekly)
    links = _links(panel)
    level, chain = _levels(links)
    in_base = np.array([week.isocalendar().year == base_year for week in panel.weeks], dtype=bool) & (chain >= 0)
    if not in_base.any():
        raise ValueError(f"no counter is valid and above zero in the base year {base_year}")
    based = int(np.bincount(chain[in_base]).argmax())
    base = level[in_base & (chain == based)].mean()
    index = np.where(chain == based, 100 * level / base, np.nan)
    n_matched = [link.n_matched for link in links]
    return pl.DataFrame(
        {"week_start": panel.weeks, "index": pl.Series(index, nan_to_null=True), "n_matched": n_matched},
        schema={"week_start": pl.Date, "index": pl.Float64, "n_matched": pl.Int64},
    )


def counted_weeks(weekly: pl.DataFrame) -> pl.DataFrame:
    """How many weeks of each ISO year can serve as a base: (iso_year Int32, n_weeks), years without any left out.

    weekly: as in `matched_panel_links`. For whoever must know, before asking for an index, whether the base year is
    there.
    """
    counted = weekly.filter(pl.col("is_valid") & pl.col("passages").is_not_null())
    year = pl.col("week_start").dt.iso_year().alias("iso_year")
    return counted.group_by(year).agg(n_weeks=pl.col("week_start").n_unique().cast(pl.Int64)).sort("iso_year")


def matched_change(weekly: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Change of the passages of weeks against their reference weeks, over the counters valid in all of them.

    weekly: as in `matched_panel_links`. pairs: (week_start, reference_week_start Date); a week with two rows is
    compared with the mean of its two references (week 53, see `year_on_year_pairs`). Returns (week_start, change,
    passages, reference_passages, n_matched), one row a week of `pairs`: change is a share (0.05 = 5 % more); change
    and both sums are null where no counter is valid in every week concerned in one sensitivity period; change is null
    where the references counted nobody. Source: methods.md §1 and §2.
    """
    panel = _panel(weekly)
    position = {week: row for row, week in enumerate(panel.weeks)}
    grouped = pairs.group_by("week_start").agg(pl.col("reference_week_start").unique().sort()).sort("week_start")
    rows = []
    for week, references in grouped.iter_rows():
        known = [position.get(day) for day in (week, *references)]
        rows.append((week, *_change(panel, [row for row in known if row is not None], complete=None not in known)))
    columns = {"change": pl.Float64, "passages": pl.Float64, "reference_passages": pl.Float64, "n_matched": pl.Int64}
    return pl.DataFrame(rows, schema={"week_start": pl.Date, **columns}, orient="row")


def week_on_week_pairs(weeks: pl.Series) -> pl.DataFrame:
    """(week_start, reference_week_start): each Monday of `weeks` with the Monday before."""
    return pl.DataFrame({"week_start": weeks}).with_columns(
        reference_week_start=pl.col("week_start") - pl.duration(days=7)
    )


def year_on_year_pairs(weeks: pl.Series) -> pl.DataFrame:
    """(week_start, reference_week_start): each Monday of `weeks` with the same ISO week of the year before.

    Week 53 has two rows: the last week of the year before and week 1 that follows it (methods.md §1).
    """
    rows = [(week, reference) for week in weeks for reference in _last_year(week)]
    return pl.DataFrame(rows, schema={"week_start": pl.Date, "reference_week_start": pl.Date}, orient="row")


def _last_year(week: date) -> list[date]:
    year, number, _ = week.isocalendar()
    if number < 53:
        return [date.fromisocalendar(year - 1, number, 1)]
    first_of_year = date.fromisocalendar(year, 1, 1)
    return [first_of_year - timedelta(days=7), first_of_year]


def _panel(weekly: pl.DataFrame) -> _Panel:
    if weekly.select("counter_id", "week_start").is_duplicated().any():
        raise ValueError("a counter has more than one row for a week")
    period = pl.col("sensitivity_period") if "sensitivity_period" in weekly.columns else pl.lit("")
    told = weekly.select(
        "counter_id",
        "week_start",
        value=pl.when("is_valid").then(pl.col("passages").cast(pl.Float64)),
        period=period.cast(pl.String).fill_null("").rank("dense").cast(pl.Int64),
    )
    by_week = pl.DataFrame(told.select(pl.col("week_start").unique().sort()))
    counters = told.get_column("counter_id").unique().sort()

    def matrix(column: str) -> Matrix:
        wide = told.pivot("counter_id", index="week_start", values=column, on_columns=counters)
        return np.asarray(by_week.join(wide, on="week_start", how="left").drop("week_start").to_numpy(), dtype=float)

    return _Panel(
        weeks=by_week.get_column("week_start").to_list(),
        passages=matrix("value"),
        period=np.nan_to_num(matrix("period"), nan=-1).astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class _Link:
    to: int | None
    n_matched: int
    ratio: float | None


def _links(panel: _Panel) -> list[_Link]:
    links: list[_Link] = []
    level_is_positive: list[bool] = []
    for week in range(len(panel.weeks)):
        link = _link(panel, week, level_is_positive)
        links.append(link)
        starts_a_chain = link.ratio is None and link.n_matched > 0
        level_is_positive.append(starts_a_chain or (link.ratio or 0) > 0)
    return links


def _link(panel: _Panel, week: int, level_is_positive: list[bool]) -> _Link:
    """A reference must have a level above zero and counted somebody, else the chain would stay at zero for ever."""
    valid = ~np.isnan(panel.passages[week])
    if valid.any():
        for reference in range(week - 1, -1, -1):
            matched = panel.matched(week, reference)
            before = panel.passages[reference, matched].sum()
            if before > 0 and level_is_positive[reference]:
                ratio = float(panel.passages[week, matched].sum() / before)
                return _Link(reference, int(matched.sum()), ratio)
    may_start = float(np.nansum(panel.passages[week])) > 0
    return _Link(None, int(valid.sum()) if may_start else 0, None)


def _levels(links: list[_Link]) -> tuple[Matrix, NDArray[np.int64]]:
    """The level of each week relative to the first of its chain, and the number of its chain (-1: in none)."""
    level = np.full(len(links), np.nan)
    chain = np.full(len(links), -1, dtype=np.int64)
    for week, link in enumerate(links):
        if link.to is not None and link.ratio is not None:
            level[week], chain[week] = level[link.to] * link.ratio, chain[link.to]
        elif link.n_matched > 0:
            level[week], chain[week] = 1.0, chain.max(initial=-1) + 1
    return level, chain


def _change(panel: _Panel, rows: list[int], *, complete: bool) -> tuple[float | None, float | None, float | None, int]:
    matched = panel.matched(*rows) if complete else np.zeros(panel.passages.shape[1], dtype=bool)
    if not matched.any():
        return None, None, None, 0
    week, *references = (float(panel.passages[row, matched].sum()) for row in rows)
    reference = float(np.mean(references))
    return (week / reference - 1 if reference > 0 else None), week, reference, int(matched.sum())
