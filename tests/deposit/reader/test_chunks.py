"""A file read in parts is the file read whole."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.reader import read_chunks
from pipeline.deposit.reader.read import read_text
from pipeline.deposit.table import LineCounts
from tests.deposit.reader.corpus import files

COLUMNS = ["compteur", "debut", "passages"]


def added(counts: list[LineCounts]) -> LineCounts:
    names = ("read", "rejected", "blank", "repeated_header", "preamble", "footer")
    return LineCounts(**{name: sum(getattr(one, name) for one in counts) for name in names})


def test_parts_add_up_to_the_whole_with_the_same_lines(tmp_path: Path) -> None:
    lines = ["Relevé", "compteur;debut;passages"]
    for number in range(3000):
        lines.append(f"GR{number % 90 + 10};0{number % 9 + 1}/11/2025 14:00;{number}")
        if number % 97 == 0:
            lines += ["", "GR12;x", '"GR;13";"sur deux\nlignes";7', 'GR14;"x;1', "compteur;debut;passages"]
    lines += ["Total;;9", "", "Source : mairie"]
    path = tmp_path / "grand.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    whole = read_text(path.read_bytes(), COLUMNS)
    parts = read_chunks(path, COLUMNS, chunk_bytes=4096)
    assert len(parts) > 10
    assert pl.concat(part.rows for part in parts).equals(whole.rows)
    assert pl.concat(part.problems for part in parts).equals(whole.problems)
    assert pl.concat(part.rejected for part in parts).equals(whole.rejected)
    assert added([part.counts for part in parts]) == whole.counts


@pytest.mark.parametrize("chunk_bytes", [64, 300])
def test_small_parts_of_polluted_files_keep_every_line(tmp_path: Path, chunk_bytes: int) -> None:
    path = tmp_path / "file.csv"
    for file in files(places=(4,)):
        if not file.name.startswith("footfall/"):
            continue
        path.write_bytes(file.data)
        parts = read_chunks(path, file.columns, file.aliases, chunk_bytes=chunk_bytes)
        whole = read_text(file.data, file.columns, file.aliases)
        counts = added([part.counts for part in parts])
        height = sum(part.rows.height for part in parts)
        assert counts.read == height + counts.rejected + counts.blank + counts.repeated_header, file.name
        assert (counts, height) == (whole.counts, whole.rows.height), file.name


def same_as_whole(path: Path, text: str, chunk_bytes: int) -> int:
    """Compares both ways of reading a text; gives the number of parts."""
    path.write_text(text, encoding="utf-8")
    parts = list(read_chunks(path, COLUMNS, chunk_bytes=chunk_bytes))
    whole = read_text(path.read_bytes(), COLUMNS)
    assert pl.concat(part.rows for part in parts).equals(whole.rows)
    assert pl.concat(part.rejected for part in parts).equals(whole.rejected)
    assert added([part.counts for part in parts]) == whole.counts
    return len(parts)


def test_a_file_with_every_cell_in_quotes_is_cut_into_parts(tmp_path: Path) -> None:
    rows = [f'"GR{number % 90 + 10}";"0{number % 9 + 1}/11/2025 14:00";"{number}"' for number in range(2000)]
    text = "\n".join(['"compteur";"debut";"passages"', *rows]) + "\n"
    assert same_as_whole(tmp_path / "grand.csv", text, 4096) > 10


@pytest.mark.parametrize("chunk_bytes", range(512, 700, 17))
@pytest.mark.parametrize("row", ["GR12;03/11/2025 14:00;{}", 'GR12;"";{}'], ids=["no quote", "empty quotes"])
def test_no_part_begins_inside_a_cell_over_many_lines(tmp_path: Path, row: str, chunk_bytes: int) -> None:
    # What stands in the cell looks like rows, but for its last line.
    rows = [row.format(number) for number in range(200)]
    text = "\n".join(["compteur;debut;passages", *rows[:9], 'GR13;"note :', *rows[9:21], 'fin";7', *rows[21:], ""])
    assert same_as_whole(tmp_path / "grand.csv", text, chunk_bytes) > 1


def test_a_quote_left_open_now_and_then_hinders_no_part(tmp_path: Path) -> None:
    # In every 2,000 lines, as many as one cell may take, some end inside quotes: what is above them must be looked at.
    lines = [f"GR{number % 90 + 10};03/11/2025 14:00;{number}" for number in range(60_000)]
    for at in range(300, len(lines), 600):
        lines[at] = 'GR12;"03/11/2025 14:00;7'
    text = "\n".join(["compteur;debut;passages", *lines, ""])
    chunk_bytes = 1 << 17
    assert same_as_whole(tmp_path / "grand.csv", text, chunk_bytes) == -(-len(text) // chunk_bytes)


def test_a_cell_longer_than_what_is_looked_at_first_is_not_cut(tmp_path: Path) -> None:
    # 1,500 lines of 1,000 letters that look like rows: one and a half million bytes in one cell.
    note = [f"GR12;{'x' * 990};{number}" for number in range(1500)]
    rows = [f"GR{number % 90 + 10};03/11/2025 14:00;{number}" for number in range(20_000)]
    text = "\n".join(["compteur;debut;passages", *rows, 'GR13;"note :', *note, 'fin";7', *rows, ""])
    start = text.index("note :")
    for chunk_bytes in (start + 500_000, start + 1_400_000):
        assert same_as_whole(tmp_path / "grand.csv", text, chunk_bytes) > 1


def test_a_file_that_needs_a_repair_as_a_whole_comes_as_one_part(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("compteur;debut;passages\nGR12;Café;1\n".encode("cp1252") * 500)
    (only,) = read_chunks(path, COLUMNS, chunk_bytes=1024)
    assert only.encoding == "cp1252"
    assert (only.rows.height, only.counts.repeated_header) == (500, 499)


def test_old_letters_far_below_the_top_make_the_file_one_part(tmp_path: Path) -> None:
    # More than the reader looks at to find the header is in order; only what follows is in another encoding.
    path = tmp_path / "late.csv"
    plain, old = b"GR12;03/11/2025 14:00;7\n", "Caf\u00e9;03/11/2025 14:00;7\n".encode("cp1252")
    path.write_bytes(b"compteur;debut;passages\n" + plain * 200_000 + old * 20_000)
    (only,) = read_chunks(path, COLUMNS, chunk_bytes=1 << 22)
    assert (only.encoding, only.rows.height) == ("cp1252", 220_000)
    assert only.rows["compteur"].cast(pl.String).unique(maintain_order=True).to_list() == ["GR12", "Caf\u00e9"]
