"""A second opinion: every line that DuckDB's reader rejects in a ragged file is one that ours names."""

from pathlib import Path

import duckdb

from pipeline.deposit.reader.read import read_text
from tests.deposit.reader.corpus import File, files

RAGGED = ("short_row", "long_row")


def rejected_by_duckdb(file: File, path: Path) -> set[int]:
    path.write_bytes(file.data)
    columns = dict.fromkeys(file.columns, "VARCHAR")
    with duckdb.connect() as connection:
        connection.execute(
            "SELECT * FROM read_csv(?, columns = ?, delim = ';', quote = '\"', header = true, auto_detect = false,"
            " store_rejects = true, strict_mode = true)",
            [str(path), columns],
        ).fetchall()
        return {line for (line,) in connection.execute("SELECT DISTINCT line FROM reject_errors").fetchall()}


def test_every_line_that_duckdb_rejects_is_named(tmp_path: Path) -> None:
    seen = 0
    for file in files(places=(1, 6)):
        feed, family, *_ = file.name.split("/")
        if feed not in ("footfall", "shops") or not family.startswith(RAGGED):
            continue
        named = set(read_text(file.data, file.columns, file.aliases).problems["line"])
        theirs = rejected_by_duckdb(file, tmp_path / "file.csv")
        assert theirs <= named, file.name
        seen += len(theirs)
    assert seen >= 20
