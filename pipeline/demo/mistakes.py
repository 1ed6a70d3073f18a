"""The usual mistakes of an association's files, each put in on purpose. Pure: every function gives new lines."""

from collections.abc import Callable, Sequence

from pipeline.demo.sheets import Lines


def reordered(lines: Lines, headers: Sequence[str]) -> Lines:
    """The columns in another order."""
    places = [lines[0].index(header) for header in headers]
    return [[line[place] for place in places] for line in lines]


def with_title(lines: Lines, title: str) -> Lines:
    """A title and an empty line above the header."""
    return [[title], [], *lines]


def with_total(lines: Lines, header: str) -> Lines:
    """A line « Total » below, which adds up a column."""
    place = lines[0].index(header)
    total = sum(float(line[place] or 0) for line in lines[1:])
    return [*lines, ["Total" if i == 0 else f"{total:g}" if i == place else "" for i in range(len(lines[0]))]]


def with_blank_lines(lines: Lines, before: Sequence[int]) -> Lines:
    """An empty line (only separators) before each of these line indexes."""
    blank = [""] * len(lines[0])
    return [cells for i, line in enumerate(lines) for cells in ([blank, line] if i in before else [line])]


def with_repeated_header(lines: Lines, before: int) -> Lines:
    """The header once more, as when two exports are pasted one below the other."""
    return [*lines[:before], lines[0], *lines[before:]]


def rewritten(lines: Lines, header: str, rule: Callable[[str], str], where: Sequence[int] | None = None) -> Lines:
    """One column rewritten cell by cell, in all lines below the header or only in those of these indexes."""
    place = lines[0].index(header)
    chosen = set(range(1, len(lines)) if where is None else where)
    return [
        [*line[:place], rule(line[place]), *line[place + 1 :]] if i in chosen else line for i, line in enumerate(lines)
    ]


def lines_where(lines: Lines, header: str, is_meant: Callable[[str], bool]) -> list[int]:
    """Indexes of the lines below the header whose cell is meant."""
    place = lines[0].index(header)
    return [i for i, line in enumerate(lines) if i and is_meant(line[place])]


def with_thousands_space(cell: str) -> str:
    """1248 → 1 248, as Excel shows it."""
    return f"{int(cell):,}".replace(",", " ") if cell.isdigit() else cell


def with_decimal_comma(cell: str) -> str:
    """14.2 → 14,2."""
    return cell.replace(".", ",")


def iso_datetime(cell: str) -> str:
    """03/11/2025 14:00 → 2025-11-03 14:00."""
    return f"{cell[6:10]}-{cell[3:5]}-{cell[:2]}{cell[10:]}"
