"""Rows against their feed: what is accepted, what is not, and what is said."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipeline.contract import Problem
from pipeline.deposit.check import Setting, check
from pipeline.deposit.duplicates import once_a_line
from pipeline.deposit.problems import problem_frame, problem_list
from pipeline.deposit.references import Known
from pipeline.deposit.texts import texts_in
from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds, get_feed


def codes(checked):
    """(line, key) of every problem, by line."""
    return [(problem.line, problem.key) for problem in problem_list(checked.problems)]


@pytest.mark.parametrize("feed", sorted(all_feeds()))
def test_the_examples_of_every_feed_are_accepted_in_the_types_of_its_schema(feed, check_text) -> None:
    columns = [column for column in get_feed(feed).columns if column.example]
    known = Known(
        {name: frozenset({column.example for column in columns if column.references == name}) for name in all_feeds()}
    )
    text = ";".join(column.header for column in columns) + "\n" + ";".join(column.example for column in columns)
    checked = check_text(feed, text, known)
    assert codes(checked) == [(2, "type-error.decimal-comma")] * sum(
        "," in c.example and c.name != "name" for c in columns
    )
    assert checked.accepted.schema == polars_schema(get_feed(feed))
    assert checked.accepted["line"].to_list() == [2]


def test_an_empty_count_is_not_counted_and_zero_is_nobody(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;\nGR12;03/11/2025 15:00;0")
    assert checked.accepted["count"].to_list() == [None, 0.0]
    assert (checked.not_counted, codes(checked)) == (1, [])


def test_an_empty_direction_means_both(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;1")
    assert checked.accepted["direction"].to_list() == ["both"]


def test_a_bad_cell_rejects_its_row_alone_and_says_what_to_write(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;douze\nGR12;03/11/2025 15:00;12")
    assert checked.accepted["line"].to_list() == [3]
    assert checked.rejected()["line"].to_list() == [2]
    [problem] = problem_list(checked.problems)
    assert problem.message("fr") == "Ligne 2, colonne « passages » : « douze » n'est pas un nombre. Écrivez 12."


def test_every_wrong_cell_of_a_row_is_told(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nXX;hier;-3")
    assert sorted(key for _, key in codes(checked)) == [
        "constraint-error.minimum",
        "type-error.datetime",
        "unknown-counter",
    ]


def test_a_required_cell_that_is_empty_is_an_error(check_text) -> None:
    checked = check_text("shops", "local;enseigne;activite;ouverture\nL001; ;boulangerie;01/09/2025")
    assert codes(checked) == [(2, "constraint-error.required")]


def test_an_unknown_code_proposes_the_nearest_and_a_difference_of_case_is_repaired(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR13;03/11/2025 14:00;1\ngr12;03/11/2025 14:00;1")
    unknown, repaired = problem_list(checked.problems)
    assert (unknown.line, unknown.code) == (2, "unknown-counter")
    assert "« GR12 »" in (unknown.fix or "")
    assert (repaired.line, repaired.severity, repaired.expected) == (3, "repair", "GR12")
    assert checked.accepted["counter_id"].to_list() == ["GR12"]


def test_without_any_counter_the_sender_is_told_what_to_deposit_first(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;1", Known())
    [problem] = problem_list(checked.problems)
    assert problem.message("fr") == (
        "Ligne 2, colonne « compteur » : le compteur « GR12 » n'est pas connu. Aucun fichier « Compteurs » n'a encore "
        "été déposé : déposez-le d'abord, puis renvoyez celui-ci."
    )


def test_a_place_that_is_allowed_beside_the_codes_is_known_without_them(check_text) -> None:
    text = "evenement;debut;fin;quartier\nFête;13/12/2025 10:00;13/12/2025 19:00;centre"
    assert codes(check_text("events", text, Known())) == []


def test_an_unknown_neighbourhood_is_a_reference_error(check_text) -> None:
    text = "evenement;debut;fin;quartier\nFête;13/12/2025 10:00;13/12/2025 19:00;920720999"
    assert codes(check_text("events", text)) == [(2, "constraint-error.reference")]


def test_counts_of_tomorrow_are_in_the_future_and_events_may_be(check_text) -> None:
    # The check's clock stands at 23 November 2026, 10:00 in Paris.
    counts = "compteur;debut;passages\nGR12;23/11/2026 09:00;1\nGR12;23/11/2026 11:00;1"
    assert codes(check_text("footfall", counts)) == [(3, "future-date")]
    assert codes(check_text("events", "evenement;debut;fin\nFête;13/12/2026 10:00;13/12/2026 19:00")) == []


def test_an_end_may_lie_later_on_the_day_of_the_deposit_and_not_after_it(check_text) -> None:
    ends = ["23/11/2026 10:00", "24/11/2026 00:00", "24/11/2026 00:01"]
    rows = "\n".join(f"GR12;23/11/2026 0{hour}:00;{end};1" for hour, end in enumerate(ends))
    for feed, count in (("footfall", "passages"), ("manual_counts", "comptage_manuel")):
        told = codes(check_text(feed, f"compteur;debut;fin;{count}\n{rows}"))
        assert [one for one in told if one[1] != "overlap.within"][-1] == (4, "future-date")
        assert (3, "future-date") not in told


def test_an_interval_is_no_longer_than_a_month(check_text) -> None:
    # October 2025 lasts 31 days and the hour that autumn doubles.
    rows = "GR12;01/10/2025 00:00;01/11/2025 00:00;9\nGR12;03/11/2025 14:00;03/11/2026 15:00;5"
    checked = check_text("footfall", f"compteur;debut;fin;passages\n{rows}")
    assert codes(checked) == [(3, "constraint-error.rule")]
    [problem] = problem_list(checked.problems)
    assert (problem.column, problem.value) == ("fin", "03/11/2026 15:00")
    assert "un intervalle dure 31 jours au plus" in problem.message("fr")


def test_a_manual_count_is_no_longer_than_a_day(check_text) -> None:
    # 26 October 2025 lasts 25 hours, 24 by the clock.
    days = ["26/10/2025 00:00;27/10/2025 00:00;9", "03/11/2025 14:00;04/11/2025 14:01;5"]
    text = "compteur;debut;fin;comptage_manuel\n" + "\n".join(f"GR12;{day}" for day in days)
    assert codes(check_text("manual_counts", text)) == [(3, "constraint-error.rule")]


def test_a_row_rule_compares_two_cells(check_text) -> None:
    text = "local;enseigne;activite;ouverture;fermeture\nL001;A;boulangerie;01/09/2025;01/08/2025"
    [problem] = problem_list(check_text("shops", text).problems)
    assert (problem.key, problem.value) == ("constraint-error.rule", "01/08/2025")
    assert "la fermeture ne peut pas précéder l'ouverture" in problem.message("fr")


def test_a_pattern_and_a_length_are_checked(check_text) -> None:
    header = "commune;code_insee;indicateur;valeur;population;annee;source;definition"
    rows = f"Meudon;9204;commerces;312;45328;2016;Insee;D\nMeudon;92048;commerces;312;45328;2016;{'x' * 501};D"
    assert codes(check_text("benchmarks", f"{header}\n{rows}")) == [
        (2, "constraint-error.pattern"),
        (3, "constraint-error.max-length"),
    ]


def test_the_same_line_twice_is_counted_once(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;5\nGR12;03/11/2025 14:00;5")
    assert checked.accepted["line"].to_list() == [2]
    [problem] = problem_list(checked.problems)
    assert (problem.line, problem.key, problem.severity, problem.expected) == (
        3,
        "duplicate-key.identical",
        "warning",
        "2",
    )


def test_two_values_for_one_key_are_both_rejected_and_name_each_other(check_text) -> None:
    text = "compteur;debut;passages\nGR12;03/11/2025 14:00;5\nGR12;03/11/2025 15:00;5\nGR12;03/11/2025 14:00;6"
    checked = check_text("footfall", text)
    assert checked.accepted["line"].to_list() == [3]
    assert [(p.line, p.key, p.value, p.expected) for p in problem_list(checked.problems)] == [
        (2, "duplicate-key", "GR12, 03/11/2025 14:00, total", "4"),
        (4, "duplicate-key", "GR12, 03/11/2025 14:00, total", "2"),
    ]


def test_a_line_that_repeats_many_values_of_another_is_told_once() -> None:
    told = {"severity": "error", "column": "compteur"}
    fix = "Gardez la bonne ligne et renvoyez-la."
    problems = [
        *(Problem("duplicate-key", line=2, value=f"{hour} h", expected="3", fix=fix, **told) for hour in range(3)),
        Problem("type-error.number", line=2, value="x", expected="3", **told),
        Problem("type-error.number", line=2, value="x", expected="3", **told),
        # One value of the line is found in another line; the values of line 3 repeat those of line 2 exactly.
        Problem("duplicate-key", line=2, value="9 h", expected="7", fix=fix, **told),
        *(Problem("duplicate-key.identical", line=3, value=f"{hour} h", expected="2", **told) for hour in range(2)),
    ]
    kept = problem_list(once_a_line(problem_frame(problems)))
    assert [(p.line, p.key, p.value, p.fix) for p in kept] == [
        (2, "duplicate-key", "0 h", f"De même pour 2 autre(s) valeur(s) de la ligne. {fix}"),
        (2, "type-error.number", "x", None),
        (2, "type-error.number", "x", None),
        (2, "duplicate-key", "9 h", fix),
        (3, "duplicate-key.identical", "0 h", "De même pour 1 autre(s) valeur(s) de la ligne."),
    ]
    assert kept[0].message().endswith("avec d'autres valeurs. De même pour 2 autre(s) valeur(s) de la ligne. " + fix)
    assert kept[-1].message().endswith("comptée qu'une fois. De même pour 1 autre(s) valeur(s) de la ligne.")


def test_a_row_that_is_wrong_anyway_is_nobody_s_duplicate(check_text) -> None:
    checked = check_text("footfall", "compteur;debut;passages\nGR12;03/11/2025 14:00;5\nGR12;03/11/2025 14:00;six")
    assert checked.accepted["line"].to_list() == [2]


def test_shops_without_an_opening_date_are_told_apart_by_their_name(check_text) -> None:
    header = "local;enseigne;activite;ouverture;fermeture"
    rows = "L001;A;boulangerie;;01/01/2020\nL001;B;cafe;;01/01/2019\nL001;A;boulangerie;;"
    checked = check_text("shops", f"{header}\n{rows}")
    assert [key for line, key in codes(checked) if line in (2, 4) and key.startswith("dup")] == ["duplicate-key"] * 2
    assert checked.accepted["shop_name"].to_list() == ["B"]


def test_two_shops_at_once_in_the_same_premises_are_pointed_out(check_text) -> None:
    header = "local;enseigne;activite;ouverture;fermeture"
    rows = "L001;A;boulangerie;01/01/2020;\nL001;B;cafe;01/01/2021;"
    rows += "\nL002;C;cafe;01/01/2020;01/01/2021\nL002;D;cafe;01/01/2021;"
    checked = check_text("shops", f"{header}\n{rows}")
    assert codes(checked) == [(3, "constraint-error.overlap")]
    assert checked.accepted.height == 4


def test_hours_beside_the_total_of_their_day_are_pointed_out_and_kept(check_text) -> None:
    rows = ["03/11/2025 00:00;04/11/2025 00:00;500", "03/11/2025 10:00;03/11/2025 11:00;60"]
    rows += ["03/11/2025 11:00;03/11/2025 12:00;70", "04/11/2025 00:00;04/11/2025 01:00;7"]
    text = "compteur;debut;fin;passages\n" + "\n".join(f"GR12;{row}" for row in rows)
    checked = check_text("footfall", f"{text}\nGR14;03/11/2025 10:00;03/11/2025 11:00;1")
    assert codes(checked) == [(3, "overlap.within"), (4, "overlap.within")]
    assert checked.accepted.height == 5
    problem = problem_list(checked.problems)[1]
    assert (problem.value, problem.expected, problem.severity) == ("GR12, 03/11/2025 11:00", "2", "warning")


def test_hours_that_begin_within_another_one_are_pointed_out(check_text) -> None:
    rows = "GR12;03/11/2025 10:30;03/11/2025 11:30;1\nGR12;03/11/2025 10:00;03/11/2025 11:00;2"
    assert codes(check_text("footfall", f"compteur;debut;fin;passages\n{rows}")) == [(2, "overlap.within")]


def test_ways_of_one_interval_and_the_doubled_hour_do_not_overlap(check_text) -> None:
    ways = [f"GR12;03/11/2025 10:00;03/11/2025 11:00;1;{way}" for way in ("entrant", "sortant", "total")]
    autumn = [f"GR12;26/10/2025 0{hour}:00;26/10/2025 0{hour + 1}:00;1;" for hour in (1, 2, 3)]
    text = "compteur;debut;fin;passages;sens\n" + "\n".join(ways + autumn)
    assert "overlap.within" not in [key for _, key in codes(check_text("footfall", text))]


def test_a_repair_that_a_format_declares_is_not_told(check_text) -> None:
    text = "compteur;debut;passages\nGR12;2025-11-03T14:00:00;1 204"
    checked = check_text("footfall", text, declared=frozenset({"start"}))
    assert codes(checked) == [(2, "type-error.number-repaired")]
    assert checked.repaired_lines == 1


def test_dates_and_texts_of_a_shop_are_typed(check_text) -> None:
    text = "local;enseigne;activite;ouverture;surface_m2\n L001 ;A;47.24Z;01/09/2025;65"
    [row] = check_text("shops", text).accepted.to_dicts()
    assert (row["premises_id"], row["activity"], row["opened_on"], row["area_m2"]) == (
        "L001",
        "bakery",
        date(2025, 9, 1),
        65.0,
    )


def test_a_control_counter_that_nobody_knows_is_told_and_the_event_stays(check_text) -> None:
    text = """
evenement;debut;fin;temoins
Fête;13/12/2025 10:00;13/12/2025 19:00;GR12, GR99
Marché;14/12/2025 10:00;14/12/2025 13:00;gr12
Bal;15/12/2025 20:00;15/12/2025 23:00;GR12
"""
    checked = check_text("events", text)
    told = [(p.line, p.key, p.severity, p.value) for p in problem_list(checked.problems)]
    assert told == [(2, "unknown-counter", "warning", "GR99"), (3, "unknown-counter", "warning", "gr12")]
    assert checked.accepted["line"].to_list() == [2, 3, 4]
    assert check_text("events", text, Known()).problems.is_empty()


def test_the_header_of_a_wide_cell_is_named() -> None:
    values = pl.DataFrame(
        {"counter_id": ["GR12"] * 2, "start": ["03/11/2025 00:00", "03/11/2025 01:00"], "count": ["x", "4"]}
    ).with_columns(
        pl.lit(None, pl.String).alias("end"),
        pl.lit(None, pl.String).alias("direction"),
        pl.Series("line", [2, 2], dtype=pl.UInt32),
        pl.Series("source_column", ["00", "01"]),
    )
    setting = Setting("Europe/Paris", datetime(2026, 11, 23, tzinfo=UTC), Known({"counters": frozenset({"GR12"})}))
    checked = check(values, texts_in(values), {"counter_id": "Boucle", "start": "Jour"}, get_feed("footfall"), setting)
    assert [(p.line, p.column) for p in problem_list(checked.problems)] == [(2, "00")]
    assert checked.accepted["line"].to_list() == [2]
