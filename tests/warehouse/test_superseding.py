"""The same fact sent twice: the later upload wins, nothing is lost from sight."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.derive import polars_schema
from pipeline.feeds import get_feed
from pipeline.warehouse.superseding import Accepted, accepted_rows, superseded_counts, without_superseded


@pytest.fixture
def upload(tmp_path: Path):
    def upload(feed: str, upload_id: str, rows: list[dict[str, Any]]) -> Accepted:
        schema = polars_schema(get_feed(feed))
        numbered = [{"line": number, **row} for number, row in enumerate(rows, start=2)]
        frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in numbered], schema=schema)
        path = tmp_path / f"{upload_id}.parquet"
        frame.write_parquet(path)
        return Accepted(upload_id, path)

    return upload


def kept(feed: str, uploads: list[Accepted]) -> pl.DataFrame:
    return without_superseded(get_feed(feed), accepted_rows(get_feed(feed), uploads)).collect()


def count(at: str, value: float | None, direction: str | None = "both") -> dict[str, Any]:
    utc = datetime.fromisoformat(at).astimezone(UTC)
    local = datetime.fromisoformat(at).replace(tzinfo=None)
    return {"counter_id": "A", "start": local, "start_utc": utc, "count": value, "direction": direction}


def shop(name: str, opened: date | None, closed: date | None = None) -> dict[str, Any]:
    return {"premises_id": "L1", "shop_name": name, "opened_on": opened, "closed_on": closed}


def test_the_later_upload_wins_and_the_earlier_rows_are_counted(upload) -> None:
    first = upload("footfall", "u1", [count("2026-11-02T10:00+01:00", 5), count("2026-11-02T11:00+01:00", 6)])
    second = upload("footfall", "u2", [count("2026-11-02T11:00+01:00", 60)])
    feed = get_feed("footfall")
    rows = accepted_rows(feed, [first, second])
    left = without_superseded(feed, rows)
    assert left.select("upload_id", "count").collect().rows() == [("u1", 5.0), ("u2", 60.0)]
    assert superseded_counts(rows, left, left.head(0)).collect().rows() == [("u1", 2, 1, 0), ("u2", 1, 0, 0)]


def test_a_correction_that_empties_a_count_wins_too(upload) -> None:
    # An empty count says "not counted": it is a correction, not the absence of one.
    first = upload("footfall", "u1", [count("2026-11-02T10:00+01:00", 0)])
    second = upload("footfall", "u2", [count("2026-11-02T10:00+01:00", None)])
    assert kept("footfall", [first, second])["count"].to_list() == [None]


def test_the_two_hours_of_the_same_name_in_autumn_are_two_facts(upload) -> None:
    rows = [count("2026-10-25T02:00+02:00", 7), count("2026-10-25T02:00+01:00", 3)]
    assert kept("footfall", [upload("footfall", "u1", rows)])["count"].to_list() == [7.0, 3.0]


def test_an_empty_direction_and_a_written_total_are_the_same_fact(upload) -> None:
    first = upload("footfall", "u1", [count("2026-11-02T10:00+01:00", 5, direction=None)])
    second = upload("footfall", "u2", [count("2026-11-02T10:00+01:00", 8, direction="both")])
    assert kept("footfall", [first, second]).select("count", "direction").rows() == [(8.0, "both")]


def test_within_one_upload_the_last_line_wins(upload) -> None:
    rows = [count("2026-11-02T10:00+01:00", 5), count("2026-11-02T10:00+01:00", 9)]
    assert kept("footfall", [upload("footfall", "u1", rows)]).select("count", "line").rows() == [(9.0, 3)]


def test_a_shop_sent_again_with_its_closing_date_closes(upload) -> None:
    first = upload("shops", "u1", [shop("Le Pain", date(2025, 3, 1))])
    second = upload("shops", "u2", [shop("Le Pain", date(2025, 3, 1), closed=date(2026, 5, 4))])
    assert kept("shops", [first, second])["closed_on"].to_list() == [date(2026, 5, 4)]


def test_without_opening_date_shops_are_told_apart_by_their_names(upload) -> None:
    first = upload("shops", "u1", [shop("Le Pain", None), shop("La Fleur", None), shop("Le Pain", date(2026, 1, 5))])
    second = upload("shops", "u2", [shop("Le Pain", None, closed=date(2026, 1, 2))])
    found = kept("shops", [first, second]).select("shop_name", "opened_on", "closed_on", "upload_id").rows()
    assert found == [
        ("Le Pain", date(2026, 1, 5), None, "u1"),
        ("La Fleur", None, None, "u1"),
        ("Le Pain", None, date(2026, 1, 2), "u2"),
    ]


def told_of_the_pain(upload, *shops: dict[str, Any]) -> list[tuple[Any, ...]]:
    """(opening, closure, upload) of each shop left when these rows come one upload after the other."""
    uploads = [upload("shops", f"u{place}", [row]) for place, row in enumerate(shops, start=1)]
    return kept("shops", uploads).select("opened_on", "closed_on", "upload_id").rows()


OPENED, CLOSED = date(2019, 3, 1), date(2026, 5, 4)


def test_a_shop_sent_without_its_opening_and_later_with_it_is_one_shop(upload) -> None:
    rows = told_of_the_pain(upload, shop("Le Pain", None), shop("Le Pain", OPENED))
    assert rows == [(OPENED, None, "u2")]


def test_a_shop_closed_by_a_row_that_leaves_its_opening_out_keeps_it(upload) -> None:
    rows = told_of_the_pain(upload, shop("Le Pain", OPENED), shop("Le Pain", None, closed=CLOSED))
    assert rows == [(OPENED, CLOSED, "u2")]


def test_the_last_word_on_a_shop_wins_whatever_it_leaves_out(upload) -> None:
    shops = [shop("Le Pain", None), shop("Le Pain", OPENED, closed=CLOSED), shop("Le Pain", None)]
    assert told_of_the_pain(upload, *shops) == [(OPENED, None, "u3")]


def test_a_shop_that_closed_before_the_one_of_its_name_opened_is_another(upload) -> None:
    rows = told_of_the_pain(upload, shop("Le Pain", date(2026, 5, 4)), shop("Le Pain", None, closed=CLOSED))
    assert rows == [(date(2026, 5, 4), None, "u1"), (None, CLOSED, "u2")]


def test_an_end_without_a_beginning_belongs_to_the_last_occupation_that_began_before(upload) -> None:
    # From 2015 to 2018, then from 2019; a closure told for June 2018 cannot be that of the second.
    first = shop("Le Pain", date(2015, 3, 1), closed=date(2018, 1, 8))
    rows = told_of_the_pain(upload, first, shop("Le Pain", OPENED), shop("Le Pain", None, closed=date(2018, 6, 1)))
    assert rows == [(date(2015, 3, 1), date(2018, 6, 1), "u3"), (OPENED, None, "u2")]


def test_another_name_in_the_same_premises_is_another_shop(upload) -> None:
    rows = told_of_the_pain(upload, shop("Le Pain", None), shop("La Fleur", OPENED))
    assert rows == [(OPENED, None, "u2"), (None, None, "u1")]


def test_an_event_first_sent_without_identifier_is_one_event(upload) -> None:
    fair = {"title": "Fête", "start": datetime(2026, 6, 7, 10), "start_utc": datetime(2026, 6, 7, 8, tzinfo=UTC)}
    first = upload("events", "u1", [{**fair, "place": "Grande Rue"}])
    second = upload("events", "u2", [{**fair, "event_id": "2026-FETE", "place": "Quai"}])
    columns = ("event_id", "place")
    assert kept("events", [first, second]).select(columns).rows() == [("2026-FETE", "Quai")]
    # The other way round: the row without identifier is the last word, and the identifier stays known.
    assert kept("events", [second, first]).select(columns).rows() == [("2026-FETE", "Grande Rue")]


def test_two_grains_that_begin_together_do_not_replace_each_other(upload) -> None:
    # The day begins with its first hour: were it the same fact, that hour would be lost with the day that is set aside.
    hour = count("2026-11-02T00:00+01:00", 5) | {"end_utc": datetime(2026, 11, 2, 0, tzinfo=UTC)}
    day = count("2026-11-02T00:00+01:00", 90) | {"end_utc": datetime(2026, 11, 2, 23, tzinfo=UTC)}
    both = kept("footfall", [upload("footfall", "u1", [hour]), upload("footfall", "u2", [day])])
    assert both["count"].to_list() == [5.0, 90.0]


def test_a_state_that_holds_since_ever_is_replaced_by_the_next_one_that_does(upload) -> None:
    state = {"counter_id": "A", "name": "Grande Rue", "valid_from": None, "step_min": 60}
    first = upload("counters", "u1", [state, {**state, "valid_from": date(2026, 5, 1)}])
    second = upload("counters", "u2", [{**state, "step_min": 15}])
    found = kept("counters", [first, second]).select("valid_from", "step_min").rows()
    assert found == [(date(2026, 5, 1), 60), (None, 15)]


def test_a_column_that_an_older_upload_did_not_have_is_empty(upload, tmp_path: Path) -> None:
    old = upload("weather", "u1", [{"date": date(2026, 11, 2), "rain_mm": 1.5}])
    pl.read_parquet(old.path).drop("wind_max_kmh").write_parquet(old.path)
    assert kept("weather", [old]).select("rain_mm", "wind_max_kmh").rows() == [(1.5, None)]


@pytest.mark.parametrize("feed", ["footfall", "shops", "links"])
def test_a_feed_that_nobody_sent_has_all_its_columns_and_no_row(feed: str) -> None:
    nothing = kept(feed, [])
    assert nothing.height == 0
    assert set(polars_schema(get_feed(feed))) < set(nothing.columns)
