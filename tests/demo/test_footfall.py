"""The simulated counts hold what the demonstration is to show, and nothing moves between two runs."""

from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from pipeline.demo.places import COUNTERS, REPLACED_ON, STREETS, WAYS
from pipeline.demo.sevres import World, simulate


def _days(world: World, *counters: str) -> dict[date, int]:
    """Passages as written, added up by day over those counters."""
    hours = sum(one.counts for one in world.series if one.counter.id in counters)
    totals = np.bincount(world.clock.day, weights=hours)
    return {day: int(total) for day, total in zip(world.clock.days, totals, strict=True)}


def _counts(world: World, counter: str, first: datetime, last: datetime) -> list[NDArray[np.int64]]:
    return [one.counts[world.clock.between(first, last)] for one in world.series if one.counter.id == counter]


CENTRE = [counter.id for counter in COUNTERS if counter.in_centre]


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    again = simulate()
    assert all((one.counts == other.counts).all() for one, other in zip(world.series, again.series, strict=True))
    assert world.shops == again.shops
    assert (world.weather.rain_mm == again.weather.rain_mm).all()


def test_ten_counters_watch_the_centre_and_eight_of_ten_quartiers() -> None:
    assert len(COUNTERS) == 10
    assert len(CENTRE) == 6
    gateways = [counter.gateway_of for counter in COUNTERS if counter.gateway_of]
    assert len(gateways) == len(set(gateways)) == 8
    without = {way.neighbourhood_id for way in WAYS} - set(gateways)
    assert without == {"920720101", "920720102"}  # the two Bruyères


def test_the_dead_counter_writes_zeros_for_three_weeks(world: World) -> None:
    dead = _counts(world, "RENAN", datetime(2026, 2, 9, 8), datetime(2026, 3, 2, 11))
    assert len(dead) == 2  # entrant and sortant
    assert all(len(one) == 507 for one in dead)  # 21 days × 24 + 3 hours
    assert all((one == 0).all() for one in dead)
    around = _counts(world, "RENAN", datetime(2026, 3, 2, 11), datetime(2026, 3, 2, 20))
    assert all((one > 0).all() for one in around)


def test_a_sensor_that_is_replaced_sees_more_of_the_same_people(world: World) -> None:
    # The old camera saw 78 % of those who passed, the new sensor sees 95 %.
    [one] = (one for one in world.series if one.counter.id == "GR-OUEST")
    is_new = np.array([start.date() >= REPLACED_ON for start in world.clock.start])
    passages = world.passages["GR-OUEST"]
    assert abs(one.counts[~is_new].sum() / passages[~is_new].sum() - 0.78) < 0.005
    assert abs(one.counts[is_new].sum() / passages[is_new].sum() - 0.95) < 0.005


def test_the_christmas_market_is_felt_in_the_centre(world: World) -> None:
    days = _days(world, *CENTRE)
    market = sum(days[date(2025, 12, d)] for d in (12, 13, 14))
    weekend_before = sum(days[date(2025, 12, d)] for d in (5, 6, 7))
    assert market > 1.2 * weekend_before


def test_august_is_the_low_and_saturday_the_high_of_the_centre(world: World) -> None:
    days = _days(world, *CENTRE)
    by_month = {m: np.mean([n for d, n in days.items() if (d.year, d.month) == (2025, m)]) for m in range(1, 13)}
    assert min(by_month, key=by_month.__getitem__) == 8
    by_weekday = [np.mean([n for d, n in days.items() if d.weekday() == w]) for w in range(7)]
    assert int(np.argmax(by_weekday)) == 5


def test_rain_keeps_people_at_home(world: World) -> None:
    days = _days(world, *CENTRE)
    tuesdays = [
        (rain, days[day])
        for day, rain, off in zip(world.clock.days, world.weather.rain_mm, world.clock.is_public_holiday, strict=True)
        if day.weekday() == 1 and not off and day.month in (3, 4, 5, 6, 9, 10, 11)
    ]
    assert np.mean([n for rain, n in tuesdays if rain > 6]) < 0.93 * np.mean([n for rain, n in tuesdays if rain == 0])


def test_market_mornings_fill_the_market_street(world: World) -> None:
    wednesday, thursday = datetime(2025, 10, 8, 8), datetime(2025, 10, 9, 8)
    [market] = _counts(world, "MARCHE", wednesday, wednesday.replace(hour=13))
    [ordinary] = _counts(world, "MARCHE", thursday, thursday.replace(hour=13))
    assert market.sum() > 1.8 * ordinary.sum()


def test_both_directions_together_are_what_the_sensor_saw(world: World) -> None:
    inward, outward = (one for one in world.series if one.counter.id == "BINELLES")
    share = inward.counts.sum() / (inward.counts.sum() + outward.counts.sum())
    assert 0.45 < share < 0.55
    # It sees 92 % of those who pass.
    seen = (inward.counts.sum() + outward.counts.sum()) / world.passages["BINELLES"].sum()
    assert 0.915 < seen < 0.925


def test_132_premises_of_which_90_in_the_centre() -> None:
    # 30 + 16 + 9 + 15 + 12 + 8 = 90 in the centre; 7 + 8 + 7 + 5 + 6 + 5 + 4 = 42 elsewhere.
    assert sum(street.premises for street in STREETS) == 132
    assert sum(street.premises for street in STREETS if street.in_centre) == 90
