"""Links between the quartiers and the centre: minutes there and back, access, and observed against expected passages.

Minutes are always of one return journey or of one way as the name says; distances are horizontal metres; shares are 0
to 1.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

EARTH_RADIUS_M = 6_371_008.8
TRANSIT = ("bus", "shuttle")


@dataclass(frozen=True, slots=True)
class Centre:
    """Where the ways lead. altitude_m null: the ground is taken as flat where a link does not give its climb."""

    lat: float
    lon: float
    altitude_m: float | None = None
    opening_hours: tuple[int, int] = (10, 19)
    detour_factor: float = 1.3


def tobler_kmh(slope: pl.Expr) -> pl.Expr:
    """Walking speed in km/h on a slope (rise / horizontal distance, downhill negative): 6 exp(-3.5 |slope + 0.05|).

    5.04 km/h on the flat, 6 km/h at best, 5 % downhill. Source: Tobler 1993, NCGIA technical report 93-1.
    """
    return 6.0 * (-3.5 * (slope + 0.05).abs()).exp()


def walk_min(distance_m: pl.Expr, ascent_m: pl.Expr, descent_m: pl.Expr) -> pl.Expr:
    """Minutes of a walk of `distance_m` that climbs `ascent_m` and goes down `descent_m` (all in metres, >= 0).

    How climb and descent share the distance is not known, so they are taken to be equally steep: the slope is s =
    (ascent + descent) / distance, uphill over the share ascent / (ascent + descent) of the way and downhill over the
    rest, which gives back exactly the climb and the descent told. The way back is the same with ascent and descent
    swapped. Null where one of the three is null. Source: methods.md §5.
    """
    climb = ascent_m + descent_m
    uphill = pl.when(climb > 0).then(ascent_m / climb).otherwise(0.5)
    slope = pl.when(distance_m > 0).then(climb / distance_m).otherwise(0.0)
    return 0.06 * distance_m * (uphill / tobler_kmh(slope) + (1 - uphill) / tobler_kmh(-slope))


def haversine_m(lat: pl.Expr, lon: pl.Expr, to_lat: float, to_lon: float) -> pl.Expr:
    """Great-circle metres from (lat, lon) to a point, degrees WGS84 on the mean sphere (Sinnott 1984)."""
    half_lat, half_lon = (lat - to_lat).radians() / 2, (lon - to_lon).radians() / 2
    chord = half_lat.sin() ** 2 + lat.radians().cos() * math.cos(math.radians(to_lat)) * half_lon.sin() ** 2
    return 2 * EARTH_RADIUS_M * chord.sqrt().clip(0, 1).arcsin()


def travel_minutes(links: pl.DataFrame, neighbourhoods: pl.DataFrame, centre: Centre) -> pl.DataFrame:
    """Minutes by quartier and mode, one row each; every quartier has an existing walk.

    links: (neighbourhood_id, mode, is_project, distance_m, ascent_m, descent_m, out_min, back_min,
    departures_per_hour, first_departure Time, last_departure Time), one row a quartier, mode and is_project;
    neighbourhoods: (neighbourhood_id, lat, lon, altitude_m). Returns (neighbourhood_id, mode, is_project, out_min,
    back_min, return_min, served_share, is_estimated), sorted:
    - walk: Tobler there and back over distance_m; without it, straight line x detour factor (existing walks only). A
      missing climb or descent follows from the altitudes (descent = ascent - rise), without them from flat ground;
    - bus, shuttle: walk to the stop (distance_m and its climb; unknown = 0) + half the headway + the ride. The stop in
      the centre is taken to be in the centre; one ride time given stands for both ways. served_share is the share of
      the opening hours with service: 0 makes the minutes null, unknown hours are taken as served;
    - bike: the minutes given, else null.
    is_estimated: something above was not given and was assumed. return_min = out_min + back_min.
    Source: methods.md §5.
    """
    known = neighbourhoods.select("neighbourhood_id", "lat", "lon", "altitude_m")
    links = links.with_columns(pl.col("is_project").fill_null(False))
    existing = links.filter((pl.col("mode") == "walk") & ~pl.col("is_project"))
    missing = known.join(existing, on="neighbourhood_id", how="anti").select(
        "neighbourhood_id", mode=pl.lit("walk"), is_project=pl.lit(False)
    )
    ways = pl.concat([links, missing], how="diagonal_relaxed").join(known, on="neighbourhood_id", how="left")
    ways = ways.with_columns(rise_m=pl.lit(centre.altitude_m, dtype=pl.Float64) - pl.col("altitude_m"))
    modes = {"walk": _walk(centre), "bike": _bike(), **dict.fromkeys(TRANSIT, _transit(centre))}
    parts = [ways.filter(pl.col("mode") == mode).with_columns(**columns) for mode, columns in modes.items()]
    return (
        pl.concat(parts)
        .with_columns(return_min=pl.col("out_min") + pl.col("back_min"))
        .select(
            *("neighbourhood_id", "mode", "is_project", "out_min", "back_min", "return_min", "served_share"),
            "is_estimated",
        )
        .sort("neighbourhood_id", "mode", "is_project")
    )


def access(minutes: pl.DataFrame, *, beta_per_min: float, reference_min: float) -> pl.DataFrame:
    """How near the centre is to each quartier, over the modes that exist.

    minutes: as `travel_minutes` returns it; projects are left out (see `project_effect`). t = return_min / 2, the
    mean of the two ways. Returns (neighbourhood_id, best_mode, best_min, logsum_min, impedance, access_score,
    logsum_access_score, is_estimated): impedance f = exp(-beta t) of the best mode; logsum_min = -ln(sum over modes
    of f) / beta, the time felt by somebody who may choose, never above best_min; access scores = 100 f(t) /
    f(reference_min), at most 100: 100 is "as near as the reference or nearer". is_estimated is that of the best mode.
    Source: methods.md §5; Ben-Akiva & Lerman 1985, §5.
    """
    one_way = pl.col("return_min") / 2
    usable = minutes.filter(~pl.col("is_project") & pl.col("return_min").is_not_null()).with_columns(best_min=one_way)
    best = usable.sort("best_min", "mode").unique("neighbourhood_id", keep="first", maintain_order=True)
    felt = -(-beta_per_min * pl.col("best_min")).exp().sum().log() / beta_per_min
    logsum = usable.group_by("neighbourhood_id").agg(logsum_min=felt)

    def score(column: str) -> pl.Expr:
        return (100 * (-beta_per_min * (pl.col(column) - reference_min)).exp()).clip(upper_bound=100)

    return (
        best.join(logsum, on="neighbourhood_id")
        .select(
            "neighbourhood_id",
            pl.col("mode").alias("best_mode"),
            "best_min",
            "logsum_min",
            (-beta_per_min * pl.col("best_min")).exp().alias("impedance"),
            score("best_min").alias("access_score"),
            score("logsum_min").alias("logsum_access_score"),
            "is_estimated",
        )
        .sort("neighbourhood_id")
    )


def observed_to_expected(
    gateways: pl.DataFrame, *, by: list[str], overdispersion: pl.Series | float = 1.0, confidence: float = 0.95
) -> pl.DataFrame:
    """Each quartier's share of the gateway passages against the share its people and its distance would give.

    gateways: (*by, neighbourhood_id, population, impedance, passages), `by` = the period, passages null where the
    quartier has no gateway counter or it was not counted. Returns (*by, neighbourhood_id, passages_per_1000,
    observed_share, expected_share, ratio, ratio_low, ratio_high) in the order of `gateways`. Both shares are over the
    quartiers counted in that period, expected_share = population * impedance / sum; the others are null throughout.
    ratio = observed_share / expected_share; its interval is the exact Poisson one of the passages, widened by the
    overdispersion phi, one for all or one a row: phi * q(passages / phi). A ratio is null where nobody was counted at
    any gateway. Sources: methods.md §5; Garwood 1936; McCullagh & Nelder 1989, §6.2.
    """
    counted = pl.col("passages").is_not_null()
    pull = pl.when(counted).then(pl.col("population") * pl.col("impedance"))
    total = pl.col("passages").sum()
    shares = gateways.with_columns(
        passages_per_1000=pl.when(pl.col("population") > 0).then(1000 * pl.col("passages") / pl.col("population")),
        observed_share=_of(pl.col("passages"), total, by),
        expected_share=_of(pull, pull.sum(), by),
        expected=_of(pull, pull.sum(), by) * _over(total, by),
    )
    low, high = poisson_interval(shares.get_column("passages"), overdispersion, confidence)
    expected = pl.when(pl.col("expected") > 0).then(pl.col("expected"))
    return shares.select(
        *(*by, "neighbourhood_id", "passages_per_1000", "observed_share", "expected_share"),
        ratio=pl.col("passages") / expected,
        ratio_low=low / expected,
        ratio_high=high / expected,
    )


def poisson_interval(
    counts: pl.Series, overdispersion: pl.Series | float, confidence: float
) -> tuple[pl.Series, pl.Series]:
    """Exact limits of the mean of counts whose variance is `overdispersion` >= 1 times the mean; null for null.

    phi * gamma quantiles of counts / phi; with phi = 1 Garwood's interval (1936): 0 counts give [0, 3.689] at 95 %.
    """
    phi = overdispersion.to_numpy() if isinstance(overdispersion, pl.Series) else overdispersion
    scaled = counts.cast(pl.Float64).to_numpy() / phi
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(scaled == 0, 0.0, stats.gamma.ppf(tail, scaled)) * phi
        high = stats.gamma.ppf(1 - tail, scaled + 1) * phi
    return pl.Series("low", low, nan_to_null=True), pl.Series("high", high, nan_to_null=True)


def evenness(values: pl.Expr) -> pl.Expr:
    """How evenly `values` (>= 0, such as passages per 1,000 inhabitants) are spread: 1 all alike, 0 all in one
    quartier.

    Entropy of the shares over its maximum, ln n (Pielou 1966). Nulls are left out, zeros count. Null with fewer than
    two values or when all are zero.
    """
    share = values / values.sum()
    entropy = -pl.when(values > 0).then(share * share.log()).otherwise(0.0).sum()
    n = values.is_not_null().sum()
    return pl.when((n >= 2) & (values.sum() > 0)).then(entropy / n.cast(pl.Float64).log())


def project_effect(
    minutes: pl.DataFrame, populations: pl.DataFrame, *, beta_per_min: float, reference_min: float
) -> pl.DataFrame:
    """What each planned way would bring to its quartier if it were built beside what exists.

    minutes: as `travel_minutes` returns it; populations: (neighbourhood_id, population). Returns (neighbourhood_id,
    mode, minutes_saved, inhabitant_minutes_saved, access_score_gain), one row a project: minutes saved per inhabitant
    and return journey by the best mode (0 where the project is not faster), times the population, and points of
    access score. A project whose minutes are not known has nulls. Source: methods.md §5.
    """
    now = access(minutes, beta_per_min=beta_per_min, reference_min=reference_min)
    planned = minutes.filter("is_project").select("neighbourhood_id", "mode", with_min=pl.col("return_min") / 2)

    def score(best_min: pl.Expr) -> pl.Expr:
        return (100 * (-beta_per_min * (best_min - reference_min)).exp()).clip(upper_bound=100)

    with_it = pl.when(pl.col("with_min").is_not_null()).then(pl.min_horizontal("best_min", "with_min"))
    saved = 2 * (pl.col("best_min") - with_it)
    return (
        planned.join(now, on="neighbourhood_id")
        .join(populations, on="neighbourhood_id")
        .select(
            "neighbourhood_id",
            "mode",
            minutes_saved=saved,
            inhabitant_minutes_saved=saved * pl.col("population"),
            access_score_gain=score(with_it) - score(pl.col("best_min")),
        )
        .sort("neighbourhood_id", "mode")
    )


def _of(part: pl.Expr, total: pl.Expr, by: list[str]) -> pl.Expr:
    return pl.when(_over(total, by) > 0).then(part / _over(total, by))


def _over(total: pl.Expr, by: list[str]) -> pl.Expr:
    return total.over(by) if by else total


def _climb() -> tuple[pl.Expr, pl.Expr]:
    """Ascent and descent on the way to the centre; what is missing follows from the rise: ascent - descent = rise."""
    rise = pl.col("rise_m").fill_null(0.0)
    ascent = pl.coalesce("ascent_m", (rise + pl.col("descent_m").fill_null(0.0)).clip(0))
    descent = pl.coalesce("descent_m", (pl.col("ascent_m").fill_null(0.0) - rise).clip(0))
    return ascent, descent


def _walk(centre: Centre) -> dict[str, pl.Expr]:
    straight = haversine_m(pl.col("lat"), pl.col("lon"), centre.lat, centre.lon) * centre.detour_factor
    distance = pl.coalesce("distance_m", pl.when(~pl.col("is_project")).then(straight))
    ascent, descent = _climb()
    return {
        "out_min": walk_min(distance, ascent, descent),
        "back_min": walk_min(distance, descent, ascent),
        "served_share": pl.lit(None, dtype=pl.Float64),
        "is_estimated": pl.any_horizontal(pl.col("distance_m", "ascent_m", "descent_m").is_null()),
    }


def _transit(centre: Centre) -> dict[str, pl.Expr]:
    to_stop = pl.col("distance_m").fill_null(0.0)
    # The altitudes tell the rise of the whole way, not of the walk to the stop: without its climb that walk is flat.
    ascent, descent = pl.col("ascent_m").fill_null(0.0), pl.col("descent_m").fill_null(0.0)
    served = _served_share(centre.opening_hours)
    runs = (pl.col("departures_per_hour") > 0) & (served.is_null() | (served > 0))
    wait = 30 / pl.col("departures_per_hour")
    ride_out, ride_back = pl.coalesce("out_min", "back_min"), pl.coalesce("back_min", "out_min")
    told = ("distance_m", "ascent_m", "descent_m", "out_min", "back_min", "first_departure", "last_departure")
    return {
        "out_min": pl.when(runs).then(walk_min(to_stop, ascent, descent) + wait + ride_out),
        "back_min": pl.when(runs).then(walk_min(to_stop, descent, ascent) + wait + ride_back),
        "served_share": served,
        "is_estimated": pl.any_horizontal(pl.col(*told).is_null()),
    }


def _bike() -> dict[str, pl.Expr]:
    return {
        "out_min": pl.coalesce("out_min", "back_min"),
        "back_min": pl.coalesce("back_min", "out_min"),
        "served_share": pl.lit(None, dtype=pl.Float64),
        "is_estimated": pl.any_horizontal(pl.col("out_min", "back_min").is_null()),
    }


def _served_share(opening_hours: tuple[int, int]) -> pl.Expr:
    """Share of the opening hours between the first and the last departure; a last departure before the first is after
    midnight.
    """
    opens, closes = opening_hours

    def hour(column: str) -> pl.Expr:
        return pl.col(column).dt.hour() + pl.col(column).dt.minute() / 60

    first = hour("first_departure")
    last = hour("last_departure") + pl.when(hour("last_departure") < first).then(24.0).otherwise(0.0)

    def overlap(shift: int) -> pl.Expr:
        until = pl.min_horizontal(last, pl.lit(closes + shift))
        return (until - pl.max_horizontal(first, pl.lit(opens + shift))).clip(0)

    known = pl.all_horizontal(pl.col("first_departure", "last_departure").is_not_null())
    return pl.when(known).then((overlap(0) + overlap(24)) / (closes - opens))
