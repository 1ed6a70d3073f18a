"""What is no table is refused at once, with its own sentence: a line that does not end, too many columns."""

from pathlib import Path
from time import process_time

import pytest

from pipeline.deposit import peek, read_table
from pipeline.deposit.reader import read_chunks
from pipeline.deposit.reader.text import MAX_LINE, long_line

COLUMNS = ["compteur", "debut", "passages"]
HEADER = b"compteur;debut;passages\n"
ROW = b"GR12;03/11/2025 14:00;5\n"


def said(table) -> list[tuple[int | None, str]]:
    return table.problems.select("line", "key").rows()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("excess", [0, 1])
def test_the_longest_line_is_read_and_one_byte_more_is_not(end: bytes, excess: int) -> None:
    room = MAX_LINE - len(ROW.rstrip()) - len(end.removesuffix(b"\n"))
    data = HEADER + ROW + ROW.rstrip() + b" " * (room + excess) + end
    table = read_table(data, COLUMNS)
    assert (table.rows.height, said(table)) == ((0, [(3, "encoding-error.long-line")]) if excess else (2, []))


def test_the_first_line_that_is_too_long_is_found_wherever_it_begins() -> None:
    long = b"x" * (MAX_LINE + 1)
    for before in (b"", b"\n", b"ab\n" * 400_000, b"a" * MAX_LINE + b"\n"):
        assert long_line(before + long + b"\n" + long) == len(before)
        assert long_line(before + long[1:] + b"\nb\n") is None


@pytest.mark.parametrize("text", [b"a;" * 2_000_000, b'a";"' * 1_000_000, b"a\xe9," * 1_500_000])
def test_a_file_of_one_line_is_refused_without_being_cut(text: bytes) -> None:
    begun = process_time()
    table = read_table(text, COLUMNS)
    (problem,) = peek(text).problems
    assert process_time() - begun < 2
    assert (said(table), table.counts.read) == ([(1, "encoding-error.long-line")], 0)
    assert problem.message() == (
        "Ligne 1 : la ligne a plus de 1 000 000 octets : aucune ligne de tableau n'est si longue, les fins de ligne "
        "ont sans doute été perdues. Exportez le tableau à nouveau en CSV ou en XLSX, puis renvoyez-le."
    )


def test_line_ends_of_an_old_macintosh_are_line_ends() -> None:
    assert read_table((HEADER + ROW * 60_000).replace(b"\n", b"\r"), COLUMNS).counts.read == 60_000


@pytest.mark.parametrize(("columns", "is_read"), [(16_384, True), (16_385, False), (100_000, False)])
def test_a_table_has_no_more_columns_than_a_spreadsheet(columns: int, is_read: bool) -> None:
    header = ";".join([*COLUMNS, *(f"c{number}" for number in range(columns - 3))])
    data = f"Relevé\n{header}\n" + ";".join(["1"] * columns) + "\n"
    if is_read:
        assert peek(data.encode()).problems == ()
        return
    begun = process_time()
    table = read_table(data.encode(), COLUMNS)
    assert process_time() - begun < 2
    assert said(table) == [(2, "encoding-error.columns")]
    assert peek(data.encode()).problems[0].value == f"{columns:,}".replace(",", " ")


@pytest.mark.parametrize(
    "data", [HEADER + ROW * 200 + b"x" * (MAX_LINE + 1) + b"\n" + ROW, HEADER.replace(b"\n", b";c" * 17_000 + b"\n")]
)
def test_a_file_read_in_parts_is_refused_alike(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    (part,) = read_chunks(path, COLUMNS, chunk_bytes=4096)
    assert part.problems.equals(read_table(data, COLUMNS).problems)
    assert (part.rows.height, part.problems.height) == (0, 1)
