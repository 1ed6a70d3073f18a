"""A file dealt with in parts gives what it gives as a whole, wherever the parts are cut."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.contract.town import Town
from pipeline.deposit import deposit_file, large, read_table, typed_rows
from pipeline.deposit.reader import read_chunks
from pipeline.settings import TownHome

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COUNTERS = "compteur;nom;dans_centre;pas_minutes\nGR12;Grande Rue;oui;60\nQ05;Quai;oui;5\n"
# Around the change of the clock of autumn 2025, where rows depend on each other.
TIMES = st.integers(0, 60).map(lambda hours: datetime(2025, 10, 25) + timedelta(hours=hours))
MISTAKES = st.sampled_from(
    [
        "GR12;26/10/2025 02:00;douze",
        "GR12;26/10/2025;7",
        "GR12;10/26/2025 14:00;7",
        "2025-10-26T02:00:00+01:00;GR12;7",
        "GR12;2025-10-26T02:00:00+01:00;7",
        "gr12;25/10/2025 05:00;1 204",
        "GR13;25/10/2025 05:00;4",
        "GR12;25/10/2025 05:00",
        "GR12;25/10/2025 05:00;4;5",
        'GR12;"25/10/2025 06:00";"4"',
        'GR12;25/10/2025 07:00;"4',
        ";25/10/2025 08:00;4",
        "GR12;25/10/2025 09:00;",
        " Q05 ; 25/10/2025 09:05 ; 4,5",
        "compteur;debut;passages",
        "",
    ]
)
ROWS = st.builds(
    lambda counter, at, count: f"{counter};{at:%d/%m/%Y %H:%M};{count}",
    st.sampled_from(["GR12", "Q05"]),
    TIMES,
    st.integers(0, 3),
)
FILES = st.lists(st.one_of(ROWS, ROWS, ROWS, MISTAKES), min_size=3, max_size=40)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a town knows two counters."""
    root = tmp_path_factory.mktemp("parts")
    (root / "compteurs.csv").write_text(COUNTERS)
    assert "accepted.parquet" in deposit(root, root / "compteurs.csv", "counters")
    shutil.copytree(root / "home", root / "fresh")
    return root


def deposit(root: Path, path: Path, feed: str) -> dict[str, object]:
    """All that a deposit gives, without where it lies."""
    town = Town("essai", "Essai", "00000", "FR", "Europe/Paris", root / "towns" / "essai")
    receipt = deposit_file(
        path, town=town, home=TownHome(root / "home"), feed=feed, format=None, by=None, received_at=NOW
    )
    assert receipt.folder is not None
    files = {file.name: file for file in receipt.folder.iterdir()}
    frames = {name: pl.read_parquet(file) for name, file in files.items() if name.endswith(".parquet")}
    given: dict[str, object] = {name: (frame.schema, frame.to_dicts()) for name, frame in frames.items()}
    return given | {name: file.read_bytes() for name, file in files.items() if name not in frames}


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=FILES, part_bytes=st.integers(110, 400), part_rows=st.integers(1, 9))
def test_parts_of_any_size_give_the_same_upload(
    place: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], part_bytes: int, part_rows: int
) -> None:
    path = place / "comptages.csv"
    path.write_text("\n".join(["compteur;debut;passages", *lines]) + "\n")
    given = []
    for is_whole in (True, False):
        shutil.rmtree(place / "home")
        shutil.copytree(place / "fresh", place / "home")
        with monkeypatch.context() as patch:
            if not is_whole:
                patch.setattr(large, "LARGE_BYTES", part_bytes)
                patch.setattr(large, "PART_BYTES", part_bytes)
                patch.setattr(typed_rows, "PART_ROWS", part_rows)
            given.append(deposit(place, path, "footfall"))
    assert given[0] == given[1]


def test_a_large_file_is_read_in_parts_and_its_columns_without_a_name_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"GR12;{day:02}/10/2025 14:00;7;;" for day in range(1, 31)]
    lines[20] += "vu"
    path = tmp_path / "comptages.csv"
    path.write_text("\n".join(["compteur;debut;passages;;", *lines]) + "\n")
    monkeypatch.setattr(large, "LARGE_BYTES", 200)
    monkeypatch.setattr(large, "PART_BYTES", 200)
    headers = ["compteur", "debut", "passages"]
    assert len(read_chunks(path, headers, chunk_bytes=200)) > 3
    read, whole = large.read_large(path, headers, {}), read_table(path.read_bytes(), headers)
    assert read.rows.schema["compteur"] == pl.Categorical
    assert read.rows.cast({pl.Categorical: pl.String}).equals(whole.rows)
    assert read.problems.equals(whole.problems)
    assert read.counts == whole.counts
