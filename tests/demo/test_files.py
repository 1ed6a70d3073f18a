"""The files of the demo: they arrive in order, hold every count once, and their mistakes are those declared."""

import csv
import io
from collections import defaultdict
from datetime import datetime

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.demo.files import DemoFile
from pipeline.demo.sevres import World, sevres_files
from pipeline.feeds import all_feeds

WRITTEN_OTHERWISE = {
    "comptages 2024-12.csv": (";", "cp1252"),
    "comptages 2025-02.csv": (",", "utf-8"),
    "comptages 2025-07.csv": ("\t", "utf-8-sig"),
}


def _lines(file: DemoFile, encoding: str = "utf-8-sig", separator: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.data.decode(encoding), newline=""), delimiter=separator))


def test_files_are_the_same_bytes_in_every_run(files: dict[str, DemoFile], sevres: Town) -> None:
    assert list(sevres_files(sevres)) == list(files.values())


def test_files_arrive_in_order_and_none_before_what_it_tells(files: dict[str, DemoFile]) -> None:
    moments = [file.received_at for file in files.values()]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)
    assert all(moment.utcoffset() is not None for moment in moments)
    first = {file.feed: file.received_at for file in reversed(files.values())}
    for feed in all_feeds().values():
        for column in feed.columns:
            if column.references and feed.name in first:
                assert first[column.references] < first[feed.name]


def test_every_feed_but_benchmarks_is_there_because_no_figure_of_a_real_town_is_invented(
    files: dict[str, DemoFile],
) -> None:
    assert {file.feed for file in files.values()} == set(all_feeds()) - {"benchmarks"}


def test_every_hour_of_every_series_is_sent(files: dict[str, DemoFile], world: World) -> None:
    # The files that correct others replace them; the rest is read here by the standard library alone.
    replaced = {"comptages 2025-06.csv", "comptages 2026-04.csv", "comptages 2026-S45.csv"}
    sent: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for file in files.values():
        if file.feed == "footfall" and file.name not in replaced:
            for counter, passages, direction in _passages(file):
                sent[counter, direction][0] += 1
                sent[counter, direction][1] += round(float(passages.replace(",", "."))) if passages[:1].isdigit() else 0
    # 14 series (6 totals, 4 × two directions). The counter that sends no line loses 48 hours in each direction; two
    # autumn hours of October 2026 are one line; March 2026 has one line for an hour that does not exist.
    for one in world.series:
        lines, passages = sent[one.counter.id, one.direction]
        assert lines == 17_472 - (48 if one.counter.id == "NOV11" else 0) - 1 + 1
        assert passages == one.counts.sum()
    assert len(sent) == len(world.series) == 14


def _passages(file: DemoFile) -> list[tuple[str, str, str]]:
    """(compteur, passages, sens) of the lines of data."""
    if file.name.endswith(".xlsx"):
        rows = pl.read_excel(io.BytesIO(file.data), infer_schema_length=0).rows(named=True)
        return [(row["compteur"], str(row["passages"]), row["sens"]) for row in rows]
    separator, encoding = WRITTEN_OTHERWISE.get(file.name, (";", "utf-8-sig"))
    lines = _lines(file, encoding, separator)
    header = next(line for line in lines if "compteur" in line)
    places = [header.index(name) for name in ("compteur", "passages", "sens")]
    return [
        (line[places[0]], line[places[1]], line[places[2]])
        for line in lines
        if len(line) == len(header) and line != header and line[places[2]]
    ]


def test_the_autumn_hour_comes_twice_in_2025_and_once_in_2026(files: dict[str, DemoFile]) -> None:
    for name, hour, times in (("2025-10", "26/10/2025 02:00", 2), ("2026-10", "25/10/2026 02:00", 1)):
        lines = [line for line in _lines(files[f"comptages {name}.csv"]) if line[:2] == ["PERI", hour]]
        assert len(lines) == times


def test_june_2025_is_first_twice_too_high_for_one_counter_from_the_16th(files: dict[str, DemoFile]) -> None:
    wrong, right = (_lines(files[f"comptages 2025-06{end}.csv"]) for end in ("", " corrige"))
    changed = [(w, r) for w, r in zip(wrong, right, strict=True) if w != r]
    assert {w[0] for w, _ in changed} == {"PERI"}
    assert min(datetime.strptime(w[1], "%d/%m/%Y %H:%M") for w, _ in changed) >= datetime(2025, 6, 16)
    assert all(int(w[2]) == 2 * int(r[2]) for w, r in changed)
    # The only lines after the 15th that doubling leaves as they are hold 0.
    later = [r for r in right[1:] if r[0] == "PERI" and r[1][:2] >= "16"]
    assert len(later) == 15 * 24
    assert len(changed) == sum(r[2] != "0" for r in later)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("recensement commerces.csv", "cp1252"), ("animations 2025.csv", "cp1252"), ("comptages 2024-12.csv", "cp1252")],
)
def test_some_files_are_in_the_old_encoding_of_excel(files: dict[str, DemoFile], name: str, encoding: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        files[name].data.decode("utf-8")
    assert "é" in files[name].data.decode(encoding)


def test_a_shop_is_closed_by_sending_its_line_again(files: dict[str, DemoFile]) -> None:
    census = {tuple(line[:2]): line for line in _lines(files["recensement commerces.csv"], "cp1252")}
    closed = [line for line in _lines(files["mouvements 2025-06.csv"])[1:] if line[4]]
    assert closed
    for line in closed:
        earlier = census[tuple(line[:2])]
        assert earlier[4] == ""
        assert earlier[3] == line[3]


def test_no_file_holds_the_effect_of_an_event(files: dict[str, DemoFile]) -> None:
    header = _lines(files["animations 2025.csv"], "cp1252")[0]
    assert header == [column.header for column in all_feeds()["events"].columns]
