"""How a file is laid out: its separator, the line of its header, and how the cells of its lines fall under it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice, pairwise

from pipeline.contract import Problem
from pipeline.deposit.reader.accents import mend
from pipeline.deposit.reader.cells import Cells, is_wrapped, split
from pipeline.deposit.reader.headers import Expected, fold, has_figure, is_damaged, unique_names

SEPARATORS = (";", "\t", "|", ",")  # of two that fit alike the comma is the less likely: it stands in numbers
QUOTES = ('"', "'")
TOP_LINES = 200  # how far down a header is looked for
_HEADER_LINES = 20  # a header cell may hold line ends, but not more than this
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Record:
    """Cells that belong together. line: where they begin, 1 = first line of the file; lines: how many they take."""

    line: int
    lines: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines below the header are read.

    names: one a cell of a line (`lead` = 1: the first cell has none and is dropped). width: cells of a line,
    neither more nor fewer. empty: places that must be empty. is_shifted: the lines have one cell more than the
    header, and nothing says which. first_line: where the data begins. words: folded spellings of known headers and
    their columns; meant: the header's cells by these, to know a repetition; has_words_below: the line below the header
    holds some too; has_figures: most lines below hold figures, so that one without any is hardly a row. twins: pairs of
    names of columns that bear the same expected header.
    """

    separator: str
    quote: str
    header: tuple[str, ...]
    names: tuple[str, ...]
    width: int
    header_line: int
    first_line: int
    words: Mapping[str, str] = field(default_factory=dict)
    meant: tuple[str, ...] = ()
    has_words_below: bool = False
    has_figures: bool = False
    lead: int = 0
    is_numbered: bool = False
    is_shifted: bool = False
    empty: tuple[int, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    recognised: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = field(default=(), compare=False)


def records(lines: Sequence[str], separator: str, quote: str, first_line: int = 1) -> Iterator[Record]:
    """The top of a file cut with one separator; a quoted cell may go over a few lines. Blank lines are records too."""
    at = 0
    while at < len(lines):
        cells, taken = split(lines[at], separator, quote), 1
        while cells.quoting == "open" and taken < _HEADER_LINES and at + taken < len(lines):
            taken += 1
            cells = split("\n".join(lines[at : at + taken]), separator, quote)
        if cells.quoting == "open":
            taken, cells = 1, Cells([cell.strip() for cell in lines[at].split(separator)], "misplaced")
        yield Record(first_line + at, taken, _unwrapped(cells, separator, quote))
        at += taken


def _unwrapped(cells: Cells, separator: str, quote: str) -> Cells:
    """A whole line inside quotes, as Excel saves a CSV that it never cut into columns."""
    if cells.quoting == "right" and len(cells.values) == 1 and separator in cells.values[0]:
        return split(cells.values[0], separator, quote)
    return cells


@dataclass(frozen=True)
class Reading:
    """The top of a file as records, read in one way. Of a sheet there is only one way."""

    separator: str
    quote: str
    cut: Callable[[], Iterable[Record]]

    @cached_property
    def records(self) -> Sequence[Record]:
        """Cut once, and only where this way is asked for."""
        return list(self.cut())

    def below(self, line: int) -> list[list[str]]:
        """The cells of the first records that begin at `line` or below it and are not blank."""
        found = (record.cells.values for record in self.records if record.line >= line and any(record.cells.values))
        return list(islice(found, _SAMPLE))


def readings(lines: Sequence[str]) -> list[Reading]:
    """The ways in which the top of a text may be read."""
    quotes = [quote for quote in QUOTES if quote == QUOTES[0] or any(quote in line for line in lines)]
    return [
        Reading(separator, quote, partial(records, lines, separator, quote))
        for separator in SEPARATORS
        for quote in quotes
    ]


def _find_header(ways: Sequence[Reading], expected: Expected) -> tuple[Record, Reading] | None:
    """The header's record: of all readings the one that names the most expected columns, of equal ones the first."""
    best = (len(expected.columns), 0)
    scored = (
        ((_score(record.cells.values, expected), -_in_apostrophes(record.cells.values)), record, way)
        for way in ways
        for record in way.records
        if record.line <= TOP_LINES
    )
    found: tuple[tuple[int, int], Record | None, Reading | None] = ((0, -1), None, None)
    for one in scored:
        found = max(found, one, key=lambda ranked: ranked[0])
        if found[0] == best:  # no other way of reading names more
            break
    (score, _), record, way = found
    return (record, way) if score and record and way else None


def _in_apostrophes(cells: Sequence[str]) -> int:
    """Cells that another quote would unwrap."""
    return sum(is_wrapped(cell) for cell in cells)


def _score(cells: Sequence[str], expected: Expected) -> int:
    """How many expected columns a record names; 0 where it does not look like a header."""
    filled = [mend(cell)[0] for cell in cells if cell]
    found = len(expected.recognised(filled))
    named = sum(any(letter.isalpha() for letter in cell) for cell in filled)
    is_header = found and (2 * found >= min(len(filled), len(expected.columns)) or named == len(filled) > 1)
    return found if is_header else 0


def layout_by_header(ways: Sequence[Reading], expected: Expected, warn_extra: bool) -> Layout | None:
    """The layout of a file whose header is recognised somewhere at its top; None where none is."""
    found = _find_header(ways, expected)
    if found is None:
        return None
    record, way = found
    problems: list[Problem] = []
    header = _mended(record, problems)
    named = expected.recognised(header)
    below = _way_below(ways, way, len(header), record, problems)
    layout = Layout(
        separator=below.separator,
        quote=way.quote,
        header=tuple(header),
        names=(),
        width=len(header),
        header_line=record.line,
        first_line=record.line + record.lines,
        words=expected.words,
        meant=_meant(header, expected.words),
        has_figures=_has_figures(below.below(record.line + record.lines)),
        has_words_below=_has_words(below.below(record.line + record.lines)[:1], expected.words),
        recognised=frozenset(named.values()),
    )
    layout = _fitted(layout, below.below(layout.first_line), problems)
    names, twins = _names(header, named, expected)
    problems += _header_problems(record.line, header, named, expected, twins, warn_extra)
    return replace(layout, names=_all_named(names, layout), twins=tuple(twins), problems=tuple(problems))


def layout_by_place(ways: Sequence[Reading], columns: Sequence[str], header_line: int) -> Layout | None:
    """The layout of lines whose cells are named by place: no header (header_line 0), or one that the caller read."""
    names = unique_names(columns)
    fits = [sum(len(cells) == len(names) for cells in way.below(header_line + 1)) for way in ways]
    if header_line == 0 and not any(fits):
        return None
    way = ways[fits.index(max(fits))]
    header = next((record.cells.values for record in way.records if record.line == header_line), [])
    layout = Layout(
        separator=way.separator,
        quote=way.quote,
        header=tuple(names) if header_line else (),
        names=tuple(names),
        width=len(names),
        header_line=header_line,
        first_line=header_line + 1,
        meant=_meant(header, {}),
        has_figures=_has_figures(way.below(header_line + 1)),
        recognised=frozenset(names),
    )
    problems: list[Problem] = []
    if header_line:
        layout = _fitted(layout, way.below(header_line + 1), problems)
    return replace(layout, names=_all_named(names, layout), problems=tuple(problems))


def _meant(cells: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """What the filled cells of a header stand for."""
    return tuple(words.get(word, word) for word in (fold(cell) for cell in cells if cell))


def _has_words(rows: Sequence[Sequence[str]], words: Mapping[str, str]) -> bool:
    """Whether some of the cells are known headers."""
    return any(fold(cell) in words for cells in rows for cell in cells if cell)


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether most rows hold figures."""
    return 2 * sum(any(map(has_figure, cells)) for cells in rows) > len(rows)


def _all_named(names: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """A name for each cell of a line, also for those that stand beyond the header."""
    count = layout.width - layout.lead
    return tuple(unique_names([*names, *[""] * (count - len(names))])[:count])


def _mended(record: Record, problems: list[Problem]) -> list[str]:
    """The header's cells with their accents, where they can be had back."""
    header = []
    for cell in record.cells.values:
        mended, damage = mend(cell)
        if damage == "repaired":
            problems.append(Problem("damaged-accents.repaired", "repair", record.line, mended, cell, mended))
        elif is_damaged(cell):
            problems.append(
                Problem("damaged-accents", "warning", record.line, cell, cell, fix="Corrigez le nom de la colonne.")
            )
        header.append(mended)
    return header


def _way_below(ways: Sequence[Reading], way: Reading, width: int, header: Record, problems: list[Problem]) -> Reading:
    """How the lines below the header are read, where it is certain that it is not as the header."""
    start = header.line + header.lines
    sample = way.below(start)
    uncut = sum(len(cells) == 1 for cells in sample)
    if 2 * uncut <= len(sample):
        return way
    others = [other for other in ways if other is not way and other.quote == way.quote]
    fits = {id(other): sum(len(cells) == width for cells in other.below(start)) for other in others}
    best = max(others, key=lambda other: fits[id(other)], default=way)
    if best is way or width == 1 or uncut < fits[id(best)] or 2 * fits[id(best)] <= len(sample):
        return way
    told = {"value": way.separator, "expected": best.separator}
    problems.append(Problem("extra-cell-error.separator-repaired", "repair", start, **told))
    return best


def _fitted(layout: Layout, sample: Sequence[Sequence[str]], problems: list[Problem]) -> Layout:
    """The layout for lines that have, most of them, another number of cells than the header, and it is clear why."""
    filled = [cells for cells in sample if any(cells)]
    if not filled:
        return layout
    width, having = Counter(len(cells) for cells in filled).most_common(1)[0]
    long = [cells for cells in filled if len(cells) == width]
    named = len(layout.header)
    if 2 * having <= len(filled) or width <= max(place for place, cell in enumerate(layout.header) if cell):
        return layout
    if width <= named:  # separators at the end of the header that the lines do not have
        return replace(layout, width=width)
    wider = tuple(range(named, width))
    if all(not any(cells[named:]) for cells in long):
        if width == named + 1 and len(long) > 1 and all(not cells[0] for cells in long):
            return replace(layout, is_shifted=True)
        return replace(layout, width=width, empty=wider)
    if width > named + 1:
        return layout
    say = Problem("shifted-columns.repaired", "repair", layout.first_line)
    if all(not cells[0] for cells in long):
        problems.append(say)
        return replace(layout, width=width, lead=1, empty=(0,))
    if _counts_up([cells[0] for cells in long]):
        problems.append(say)
        return replace(layout, width=width, lead=1, is_numbered=True)
    return replace(layout, is_shifted=True)


def _counts_up(cells: Sequence[str]) -> bool:
    """Whether the cells number the lines."""
    if len(cells) < 3 or not all(cell.isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers[0] in (0, 1) and all(b - a == 1 for a, b in pairwise(numbers))


def _names(header: Sequence[str], named: dict[int, str], expected: Expected) -> tuple[list[str], list[tuple[str, str]]]:
    """A name for each header cell, and the pairs of columns that bear the same expected header."""
    wanted = [named.get(place, cell) for place, cell in enumerate(header)]
    names = unique_names(wanted)
    for place, name in named.items():  # a column that was not recognised may have taken the name
        if names[place] != name:
            other = names.index(name)
            names[other], names[place] = names[place], name
    twins = []
    for place, cell in enumerate(header):
        meant = expected.spellings.get(fold(cell), ()) if cell and place not in named else ()
        twins += [(name, names[place]) for name in meant[-1:] if name in named.values()]
    return names, twins


def _header_problems(
    line: int,
    header: Sequence[str],
    named: dict[int, str],
    expected: Expected,
    twins: Sequence[tuple[str, str]],
    warn_extra: bool,
) -> list[Problem]:
    problems = []
    order = [expected.columns.index(named[place]) for place in sorted(named)]
    if order != sorted(order):
        problems.append(Problem("disordered-header-warn", "repair", line))
    if twins:
        problems.append(Problem("duplicate-header", "warning", line, value=", ".join(first for first, _ in twins)))
    elif warn_extra:
        problems += [
            Problem("extra-header-warn", "warning", line, cell, cell)
            for place, cell in enumerate(header)
            if cell and place not in named
        ]
    return problems
