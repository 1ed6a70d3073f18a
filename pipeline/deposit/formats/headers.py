"""Headers of a file looked up by how they are read, and header rows that are stacked."""

from collections.abc import Iterable, Mapping

from pipeline.deposit.reader.headers import fold


def by_fold(headers: Iterable[str]) -> dict[str, str]:
    """The headers as sent by their folded form; of two that fold alike the first is kept."""
    found: dict[str, str] = {}
    for header in headers:
        found.setdefault(fold(header), header)
    return found


def spelled_as(sent: Mapping[str, str], spellings: Iterable[str]) -> str | None:
    """The header as sent that is one of the spellings, None where the file has none of them."""
    return next((sent[key] for spelling in spellings if (key := fold(spelling)) in sent), None)


def stacked(rows: list[list[str]], separator: str) -> list[str]:
    """One header from several header rows: cells joined from top to bottom.

    A cell left empty in a row above the last continues the cell to its left (a merged cell), as long as something
    stands below it; a part that repeats the one above it is said once.
    """
    width = max((len(row) for row in rows), default=0)
    last = len(rows) - 1
    padded = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    for row in padded[:last]:
        for column in range(1, width):
            if not row[column] and padded[last][column]:
                row[column] = row[column - 1]
    parts = [list(dict.fromkeys(row[column] for row in padded if row[column])) for column in range(width)]
    return [separator.join(part) for part in parts]
