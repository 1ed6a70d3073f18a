"""Counts of the same hours at several grains: never counted twice, the finer grain is used, the difference is told.

A daily file over hours that are there already, an autumn hour first in two rows and then in one of two hours, counts of
both directions together and then of each: whatever the order in which they came, the same counts are used.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

import polars as pl

Span = tuple[int, int, int]
COUNTER = "counter_id"
INTERVAL = (COUNTER, "start_utc", "end_utc")
# A count that is not used, beside what is used instead: `kept_count` passages counted in `kept_hours` of its `hours`.
# difference: count − kept_count, null where they do not tell exactly the same hours. kept_lines: upload:first-last.
SET_ASIDE = pl.Schema(
    {
        "counter_id": pl.String(),
        "direction": pl.String(),
        "start": pl.Datetime("us"),
        "start_utc": pl.Datetime("us", "UTC"),
        "end_utc": pl.Datetime("us", "UTC"),
        "hours": pl.Float64(),
        "count": pl.Float64(),
        "upload_id": pl.String(),
        "line": pl.UInt32(),
        "kept_count": pl.Float64(),
        "kept_hours": pl.Float64(),
        "difference": pl.Float64(),
        "kept_lines": pl.String(),
    }
)
_count = pl.col("count")
_order = pl.col("upload_order")
_hours = (pl.col("end_utc") - pl.col("start_utc")).dt.total_seconds(fractional=True) / 3600
# Nearly equal intervals (an hour that ends at :59 and one that ends at :00) are one grain: the nearest power of two.
_grain = (_hours * 60).log(2).round()


def is_plain(rows: pl.DataFrame) -> bool:
    """Whether every count tells hours of its counter that no other tells, so that nothing is superseded or set aside.

    rows: `counter_id`, `start_utc` and `end_utc` of counts in any order.
    """
    ordered = rows.select(COUNTER, "start_utc", "end_utc").sort(COUNTER, "start_utc", maintain_order=True)
    shares = (pl.col(COUNTER) == pl.col(COUNTER).shift(1)) & (pl.col("start_utc") < pl.col("end_utc").shift(1))
    return not ordered.select(shares.any()).item()


def without_overlaps(rows: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """The rows that are used, no two intervals of a counter overlapping, and those set aside (schema SET_ASIDE).

    rows: columns of the feed's accepted rows, `upload_id` and `upload_order`; each (counter_id, start_utc, end_utc,
    direction) once. An interval whose total is told goes before one that only says "not counted" or counts a single
    direction, then a finer one before a coarser, a later upload before an earlier, and the first to begin. Within an
    interval, two directions that came after their total replace it.
    """
    told = rows.join(_met(rows).lazy(), on=INTERVAL, how="inner").collect().with_row_index("row")
    cells = _cells(told)
    used = _used_instead(told, cells)
    aside = told.join(used, on="row", how="semi")
    if aside.is_empty():
        return rows, SET_ASIDE.to_frame()
    kept = rows.join(aside.lazy().select(*INTERVAL, "direction"), on=[*INTERVAL, "direction"], how="anti")
    return kept, _told(aside, told.join(aside, on="row", how="anti"), cells, used)


def _met(rows: pl.LazyFrame) -> pl.DataFrame:
    """(INTERVAL, cluster): the intervals that meet another of their counter, or that tell their total twice."""

    def tells(direction: str) -> pl.Expr:
        return ((pl.col("direction") == direction) & _count.is_not_null()).any()

    begins = pl.col("start_utc") >= pl.col("end_utc").cum_max().shift(1).over(COUNTER)
    return (
        rows.group_by(INTERVAL)
        .agg(is_twice=tells("both") & tells("in") & tells("out"))
        .sort(INTERVAL)
        .with_columns(cluster=begins.fill_null(True).cum_sum())
        .filter((pl.len().over("cluster") > 1) | pl.col("is_twice"))
        .select(*INTERVAL, "cluster")
        .collect()
    )


def _cells(told: pl.DataFrame) -> pl.DataFrame:
    """One row an interval: its figures by direction, and `cell`, its number, in the order of precedence by cluster."""

    def of(value: pl.Expr, direction: str) -> pl.Expr:
        return value.filter(pl.col("direction") == direction).first()

    halves_order = pl.min_horizontal(of(_order, "in"), of(_order, "out"))
    halves = of(_count, "in") + of(_count, "out")
    is_stale = (halves.is_not_null() & (of(_order, "both") < halves_order)).fill_null(False)
    return (
        told.group_by("cluster", *INTERVAL)
        .agg(
            is_stale=is_stale & of(_count, "both").is_not_null(),
            both=pl.when(is_stale).then(halves).otherwise(pl.coalesce(of(_count, "both"), halves)),
            **{"in": of(_count, "in"), "out": of(_count, "out"), "order": _order.max()},
        )
        .sort(
            "cluster",
            pl.col("both").is_null(),
            _grain,
            "order",
            "start_utc",
            "end_utc",
            descending=[False, False, False, True, False, False],
        )
        .with_row_index("cell")
    )


def _used_instead(told: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """(row, cell): each row of `told` that is not used, with every interval that is used instead."""
    spans = cells.select("cluster", "cell", pl.col("start_utc", "end_utc").to_physical()).iter_rows()
    clusters = ([(cell, start, end) for _, cell, start, end in spans] for _, spans in groupby(spans, itemgetter(0)))
    pairs = [pair for cluster in clusters for pair in without_room(cluster)]
    lost = pl.DataFrame(pairs, schema={"cell": pl.UInt32, "used": pl.UInt32}, orient="row")
    placed = told.join(cells.select(*INTERVAL, "cell", "is_stale"), on=INTERVAL, how="left")
    coarse = placed.join(lost, on="cell").select("row", cell="used")
    replaced = placed.filter("is_stale", pl.col("direction") == "both").join(lost, on="cell", how="anti")
    return pl.concat([coarse, replaced.select("row", "cell")])


def without_room(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """(left out, used) by number for each span that is left out, and each used one that shares time with it.

    spans: (number, start, end exclusive), those that take precedence first; each is used unless one that is shares time
    with it.
    """
    used: list[Span] = []  # disjoint, in the order of time
    left_out = []
    for span in spans:
        first, last = _sharing(used, span)
        if first == last:
            used.insert(first, span)
        else:
            left_out.append(span)
    return [(span[0], other[0]) for span in left_out for other in used[slice(*_sharing(used, span))]]


def _sharing(used: list[Span], span: Span) -> tuple[int, int]:
    """The slice of the disjoint spans in order that share time with this one."""
    _, start, end = span
    return bisect_right(used, start, key=itemgetter(2)), bisect_left(used, end, key=itemgetter(1))


def _told(aside: pl.DataFrame, kept: pl.DataFrame, cells: pl.DataFrame, used: pl.DataFrame) -> pl.DataFrame:
    """The rows set aside beside what is used instead of each, schema SET_ASIDE.

    aside, kept: the contested rows that are not used and those that are; used: see `_used_instead`.
    """
    figure = pl.coalesce(pl.when(pl.col("direction") == name).then(pl.col(name)) for name in ("both", "in", "out"))
    shared = pl.min_horizontal("end_utc", "end_utc_used") - pl.max_horizontal("start_utc", "start_utc_used")
    shared_hours = shared.dt.total_seconds(fractional=True) / 3600
    is_within = (pl.col("start_utc_used") >= pl.col("start_utc")) & (pl.col("end_utc_used") <= pl.col("end_utc"))
    figures = (
        aside.join(used, on="row")
        .join(cells.select("cell", "both", "in", "out", "start_utc", "end_utc"), on="cell", suffix="_used")
        .with_columns(figure=figure)
        .group_by("row")
        .agg(
            pl.when(pl.col("figure").count() > 0).then(pl.col("figure").sum()).alias("kept_count"),
            shared_hours.filter(pl.col("figure").is_not_null()).sum().alias("kept_hours"),
            is_within.all().alias("is_within"),
        )
    )
    lines = (
        used.join(cells.select("cell", *INTERVAL), on="cell")
        .join(kept.drop("row"), on=INTERVAL)
        .group_by("row", "upload_id")
        .agg(pl.col("line").min().alias("first"), pl.col("line").max().alias("last"))
        .sort("row", "upload_id")
        .group_by("row")
        .agg(kept_lines=pl.format("{}:{}-{}", "upload_id", "first", "last").str.join(" "))
    )
    is_comparable = pl.col("is_within") & ((pl.col("kept_hours") - _hours).abs() < 1e-6)
    return (
        aside.join(figures, on="row", how="left")
        .join(lines, on="row", how="left")
        .with_columns(hours=_hours, difference=pl.when(is_comparable).then(_count - pl.col("kept_count")))
        .sort(*INTERVAL, "direction")
        .select(pl.col(name).cast(dtype) for name, dtype in SET_ASIDE.items())
    )
