"""What the reader makes of one file, told line by line."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit import peek, read_table
from pipeline.deposit.table import LineCounts, Table

Read = Callable[..., Table]
HEADER = "compteur;debut;passages\n"


def said(table: Table) -> list[tuple[int, str, str]]:
    return list(table.problems.select("line", "key", "severity").iter_rows())


def rows(table: Table) -> list[tuple[object, ...]]:
    return table.rows.rows()


def test_a_clean_file_gives_its_rows_with_their_lines(read: Read) -> None:
    table = read(HEADER + "GR12;03/11/2025 14:00; 128 \nGR13;03/11/2025 15:00;\n")
    assert rows(table) == [("GR12", "03/11/2025 14:00", "128", 2), ("GR13", "03/11/2025 15:00", "", 3)]
    assert table.rows.schema == {"compteur": pl.String, "debut": pl.String, "passages": pl.String, "line": pl.UInt32}
    assert said(table) == []
    assert table.counts == LineCounts(read=2, rejected=0, blank=0, repeated_header=0)


def test_everything_that_people_put_around_their_table_is_told_apart(read: Read) -> None:
    table = read(
        "Relevé de novembre\n\n"
        + HEADER
        + "GR12;x;1\n\n;;\nGR13;x\nCompteur;Début;PASSAGES\nGR14;x;2\nTotal;;3\n\nSource : mairie\n"
    )
    assert rows(table) == [("GR12", "x", "1", 4), ("GR14", "x", "2", 9)]
    assert said(table) == [
        (1, "preamble", "repair"),
        (5, "blank-row-error", "repair"),
        (6, "blank-row-error", "repair"),
        (7, "missing-cell-error", "error"),
        (8, "repeated-header", "repair"),
        (10, "total-line", "repair"),
        (11, "blank-row-error", "repair"),
        (12, "total-line", "repair"),
    ]
    # 2 rows + 1 refused + 3 blank + 1 header; the title and its blank line stand above, the total and the note below
    assert table.counts == LineCounts(read=7, rejected=1, blank=3, repeated_header=1, preamble=2, footer=2)
    assert table.rejected.rows() == [(7, "GR13;x")]


def test_headers_are_known_by_aliases_and_in_any_order(read: Read) -> None:
    table = read("COUNT;Début ; Compteur\n1;x;GR12\n", aliases={"passages": ["count"]})
    assert table.rows.columns == ["passages", "debut", "compteur", "line"]
    assert table.header == ["COUNT", "Début", "Compteur"]
    assert said(table) == [(1, "disordered-header-warn", "repair")]


def test_a_column_that_nobody_expects_keeps_the_name_sent(read: Read) -> None:
    text = "compteur;debut;passages;Météo\nGR12;x;1;pluie\n"
    assert read(text).rows["Météo"].to_list() == ["pluie"]
    assert said(read(text)) == [(1, "extra-header-warn", "warning")]
    assert said(read(text, warn_extra=False)) == []


def test_no_column_is_lost_where_headers_repeat() -> None:
    table = read_table(
        b"jour;entrees;sorties;entrees;sorties\n1;2;3;4;5\n", ["jour", "entrees", "sorties", "entrees", "sorties"]
    )
    assert table.rows.row(0, named=True) == {
        "jour": "1",
        "entrees": "2",
        "sorties": "3",
        "entrees (2)": "4",
        "sorties (2)": "5",
        "line": 2,
    }
    assert said(table) == []


def test_of_two_columns_with_one_expected_header_the_lines_that_differ_are_refused(read: Read) -> None:
    table = read("compteur;debut;passages;passages\nGR12;x;1;1\nGR13;x;;2\nGR14;x;1;2\n")
    assert table.rows.select("compteur", "passages", "line").rows() == [("GR12", "1", 2), ("GR13", "2", 3)]
    assert (4, "duplicate-header.cells", "error") in said(table)


def test_an_unnamed_column_is_kept_where_it_holds_something(read: Read) -> None:
    assert "colonne 4" in read("compteur;debut;passages;\nGR12;x;1;vu\n").rows.columns
    assert read("compteur;debut;passages;\nGR12;x;1;\n").rows.columns == ["compteur", "debut", "passages", "line"]


def test_a_file_without_header_is_read_by_place_only_when_asked(read: Read) -> None:
    text = "GR12;x;1\nGR13;x;2\n"
    assert rows(read(text, header="absent")) == [("GR12", "x", "1", 1), ("GR13", "x", "2", 2)]
    refused = read(text)
    assert rows(refused) == []
    assert said(refused) == [(1, "missing-required-header.none", "error")]
    assert refused.rejected["line"].to_list() == [1, 2]


def test_a_header_that_the_caller_read_names_the_cells_by_place(read: Read) -> None:
    """Stacked headers: two lines of names were joined by a format, which says where they end."""
    text = ";Grande Rue;Grande Rue;Pont;Pont\njour;in;out;in;out\n01/11/2025;1;2;3;4\n"
    names = ["jour", "Grande Rue in", "Grande Rue out", "Pont in", "Pont out"]
    assert read(text, names, header_line=2).rows.row(0) == ("01/11/2025", "1", "2", "3", "4", 3)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('GR12;"x;1', "quote-error"),
        ('GR12;x";1', "quote-error"),
        ('GR12;"x" y;1"', "quote-error"),
        ("GR12;'x';1", "quote-error"),
        ("GR12;x;1;", "extra-cell-error"),
        ("GR12,x,1", "extra-cell-error.separator"),
        ("GR12;Caf\ufffd;1", "damaged-accents"),
        ("GR12;No?l;1", "damaged-accents"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_and_its_line_named(read: Read, line: str, key: str) -> None:
    table = read(f"{HEADER}GR11;a;1\n{line}\nGR13;b;2\n")
    assert [row[0] for row in rows(table)] == ["GR11", "GR13"]
    assert said(table) == [(3, key, "error")]
    assert table.rejected.rows() == [(3, line)]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('Café "Le Pont"', 'Café "Le Pont"'),
        ('"Café "Le Pont""', 'Café "Le Pont"'),
        ('"Café \\"Le Pont\\""', 'Café "Le Pont"'),
        ('Écran 12" neuf', 'Écran 12" neuf'),
        ("MarchÃ©", "Marché"),
        ("nul\x00", "nul"),
    ],
)
def test_what_can_be_read_in_one_way_is_repaired_and_said(read: Read, cell: str, meant: str) -> None:
    table = read(f"{HEADER}GR11;a;1\nGR12;{cell};2\n")
    assert rows(table)[1] == ("GR12", meant, "2", 3)
    assert [(line, severity) for line, _, severity in said(table)] == [(3, "repair")]


def test_a_cell_over_several_lines_counts_as_one_row_and_the_next_lines_are_right(read: Read) -> None:
    table = read(f'{HEADER}GR12;"deux\nlignes";1\nGR13;x;2\n')
    assert rows(table) == [("GR12", "deux\nlignes", "1", 2), ("GR13", "x", "2", 4)]
    assert table.counts.read == 2


def test_a_stray_quote_does_not_swallow_the_lines_below(read: Read) -> None:
    table = read(f'{HEADER}GR12;"x;1\nGR13;y;2\nGR14;z";3\nGR15;t;4\n')
    assert [row[-1] for row in rows(table)] == [3, 5]
    assert [line for line, _, _ in said(table)] == [2, 4]


def test_both_pieces_of_a_broken_line_are_refused(read: Read) -> None:
    table = read("debut;passages;nom\n01/11/2025;1;Boulan\ngerie\n02/11/2025;2;Café\n", ["debut", "passages", "nom"])
    assert rows(table) == [("02/11/2025", "2", "Café", 4)]
    assert table.rejected["line"].to_list() == [2, 3]


def test_a_second_table_with_other_columns_is_not_read_under_the_first_header(read: Read) -> None:
    table = read(f"{HEADER}GR12;x;1\npassages;compteur;debut\n2;GR13;y\ncompteur;debut;passages\nGR14;z;3\n")
    assert [row[-1] for row in rows(table)] == [2, 6]
    assert [line for line, key, _ in said(table) if key == "repeated-header.other"] == [3, 4]


def test_a_second_table_is_seen_where_only_one_of_its_headers_is_known(read: Read) -> None:
    """Two exports put together: the second tells the end of each hour, in its own words."""
    columns = ["compteur", "debut", "passages", "fin"]
    first = "compteur;debut;passages\nGR12;03/11/2025 08:00;5\nGR12;03/11/2025 09:00;6\n"
    second = "Capteur;fin;Nombre\nGR13;03/11/2025 09:00;6\n"
    table = read(f"{first}{second}compteur;debut;passages\nGR14;03/11/2025 09:00;7\n", columns)
    assert [row[-1] for row in rows(table)] == [2, 3, 7]
    assert [line for line, key, _ in said(table) if key == "repeated-header.other"] == [4, 5]


def test_a_second_table_is_seen_where_its_header_has_fewer_columns(read: Read) -> None:
    table = read(f"{HEADER}GR12;x1;1\nCapteur;passages\nGR13;2\nGR13;y;2\n")
    assert [row[-1] for row in rows(table)] == [2]
    assert (4, "missing-cell-error", "error") in said(table)
    assert [line for line, key, _ in said(table) if key == "repeated-header.other"] == [3, 5]


def test_a_second_table_with_two_hours_exchanged_is_not_read_under_the_first_header(read: Read) -> None:
    own, other = "Boucle;Jour;00;01;02\n", "Boucle;Jour;01;00;02\n"
    table = read(f"{own}787;2025-11-03;1;2;3\n{other}787;2025-11-04;1;2;3\n", ["Boucle", "Jour", "00"])
    assert [row[-1] for row in rows(table)] == [2]
    assert [line for line, key, _ in said(table) if key == "repeated-header.other"] == [3, 4]


def test_words_below_the_header_that_describe_the_columns_make_no_other_table(read: Read) -> None:
    table = read(f"{HEADER}code;jour et heure;passages\nGR12;x1;1\nGR13;y;2\n")
    assert [row[-1] for row in rows(table)][-2:] == [3, 4]


def test_a_word_of_the_header_in_a_row_makes_no_other_table(read: Read) -> None:
    table = read(f"{HEADER}GR12;x;1\nGR13;passages;2\nGare;debut;3\nTotal;passages;\nGR14;y;4\n")
    assert [row[-1] for row in rows(table)][-1] == 6


def test_line_numbers_before_the_file_are_left_out_and_other_shifts_refused(read: Read) -> None:
    numbered = read("compteur;debut;passages\n1;GR12;x;5\n2;GR13;y;6\n3;GR14;z;7\n")
    assert rows(numbered)[0] == ("GR12", "x", "5", 2)
    assert said(numbered) == [(2, "shifted-columns.repaired", "repair")]
    shifted = read("compteur;debut;passages\nvu;GR12;x;5\nvu;GR13;y;6\nvu;GR14;z;7\n")
    assert rows(shifted) == []
    assert said(shifted) == [(line, "shifted-columns", "error") for line in (2, 3, 4)]


def test_values_under_the_wrong_header_are_seen_where_the_columns_are_known(read: Read) -> None:
    """The first cell was inserted and the last one lost: the number of cells is right, no value is where it belongs."""
    columns = ["compteur", "debut", "fin", "passages", "sens"]
    lines = [f";GR1{n};0{n}/11/2025 14:00;0{n}/11/2025 15:00;12{n}" for n in range(1, 6)]
    table = read(";".join(columns) + "\n" + "\n".join(lines) + "\n", columns)
    assert rows(table) == []
    assert [line for line, key, _ in said(table) if key == "shifted-columns"] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "encoding-error.empty"),
        (b" \r\n\r\n", "encoding-error.empty"),
        (HEADER.encode(), "encoding-error.empty"),
        (HEADER.encode("utf-16"), "encoding-error.utf16"),
        (HEADER.encode("utf-16-le"), "encoding-error.utf16"),
        (b"%PDF-1.7\n1 0 obj", "encoding-error.binary"),
        (b"\x89PNG\r\n\x1a\n", "encoding-error.binary"),
        (b"<html><table><tr><td>compteur", "encoding-error.binary"),
        (b'[{"compteur": "GR12"', "encoding-error.json"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encoding-error.xls"),
        (bytes(range(256)) * 4, "encoding-error.binary"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(read: Read, data: bytes, key: str) -> None:
    table = read(data)
    assert rows(table) == []
    assert [(k, severity) for _, k, severity in said(table)] == [(key, "error")]


def test_old_encodings_are_read_where_they_are_certain_and_refused_where_not(read: Read) -> None:
    text = f"{HEADER}GR12;Café;1\nGR13;Noël;2\nGR14;x;3\n"
    old = read(text.encode("cp1252"))
    assert [row[1] for row in rows(old)] == ["Café", "Noël", "x"]
    assert said(old) == [(2, "encoding-error.cp1252", "repair")]
    for encoding in ("cp850", "mac_roman"):
        table = read(text.encode(encoding))
        assert [row[-1] for row in rows(table)] == [4], encoding
        assert [line for line, key, _ in said(table) if key == "damaged-accents"] == [2, 3]


def test_lines_of_two_encodings_are_each_read_in_their_own(read: Read) -> None:
    table = read(HEADER.encode() + "GR12;Café;1\n".encode() + "GR13;Noël;2\n".encode("cp1252"))
    assert [row[1] for row in rows(table)] == ["Café", "Noël"]
    assert said(table) == [(3, "encoding-error.cp1252", "repair")]


@pytest.mark.parametrize("header", ["*", "^x$", "^.*$", "^", "$"])
@pytest.mark.parametrize("lines", [0, 1, 3])
def test_a_header_that_looks_like_a_pattern_is_a_name_like_any_other(read: Read, header: str, lines: int) -> None:
    # Polars takes « * » for every column, and what stands between ^ and $ for an expression.
    table = read(f"compteur;debut;passages;{header}\n" + "GR12;03/11/2025 14:00;5;u\n" * lines)
    assert table.header == ["compteur", "debut", "passages", header]
    assert table.rows.height == lines
    assert [list(row[:4]) for row in table.rows.rows()] == [["GR12", "03/11/2025 14:00", "5", "u"]] * lines
    assert ("extra-header-warn", header) in table.problems.select("key", "value").rows()


def test_a_line_in_an_old_encoding_below_letters_that_french_does_not_have(read: Read) -> None:
    # Found by fuzzing: č has a byte that Windows-1252 leaves empty, and the whole file was read as Windows-1252.
    table = read(HEADER.encode() + "GR12;rue Kovač;1\n".encode() + "GR13;Noël;2\n".encode("cp1252"))
    assert [row[1] for row in rows(table)] == ["rue Kovač", "Noël"]
    assert said(table) == [(3, "encoding-error.cp1252", "repair")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_give_the_same_lines(read: Read, end: str) -> None:
    assert [row[-1] for row in rows(read(f"{HEADER}GR12;x;1\nGR13;y;2\n".replace("\n", end)))] == [2, 3]


def test_a_peek_shows_the_first_rows_in_each_way_that_makes_sense() -> None:
    seen = peek("Titre\n\nDate;Heure;Nb\n01/11/2025;10;1,5\n".encode("cp1252"))
    assert seen.views[0].separator == ";"
    assert [(row.line, row.cells) for row in seen.rows][1] == (3, ("Date", "Heure", "Nb"))
    assert peek(b"%PDF-1.4").problems[0].key == "encoding-error.binary"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "columns", "read_lines", "blank"),
    [
        # counted in the raw files: `wc -l` less the header; the events by Python's csv module (cells hold line ends)
        ("footfall/wuerzburg/passanten_wuerzburg.csv", ["Zeitstempel", "Passanten", "Location Name"], 26018, 0),
        (
            "footfall/nantes/244400404_comptages-velo-nantes-metropole.csv",
            ["Numéro de boucle", "Jour", "Total"],
            960,
            0,
        ),
        ("footfall/leeds/monthly-data-feed-jan-2015-20150205.csv", ["Date", "Hour", "LocationName"], 5376, 0),
        ("footfall/leeds/_camera_locs.csv", ["FID", "Id", "LocName"], 16, 8),
        ("events/events_drome.csv", ["uid", "title", "first_date"], 1068, 0),
    ],
)
def test_real_files_are_read_whole(shared: Path, name: str, columns: list[str], read_lines: int, blank: int) -> None:
    table = read_table((shared / "data" / name).read_bytes(), columns, warn_extra=False)
    assert (table.counts.read, table.counts.blank, table.counts.rejected) == (read_lines, blank, 0)
    assert set(columns) <= set(table.rows.columns)


@pytest.mark.shared
def test_cells_over_several_lines_are_read_as_the_csv_module_reads_them(shared: Path) -> None:
    path = shared / "data/events/events_drome.csv"
    with path.open(newline="", encoding="utf-8") as file:
        header, *told = list(csv.reader(file))
    table = read_table(path.read_bytes(), header)
    assert table.rows.drop("line").rows() == [tuple(cell.strip() for cell in row) for row in told]
