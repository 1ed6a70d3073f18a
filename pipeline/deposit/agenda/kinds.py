"""Which files are agendas, told by their first bytes."""

import re
from pathlib import Path
from typing import Literal

Kind = Literal["ics", "json"]
# The columns of a calendar: its own properties.
CALENDAR_HEADER = ("UID", "RECURRENCE-ID", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS")
TOP_BYTES = 4096
_BOM = b"\xef\xbb\xbf"
_BEGINS: dict[Kind, re.Pattern[bytes]] = {
    "ics": re.compile(rb"\s*BEGIN:VCALENDAR\b", re.IGNORECASE),
    "json": re.compile(rb"""\s*(?:\{\s*["}]|\[\s*[{\]])"""),
}


def kind_of(data: bytes) -> Kind | None:
    """The kind of agenda of which these are the first bytes, None for a table."""
    top = data[:TOP_BYTES].removeprefix(_BOM)
    return next((kind for kind, begins in _BEGINS.items() if begins.match(top)), None)


def kind_at(path: Path) -> Kind | None:
    """The same of a file."""
    with path.open("rb") as file:
        return kind_of(file.read(TOP_BYTES))
