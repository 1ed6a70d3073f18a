"""A DuckDB file as the rest of the warehouse sees it: opening it safely, making tables, comments, checksums."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract import Label
from pipeline.warehouse.errors import DamagedPublicationError, WarehouseError
from pipeline.warehouse.tables import RANKS, DocumentedColumn

Connection = duckdb.DuckDBPyConnection
Settings = dict[str, str | bool | int | float | list[str]]
MEMORY_LIMIT = "4GB"
THREADS = os.cpu_count() or 1


@contextmanager
def building(path: Path) -> Iterator[Connection]:
    """A new database at `path`, closed and flushed at the end.

    Sums of floats depend on the order in which threads meet them. One thread and the order of insertion make two builds
    of the same inputs equal to the last bit. The time zone of the machine must not matter either.
    """
    settings: Settings = {
        "memory_limit": MEMORY_LIMIT,
        "threads": 1,
        "preserve_insertion_order": True,
        "checkpoint_threshold": "1TB",  # rows are put in their place after loading and at the end, never between
    }
    with duckdb.connect(str(path), config=settings) as connection:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL python_enable_replacements = false")
        for schema in RANKS:
            connection.execute(f"CREATE SCHEMA {schema}")
        yield connection
        connection.execute("CHECKPOINT")


@contextmanager
def loading(connection: Connection, folders: Sequence[Path]) -> Iterator[None]:
    """While files below the folders are read into a new database, and nothing else can be; afterwards nothing can.

    Reading sums nothing and keeps the order of the files, so that every thread may help, and help to put the rows in
    their place in the file.
    """
    connection.execute("SET allowed_directories = $folders", {"folders": [str(folder) for folder in folders]})
    connection.execute("SET enable_external_access = false")
    connection.execute(f"SET threads = {THREADS}")
    yield
    connection.execute("CHECKPOINT")
    connection.execute("SET threads = 1")
    connection.execute("SET lock_configuration = true")


@contextmanager
def reading(path: Path, *, memory_limit: str, threads: int) -> Iterator[Connection]:
    """A published database, from which nothing can be written and nothing outside can be reached."""
    if not path.is_file():
        raise WarehouseError(f"there is no database at {path}")
    settings: Settings = {"memory_limit": memory_limit, "threads": threads}
    try:
        opened = duckdb.connect(str(path), read_only=True, config=settings)
    except duckdb.Error as error:
        raise DamagedPublicationError(
            f"{path} cannot be opened; delete it and run again, or roll back to another build: {error}"
        ) from error
    with opened as connection:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET GLOBAL python_enable_replacements = false")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All that is done inside, or nothing; and one wait for the disk instead of one a statement."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def quoted(name: str) -> str:
    """A qualified name, each part quoted: `raw.town` becomes `"raw"."town"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def literal(text: str) -> str:
    """A text as an SQL literal, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def create_from_frame(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Make `table` of a frame. Raises WarehouseError when a column has no type, which would be a guess."""
    if untyped := [name for name, dtype in frame.schema.items() if dtype == pl.Null]:
        raise WarehouseError(f"{table}: column(s) without a type: {', '.join(untyped)}")
    connection.register("given_frame", frame)
    connection.view("given_frame").create(table)
    connection.unregister("given_frame")


def append_from_parquet(connection: Connection, table: str, path: Path, *, is_new: bool) -> None:
    """Add the rows of a Parquet file to `table`, in the order of the file. Raises WarehouseError where it is damaged.

    is_new: the table is not there yet.
    """
    try:
        rows = connection.from_parquet(str(path))
        rows.create(table) if is_new else rows.insert_into(table)
    except duckdb.Error as error:
        raise WarehouseError(f"{table}: {path.parent} is damaged; delete it and run again: {error}") from error


def create_from_select(connection: Connection, table: str, sql: str, *, is_view: bool = False) -> None:
    """Make `table` of one SELECT. Raises WarehouseError with the database's words and the name of the table."""
    try:
        connection.execute(f"CREATE {'VIEW' if is_view else 'TABLE'} {quoted(table)} AS\n{sql}")
    except duckdb.Error as error:
        raise WarehouseError(f"{table}: {error}") from error


def comment(
    connection: Connection, table: str, title: Label, columns: Sequence[DocumentedColumn], *, is_view: bool = False
) -> None:
    """Write title and columns beside the table, in French: what a tool that opens the file shows."""
    connection.execute(f"COMMENT ON {'VIEW' if is_view else 'TABLE'} {quoted(table)} IS {literal(title.fr)}")
    for column in columns:
        connection.execute(f"COMMENT ON COLUMN {quoted(table)}.{quoted(column.name)} IS {literal(column.comment)}")


def table_names(connection: Connection) -> list[str]:
    """Every table, qualified, sorted."""
    found = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    return [name for (name,) in found]


def row_count(connection: Connection, table: str) -> int:
    return int(connection.table(table).aggregate("count(*)").fetchall()[0][0])


def checksum(connection: Connection, table: str) -> str:
    """16 hexadecimal digits of the content: columns, types and rows, whatever the order of the rows.

    Each row is hashed with all its columns and the hashes are added, so that a repeated row counts each time.
    """
    content = connection.table(table)
    columns = list(zip(content.columns, map(str, content.types), strict=True))
    row_hash = f"hash({', '.join(quoted(name) for name in content.columns)})"
    total = content.aggregate(f"count(*), coalesce(sum({row_hash}::HUGEINT), 0)::VARCHAR").fetchall()
    return hashlib.sha256(repr((columns, total)).encode()).hexdigest()[:16]
