"""JSON exports of an agenda as rows."""

import json
from typing import Any

import pytest

from pipeline.deposit import peek, read_table
from pipeline.deposit.table import Table

COLUMNS = ["uid", "title_fr", "timings.begin", "timings.end", "timings.date", "location_city", "status.id"]
# As OpenDataSoft writes an event: lists and objects are JSON inside strings.
CONCERT: dict[str, Any] = {
    "uid": "52304811",
    "title_fr": "Concert au marché",
    "timings": json.dumps(
        [
            {"begin": "2026-06-27T20:00:00+02:00", "end": "2026-06-27T22:00:00+02:00"},
            {"begin": "2026-06-20T20:00:00+02:00", "end": "2026-06-20T22:00:00+02:00"},
        ]
    ),
    "status": '{"id": 1, "label": {"fr": "Programmé"}}',
    "keywords_fr": ["musique", "marché"],
    "location_city": "Sèvres",
    "contributor_email": "germaine@example.org",
}


def read(told: Any, columns: list[str] = COLUMNS) -> Table:
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return read_table(data, columns)


def test_each_date_of_an_event_is_a_row_in_order_and_the_first_has_no_key_of_its_own() -> None:
    table = read([CONCERT])
    same = {"uid": "52304811", "title_fr": "Concert au marché", "location_city": "Sèvres", "status.id": "1", "line": 1}
    times = [
        ("2026-06-20T20:00:00+02:00", "2026-06-20T22:00:00+02:00", ""),
        ("2026-06-27T20:00:00+02:00", "2026-06-27T22:00:00+02:00", "20260627T180000Z"),
    ]
    names = ("timings.begin", "timings.end", "timings.date")
    assert table.rows.to_dicts() == [same | dict(zip(names, one, strict=True)) for one in times]
    assert table.counts.read == 1


@pytest.mark.parametrize(
    "wrapped",
    [
        [CONCERT],
        {"total_count": 1, "results": [CONCERT]},
        {"nhits": 1, "records": [{"recordid": "a", "fields": CONCERT}]},
        {"records": [{"record": {"id": "a", "fields": CONCERT}}]},
        {"total": 1, "events": [CONCERT]},
    ],
    ids=["list", "API v2.1", "API v1", "API v2.0", "OpenAgenda"],
)
def test_records_are_found_wherever_an_export_puts_them(wrapped: Any) -> None:
    assert read(wrapped).rows["uid"].to_list() == ["52304811"] * 2


def test_one_date_has_one_key_however_an_export_writes_its_time_zone() -> None:
    def second(begin: str) -> str:
        timings = [{"begin": "2026-06-20T18:00:00Z"}, {"begin": begin}]
        return read([CONCERT | {"timings": timings}]).rows["timings.date"][1]

    assert second("2026-06-27T20:00:00+02:00") == second("2026-06-27T18:00:00.000Z") == "20260627T180000Z"


def test_only_what_is_asked_for_leaves_the_reader() -> None:
    table = read([CONCERT])
    assert set(table.rows.columns) == {*COLUMNS, "line"} == {*table.header, "line"}


def test_an_event_without_dates_is_one_row() -> None:
    table = read([CONCERT | {"timings": None}])
    assert table.rows.select("timings.begin", "timings.date").rows() == [("", "")]


def test_of_two_versions_the_one_updated_last_is_read() -> None:
    old, new = (
        CONCERT | {"updatedat": "2026-05-01"},
        CONCERT | {"updatedat": "2026-05-02", "title_fr": "Concert déplacé"},
    )
    table = read([new, old])
    assert set(table.rows["title_fr"]) == {"Concert déplacé"}
    [said] = table.problems.filter(table.problems["key"] == "duplicate-key.updated").to_dicts()
    assert (said["line"], said["value"], said["expected"]) == (2, "52304811", "1")


def test_a_record_without_fields_is_rejected_by_its_number() -> None:
    table = read([CONCERT, "text", None])
    assert table.rejected["line"].to_list() == [2, 3]
    assert (table.counts.read, table.counts.rejected) == (3, 2)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b'[{"uid": 1},', "encoding-error.json"),
        (b'{"uid": 1}', "encoding-error.json"),
        (b'[{"uid": "\xe9"}]', "encoding-error.json"),
        (b'[{"a":' + b"[" * 100_000, "encoding-error.json"),
        (b"[]", "encoding-error.empty"),
    ],
    ids=["cut", "no list", "not UTF-8", "too deep", "no record"],
)
def test_json_that_holds_no_records_is_refused_in_words(data: bytes, key: str) -> None:
    table = read(data)
    assert table.problems.filter(table.problems["severity"] == "error")["key"].to_list() == [key]
    assert table.rows.height == 0


def test_the_peek_shows_the_names_under_which_there_are_values() -> None:
    [row] = peek(json.dumps([CONCERT, {"uid": 2, "place": {"city": "Sèvres"}}]).encode()).rows
    assert {"uid", "timings.begin", "timings.date", "status.id", "status.label.fr", "place.city"} <= set(row.cells)
