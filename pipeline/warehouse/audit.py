"""What the header of a model promises, tried on the table that was built, before anyone can see it."""

from collections.abc import Sequence

import duckdb

from pipeline.warehouse.database import Connection, quoted
from pipeline.warehouse.errors import AuditError
from pipeline.warehouse.tables import DocumentedColumn

SHOWN = 3


def audit(
    connection: Connection,
    table: str,
    *,
    columns: Sequence[DocumentedColumn],
    grain: Sequence[str],
    checks: Sequence[str],
    is_view: bool = False,
) -> None:
    """Raises AuditError telling every promise that `table` breaks, with the first rows concerned.

    is_view: it shows a table whose rows were told apart when they were staged.
    """
    found = connection.table(table).columns
    promised = [column.name for column in columns]
    if found != promised:
        raise AuditError(f"{table}: its columns are {', '.join(found)}; its header says {', '.join(promised)}")
    broken = [
        *_empty_grain(connection, table, grain),
        *([] if is_view else _repeated_grain(connection, table, grain)),
        *(sentence for check in checks for sentence in _broken_check(connection, table, grain, check)),
    ]
    if broken:
        raise AuditError(f"{table}: " + "; ".join(broken))


def _empty_grain(connection: Connection, table: str, grain: Sequence[str]) -> list[str]:
    counts = ", ".join(f"count(*) - count({quoted(name)})" for name in grain)
    found = connection.table(table).aggregate(counts).fetchall()[0]
    return [f"{name} is empty in {n} row(s)" for name, n in zip(grain, found, strict=True) if n]


def _repeated_grain(connection: Connection, table: str, grain: Sequence[str]) -> list[str]:
    names = ", ".join(quoted(name) for name in grain)
    repeated = connection.table(table).aggregate(f"{names}, count(*) AS times", names).filter("times > 1")
    number = repeated.aggregate("count(*)").fetchall()[0][0]
    if not number:
        return []
    first = repeated.project(names).order(names).limit(SHOWN).fetchall()
    return [f"{number} value(s) of its grain ({', '.join(grain)}) stand in several rows, {_shown(grain, first)}"]


def _broken_check(connection: Connection, table: str, grain: Sequence[str], check: str) -> list[str]:
    names = ", ".join(quoted(name) for name in grain)
    try:
        # A check that gives NULL holds: an unknown figure breaks no bound.
        broken = connection.table(table).filter(f"NOT ({check})")
        number = broken.aggregate("count(*)").fetchall()[0][0]
        first = broken.project(names).order(names).limit(SHOWN).fetchall()
    except duckdb.Error as error:
        raise AuditError(f"{table}: the check `{check}` cannot be run: {error}") from error
    return [f"{number} row(s) break the check `{check}`, {_shown(grain, first)}"] if number else []


def _shown(grain: Sequence[str], rows: list[tuple[object, ...]]) -> str:
    told = (", ".join(f"{name} {value}" for name, value in zip(grain, row, strict=True)) for row in rows)
    return "first: " + " / ".join(told)
