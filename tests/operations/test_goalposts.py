"""Freezing goalposts: from published weeks into town.toml, of which nothing else changes."""

import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town, load_town
from pipeline.operations.goalposts import Freezing, GoalpostsError, plan_freeze
from pipeline.warehouse.database import building, create_from_frame

DAY = date(2026, 11, 23)
# Written by hand: a comment on a line, a section without goalposts, one before the next comment, Windows line ends.
TOML = """\
# The decisions of a town
name = "V"
insee_code = "92072"
country = "FR"
timezone = "Europe/Paris"

[index.pillar_weights]
frequentation = 0.5
offer = 0.5

# Sénat 2017.
[index.indicators.vacancy_rate]
pillar = "offer"
low = 0.20   # reached once
high = 0.05

# Not frozen yet.
[index.indicators.footfall_index]   # of the centre
pillar = "frequentation"

# Of the weekend.
[index.indicators.weekend_share]
pillar = "frequentation"
weight = 0.3
"""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return _town(tmp_path, TOML)


def _town(tmp_path: Path, text: str) -> Town:
    (tmp_path / "v").mkdir(exist_ok=True)
    (tmp_path / "v" / "town.toml").write_bytes(text.encode("utf-8"))
    return load_town(tmp_path, "v")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """51 weeks of 2025 (percentiles 5 and 95 of 50, 51, … 100: 52.5 and 97.5), a constant, and another year."""
    rows = [(f"2025-W{n + 1:02d}", "footfall_index", 50.0 + n) for n in range(51)]
    rows += [(f"2025-W{n + 1:02d}", "vacancy_rate", 0.1 + n / 1000) for n in range(51)]
    rows += [(f"2025-W{n + 1:02d}", "weekend_share", 0.3) for n in range(51)]
    rows += [(f"2024-W{n + 1:02d}", "footfall_index", 1e6 * n) for n in range(51)]
    rows += [("2025-W52", "footfall_index", None)]
    path = tmp_path / "2026-11-23-abcdef.duckdb"
    schema = {"iso_week": pl.String, "indicator": pl.String, "value": pl.Float64}
    with building(path) as connection:
        create_from_frame(connection, "intermediate.int_indicator_week", pl.DataFrame(rows, schema, orient="row"))
    return path


def plan(town: Town, published: Path, *, force: bool = False) -> Freezing:
    return plan_freeze(town, published, 2025, DAY, force=force)


def test_an_indicator_without_goalposts_gets_those_of_the_year_and_says_where_they_come_from(
    town: Town, published: Path
) -> None:
    # 52.5 - 22.5 = 30 and 97.5 + 22.5 = 120
    planned = plan(town, published)
    planned.write()
    told = tomllib.loads(planned.path.read_text("utf-8"))["index"]["indicators"]
    assert told["footfall_index"] == {
        "pillar": "frequentation",
        "low": 30.0,
        "high": 120.0,
        "goalposts_year": 2025,
        "goalposts_on": DAY,
        "goalposts_build": "2026-11-23-abcdef",
    }
    assert load_town(town.folder.parent, "v").indicators[1].is_frozen


def test_only_lines_of_goalposts_are_added_and_every_comment_stays(town: Town, published: Path) -> None:
    planned = plan(town, published)
    before, after = TOML.splitlines(), planned.text.splitlines()
    assert [line for line in after if line in before] == before
    added = [line for line in after if line not in before]
    assert [line.split(" = ")[0] for line in added] == [
        "low",
        "high",
        "goalposts_year",
        "goalposts_on",
        "goalposts_build",
    ]
    assert after.index("low = 30.0") == after.index('pillar = "frequentation"') + 1
    assert {line[1:] for line in planned.diff.splitlines() if line[:1] == "+" and line[:3] != "+++"} == set(added)


def test_planning_writes_nothing(town: Town, published: Path) -> None:
    plan(town, published)
    assert (town.folder / "town.toml").read_text("utf-8") == TOML


def test_goalposts_that_are_there_stay_unless_forced(town: Town, published: Path) -> None:
    planned = plan(town, published)
    assert planned.kept["vacancy_rate"] == "already frozen"
    assert "low = 0.20   # reached once" in planned.text
    # 0.1025 and 0.1475, half of 0.045 beyond: 0.08 and 0.17; less vacancy is better
    forced = plan(town, published, force=True)
    assert "low = 0.17   # reached once\nhigh = 0.08\n" in forced.text
    first = forced.frozen[0]
    assert (first.indicator, first.low, first.high, first.old_low) == (
        "vacancy_rate",
        0.17,
        0.08,
        0.2,
    )


def test_an_indicator_that_did_not_move_keeps_waiting_and_says_why(town: Town, published: Path) -> None:
    assert plan(town, published).kept["weekend_share"] == "it did not move in that year"


def test_what_is_frozen_is_not_frozen_again(tmp_path: Path, published: Path) -> None:
    plan(_town(tmp_path, TOML.split("# Of the weekend")[0]), published).write()
    with pytest.raises(GoalpostsError, match="--force"):
        plan(load_town(tmp_path, "v"), published)


def test_a_second_forced_freeze_changes_nothing(town: Town, published: Path) -> None:
    plan(town, published, force=True).write()
    again = plan(load_town(town.folder.parent, "v"), published, force=True)
    assert again.diff == ""


def test_windows_line_ends_stay(tmp_path: Path, published: Path) -> None:
    planned = plan(_town(tmp_path, TOML.replace("\n", "\r\n")), published)
    assert planned.text.count("\n") == planned.text.count("\r\n") == TOML.count("\n") + 5


def test_a_year_without_weeks_freezes_nothing(town: Town, published: Path) -> None:
    with pytest.raises(GoalpostsError, match="nothing can be frozen from 2019"):
        plan_freeze(town, published, 2019, DAY, force=True)


def test_a_file_written_otherwise_is_left_alone(tmp_path: Path, published: Path) -> None:
    head, rest = TOML.split("# Not frozen yet.")
    inline = head + '[index.indicators]\nfootfall_index = { pillar = "frequentation" }\n'
    assert "footfall_index" in rest
    with pytest.raises(GoalpostsError, match="section of its own"):
        plan(_town(tmp_path, inline), published)
