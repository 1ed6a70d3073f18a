"""Every kind of damage that the corpus does to a clean table, a function each; `kind, lines` for each variant."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.deposit.reader.corpus_model import ROWS, Line, Model, Row, quoted

Family = Callable[[Model], Iterator[tuple[str, list[Line]]]]
FAMILIES: dict[str, Family] = {}
REFUSABLE: set[str] = set()  # families in which nobody can know what was meant


def family(function: Family) -> Family:
    FAMILIES[function.__name__] = function
    return function


def refusable(function: Family) -> Family:
    REFUSABLE.add(function.__name__)
    return family(function)


def text_place(m: Model) -> int:
    """A column whose hit cell is a word, and which is neither the first nor the last."""
    inner = range(1, m.width - 1)
    return next((place for place in inner if m.hit[place].replace(" ", "").replace("'", "").isalpha()), 1)


@family
def clean(m: Model) -> Iterator[tuple[str, list[Line]]]:
    yield "plain", m.lines()
    all_quoted = [Line(m.separator.join(f'"{cell}"' for cell in m.header))]
    all_quoted += [Line(m.separator.join(f'"{cell}"' for cell in row), (row,)) for row in m.rows]
    yield "all quoted", all_quoted
    yield (
        "spaces",
        [
            replace(line, text=f" {m.separator} ".join(quoted(cell, m.separator) for cell in row))
            for line, row in zip(m.lines(), (m.header, *m.rows), strict=True)
        ],
    )
    marked = m.lines()
    yield "no-break spaces", [*marked[:1], *(replace(line, text=f"\u00a0{line.text}\u202f") for line in marked[1:])]


@family
def preamble(m: Model) -> Iterator[tuple[str, list[Line]]]:
    clean_lines = m.lines()
    yield "title", [Line("Association des commerçants"), Line(""), *clean_lines]
    yield "title with separators", [Line("Relevé 2025" + m.separator * (m.width - 1)), *clean_lines]
    yield "sep=", [Line(f"sep={m.separator}"), *clean_lines]
    yield "title with another separator", [Line("Export, le 3/11, par la mairie | v2"), *clean_lines]
    yield "names one column", [Line(f"{m.header[0]}{m.separator}tous"), *clean_lines]


@family
def below(m: Model) -> Iterator[tuple[str, list[Line]]]:
    clean_lines = m.lines()
    total = ["Total", *[""] * (m.width - 2), "1234,5"]
    yield "total", [*clean_lines, Line(m.separator.join(total) if m.separator != "," else m.text(total))]
    yield "note", [*clean_lines, Line("Source : mairie de Sèvres")]
    yield "note with separators", [*clean_lines, Line("Source : mairie" + m.separator * (m.width - 1))]
    yield "note with commas", [*clean_lines, Line("Note : capteur en panne, du 3 au 5, remplacé")]
    yield "note after a blank line", [*clean_lines, Line("", is_hurt=True), Line("Merci à tous les bénévoles")]
    yield "padded note after a blank line", [*clean_lines, Line(""), Line("Merci à tous" + m.separator * (m.width - 1))]
    yield "star", [*clean_lines, Line("* chiffres provisoires")]


@family
def note_in_the_middle(m: Model) -> Iterator[tuple[str, list[Line]]]:
    lines = m.lines()
    for name, text in (("comment", "# relevé à la main"), ("subtotal", "Sous-total" + m.separator * (m.width - 1))):
        yield name, [*lines[: m.place + 1], Line(text, (), True), *lines[m.place + 1 :]]


@family
def repeated_header(m: Model) -> Iterator[tuple[str, list[Line]]]:
    lines = m.lines()
    for name, text in (
        ("same", lines[0].text),
        ("upper case", lines[0].text.upper()),
        ("marked", "\ufeff" + lines[0].text),
        ("padded", lines[0].text + m.separator),
    ):
        yield name, [*lines[: m.place + 1], Line(text, (), True), *lines[m.place + 1 :]]


@family
def other_table(m: Model) -> Iterator[tuple[str, list[Line]]]:
    """Two files put together whose columns are not in the same order."""
    lines = m.lines()
    header = Line(m.text(m.header[::-1]), (), True)
    rows = [Line(m.text(row[::-1]), (row,), True) for row in m.rows]
    yield "reversed", [*lines, header, *rows]
    yield "reversed and back", [*lines, header, *rows, Line(lines[0].text, (), True), *lines[1:]]


@family
def blank(m: Model) -> Iterator[tuple[str, list[Line]]]:
    lines = m.lines()
    for name, text in (
        ("empty", ""),
        ("separators", m.separator * (m.width - 1)),
        ("spaces", "   "),
        ("few separators", m.separator),
    ):
        yield name, [*lines[: m.place + 1], Line(text, (), True), Line(text, (), True), *lines[m.place + 1 :]]
    yield "every second", [line for pair in zip(lines, [Line("")] * len(lines), strict=True) for line in pair]
    yield "many at the end", [*lines, *[Line(m.separator * (m.width - 1))] * 40]


@family
def header_spelling(m: Model) -> Iterator[tuple[str, list[Line]]]:
    lines = m.lines()
    accents = m.separator.join(
        cell.replace("debut", "Début").replace("_", " ").replace("annee", "Année") for cell in m.header
    )
    english = m.separator.join(m.aliases[cell][0] for cell in m.header)
    for name, text in (
        ("upper", lines[0].text.upper()),
        ("accents", accents),
        ("padded", m.separator.join(f"  {cell} " for cell in m.header)),
        ("english", english),
        ("quoted", m.separator.join(f'"{cell}"' for cell in m.header)),
    ):
        yield name, [Line(text), *lines[1:]]
    order = sorted(range(m.width), key=lambda place: (place * 7 + 3) % m.width)
    turned = [Line(m.text([m.header[place] for place in order]))]
    yield "order", [*turned, *(Line(m.text([row[place] for place in order]), (row,)) for row in m.rows)]


@family
def more_columns(m: Model) -> Iterator[tuple[str, list[Line]]]:
    def widened(name: str, value: str, *, front: bool = False) -> list[Line]:
        def put(cells: Row, more: str) -> str:
            return m.text((more, *cells) if front else (*cells, more))

        return [Line(put(m.header, name)), *(Line(put(row, value), (row,)) for row in m.rows)]

    yield "named", widened("remarque", "vu")
    yield "unnamed, empty", widened("", "")
    yield "unnamed, filled", widened("", "vu")
    yield "unnamed in front, filled", widened("", "7", front=True)
    yield "unnamed in front, empty", widened("", "", front=True)
    many = m.separator * 5
    yield "many separators at the end", [replace(line, text=line.text + many) for line in m.lines()]
    yield (
        "separator at the end of lines",
        [*m.lines()[:1], *(replace(line, text=line.text + m.separator) for line in m.lines()[1:])],
    )
    yield "separator at the end of one line", m.with_line(m.text(m.hit) + m.separator)
    yield "name at the end of the header", [replace(m.lines()[0], text=m.lines()[0].text + m.separator), *m.lines()[1:]]


@family
def short_row(m: Model) -> Iterator[tuple[str, list[Line]]]:
    yield "last cell missing", m.with_line(m.text(m.hit[:-1]))
    yield "inner cell missing", m.with_line(m.text((*m.hit[:1], *m.hit[2:])))
    yield "first cell only", m.with_line(m.hit[0] or "x")
    yield "two cells", m.with_line(m.text(m.hit[:2]))
    yield "cut", m.with_line(m.text(m.hit)[:7])


@family
def long_row(m: Model) -> Iterator[tuple[str, list[Line]]]:
    yield "cell at the end", m.with_line(m.text((*m.hit, "vu")))
    yield "cell twice", m.with_line(m.text((*m.hit[:2], *m.hit[1:])) if m.hit[-1] else m.text((*m.hit[:-1], "x", "y")))
    bare = next(((place, cell) for place, cell in enumerate(m.hit) if cell and " " in cell), None)
    if bare and m.hit[-1]:
        yield "separator in a cell", m.with_cell(bare[0], bare[1].replace(" ", m.separator, 1))
    following = m.rows[(m.place + 1) % ROWS]
    lines = m.lines()
    joined = Line(m.text(m.hit) + m.text(following), (m.hit, following), True)
    if m.place + 2 <= ROWS - 1:
        yield "two rows in one line", [*lines[: m.place + 1], joined, *lines[m.place + 3 :]]


@family
def numbered_lines(m: Model) -> Iterator[tuple[str, list[Line]]]:
    lines = m.lines()
    for name, first in (("from 0", 0), ("from 1", 1)):
        yield (
            name,
            [
                lines[0],
                *(replace(line, text=f"{n}{m.separator}{line.text}") for n, line in enumerate(lines[1:], first)),
            ],
        )


@refusable
def shifted(m: Model) -> Iterator[tuple[str, list[Line]]]:
    header = Line(m.text(m.header))
    yield (
        "one more in front",
        [header, *(Line(m.text((f"x{n}y", *row[:-1], row[-1] or "z")), (row,), True) for n, row in enumerate(m.rows))],
    )
    yield (
        "one more inside",
        [
            header,
            *(
                Line(m.text((row[0], "vu", *row[1:-1], row[-1] or "z")), ((*row[:-1], row[-1] or "z"),), True)
                for row in m.rows
            ),
        ],
    )
    yield "one less", [header, *(Line(m.text(row[1:]), (row,), True) for row in m.rows)]
    yield "empty in front, last lost", [header, *(Line(m.text(("", *row[:-1])), (row,), True) for row in m.rows)]


@family
def empty_in_front(m: Model) -> Iterator[tuple[str, list[Line]]]:
    filled = [row if row[-1] else (*row[:-1], "z") for row in m.rows]
    yield "of lines only", [Line(m.text(m.header)), *(Line(m.text(("", *row)), (row,)) for row in filled)]


@family
def quotes(m: Model) -> Iterator[tuple[str, list[Line]]]:
    for place in {0, text_place(m), m.width - 1}:
        value = m.hit[place]
        yield f"opened {place}", m.with_cell(place, f'"{value}')
        yield f"closed {place}", m.with_cell(place, f'{value}"')
        yield f"only a quote {place}", m.with_cell(place, '"')
        yield f"text after the quote {place}", m.with_cell(place, f'"{value}"x')
        yield (
            f"quote and separator {place}",
            m.with_cell(place, f'"{value}{m.separator}suite', f"{value}{m.separator}suite"),
        )
        for gap in (1, 2, 5):
            if m.place + gap < ROWS:
                other = Model(m.feed, m.header, m.rows, m.aliases, m.separator, m.place + gap)
                lines = m.with_cell(place, f'"{value}')
                lines[m.place + gap + 1] = other.with_cell(place, f'{other.hit[place]}"')[m.place + gap + 1]
                yield f"opened {place}, closed {gap} below", lines
    place = text_place(m)
    yield "pair inside words", m.with_cell(place, 'Café "Le Pont" neuf', 'Café "Le Pont" neuf')
    yield "pair not doubled", m.with_cell(place, '"Café "Le Pont""', 'Café "Le Pont"')
    yield "pair escaped", m.with_cell(place, '"Café \\"Le Pont\\" neuf"', 'Café "Le Pont" neuf')
    yield "pair doubled", m.with_cell(place, '"Café ""Le Pont"""', 'Café "Le Pont"', hurt=False)
    yield "inches", m.with_cell(place, 'Écran 12"', 'Écran 12"')
    yield "space before the quote", m.with_cell(place, f' "a{m.separator}b" ', f"a{m.separator}b", hurt=False)
    yield "separator in quotes", m.with_cell(place, f'"a{m.separator}b"', f"a{m.separator}b", hurt=False)
    yield "whole line in quotes", m.with_line('"' + m.text(m.hit).replace('"', '""') + '"')
    everything = [
        replace(line, text='"' + line.text.replace('"', '""') + '"', is_hurt=bool(line.rows)) for line in m.lines()
    ]
    yield "every line in quotes", everything
    lines = [m.separator.join("'" + cell.replace("'", "''") + "'" for cell in m.header)]
    lines += [m.separator.join("'" + cell.replace("'", "''") + "'" for cell in row) for row in m.rows]
    yield (
        "apostrophes for quotes",
        [Line(lines[0]), *(Line(text, (row,)) for text, row in zip(lines[1:], m.rows, strict=True))],
    )


@family
def line_ends_in_cells(m: Model) -> Iterator[tuple[str, list[Line]]]:
    for place in {0, text_place(m), m.width - 1}:
        yield f"quoted {place}", m.with_cell(place, '"deux\nlignes"', "deux\nlignes", hurt=False)
        yield (
            f"quoted with separators {place}",
            m.with_cell(place, f'"a{m.separator}b\nc{m.separator}d"', f"a{m.separator}b\nc{m.separator}d", hurt=False),
        )
        yield f"quoted with a blank line {place}", m.with_cell(place, '"deux\n\nlignes"', "deux\n\nlignes", hurt=False)
        yield (
            f"quoted with quotes {place}",
            m.with_cell(place, '"dit ""oui""\net ""non"""', 'dit "oui"\net "non"', hurt=False),
        )
        lines = m.lines()
        value = m.hit[place].replace(m.separator, " ") or "xy"
        cells = [quoted(cell, m.separator) for cell in m.hit]
        cells[place] = value[:1] + "\n" + value[1:]
        first, _, second = m.separator.join(cells).partition("\n")
        row = (*m.hit[:place], value, *m.hit[place + 1 :])
        yield (
            f"bare {place}",
            [*lines[: m.place + 1], Line(first, (row,), True), Line(second, (), True), *lines[m.place + 2 :]],
        )


@family
def bytes_of_no_text(m: Model) -> Iterator[tuple[str, list[Line]]]:
    place = text_place(m)
    value = m.hit[place]
    yield "nul inside", m.with_cell(place, value[:1] + "\x00" + value[1:])
    yield "nul at the end of the line", m.with_line(m.text(m.hit) + "\x00\x00")
    yield "control", m.with_cell(place, value + "\x07")
    yield "end of file mark", [*m.lines(), Line("\x1a")]


@family
def accents_lost(m: Model) -> Iterator[tuple[str, list[Line]]]:
    place = text_place(m)
    for name, text in (
        ("question mark inside", "March? de No?l"),
        ("question mark in front", "?cole"),
        ("sign", "March\ufffd"),
        ("question mark at the end", "March?"),
        ("read twice, cut", "CafÃ"),
    ):
        yield name, m.with_cell(place, text)
    twice = "Marché de Noël".encode().decode("cp1252")
    yield "read twice", m.with_cell(place, twice, "Marché de Noël")
    yield (
        "read twice, typographic",
        m.with_cell(place, "L’été à Sèvres".encode().decode("cp1252", "ignore"), "L’été à Sèvres"),
    )
    lines = m.lines()
    damaged = (
        lines[0]
        .text.replace("debut", "d?but")
        .replace("enseigne", "enseign\ufffd")
        .replace("annee", "ann\ufffd\ufffde")
    )
    if damaged != lines[0].text:
        yield "header", [Line(damaged, (), True), *lines[1:]]


@refusable
def no_header(m: Model) -> Iterator[tuple[str, list[Line]]]:
    yield "at all", [replace(line, is_hurt=True) for line in m.lines()[1:]]
    lines = m.lines()
    above = [replace(line, is_hurt=True) for line in lines[1 : m.place + 2]]
    yield "sorted down", [*above, lines[0], *lines[m.place + 2 :]]


@family
def twin_columns(m: Model) -> Iterator[tuple[str, list[Line]]]:
    place = m.width - 1
    header = Line(m.text((*m.header, m.header[place])))
    yield "same values", [header, *(Line(m.text((*row, row[place])), (row,)) for row in m.rows)]
    lines = [header, *(Line(m.text((*row, row[place])), (row,)) for row in m.rows)]
    if m.hit[place]:
        lines[m.place + 1] = Line(m.text((*m.hit, "autre")), (m.hit,), True)
        yield "one differs", lines


@family
def other_separator(m: Model) -> Iterator[tuple[str, list[Line]]]:
    other = "\t" if m.separator != "\t" else ";"
    lines = m.lines()
    yield "of the header", [Line(other.join(m.header)), *lines[1:]]
    yield "of one line", m.with_line(other.join(m.hit))
