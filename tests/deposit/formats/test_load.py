"""A format's TOML file is refused with its place where it is not understood, and never half-read."""

from collections.abc import Callable

import pytest

from pipeline.deposit.formats import Format, FormatError, load_formats
from pipeline.deposit.formats.model import Moment, Text
from pipeline.feeds import all_feeds

MakeFormat = Callable[..., Format]
HEAD = '[recognise]\nheaders = ["Lieu"]\n'
COLUMNS = '[columns]\ncounter_id = "Lieu"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (COLUMNS, "'recognise' is missing"),
        (HEAD, "'columns' is missing"),
        ("skip = 3\n" + HEAD + COLUMNS, "the file: unknown entry skip"),
        (HEAD + "colour = 1\n" + COLUMNS, "[recognise]: unknown entry colour"),
        (HEAD + '[columns]\nvisitors = "Lieu"\n', "'visitors' is no column of the feed footfall"),
        (HEAD + '[columns]\ncount = { column = "a", sum = ["b"] }\n', "[columns] count: say exactly one of"),
        (HEAD + '[columns]\ncount = { column = "a", extract = "x" }\n', "exactly one group"),
        (HEAD + '[columns]\ncount = { column = "a", extract = "(" }\n', "unterminated"),
        (HEAD + '[columns]\nstart = { time = "b" }\n', "say either column"),
        (HEAD + '[columns]\nstart = { column = "a", label = "end" }\n', "needs step_min"),
        (HEAD + '[columns]\nstart = { column = "a", label = "middle" }\n', "'middle' is not one of start, end"),
        (HEAD + '[columns]\nstart = { column = "a", doubled_hour = "third" }\n', "'third' is not one of"),
        (HEAD + '[columns]\nstart = { column = "a", timezone = "Europe/Sevres" }\n', "Europe/Sevres"),
        (HEAD + '[columns]\nstart = { date = "a", time = "b", order_wins = true }\n', "it needs [wide]"),
        (HEAD + '[columns]\ncount = "@cell"\n', "@cell: no group of [wide] headers or preamble has that name"),
        (HEAD + COLUMNS + '[[flag]]\ncolumn = "a"\nvalues = "x"\neffect = "drop"\n', "'drop' is not one of"),
        (
            HEAD + COLUMNS + '[[flag]]\ncolumn = "a"\nvalues = "x"\neffect = "kept"\n',
            "'count' has no rule in [columns]",
        ),
        (HEAD + COLUMNS + '[[change]]\nwhere = {}\ncolumns = { count = "b" }\n', "[[change]]: where says no row"),
        (
            HEAD + COLUMNS + '[[zero]]\ntarget = "counter_id"\nwhere = { from = "2025-01-01" }\n',
            "from is a day without quotes",
        ),
        (HEAD + '[columns]\ncounter_id = { column = "a", said = { 3 = "no-such-words" } }\n', "said: 'no-such-words'"),
        ("title.fr = 1", "Cannot overwrite"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(written: MakeFormat, text: str, words: str) -> None:
    with pytest.raises(FormatError) as refused:
        written(text)
    assert "vendor.toml" in str(refused.value)
    assert words in str(refused.value)


def test_a_day_column_and_a_time_column_are_read_by_a_moment_rule(written: MakeFormat) -> None:
    made = written(HEAD + '[columns]\nopened_on = "Depuis"\nshop_name = "Nom"\n', "shops")
    assert made.columns == {"opened_on": Moment(Text(("Depuis",))), "shop_name": Text(("Nom",))}


def test_every_format_of_the_project_loads_and_says_where_it_comes_from() -> None:
    formats = [fmt for feed in all_feeds().values() for fmt in load_formats(feed)]
    assert {fmt.name for fmt in formats if not fmt.is_template} >= {
        "hystreet", "nantes-wide-hours", "leeds-2014", "leeds-2015", "leeds-2017", "auckland-wide-sensors",
        "openagenda",
    }  # fmt: skip
    assert all(fmt.title.fr and fmt.title.en for fmt in formats)
