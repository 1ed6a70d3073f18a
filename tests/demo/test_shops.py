"""The simulated shops: no two in one place at a time, trades that the nomenclature knows, states without a gap."""

from datetime import date, timedelta
from itertools import groupby, pairwise

from pipeline.contract.trades import all_trades, normalise_trade
from pipeline.demo.sevres import World
from pipeline.demo.shops import premises_rows
from pipeline.demo.timeline import FIRST_DAY, LAST_DAY


def test_a_shop_leaves_before_the_next_one_comes(world: World) -> None:
    for _, shops in groupby(world.shops, key=lambda shop: shop.premises.id):
        for earlier, later in pairwise(shops):
            assert earlier.closed_on is not None
            assert later.opened_on is not None
            assert earlier.closed_on < later.opened_on


def test_every_trade_is_known_and_most_of_the_nomenclature_is_there(world: World) -> None:
    trades = {normalise_trade(shop.activity) for shop in world.shops}
    assert None not in trades
    assert len(trades) >= 20
    assert {all_trades()[trade].is_walk_in for trade in trades if trade} == {True, False}


def test_about_110_shops_are_open_and_some_move_every_half_year(world: World) -> None:
    for day in (FIRST_DAY, date(2025, 11, 24), LAST_DAY):
        is_open = [
            s for s in world.shops if (s.opened_on or date.min) <= day and (s.closed_on is None or s.closed_on > day)
        ]
        assert 105 <= len(is_open) <= 125
    closures = [shop for shop in world.shops if shop.closed_on]
    assert len(closures) == 24
    assert all(shop.reason for shop in closures)
    openings = [shop for shop in world.shops if shop.opened_on and shop.opened_on >= FIRST_DAY]
    assert len(openings) >= 15


def test_states_of_premises_follow_each_other_day_by_day(world: World) -> None:
    rows = premises_rows(world.premises, world.shops, LAST_DAY)
    for _, group in groupby(rows, key=lambda row: row["premises_id"]):
        states = list(group)
        assert states[-1]["valid_to"] is None
        for earlier, later in pairwise(states):
            end, begin = earlier["valid_to"], later["valid_from"]
            assert isinstance(end, date)
            assert end + timedelta(days=1) == begin
            assert (earlier["is_to_let"] or earlier["has_works"]) != (later["is_to_let"] or later["has_works"])


def test_premises_are_empty_exactly_while_no_shop_is_there(world: World) -> None:
    rows = [row for row in premises_rows(world.premises, world.shops, LAST_DAY) if row["valid_to"] is None]
    occupied = {shop.premises.id for shop in world.shops if shop.closed_on is None}
    assert {row["premises_id"] for row in rows if not (row["is_to_let"] or row["has_works"])} == occupied
