"""A database that is being built is the same whatever the machine, for whoever works on it at the same time."""

from pathlib import Path

import pytest

from pipeline.warehouse.database import building


def test_everyone_who_builds_reads_times_in_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    with building(tmp_path / "town.duckdb") as connection, connection.cursor() as own:
        for one in (connection, own):
            # An instant in winter, 1,700,000,000 s after 1970: 14 November 2023, 22:13:20 UTC, 17:13:20 in New York.
            hour = one.execute("SELECT extract('hour' FROM to_timestamp(1700000000))").fetchall()
            assert hour == [(22,)]


def test_no_variable_of_the_program_passes_for_a_table(tmp_path: Path) -> None:
    import duckdb
    import polars as pl

    secret = pl.DataFrame({"a": [1]})
    assert secret.height == 1
    with building(tmp_path / "town.duckdb") as connection, connection.cursor() as own, pytest.raises(duckdb.Error):
        own.execute("SELECT * FROM secret")
