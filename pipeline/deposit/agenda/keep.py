"""What of a file is stored: of an agenda only what was read, so that whoever organises or takes part is not in it."""

from collections.abc import Collection
from pathlib import Path

from pipeline.deposit.agenda.kinds import kind_at


def keep(copy: Path, target: Path, header: Collection[str]) -> None:
    """Move a file to where it is kept; of an agenda write the values that are read under the header, and no others.

    Line and record numbers stay. The readers of agendas are loaded when there is one.
    """
    kind = kind_at(copy)
    if kind == "ics":
        from pipeline.deposit.agenda.calendar import kept_of_calendar

        target.write_bytes(kept_of_calendar(copy.read_bytes()))
    elif kind == "json":
        from pipeline.deposit.agenda.records import kept_of_records

        target.write_bytes(kept_of_records(copy.read_bytes(), header))
    else:
        copy.rename(target)
