"""Which format a file is in, and what is said about the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.deposit.formats import Explanation, Format, load_formats, match_view, match_views
from pipeline.deposit.formats.headers import stacked
from pipeline.deposit.formats.template import template_format
from pipeline.deposit.reader import HeadRow, View
from pipeline.feeds import all_feeds, get_feed

MakeFormat = Callable[[str], Format]


def lines(*texts: str) -> View:
    """The view that the reader gives: blank rows left out."""
    rows = [HeadRow(number, tuple(text.split(";"))) for number, text in enumerate(texts, start=1)]
    return View(tuple(row for row in rows if any(row.cells)), ";")


def every_format() -> list[Format]:
    return [fmt for feed in all_feeds().values() for fmt in load_formats(feed)]


@pytest.mark.parametrize("feed", sorted(all_feeds()))
def test_each_template_is_recognised_among_all_formats(feed: str) -> None:
    header = ";".join(column.header for column in get_feed(feed).columns)
    chosen = match_view(lines(header), every_format()).chosen
    assert chosen is not None
    assert (chosen.format.feed.name, chosen.format.name) == (feed, "template")


@pytest.mark.parametrize(
    "header", ["compteur;debut;passages", "Compteur;DÉBUT;Passages;sens", "counter_id;start;count;direction"]
)
def test_french_and_english_headers_are_the_same_template(header: str) -> None:
    chosen = match_view(lines(header), every_format()).chosen
    assert chosen is not None
    assert chosen.format.feed.name == "footfall"


def test_a_header_that_two_templates_share_is_said_to_be_ambiguous() -> None:
    # In English, counts and manual counts have the same four required columns.
    match = match_view(lines("counter_id;start;end;count"), every_format())
    assert match.chosen is None
    assert {verdict.format.feed.name for verdict in match.ambiguous} == {"footfall", "manual_counts"}
    assert Explanation(match).render("en").startswith("Several formats fit: ")
    assert match_view(lines("counter_id;start;end;count"), load_formats(get_feed("footfall"))).chosen is not None


def test_lines_above_the_header_are_passed_and_kept_for_the_preamble(written: MakeFormat) -> None:
    fmt = written('[recognise]\nheaders = ["Lieu", "N"]\n[columns]\ncounter_id = "Lieu"\n')
    chosen = match_view(lines("Export du 3 novembre;", "", "Lieu;N", "P;3"), [fmt]).chosen
    assert chosen is not None
    assert chosen.header_lines == (3,)
    assert chosen.above == ("Export du 3 novembre",)


def test_stacked_header_rows_are_joined_and_merged_cells_continue() -> None:
    rows = [["", "Lundi", "", "Mardi", ""], ["Heure", "Entrées", "Sorties", "Entrées", "Sorties"]]
    assert stacked(rows, " / ") == ["Heure", "Lundi / Entrées", "Lundi / Sorties", "Mardi / Entrées", "Mardi / Sorties"]


def test_a_format_says_which_columns_it_lacks_in_both_languages(written: MakeFormat) -> None:
    fmt = written('[recognise]\nheaders = ["Lieu", "Jour", "N"]\n[columns]\ncounter_id = "Lieu"\n')
    match = match_view(lines("Lieu;Date;N"), [fmt])
    assert match.chosen is None
    assert match.verdicts[0].reason.fr == "colonne(s) absente(s) : « Jour »"
    assert match.verdicts[0].reason.en == "missing column(s): “Jour”"
    assert match.nearest is match.verdicts[0]


def test_a_header_of_another_layout_turns_a_format_down(written: MakeFormat) -> None:
    fmt = written('[recognise]\nheaders = ["Lieu"]\nwithout = ["Version 2"]\n[columns]\ncounter_id = "Lieu"\n')
    match = match_view(lines("Lieu;version 2"), [fmt])
    assert match.chosen is None
    assert match.verdicts[0].reason.en == "column(s) of another layout: “version 2”"


def test_a_wide_layout_without_a_value_column_is_not_recognised(written: MakeFormat) -> None:
    fmt = written(
        '[recognise]\nheaders = ["Lieu"]\n[wide]\nheaders = "[0-9]+h"\n'
        '[columns]\ncounter_id = "Lieu"\ncount = "@cell"\n'
    )
    assert match_view(lines("Lieu;Note"), [fmt]).chosen is None
    assert match_view(lines("Lieu;08h"), [fmt]).chosen is not None


def test_an_explanation_has_one_line_a_format_and_the_conclusion_first() -> None:
    formats = load_formats(get_feed("weather"))
    explanation = Explanation(match_view(lines("date;temp_max_c;pluie_mm"), formats))
    assert explanation.is_recognised
    assert explanation.render("fr").splitlines() == [
        "Format reconnu : weather/template — modèle « Météo »",
        "✓ weather/template : en-tête à la ligne 1, 3 colonne(s) connue(s)",
    ]
    assert explanation.as_json("en") == {
        "feed": "weather",
        "format": "template",
        "ambiguous": [],
        "message": "Recognised format: weather/template — template “Weather”",
        "formats": [
            {
                "feed": "weather",
                "format": "template",
                "recognised": True,
                "reason": "header on line 1, 3 known column(s)",
            }
        ],
    }


def test_an_empty_file_is_recognised_by_nobody() -> None:
    match = match_views([], every_format())
    assert match.chosen is None
    assert Explanation(match).render("en").startswith("No format recognises this file.")


def test_the_town_wins_on_an_equal_name(tmp_path: Path) -> None:
    folder = tmp_path / "formats" / "footfall"
    folder.mkdir(parents=True)
    toml = 'title.fr = "le nôtre"\ntitle.en = "ours"\n[recognise]\nheaders = ["x"]\n[columns]\ncount = "x"\n'
    (folder / "hystreet.toml").write_text(toml, "utf-8")
    (folder / "zz-own.toml").write_text(toml, "utf-8")
    formats = {fmt.name: fmt for fmt in load_formats(get_feed("footfall"), tmp_path)}
    assert next(iter(formats)) == "template"
    assert formats["hystreet"].title.en == "ours"
    assert formats["zz-own"].title.en == "ours"
    assert len(formats) == len(load_formats(get_feed("footfall"))) + 1


def test_the_template_asks_only_for_the_headers_that_are_required() -> None:
    assert [spellings[0] for spellings in template_format(get_feed("footfall")).headers] == [
        "compteur",
        "debut",
        "passages",
    ]
