"""The clean table of a feed, the files made of its lines, and the measure of what a reader made of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.contract import (
    Boolean,
    Column,
    Date,
    Enum,
    Feed,
    Identifier,
    Integer,
    LocalDatetime,
    LocalTime,
    Number,
    Siret,
)
from pipeline.deposit.problems import problem_list
from pipeline.deposit.table import Table

ROWS = 9
TEXTS = ("Boulangerie du Pôle", "L'Atelier d'Élise", "Café de la Gare", "Pressing 2000", "Aux Délices", "Garage Noël")
Row = tuple[str, ...]
Encode = Callable[[str], bytes]


@dataclass(frozen=True)
class Line:
    """One line (or more, where its text holds line ends). rows: those that the sender meant by it."""

    text: str
    rows: tuple[Row, ...] = ()
    is_hurt: bool = False


@dataclass(frozen=True)
class File:
    """A file of the corpus. is_refusable: nobody can know what its rows mean, so that all may be refused."""

    name: str
    columns: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    lines: tuple[Line, ...]
    encode: Encode
    end: str = "\n"
    is_refusable: bool = False

    @property
    def data(self) -> bytes:
        return self.encode("".join(line.text + self.end for line in self.lines))

    def numbered(self) -> Iterator[tuple[int, Line]]:
        """Each line with its physical number."""
        number = 1
        for line in self.lines:
            yield number, line
            number += (line.text + self.end).replace("\r\n", "\n").replace("\r", "\n").count("\n")


@dataclass(frozen=True)
class Measure:
    """Of one file, the lines: silently wrong; read wrongly though a repair was said; refused though undamaged; damaged
    and not named."""

    silent: tuple[int, ...]
    misread: tuple[int, ...]
    refused: tuple[int, ...]
    unnamed: tuple[int, ...]


def measure(file: File, table: Table) -> Measure:
    """Compare what was read with what was meant."""
    problems = problem_list(table.problems)
    named = {problem.line for problem in problems}
    doubted = {problem.line for problem in problems if problem.severity != "repair"}
    is_whole = table.rows.height == 0 and any(problem.severity == "error" for problem in problems)
    meant = {number: line.rows for number, line in file.numbered() if line.rows}
    hurt = {number for number, line in file.numbered() if line.is_hurt}
    names = [name for name in file.columns if name in table.rows.columns]
    read = {row[-1]: row[:-1] for row in table.rows.select(*names, "line").iter_rows()}
    places = [file.columns.index(name) for name in names]
    wrong, missing = set(), set()
    for line in meant.keys() | read.keys():
        wanted = [tuple(row[place] for place in places) for row in meant.get(line, ())]
        if line in read and [read[line]] != wanted:
            wrong.add(line)
        if line not in read:
            missing.add(line)
    return Measure(
        silent=tuple(sorted(line for line in wrong | missing if line not in named and not is_whole)),
        misread=tuple(sorted(line for line in wrong if line in named - doubted)),
        refused=tuple(sorted(missing - hurt)) if not file.is_refusable else (),
        unnamed=tuple(sorted(line for line in hurt if line not in named and not is_whole)),
    )


@dataclass(frozen=True)
class Model:
    """The clean table of a feed, to be damaged. place: which of its rows is hit; separator: between its cells."""

    feed: str
    header: Row
    rows: tuple[Row, ...]
    aliases: dict[str, tuple[str, ...]]
    separator: str
    place: int

    @property
    def width(self) -> int:
        return len(self.header)

    @property
    def hit(self) -> Row:
        return self.rows[self.place]

    def text(self, cells: Sequence[str]) -> str:
        return self.separator.join(quoted(cell, self.separator) for cell in cells)

    def lines(self) -> list[Line]:
        """Header and rows, clean; line i + 1 holds row i."""
        return [Line(self.text(self.header)), *(Line(self.text(row), (row,)) for row in self.rows)]

    def with_line(self, text: str, rows: tuple[Row, ...] | None = None, *, hurt: bool = True) -> list[Line]:
        """The clean lines, but the one that is hit replaced."""
        lines = self.lines()
        lines[self.place + 1] = Line(text, (self.hit,) if rows is None else rows, hurt)
        return lines

    def with_cell(self, place: int, text: str, value: str | None = None, *, hurt: bool = True) -> list[Line]:
        """The clean lines, but one cell of the hit line is `text`; value: what was meant (None: as it was)."""
        cells = [quoted(cell, self.separator) for cell in self.hit]
        cells[place] = text
        row = self.hit if value is None else (*self.hit[:place], value, *self.hit[place + 1 :])
        return self.with_line(self.separator.join(cells), (row,), hurt=hurt)


def quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell else cell


def model(feed: Feed, separator: str = ";", place: int = 4) -> Model:
    rows = tuple(tuple(_value(column, number) for column in feed.columns) for number in range(ROWS))
    aliases = {column.header: (column.name, *column.aliases) for column in feed.columns}
    return Model(feed.name, tuple(column.header for column in feed.columns), rows, aliases, separator, place)


def _value(column: Column, number: int) -> str:
    if not column.required and number % 4 == 3:
        return ""
    match column.type:
        case LocalDatetime():
            return f"0{number + 1}/11/2025 1{number}:00"
        case Date():
            return f"0{number + 1}/09/2025"
        case LocalTime():
            return f"0{number}:30"
        case Integer():
            return str(2000 + number)
        case Number():
            return f"{12 + number},5"
        case Boolean():
            return "oui" if number % 2 else "non"
        case Siret():
            return "35600000000048"
        case Enum(choices=choices):
            return choices[number % len(choices)].label.fr
        case Identifier():
            return f"GR{10 + number}"
    return TEXTS[number % len(TEXTS)]
