"""Analytic models on shops: the diversity of trades and how long shops last."""

from datetime import date, timedelta

import polars as pl

from pipeline.analytics.diversity import hill_numbers
from pipeline.analytics.survival import SMALLEST_GROUP, kaplan_meier, suppress_small_groups
from pipeline.contract.town import Town

Frames = dict[str, pl.DataFrame]


def trade_diversity_week(frames: Frames, _town: Town) -> pl.DataFrame:
    """Hill numbers of the walk-in trades of the centre, one row a week with an operated walk-in shop."""
    counts = frames["intermediate.int_trade_week"]
    return hill_numbers(counts, by=["iso_week"], n="n_premises").select(
        "iso_week",
        pl.col("hill_0").cast(pl.Int64).alias("n_trades"),
        pl.col("hill_1").alias("trade_diversity"),
        pl.col("hill_2").alias("dominant_trade_diversity"),
    )


_SURVIVAL_SCHEMA = {
    "group_kind": pl.String,
    "group_name": pl.String,
    "duration_days": pl.Int64,
    "is_suppressed": pl.Boolean,
    "n_shops": pl.Int64,
    "survived_from_days": pl.Int64,
    "n_at_risk": pl.Int64,
    "n_closed": pl.Int64,
    "survival_share": pl.Float64,
    "survival_low": pl.Float64,
    "survival_high": pl.Float64,
}


def shop_survival(frames: Frames, _town: Town) -> pl.DataFrame:
    """Survival curves of the shops, a curve a group, each from the duration at which it is known (survival 1) on.

    Watched from the first published week, or from the first closure on record where that is later: before it, those
    that had closed were not told of. Shops whose opening is not dated have no known age and do not enter. Followed to
    the last published Sunday. A suppressed group has one row, without figures. With delayed entry few may be watched at
    the first ages, and one closure among them would halve the whole curve: it begins, as the share of those that lasted
    so long, after the last early closure at which fewer than 5 were watched, and ends before the first late one.
    """
    town = frames["reference.ref_town"].row(0, named=True)
    shops = _watched(frames["staging.stg_shops"], town["first_week_start"], town["last_week_start"] + timedelta(days=7))
    streets = frames["staging.stg_premises"].sort("in_force_from").unique("premises_id", keep="last")
    shops = shops.join(streets.select("premises_id", "street"), on="premises_id", how="left")
    groups = pl.concat(
        [
            shops.select(pl.lit(kind).alias("group_kind"), name.fill_null("").alias("group_name"), pl.exclude("street"))
            for kind, name in (("all", pl.lit("all")), ("family", pl.col("family")), ("street", pl.col("street")))
        ],
        how="vertical",
    )
    sizes = groups.group_by("group_kind", "group_name").len("n").sort("group_kind", "group_name")
    told = suppress_small_groups(sizes.cast({"n": pl.Int64}), within=["group_kind"])
    curves = [_curve(groups, *row) for row in told.select([*sizes.columns, "is_suppressed"]).iter_rows()]
    return pl.concat([pl.DataFrame(schema=_SURVIVAL_SCHEMA), *curves])


def _watched(shops: pl.DataFrame, first_day: date, end: date) -> pl.DataFrame:
    """(premises_id, family, duration, is_closed, entry) in days of the shops that were watched at some age."""
    known_closures = shops.get_column("closed_on").min()
    start = max(first_day, known_closures) if isinstance(known_closures, date) else first_day
    until = pl.min_horizontal(pl.col("closed_on").fill_null(end), pl.lit(end))
    return (
        shops.filter(pl.col("opened_on").is_not_null())
        .select(
            "premises_id",
            "family",
            duration=(until - pl.col("opened_on")).dt.total_days(),
            is_closed=(pl.col("closed_on") <= end).fill_null(False),
            entry=pl.max_horizontal((pl.lit(start) - pl.col("opened_on")).dt.total_days(), pl.lit(0)),
        )
        .filter(pl.col("duration") > pl.col("entry"))
    )


def _curve(groups: pl.DataFrame, kind: str, name: str, n: int, is_suppressed: bool) -> pl.DataFrame:
    group = {"group_kind": kind, "group_name": name, "is_suppressed": is_suppressed}
    if is_suppressed:
        return pl.DataFrame([group | {"duration_days": 0}], schema=_SURVIVAL_SCHEMA)
    shops = groups.filter((pl.col("group_kind") == kind) & (pl.col("group_name") == name))
    start, steps = _known_curve(shops.select("duration", "is_closed", "entry"))
    group |= {"n_shops": n, "survived_from_days": start}
    origin = pl.DataFrame([group | {"duration_days": start, "survival_share": 1.0}], schema=_SURVIVAL_SCHEMA)
    told = steps.select(
        *(pl.lit(value, dtype=_SURVIVAL_SCHEMA[name]).alias(name) for name, value in group.items()),
        "n_at_risk",
        "n_closed",
        pl.col("duration").cast(pl.Int64).alias("duration_days"),
        pl.col("survival").alias("survival_share"),
        pl.col("low").alias("survival_low"),
        pl.col("high").alias("survival_high"),
    )
    return pl.concat([origin, told.select(*_SURVIVAL_SCHEMA)])


def _known_curve(shops: pl.DataFrame) -> tuple[int, pl.DataFrame]:
    """Where the curve begins, in days, and its steps: at all of them at least five shops were watched."""
    whole = kaplan_meier(shops)
    if whole.is_empty():
        return 0, whole
    most_watched = whole.filter(pl.col("n_at_risk") == pl.col("n_at_risk").max()).get_column("duration").min()
    is_few = pl.col("n_at_risk") < SMALLEST_GROUP
    early = whole.filter(is_few & (pl.col("duration") < most_watched)).get_column("duration")
    start = 0 if early.is_empty() else int(early[-1])
    left = shops.filter(pl.col("duration") > start).with_columns(entry=pl.max_horizontal("entry", pl.lit(start)))
    steps = kaplan_meier(left)
    return start, steps.filter(~is_few.cum_max())
