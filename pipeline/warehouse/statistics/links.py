"""Analytic models on the links between the neighbourhoods and the centre."""

import polars as pl

from pipeline.analytics.index_inputs import panel_overdispersion
from pipeline.analytics.links import (
    TRANSIT,
    Centre,
    access,
    evenness,
    haversine_m,
    observed_to_expected,
    travel_minutes,
)
from pipeline.analytics.ranks import rank_bands
from pipeline.contract.town import Town
from pipeline.warehouse.statistics.contracts import columns_of, no_rows
from pipeline.warehouse.statistics.footfall import panel_index

Frames = dict[str, pl.DataFrame]
KEY = ("neighbourhood_id", "week_start")
_ACCESS_KINDS: dict[str, type[pl.DataType]] = {
    "neighbourhood_id": pl.String,
    "week_start": pl.Date,
    "is_walk_estimated": pl.Boolean,
    "best_mode": pl.String,
}


def neighbourhood_access_week(frames: Frames, town: Town) -> pl.DataFrame:
    """Minutes and access of each neighbourhood, by the ways in force in each week; no rows without a known centre.

    A neighbourhood in a week is a place of its own: places are numbered, measured all at once, and named again.
    """
    places = (
        frames["intermediate.int_neighbourhood_week"].sort("week_start", "neighbourhood_id").with_row_index("place")
    )
    centre = centre_of(town)
    if centre is None:
        return no_rows("neighbourhood_access_week", _ACCESS_KINDS)
    ways = frames["intermediate.int_link_week"].join(places.select("place", *KEY), on=list(KEY))
    minutes = travel_minutes(_by_place(ways), _by_place(places), centre)
    found = access(minutes, beta_per_min=town.beta_per_min, reference_min=town.reference_min)
    walks = minutes.filter(pl.col("mode") == "walk").select(
        "neighbourhood_id",
        walk_out_min="out_min",
        walk_back_min="back_min",
        walk_return_min="return_min",
        is_walk_estimated="is_estimated",
    )
    straight = haversine_m(pl.col("lat"), pl.col("lon"), centre.lat, centre.lon)
    detours = (
        ways.filter(pl.col("mode") == "walk")
        .join(places.select("place", "lat", "lon"), on="place")
        .select(neighbourhood_id="place", walk_detour_factor=pl.col("distance_m") / _positive(straight))
    )
    return (
        found.select("neighbourhood_id", "best_mode", "best_min", "impedance", "access_score")
        .join(walks, on="neighbourhood_id", how="left")
        .join(detours, on="neighbourhood_id", how="left")
        .join(_fastest_ride(minutes), on="neighbourhood_id", how="left")
        .rename({"neighbourhood_id": "place"})
        .join(places.select("place", *KEY), on="place")
        .select(columns_of("neighbourhood_access_week"))
        .sort("week_start", "neighbourhood_id")
    )


def centre_of(town: Town) -> Centre | None:
    """Where the ways of a town lead; None where the town file does not place its centre."""
    if town.centre_lat is None or town.centre_lon is None:
        return None
    return Centre(town.centre_lat, town.centre_lon, town.centre_altitude_m, town.opening_hours, town.detour_factor)


def _fastest_ride(minutes: pl.DataFrame) -> pl.DataFrame:
    """Bus or shuttle of each place, whichever is faster there and back; one without minutes tells its service alone."""
    rides = minutes.filter(pl.col("mode").is_in(TRANSIT)).sort("return_min", "mode", nulls_last=True)
    return rides.unique("neighbourhood_id", keep="first", maintain_order=True).select(
        "neighbourhood_id",
        bus_min=pl.col("return_min") / 2,
        bus_out_min="out_min",
        bus_back_min="back_min",
        bus_served_share="served_share",
    )


def _by_place(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("neighbourhood_id").rename({"place": "neighbourhood_id"})


def gateway_link_week(frames: Frames, _town: Town) -> pl.DataFrame:
    """Observed and expected shares of the neighbourhoods whose gateway was counted, one row a neighbourhood and week.

    With a single gateway both shares are 1 by construction: they and their ratio are then null. The overdispersion is
    pooled up to the week, so that no later week revises it; the interval of a ratio allows besides for the error of the
    calibration, whose variance s² of the logarithm widens n passages as an overdispersion of n s² more would.
    """
    gateways = _gateways(frames)
    counted = gateways.filter(pl.col("passages").is_not_null()).rename({"neighbourhood_id": "counter_id"})
    gateways = gateways.join(panel_overdispersion(counted), on="week_start", how="left", maintain_order="left")
    spread = pl.col("overdispersion") + pl.col("passages") * pl.col("calibration_variance").fill_null(0.0)
    phi = gateways.select(spread.fill_null(1.0)).to_series()
    told = observed_to_expected(gateways, by=["week_start"], overdispersion=phi)
    compared = ("expected_share", "observed_share", "ratio", "ratio_low", "ratio_high")
    is_compared = pl.col("observed_share").count().over("week_start") >= 2
    shown = told.with_columns(pl.when(is_compared).then(pl.col(name)).alias(name) for name in compared)
    return (
        rank_bands(shown, "ratio", "ratio_low", "ratio_high", by=["week_start"])
        .join(gateways.select(*KEY, "overdispersion"), on=list(KEY))
        .rename({"passages_per_1000": "gateway_passages_per_1000", "ratio": "observed_expected_ratio"})
        .rename({name: f"link_{name}" for name in ("rank", "rank_low", "rank_high")})
        .select(columns_of("gateway_link_week"))
        .sort("week_start", "neighbourhood_id")
    )


def link_level_week(frames: Frames, town: Town) -> pl.DataFrame:
    """The links of the whole town, one row a week with neighbourhoods."""
    gateways = _gateways(frames)
    per_1000 = 1000 * pl.col("passages") / pl.col("population")
    panel = gateways.select(
        "week_start",
        pl.col("neighbourhood_id").alias("counter_id"),
        pl.when(pl.col("population") > 0).then(per_1000).alias("passages"),
        "sensitivity_period",
        is_valid=pl.col("passages").is_not_null() & (pl.col("population") > 0),
    )
    counted, people = pl.col("passages").is_not_null(), pl.col("population")
    with_access = people.filter(pl.col("access_score").is_not_null())
    by_week = gateways.group_by("week_start").agg(
        # Who has no known access has no share in the mean either: not known is not 0.
        access_score=(pl.col("access_score") * people).sum() / _positive(with_access.sum()),
        n_neighbourhoods=pl.len().cast(pl.Int64),
        n_gateways_counted=counted.sum().cast(pl.Int64),
        gateway_passages_per_1000=1000
        * pl.col("passages").filter(people > 0).sum()
        / _positive(people.filter(counted).sum()),
    )
    ratios = frames["analytics.gateway_link_week"].group_by("week_start")
    return (
        by_week.join(
            panel_index(panel, town.baseline_year).select("week_start", gateway_per_1000_index="index"),
            on="week_start",
            how="left",
        )
        .join(ratios.agg(link_evenness=evenness(pl.col("observed_expected_ratio"))), on="week_start", how="left")
        .select(columns_of("link_level_week"))
        .sort("week_start")
    )


def _positive(value: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(value)


def _gateways(frames: Frames) -> pl.DataFrame:
    """One row a neighbourhood and week: population, impedance, access, and passages where its gateway was counted."""
    keys = list(KEY)
    people = frames["intermediate.int_neighbourhood_week"].select(*keys, "population")
    found = frames["analytics.neighbourhood_access_week"].select(*keys, "impedance", "access_score")
    counted = frames["intermediate.int_gateway_week"].select(
        *keys, "passages", "sensitivity_period", "calibration_variance"
    )
    return (
        people.join(found, on=keys, how="left")
        .join(counted, on=keys, how="left")
        .sort("week_start", "neighbourhood_id")
    )
