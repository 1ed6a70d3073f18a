"""The doors of an agenda: how it looks and what it holds.

The reader of calendars is loaded when there is one: it is slow to load, and most files are tables.
"""

from collections.abc import Mapping, Sequence

from pipeline.contract import Problem
from pipeline.deposit.agenda.kinds import CALENDAR_HEADER, Kind
from pipeline.deposit.agenda.records import headers_of, read_records
from pipeline.deposit.agenda.rows import AgendaError
from pipeline.deposit.reader.peek import HeadRow, Peek, View
from pipeline.deposit.reader.read import refused
from pipeline.deposit.table import Table


def peek_agenda(data: bytes, kind: Kind) -> Peek:
    """The names under which the agenda has values, as a header."""
    try:
        header = CALENDAR_HEADER if kind == "ics" else tuple(headers_of(data))
    except AgendaError as error:
        return Peek("", (), (error.problem,))
    return Peek(kind, (View((HeadRow(1, header),)),))


def read_agenda(
    data: bytes, kind: Kind, columns: Sequence[str], aliases: Mapping[str, Sequence[str]] | None = None
) -> Table:
    """The dates of an agenda under the columns that are asked for; see read_table."""
    wanted = [*columns, *(other for others in (aliases or {}).values() for other in others)]
    try:
        if kind == "ics":
            from pipeline.deposit.agenda.calendar import read_calendar

            rows = read_calendar(data)
        else:
            rows = read_records(data, wanted)
    except AgendaError as error:
        return refused(error.problem)
    rows.problems.append(Problem(f"personal-data.not-kept-{kind}", "repair"))
    return rows.as_table(kind)
