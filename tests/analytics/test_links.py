"""Minutes, access and observed against expected, worked by hand."""

import math
from datetime import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analytics.links import (
    Centre,
    access,
    evenness,
    haversine_m,
    observed_to_expected,
    poisson_interval,
    project_effect,
    tobler_kmh,
    travel_minutes,
    walk_min,
)

BETA = math.log(2) / 10
CENTRE = Centre(lat=48.82, lon=2.21, altitude_m=40.0, opening_hours=(10, 19), detour_factor=1.3)
LINKS = {
    "neighbourhood_id": pl.String,
    "mode": pl.String,
    "is_project": pl.Boolean,
    "distance_m": pl.Float64,
    "ascent_m": pl.Float64,
    "descent_m": pl.Float64,
    "out_min": pl.Float64,
    "back_min": pl.Float64,
    "departures_per_hour": pl.Float64,
    "first_departure": pl.Time,
    "last_departure": pl.Time,
}
BUS = {
    "neighbourhood_id": "q",
    "mode": "bus",
    "is_project": False,
    "distance_m": 420.0,  # 5 minutes on the flat at 5.0367 km/h
    "ascent_m": 0.0,
    "descent_m": 0.0,
    "out_min": 9.0,
    "back_min": 11.0,
    "departures_per_hour": 4.0,
    "first_departure": time(6, 30),
    "last_departure": time(21, 15),
}
FLAT_KMH = 6 * math.exp(-0.175)


def links(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=LINKS)


def quartier(lat: float = 48.82, lon: float = 2.21, altitude_m: float | None = 40.0) -> pl.DataFrame:
    return pl.DataFrame({"neighbourhood_id": ["q"], "lat": lat, "lon": lon, "altitude_m": altitude_m})


def minutes(row: dict[str, object], place: pl.DataFrame | None = None, centre: Centre = CENTRE) -> dict[str, object]:
    frame = travel_minutes(links(row), quartier() if place is None else place, centre)
    return frame.filter(mode=row["mode"], is_project=row["is_project"]).row(0, named=True)


def value(expression: pl.Expr) -> float:
    return float(pl.select(expression).item())


@pytest.mark.parametrize(
    ("slope", "kmh"),
    [(0.0, 5.0367), (-0.05, 6.0), (0.05, 4.2281), (-0.15, 4.2281), (0.20, 2.5012)],  # 6 exp(-3.5 |s + 0.05|)
)
def test_walking_speed_follows_tobler(slope: float, kmh: float) -> None:
    assert value(tobler_kmh(pl.lit(slope))) == pytest.approx(kmh, abs=1e-4)


def test_a_steady_climb_is_walked_at_the_speed_of_its_slope_and_back_at_that_of_the_descent() -> None:
    # 1,000 m with 50 m of climb: slope 0.05, 4.2281 km/h up; down at 6 km/h: 10 minutes
    up, down = walk_min(pl.lit(1000.0), pl.lit(50.0), pl.lit(0.0)), walk_min(pl.lit(1000.0), pl.lit(0.0), pl.lit(50.0))
    assert value(up) == pytest.approx(60 / 4.22813, abs=1e-3)
    assert value(down) == pytest.approx(10.0)


def test_a_way_that_climbs_and_descends_is_split_in_the_ratio_of_the_two() -> None:
    # 30 m up and 10 m down over 1,000 m: slope 40 / 1000 = 0.04;
    # 750 m up at 6 exp(-3.5 * 0.09), 250 m down at 6 exp(-3.5 * 0.01)
    expected = 0.75 * 60 / (6 * math.exp(-0.315)) + 0.25 * 60 / (6 * math.exp(-0.035))
    assert value(walk_min(pl.lit(1000.0), pl.lit(30.0), pl.lit(10.0))) == pytest.approx(expected)


def test_no_distance_takes_no_time() -> None:
    assert value(walk_min(pl.lit(0.0), pl.lit(0.0), pl.lit(0.0))) == 0


def test_a_hundredth_of_a_degree_of_latitude_is_1112_metres() -> None:
    # 2 pi 6371.0088 km / 360 / 100
    assert value(haversine_m(pl.lit(48.83), pl.lit(2.21), 48.82, 2.21)) == pytest.approx(1111.95, abs=0.01)


def test_a_measured_walk_is_not_estimated() -> None:
    row = {
        "neighbourhood_id": "q",
        "mode": "walk",
        "is_project": False,
        "distance_m": 1000.0,
        "ascent_m": 50.0,
        "descent_m": 0.0,
    }
    walk = minutes(row)
    assert walk["out_min"] == pytest.approx(14.1907, abs=1e-3)
    assert walk["back_min"] == pytest.approx(10.0)
    assert walk["return_min"] == pytest.approx(24.1907, abs=1e-3)
    assert walk["is_estimated"] is False


def test_without_a_link_the_straight_line_and_the_altitudes_are_taken_and_said_to_be_an_estimate() -> None:
    # 1,111.95 m * 1.3 = 1,445.53 m, 20 m down to the centre: slope 0.013836
    frame = travel_minutes(links(), quartier(lat=48.83, altitude_m=60.0), CENTRE)
    walk = frame.row(0, named=True)
    slope = 20 / 1445.53
    assert walk["out_min"] == pytest.approx(0.06 * 1445.53 / (6 * math.exp(-3.5 * (0.05 - slope))), rel=1e-4)
    assert walk["back_min"] == pytest.approx(0.06 * 1445.53 / (6 * math.exp(-3.5 * (0.05 + slope))), rel=1e-4)
    assert walk["is_estimated"] is True


def test_a_missing_descent_follows_from_the_climb_and_the_altitudes() -> None:
    # the centre lies 20 m lower and the way climbs 30 m, so it descends 50 m
    row = {"neighbourhood_id": "q", "mode": "walk", "is_project": False, "distance_m": 1000.0, "ascent_m": 30.0}
    told = minutes(row | {"descent_m": 50.0})
    found = minutes(row, quartier(altitude_m=60.0))
    assert found["out_min"] == pytest.approx(told["out_min"])
    assert (found["is_estimated"], told["is_estimated"]) == (True, False)


def test_a_planned_walk_without_a_distance_is_not_invented() -> None:
    planned = minutes({"neighbourhood_id": "q", "mode": "walk", "is_project": True})
    assert planned["return_min"] is None


def test_a_bus_takes_the_walk_to_the_stop_half_the_headway_and_the_ride() -> None:
    # 420 m at 5.0367 km/h = 5.0033 min; 4 an hour = 7.5 min of waiting; 9 there, 11 back
    bus = minutes(BUS)
    walk = 0.06 * 420 / FLAT_KMH
    assert bus["out_min"] == pytest.approx(walk + 7.5 + 9)
    assert bus["back_min"] == pytest.approx(walk + 7.5 + 11)
    assert (bus["served_share"], bus["is_estimated"]) == (1.0, False)


@pytest.mark.parametrize(
    ("first", "last", "share"),
    [
        (time(6, 30), time(21, 15), 1.0),
        (time(14, 30), time(21), 0.5),  # 14:30 to 19:00 of 10:00 to 19:00
        (time(19, 30), time(1), 0.0),  # after midnight, and after the shops have closed
        (time(5), time(9, 30), 0.0),
        (time(18), time(11), 2 / 9),  # through the night: 18 to 19 and 10 to 11
    ],
)
def test_a_service_counts_only_where_it_runs_while_shops_are_open(first: time, last: time, share: float) -> None:
    bus = minutes(BUS | {"first_departure": first, "last_departure": last})
    assert bus["served_share"] == pytest.approx(share)
    assert (bus["return_min"] is None) == (share == 0)


@pytest.mark.parametrize("departures", [0.0, None])
def test_a_line_without_departures_takes_nobody(departures: float | None) -> None:
    assert minutes(BUS | {"departures_per_hour": departures})["return_min"] is None


def test_unknown_service_hours_and_one_ride_time_are_assumed_and_said() -> None:
    bus = minutes(BUS | {"first_departure": None, "back_min": None})
    assert bus["back_min"] == bus["out_min"]
    assert (bus["served_share"], bus["is_estimated"]) == (None, True)


def journeys(*modes: tuple[str, str, bool, float | None]) -> pl.DataFrame:
    """(quartier, mode, is_project, return minutes) as travel_minutes gives them."""
    schema = {"neighbourhood_id": pl.String, "mode": pl.String, "is_project": pl.Boolean, "return_min": pl.Float64}
    return pl.DataFrame(list(modes), schema=schema, orient="row").with_columns(is_estimated=pl.lit(False))


def test_access_halves_every_ten_minutes_beyond_the_reference() -> None:
    frame = access(journeys(("far", "walk", False, 30), ("near", "walk", False, 8)), beta_per_min=BETA, reference_min=5)
    # 15 minutes one way: 10 beyond the reference: 100 / 2; 4 minutes is nearer than the reference: 100
    assert frame["access_score"].to_list() == pytest.approx([50, 100])
    assert frame["impedance"].to_list() == pytest.approx([2**-1.5, 2**-0.4])


def test_two_modes_of_ten_minutes_feel_like_one_of_none() -> None:
    # f = 1/2 each, their sum 1, so 0 minutes; the best mode stays at ten
    both = access(journeys(("q", "walk", False, 20), ("q", "bus", False, 20)), beta_per_min=BETA, reference_min=5)
    assert both.select("best_mode", "best_min", "logsum_min").row(0) == ("bus", 10, pytest.approx(0, abs=1e-9))


def test_projects_and_modes_that_do_not_run_give_no_access() -> None:
    frame = journeys(("q", "walk", False, 40), ("q", "bus", False, None), ("q", "shuttle", True, 10))
    assert access(frame, beta_per_min=BETA, reference_min=5)["best_mode"].to_list() == ["walk"]


@given(st.lists(st.floats(0.5, 120), min_size=1, max_size=4))
def test_more_choice_never_feels_longer_than_the_best_mode(times: list[float]) -> None:
    frame = access(
        journeys(*((("q"), f"m{i}", False, t) for i, t in enumerate(times))), beta_per_min=BETA, reference_min=5
    )
    assert frame["logsum_min"][0] <= frame["best_min"][0] + 1e-9
    assert 0 <= frame["access_score"][0] <= frame["logsum_access_score"][0] + 1e-9


GATEWAYS = pl.DataFrame(
    {
        "week": ["w"] * 3,
        "neighbourhood_id": ["a", "b", "c"],
        "population": [1000, 3000, 5000],
        "impedance": [0.6, 0.2, 0.9],
        "passages": [300, 100, None],
    }
)


def test_observed_against_expected_is_worked_over_the_quartiers_that_are_counted() -> None:
    # a: 1000 * 0.6 = 600, b: 3000 * 0.2 = 600: half each; observed 3/4 and 1/4; c has no gateway counter
    a, b, c = observed_to_expected(GATEWAYS, by=["week"]).rows(named=True)
    assert (a["expected_share"], a["observed_share"], a["ratio"]) == pytest.approx((0.5, 0.75, 1.5))
    assert (b["expected_share"], b["observed_share"], b["ratio"]) == pytest.approx((0.5, 0.25, 0.5))
    assert a["passages_per_1000"] == pytest.approx(300)
    assert set(list(c.values())[2:]) == {None}


def test_the_interval_of_a_ratio_is_that_of_its_count() -> None:
    # Garwood's 95 % interval of 100 counts is 81.36 to 121.63 (published); 200 expected
    b = observed_to_expected(GATEWAYS, by=[]).row(1, named=True)
    assert (b["ratio_low"], b["ratio_high"]) == pytest.approx((81.36 / 200, 121.63 / 200), abs=1e-4)


def test_scaling_all_counts_leaves_shares_and_ratios_unchanged() -> None:
    columns = ["observed_share", "expected_share", "ratio"]
    scaled = GATEWAYS.with_columns(pl.col("passages") * 7)
    ours, theirs = (observed_to_expected(each, by=["week"]).select(columns).head(2) for each in (scaled, GATEWAYS))
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy())


def test_a_gateway_where_nobody_passed_has_a_ratio_of_zero_and_one_alone_has_one() -> None:
    frame = observed_to_expected(GATEWAYS.with_columns(passages=pl.Series([300, 0, None])), by=["week"])
    assert frame["ratio"].to_list() == [pytest.approx(2), 0.0, None]
    assert frame["ratio_low"][1] == 0


def test_nobody_at_any_gateway_is_no_ratio() -> None:
    frame = observed_to_expected(GATEWAYS.with_columns(passages=pl.Series([0, 0, None])), by=["week"])
    assert frame["ratio"].to_list() == [None, None, None]


def test_garwood_limits_of_small_counts_are_the_published_ones() -> None:
    low, high = poisson_interval(pl.Series([0, 1, 10, None]), 1.0, 0.95)
    assert low.round(3).to_list() == [0.0, 0.025, 4.795, None]
    assert high.round(3).to_list() == [3.689, 5.572, 18.390, None]


def test_overdispersion_widens_the_interval() -> None:
    # phi = 4: limits of 100 / 4 = 25 (16.179 to 36.905, Garwood) times 4
    low, high = poisson_interval(pl.Series([100]), 4.0, 0.95)
    assert (low[0], high[0]) == pytest.approx((4 * 16.179, 4 * 36.905), abs=0.01)


def test_each_count_may_have_an_overdispersion_of_its_own() -> None:
    low, high = poisson_interval(pl.Series([100, 25]), pl.Series([4.0, 1.0]), 0.95)
    assert low.to_list() == pytest.approx([4 * 16.179, 16.179], abs=0.01)
    assert high.to_list() == pytest.approx([4 * 36.905, 36.905], abs=0.01)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5, 5, 5], 1.0), ([9, 0, 0], 0.0), ([4, None], None), ([0, 0], None), ([3, 1, None], 0.8113)],
)  # 3/4 and 1/4: 0.5623 / ln 2 = 0.8113
def test_evenness_is_one_when_all_are_alike_and_zero_when_one_has_all(
    values: list[int | None], expected: float | None
) -> None:
    frame = pl.DataFrame({"v": values}, schema={"v": pl.Float64})
    found = frame.select(evenness(pl.col("v"))).item()
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-4))


def test_a_project_saves_minutes_only_where_it_is_faster_than_what_exists() -> None:
    frame = journeys(
        ("a", "walk", False, 40), ("a", "walk", True, 20), ("b", "walk", False, 10), ("b", "shuttle", True, 30),
        ("c", "walk", False, 10), ("c", "walk", True, None),
    )  # fmt: skip
    population = pl.DataFrame({"neighbourhood_id": ["a", "b", "c"], "population": [1500, 10, 10]})
    effect = project_effect(frame, population, beta_per_min=BETA, reference_min=5)
    # a: from 20 to 10 minutes one way: scores 100 * 2^-1.5 = 35.355 and 100 * 2^-0.5 = 70.711
    assert effect.row(0)[2:] == pytest.approx((20, 30_000, 70.7107 - 35.3553), abs=1e-3)
    assert effect.row(1)[2:] == (0, 0, 0)
    assert effect.row(2)[2:] == (None, None, None)
