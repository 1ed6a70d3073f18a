"""Three layouts that no code knows: a TOML file and a sample each, in invented/; expectations are read off by eye."""

import csv
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from pipeline.deposit.formats import Shaped, apply_format, explain, load_format, match_format
from pipeline.feeds import get_feed

FOLDER = Path(__file__).parent / "invented"
NAMES = ["capteur-epoch", "grille-hebdo", "trading-day"]


def shaped(name: str, data: bytes | None = None) -> Shaped:
    formats = [load_format(FOLDER / f"{other}.toml", get_feed("footfall")) for other in NAMES]
    data = data or (FOLDER / f"{name}.csv").read_bytes()
    chosen = match_format(data, formats).chosen
    assert chosen is not None
    assert chosen.format.name == name
    return apply_format(data, chosen.format, "Europe/Paris")


def told(of: Shaped) -> list[tuple[int | None, str, str | None, str | None]]:
    return of.problems.select("line", "key", "value", "expected").rows()


def test_a_weekly_grid_of_days_by_slots_under_two_header_rows() -> None:
    grid = shaped("grille-hebdo")
    assert grid.values.select("counter_id", "start", "count", "direction", "line").rows() == [
        ("Place du Marché", "2025-11-03T08:00:00", "12", "in", 7),
        ("Place du Marché", "2025-11-03T08:00:00", "9", "out", 7),
        ("Place du Marché", "2025-11-04T08:00:00", "0", "in", 7),
        ("Place du Marché", "2025-11-04T08:00:00", None, "out", 7),
        ("Place du Marché", "2025-11-03T10:00:00", "31", "in", 8),
        ("Place du Marché", "2025-11-03T10:00:00", "28", "out", 8),
        ("Place du Marché", "2025-11-04T10:00:00", "44", "in", 8),
        ("Place du Marché", "2025-11-04T10:00:00", "40", "out", 8),
    ]
    assert grid.values["source_column"][1] == "lundi 3 novembre | Sorties"
    assert grid.table.counts.read == 2


def test_a_sensor_log_in_epoch_seconds_at_the_end_of_the_interval() -> None:
    # date -u -d '2025-11-03 13:30' +%s = 1762176600: the quarter from 13:15 to 13:30 UTC.
    log = shaped("capteur-epoch")
    assert log.values.select("counter_id", "start", "direction", "count").rows() == [
        ("S-0017", "2025-11-03T13:15:00+00:00", "in", "3"),
        ("S-0017", "2025-11-03T13:15:00+00:00", "out", "4"),
        ("S-0017", "2025-11-03T13:30:00+00:00", "in", "5"),
        ("S-0017", "2025-11-03T13:30:00+00:00", "out", "1"),
        ("S-0009", "2025-11-03T13:15:00+00:00", "in", "0"),  # a day before it died: nobody came in
        ("S-0009", "2025-11-03T13:15:00+00:00", "out", "2"),
        ("S-0009", "2025-11-04T13:15:00+00:00", "in", None),
        ("S-0009", "2025-11-04T13:15:00+00:00", "out", None),
        ("S-0017", "2025-11-04T13:15:00+00:00", "in", None),
        ("S-0017", "2025-11-04T13:15:00+00:00", "out", None),
    ]
    assert told(log) == [
        (3, "total-mismatch", "7", "6"),
        (3, "constraint-error.enum-repaired", "S-0017b", "S-0017"),
        (5, "vendor-flag.zero", "0", None),
        (5, "vendor-flag.zero", "0", None),
        (6, "vendor-flag.not-counted", "ERR", None),
    ]


def test_a_trading_day_whose_camera_changes_its_meaning() -> None:
    day = shaped("trading-day")
    assert day.values.select("counter_id", "start", "count", "direction").rows() == [
        ("Camera 1", "2025-10-25T06:00:00", "10", "in"),
        ("Camera 1", "2025-10-25T23:00:00", "11", "in"),
        ("Camera 1", "2025-10-26T02:00:00+02:00", "12", "in"),  # the first of the two hours 02:00 of that Sunday
        ("Camera 2", "2025-10-25T23:00:00", "20", "in"),
        ("Camera 2", "2025-10-26T00:00:00", "27", "both"),  # trading day of the 25th, but already the 26th: 21 + 6
        ("Camera 2", "2025-10-26T06:00:00", None, "both"),  # 22 and an empty cell: both ways were not counted
    ]
    assert told(day) == []


def test_the_same_layout_in_a_workbook_gives_the_same_values() -> None:
    text = (FOLDER / "grille-hebdo.csv").read_text("utf-8")
    sent = BytesIO()
    with Workbook(sent) as book:
        book.add_worksheet("Notice").write(0, 0, "Ne rien modifier ici")
        sheet = book.add_worksheet("Semaine 45")
        for row, cells in enumerate(csv.reader(text.splitlines(), delimiter=";")):
            for column, cell in enumerate(cells):
                sheet.write(row, column, int(cell) if cell.isdecimal() else cell)
        sheet.merge_range(4, 1, 4, 2, "lundi 3 novembre")
        sheet.merge_range(4, 3, 4, 4, "mardi 4 novembre")
    from_workbook, from_text = shaped("grille-hebdo", sent.getvalue()), shaped("grille-hebdo")
    assert from_workbook.table.sheet == "Semaine 45"
    assert from_workbook.values.equals(from_text.values)


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_finds_nothing_wrong_in_the_sample(name: str) -> None:
    problems = shaped(name).table.problems
    assert problems["severity"].is_in(["error", "warning"]).sum() == 0, problems.rows()


def test_an_explanation_reads_the_towns_own_formats_too(tmp_path: Path) -> None:
    own = tmp_path / "formats" / "footfall"
    own.mkdir(parents=True)
    sample = (FOLDER / "trading-day.csv").read_bytes()
    assert not explain(sample, [get_feed("footfall")], tmp_path).is_recognised
    (own / "trading-day.toml").write_bytes((FOLDER / "trading-day.toml").read_bytes())
    explained = explain(sample, [get_feed("footfall")], tmp_path)
    assert explained.as_json()["format"] == "trading-day"
    assert explained.render("en").splitlines()[1] == "✓ footfall/trading-day: header on line 1, 5 known column(s)"
