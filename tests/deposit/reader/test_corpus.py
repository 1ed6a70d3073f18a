"""No polluted file is silently wrong: every feed × every kind of damage × several places (see corpus.py)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.deposit.reader.read import read_text
from pipeline.feeds import all_feeds
from tests.deposit.reader.corpus import File, files, measure

# Damage after which even whole lines nearby cannot be trusted: the other piece of a broken line may be on either side.
BREAKS = ("line_ends_in_cells: bare", "short_row: first cell only", "short_row: cut")


def of_feed(feed: str, **how: object) -> Iterator[File]:
    return (file for file in files(**how) if file.name.startswith(f"{feed}/"))


@pytest.mark.parametrize("feed", sorted(all_feeds()))
def test_no_file_is_silently_wrong_and_no_whole_line_is_refused(feed: str) -> None:
    seen = 0
    for file in of_feed(feed, places=(0, 4)):
        found = measure(file, read_text(file.data, file.columns, file.aliases))
        near = found.refused if not any(name in file.name for name in BREAKS) else found.refused[2:]
        assert (file.name, found.silent, found.misread, found.unnamed, near) == (file.name, (), (), (), ())
        seen += 1
    assert seen > 200


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), ("\t", "cp1252"), ("|", "cp1252")])
def test_other_separators_and_encodings_change_nothing(separator: str, encoding: str) -> None:
    for feed in ("footfall", "shops"):
        for file in of_feed(feed, places=(4,), separators=separator, encodings=(encoding,)):
            found = measure(file, read_text(file.data, file.columns, file.aliases))
            assert (file.name, found.silent, found.misread, found.unnamed) == (file.name, (), (), ())


def test_both_ways_of_reading_agree_on_every_file() -> None:
    for feed in ("footfall", "events", "manual_counts"):
        for file in of_feed(feed, places=(0, 8)):
            one = read_text(file.data, file.columns, file.aliases)
            other = read_text(file.data, file.columns, file.aliases, careful=True)
            assert one.counts == other.counts, file.name
            assert one.rows.equals(other.rows), file.name
            assert one.problems.equals(other.problems), file.name
            assert one.rejected.equals(other.rejected), file.name


def test_the_measure_sees_a_file_that_is_silently_wrong() -> None:
    """The measure itself can fail: one cell of the clean file's truth changed."""
    file = next(files())
    table = read_text(file.data, file.columns, file.aliases)
    spoiled = table.rows.with_columns(table.rows[file.columns[0]].scatter(2, "autre").alias(file.columns[0]))
    found = measure(file, replace(table, rows=spoiled))
    assert found.silent == (4,)  # the third row stands on line 4
