"""The two doors to what a file holds, for a text, a workbook or an agenda alike."""

from collections.abc import Mapping, Sequence

from pipeline.deposit.agenda.door import peek_agenda, read_agenda
from pipeline.deposit.agenda.kinds import kind_of
from pipeline.deposit.reader.peek import Peek, peek_text
from pipeline.deposit.reader.read import Header, read_text
from pipeline.deposit.table import Table
from pipeline.deposit.workbook import is_workbook, peek_workbook, read_workbook


def read_table(
    data: bytes,
    columns: Sequence[str],
    aliases: Mapping[str, Sequence[str]] | None = None,
    *,
    header: Header = "expected",
    header_line: int | None = None,
    sheet: str | None = None,
    warn_extra: bool = True,
    is_coded: bool = False,
) -> Table:
    """Read a CSV, XLSX, ODS, ICS or JSON file of which the columns are known.

    columns: the headers that are expected, in their order; aliases: other spellings of some of them. Case, accents,
    spaces and punctuation of headers do not count. A header that is not expected keeps the name sent (and is said,
    unless warn_extra is False); of several with one name the later ones become `name (2)`, a blank one `colonne 3`.
    header="absent": the file has no header, `columns` names the cells by place. header_line: the caller has read the
    header, whose last physical line this is, and `columns` names the cells by place (stacked headers). sheet: the sheet
    of a workbook; None = the one that has the expected header. is_coded: cells of a text may stay Categorical.

    Never raises for what is in the file: see Table.problems.
    counts.read = rows.height + rejected + blank + repeated_header; in ICS and JSON a line is an event or a record,
    which may have several rows, one a date.
    """
    if is_workbook(data):
        return read_workbook(
            data, columns, aliases, header=header, header_line=header_line, sheet=sheet, warn_extra=warn_extra
        )
    if kind := kind_of(data):
        return read_agenda(data, kind, columns, aliases)
    return read_text(
        data, columns, aliases, header=header, header_line=header_line, warn_extra=warn_extra, is_coded=is_coded
    )


def peek(data: bytes) -> Peek:
    """The first rows of a CSV, XLSX, ODS, ICS or JSON file, with their physical lines, in each way that makes sense."""
    if is_workbook(data):
        return peek_workbook(data)
    kind = kind_of(data)
    return peek_agenda(data, kind) if kind else peek_text(data)
