"""What a format makes of a table: columns, wide layouts, totals, flags, zeros, changes of meaning."""

from collections.abc import Callable

import polars as pl

from pipeline.contract import Feed
from pipeline.deposit.formats import Format, Shaped, shape
from pipeline.deposit.formats.template import template_format
from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.table import Table
from pipeline.feeds import get_feed

MakeTable = Callable[[str], Table]
MakeFormat = Callable[[str], Format]
PARIS = "Europe/Paris"
LONG = """
[recognise]
headers = ["Lieu", "Quand", "Total"]
[columns]
counter_id = "Lieu"
start = { column = "Quand", formats = "%d/%m/%Y %H:%M" }
count = "Total"
"""


def column(shaped: Shaped, name: str) -> list[str | None]:
    return shaped.values[name].to_list()


def told(shaped: Shaped) -> list[tuple[int | None, str, str | None, str | None]]:
    return shaped.problems.select("line", "key", "value", "expected").rows()


def test_the_template_is_a_rename_and_its_texts_stay_as_sent(table: MakeTable) -> None:
    feed: Feed = get_feed("footfall")
    sent = table("Compteur;start;PASSAGES\nGR12;03/11/2025 14:00;12,5")
    shaped = shape(sent, template_format(feed), PARIS)
    assert shaped.values.columns == [*(c.name for c in feed.columns), "line", "source_column"]
    assert shaped.values.row(0, named=True) == {
        "counter_id": "GR12", "start": "03/11/2025 14:00", "end": None, "count": "12,5", "direction": None,
        "line": 2, "source_column": None,
    }  # fmt: skip
    assert shaped.headers == {"counter_id": "Compteur", "start": "start", "count": "PASSAGES"}
    assert shaped.problems.schema == PROBLEMS


def test_columns_are_renamed_trimmed_and_an_empty_cell_is_null(table: MakeTable, written: MakeFormat) -> None:
    shaped = shape(table("Lieu;Quand;Total\n Pont\t;03/11/2025 14:00;12\nPont;03/11/2025 15:00;"), written(LONG), PARIS)
    assert column(shaped, "counter_id") == ["Pont", "Pont"]
    assert column(shaped, "start") == ["2025-11-03T14:00:00", "2025-11-03T15:00:00"]
    assert column(shaped, "count") == ["12", None]
    assert shaped.values["line"].to_list() == [2, 3]
    assert shaped.values.schema["line"] == pl.UInt32


def test_the_vendors_words_for_nothing_are_empty(table: MakeTable, written: MakeFormat) -> None:
    shaped = shape(
        table("Lieu;Quand;Total\nPont;03/11/2025 14:00;n/d\nPont;03/11/2025 15:00;0"),
        written('empty = ["n/d"]' + LONG),
        PARIS,
    )
    assert column(shaped, "count") == [None, "0"]


def test_constants_joins_extracts_and_values(table: MakeTable, written: MakeFormat) -> None:
    fmt = written("""
[recognise]
headers = ["Pole", "No"]
[columns]
counter_id = { join = ["Pole", "No"], with = "-" }
start = "Quand"
count = { column = "N", extract = '^(\\d+) pax' }
direction = { column = "Vers", values = { "N" = "in", "S" = "out" } }
""")
    shaped = shape(
        table("Pole;No;Quand;N;Vers\nA;7;2025-11-03 14:00;12 pax;N\nA;;2025-11-03 14:00;9 pax;S"), fmt, PARIS
    )
    assert column(shaped, "counter_id") == ["A-7", "A"]
    assert column(shaped, "count") == ["12", "9"]
    assert column(shaped, "direction") == ["in", "out"]


def test_a_sum_is_not_counted_where_a_part_is_not_counted_and_shows_what_is_no_number(
    table: MakeTable, written: MakeFormat
) -> None:
    fmt = written(LONG.replace('count = "Total"', 'count = { sum = ["In", "Out"] }').replace(', "Total"', ""))
    rows = [f"P;03/11/2025 {hour:02}:00;{parts}" for hour, parts in enumerate(["3;4", "3;", "3;dix", "1,5;1"])]
    shaped = shape(table("Lieu;Quand;In;Out\n" + "\n".join(rows)), fmt, PARIS)
    assert column(shaped, "count") == ["7", None, "dix", "2.5"]


def test_the_first_filled_source_is_taken(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(LONG.replace('count = "Total"', 'count = { first = ["Corrected", "Total"] }'))
    shaped = shape(table("Lieu;Quand;Total;Corrected\nP;03/11/2025 01:00;3;\nP;03/11/2025 02:00;3;5"), fmt, PARIS)
    assert column(shaped, "count") == ["3", "5"]


def test_a_feed_column_whose_name_is_a_header_of_something_else_is_not_confused(
    table: MakeTable, written: MakeFormat
) -> None:
    # The vendor's « start » is a battery level, its « count » an index.
    shaped = shape(table("Lieu;Quand;Total;start;count\nP;03/11/2025 01:00;3;87;1"), written(LONG), PARIS)
    assert shaped.values.select("start", "count").row(0) == ("2025-11-03T01:00:00", "3")


def test_wide_by_hour_gives_one_row_a_cell_in_the_order_of_the_file(table: MakeTable, written: MakeFormat) -> None:
    fmt = written("""
[recognise]
headers = ["Lieu", "Jour"]
[wide]
headers = '(?P<hour>\\d\\d)h'
[columns]
counter_id = "Lieu"
start = { date = "Jour", time = "@hour", formats = "%d/%m/%Y" }
count = "@cell"
""")
    shaped = shape(table("Lieu;Jour;09h;10h;Note\nP;03/11/2025;5;0;x\nQ;03/11/2025;;7;y"), fmt, PARIS)
    assert shaped.values.select("counter_id", "start", "count", "line", "source_column").rows() == [
        ("P", "2025-11-03T09:00:00", "5", 2, "09h"),
        ("P", "2025-11-03T10:00:00", "0", 2, "10h"),
        ("Q", "2025-11-03T09:00:00", None, 3, "09h"),
        ("Q", "2025-11-03T10:00:00", "7", 3, "10h"),
    ]


def test_wide_by_sensor_takes_every_column_that_has_no_other_use(table: MakeTable, written: MakeFormat) -> None:
    fmt = written("""
ignore = ["year"]
[recognise]
headers = ["date", "hour", "year"]
[wide]
headers = '(?P<sensor>.+)'
[columns]
counter_id = "@sensor"
start = { date = "date", time = "hour" }
count = "@cell"
""")
    shaped = shape(table("date;hour;year;Quay St;High St\n2025-01-01;6:00-6:59;2025;4.0;"), fmt, "Pacific/Auckland")
    assert shaped.values.select("counter_id", "start", "count").rows() == [
        ("Quay St", "2025-01-01T06:00:00", "4.0"),
        ("High St", "2025-01-01T06:00:00", None),
    ]


def test_two_sensors_whose_names_read_alike_are_both_kept(table: MakeTable, written: MakeFormat) -> None:
    shaped = shape(table("date;hour;High St;HIGH-ST\n2025-01-01;6:00;4;5"), written(SENSORS), PARIS)
    assert shaped.values.select("counter_id", "count").rows() == [("High St", "4"), ("HIGH-ST", "5")]


def test_in_and_out_in_columns_become_two_directions(table: MakeTable, written: MakeFormat) -> None:
    fmt = written("""
[recognise]
headers = ["Lieu", "Entrants", "Sortants"]
[wide]
headers = '(?P<way>Entrants|Sortants)'
[columns]
counter_id = "Lieu"
start = "Quand"
count = "@cell"
direction = { column = "@way", values = { Entrants = "in", Sortants = "out" } }
[[total]]
total = "Total"
parts = ["Entrants", "Sortants"]
""")
    shaped = shape(table("Lieu;Quand;Entrants;Sortants;Total\nP;2025-11-03 14:00;3;4;8"), fmt, PARIS)
    assert shaped.values.select("direction", "count").rows() == [("in", "3"), ("out", "4")]
    assert told(shaped) == [(2, "total-mismatch", "8", "7")]


def total(parts: str, counted: str = "Total") -> str:
    return LONG.replace('count = "Total"', f'count = "{counted}"') + f'[[total]]\ntotal = "Total"\nparts = {parts}\n'


def test_a_total_is_checked_line_by_line_against_its_parts(table: MakeTable, written: MakeFormat) -> None:
    text = "Lieu;Quand;In;Out;Total\n" + "\n".join(
        ["P;03/11/2025 01:00;3;4;7", "P;03/11/2025 02:00;3;4;8", "P;03/11/2025 03:00;3;;3", "P;03/11/2025 04:00;3;4;"]
    )
    assert told(shape(table(text), written(total('["In", "Out"]')), PARIS)) == [(3, "total-mismatch", "8", "7")]


def test_a_total_that_is_the_count_stands_alone_where_its_parts_are_empty(
    table: MakeTable, written: MakeFormat
) -> None:
    text = "Lieu;Quand;In;Out;Total\nP;03/11/2025 01:00;;;7"
    assert told(shape(table(text), written(total('["In", "Out"]')), PARIS)) == []


def test_a_total_that_is_not_read_may_not_count_what_its_empty_parts_lack(
    table: MakeTable, written: MakeFormat
) -> None:
    text = "Lieu;Quand;In;Out;Total\nP;03/11/2025 01:00;;;7\nP;03/11/2025 02:00;;;0\nP;03/11/2025 03:00;;;"
    assert told(shape(table(text), written(total('["In", "Out"]', "In")), PARIS)) == [(2, "total-mismatch", "7", "0")]


def test_a_flag_empties_the_value_or_its_zeros_or_only_tells(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(LONG + "".join(
        f'[[flag]]\ncolumn = "Etat"\nvalues = "{word}"\neffect = "{effect}"\n'
        for word, effect in (("HS", "not-counted"), ("Forte", "zeros-not-counted"), ("Faible", "kept"))
    ))  # fmt: skip
    rows = ["1;HS", "0;Forte", "2;Forte", "0;Faible", "0;"]
    text = "Lieu;Quand;Total;Etat\n" + "\n".join(f"P;03/11/2025 {n:02}:00;{row}" for n, row in enumerate(rows))
    shaped = shape(table(text), fmt, PARIS)
    assert column(shaped, "count") == [None, None, "2", "0", "0"]
    assert told(shaped) == [
        (2, "vendor-flag.not-counted", "HS", None),
        (3, "vendor-flag.zeros-not-counted", "Forte", None),
        (4, "vendor-flag.zeros-not-counted", "Forte", None),
        (5, "vendor-flag.kept", "Faible", None),
    ]


def flagged(written: MakeFormat, *flags: tuple[str, str]) -> Format:
    entries = (f'[[flag]]\ncolumn = "Etat"\nvalues = "{word}"\neffect = "{effect}"\n' for word, effect in flags)
    return written(LONG + "".join(entries))


def test_a_flag_is_known_in_any_case_accents_and_spaces(table: MakeTable, written: MakeFormat) -> None:
    fmt = flagged(written, ("Très forte", "zeros-not-counted"))
    text = "Lieu;Quand;Total;Etat\nP;03/11/2025 01:00;0;TRES  forte\nP;03/11/2025 02:00;0;très forte"
    shaped = shape(table(text), fmt, PARIS)
    assert column(shaped, "count") == [None, None]
    assert [(line, key) for line, key, *_ in told(shaped)] == [
        (2, "vendor-flag.zeros-not-counted"),
        (3, "vendor-flag.zeros-not-counted"),
    ]


def test_a_flag_that_the_format_does_not_know_is_told_once_and_its_rows_are_kept(
    table: MakeTable, written: MakeFormat
) -> None:
    fmt = flagged(written, ("Forte", "zeros-not-counted"), ("Faible", "kept"), ("-1", "not-counted"))
    marks = ["", "Moyenne", "Moyenne", "1", "Moyenne"]
    rows = "\n".join(f"P;03/11/2025 {hour:02}:00;0;{mark}" for hour, mark in enumerate(marks))
    shaped = shape(table(f"Lieu;Quand;Total;Etat\n{rows}"), fmt, PARIS)
    assert column(shaped, "count") == ["0"] * 5
    assert told(shaped) == [(3, "vendor-flag.unknown", "Moyenne", "3"), (5, "vendor-flag.unknown", "1", "1")]
    assert shaped.problems["column"].to_list() == ["Etat", "Etat"]


def test_a_zero_means_dead_only_where_and_when_the_format_says_so(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(LONG + '[[zero]]\nwhere = { counter_id = "Quai", from = 2025-11-04, to = 2025-11-05 }\n')
    rows = ["Quai;03/11", "Quai;04/11", "Quai;05/11", "Quai;06/11", "Pont;04/11"]
    text = "Lieu;Quand;Total\n" + "\n".join(f"{row}/2025 10:00;0" for row in rows)
    shaped = shape(table(text), fmt, PARIS)
    assert column(shaped, "count") == ["0", None, None, "0", "0"]
    assert told(shaped) == [(3, "vendor-flag.zero", "0", None), (4, "vendor-flag.zero", "0", None)]


def test_a_zero_in_the_doubled_hour_is_the_clocks_and_not_the_streets(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(LONG.replace(', formats = "%d/%m/%Y %H:%M"', "") + '[[zero]]\nonly = "doubled-hour"\n')
    moments = ["2025-10-26T01:00+02:00", "2025-10-26T02:00+01:00", "2025-10-26T03:00+01:00", "2025-10-27T02:00+01:00"]
    shaped = shape(table("Lieu;Quand;Total\n" + "\n".join(f"P;{moment};0" for moment in moments)), fmt, PARIS)
    assert column(shaped, "count") == ["0", None, "0", "0"]


def test_a_column_changes_its_meaning_from_a_day_on_for_one_counter(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(
        LONG.replace('count = "Total"', 'count = "In"').replace('"Total"', '"In"')
        + """
[[change]]
where = { counter_id = ["Pont"], from = 2025-11-04 }
columns = { count = { sum = ["In", "Out"] }, direction = { constant = "both" } }
"""
    )
    rows = ["Pont;03/11/2025 23:00", "Pont;04/11/2025 00:00", "Quai;04/11/2025 00:00"]
    shaped = shape(table("Lieu;Quand;In;Out\n" + "\n".join(f"{row};3;4" for row in rows)), fmt, PARIS)
    assert column(shaped, "count") == ["3", "7", "3"]
    assert column(shaped, "direction") == [None, "both", None]


def test_an_alias_gives_the_name_that_is_kept_and_is_told_once(table: MakeTable, written: MakeFormat) -> None:
    fmt = written(LONG.replace('counter_id = "Lieu"', 'counter_id = { column = "Lieu", aliases = { Neuf = "Vieux" } }'))
    text = "Lieu;Quand;Total\n" + "\n".join(
        f"{name};03/11/2025 {n:02}:00;1" for n, name in enumerate(["Vieux", "Neuf", "Neuf"])
    )
    shaped = shape(table(text), fmt, PARIS)
    assert column(shaped, "counter_id") == ["Vieux"] * 3
    assert told(shaped) == [(3, "constraint-error.enum-repaired", "Neuf", "Vieux")]


SENSORS = """
[recognise]
headers = ["date", "hour"]
[wide]
headers = '(?P<sensor>.+)'
[columns]
counter_id = "@sensor"
count = "@cell"
start = { date = "date", time = "hour", day_starts = "06:00", order_wins = true }
"""


def drifting(labels: list[tuple[str, int]]) -> str:
    return "date;hour;S\n" + "\n".join(f"{day};{hour}:00;1" for day, hour in labels)


def test_a_drifting_day_label_is_put_right_from_the_order_of_the_rows(table: MakeTable, written: MakeFormat) -> None:
    day = [*range(6, 24), *range(6)]
    labels = [("2025-01-01", hour) for hour in day] + [("2025-01-02", hour) for hour in day]
    labels[24] = ("2025-01-03", 6)  # the first row of 2 January is labelled as the third
    labels += [("2025-01-03", hour) for hour in day]
    shaped = shape(table(drifting(labels)), written(SENSORS), PARIS)
    assert told(shaped) == [(26, "type-error.date-repaired", "2025-01-03", "2025-01-02")]
    assert shaped.values["start"].n_unique() == 72
    assert shaped.values["start"][24] == "2025-01-02T06:00:00"


def test_a_gap_in_the_rows_moves_no_label(table: MakeTable, written: MakeFormat) -> None:
    # The sensor was off from 1 January 10:00 to 2 January 11:00: the clock never goes back between the two days.
    labels = [("2025-01-01", hour) for hour in (6, 7, 8, 9)] + [("2025-01-02", hour) for hour in (11, 12)]
    shaped = shape(table(drifting(labels)), written(SENSORS), PARIS)
    assert told(shaped) == []
    assert shaped.values["start"].to_list()[-1] == "2025-01-02T12:00:00"
