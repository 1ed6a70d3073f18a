"""Questions put to a published database: read only, one statement, nothing outside within reach."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipeline.warehouse.database import reading, table_names
from pipeline.warehouse.errors import QueryError

MEMORY_LIMIT = "1GB"
THREADS = 2
ASKING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def query(path: Path, sql: str) -> pl.DataFrame:
    """The answer to one SELECT (or DESCRIBE, SHOW, SUMMARIZE, EXPLAIN) on the database at `path`.

    Raises QueryError for anything else, for an error in the statement, or for one that needs more memory than allowed.
    """
    _refuse_other_than_one_question(sql)
    with reading(path, memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        try:
            answer: pl.DataFrame = connection.sql(sql).pl()
        except duckdb.Error as error:
            raise QueryError(str(error)) from error
        except pl.exceptions.PolarsError as error:
            raise QueryError(f"a column has a type that cannot be handed over; cast it to text: {error}") from error
        return answer


def read_frames(path: Path, names: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Whole tables of the database at `path`, by qualified name, rows as they were written."""
    with reading(path, memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        known = table_names(connection)
        if missing := sorted(set(names) - set(known)):
            raise QueryError(f"no table {', '.join(missing)}; tables are: {', '.join(known)}")
        return {name: connection.table(name).pl() for name in names}


def tables(path: Path) -> list[str]:
    """The qualified names of the tables of the database at `path`, sorted."""
    with reading(path, memory_limit=MEMORY_LIMIT, threads=THREADS) as connection:
        return table_names(connection)


def _refuse_other_than_one_question(sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    if len(statements) != 1 or statements[0].type not in ASKING:
        kinds = ", ".join(statement.type.name for statement in statements) or "nothing"
        raise QueryError(f"one SELECT is expected, found: {kinds}; the published marts are read only")
