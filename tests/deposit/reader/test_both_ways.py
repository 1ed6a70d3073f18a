"""The fast way and the careful way say the same of any bytes, and no line is lost."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deposit.reader import block, plain
from pipeline.deposit.reader.judge import judge
from pipeline.deposit.reader.read import read_text

COLUMNS = ["compteur", "debut", "passages"]
CELLS = st.sampled_from(
    ["GR12", "GR13", "", "12", "03/11/2025 14:00", '"a;b"', '"a\nb"', '"', 'x"', '"x', "Total", "Source : x", "Café"]
)
ODD_CELLS = st.sampled_from(
    [
        "compteur",
        "debut",
        "passages",
        "Caf?",
        "Ã©",
        "\ufffd",
        "'x'",
        " x ",
        "\u00a0",
        "\x00",
        "a\tb",
        "1,5",
        "# x",
        "\ufeff",
    ]
)
LINES = st.lists(CELLS | ODD_CELLS, min_size=0, max_size=5).map(";".join)
# Every cell in quotes, as spreadsheets save text; then one letter anywhere, which may break them.
QUOTED_CELLS = st.sampled_from(
    ["GR12", "", "12", " ", "a;b", ";", "a,b", "Total", "compteur", "passages", "Café", "'x'", "x'", 'a""b', '""', "?"]
)
QUOTED_LINES = st.lists(QUOTED_CELLS.map('"{}"'.format), min_size=3, max_size=3).map(";".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    end = draw(ENDS)
    lines = ["compteur;debut;passages", *draw(st.lists(LINES, max_size=12))]
    body = end.join(lines) + (end if draw(st.booleans()) else "")
    encoded = body.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"])), "replace")
    if draw(st.booleans()):
        return encoded
    at = draw(st.integers(0, len(encoded)))
    return encoded[:at] + draw(st.binary(max_size=3)) + encoded[at:]


@given(texts())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_both_ways_agree_and_every_line_is_accounted_for(data: bytes) -> None:
    fast = read_text(data, COLUMNS)
    careful = read_text(data, COLUMNS, careful=True)
    assert fast.counts == careful.counts
    assert fast.rows.equals(careful.rows)
    assert fast.problems.equals(careful.problems)
    assert fast.rejected.equals(careful.rejected)
    counts = fast.counts
    assert counts.read == fast.rows.height + counts.rejected + counts.blank + counts.repeated_header
    assert counts.rejected == fast.rejected.height
    refused = set(fast.rejected["line"]) - set(fast.problems["line"])
    assert not refused or fast.rows.height == 0
    assert fast.rows["line"].is_sorted()
    assert not set(fast.rows["line"]) & set(fast.rejected["line"])


@st.composite
def quoted_texts(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.one_of(QUOTED_LINES, QUOTED_LINES, QUOTED_LINES, LINES), min_size=1, max_size=12))
    text = draw(ENDS).join(['"compteur";"debut";"passages"', *lines])
    at = draw(st.integers(0, len(text)))
    text = text[:at] + draw(st.sampled_from(["", '"', ";", "\n", " ", "'", "x"])) + text[at:]
    other = draw(st.sampled_from(["'", '"']))
    return text.replace('"', other).encode()


@given(quoted_texts())
@settings(max_examples=600, deadline=None, derandomize=True)
def test_both_ways_agree_on_cells_in_quotes(data: bytes) -> None:
    fast = read_text(data, COLUMNS)
    careful = read_text(data, COLUMNS, careful=True)
    assert fast.counts == careful.counts
    assert fast.rows.equals(careful.rows)
    assert fast.problems.equals(careful.problems)
    assert fast.rejected.equals(careful.rejected)


@given(st.one_of(texts(), quoted_texts()))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_it_makes_no_difference_how_many_threads_cut_a_text(data: bytes) -> None:
    by_one = read_text(data, COLUMNS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "SHARED_BLOCK", 64)  # a few lines
        by_several = read_text(data, COLUMNS)
    assert by_one.counts == by_several.counts
    assert by_one.rows.equals(by_several.rows)
    assert by_one.problems.equals(by_several.problems)
    assert by_one.rejected.equals(by_several.rejected)


@pytest.mark.parametrize(("last", "times"), [("GR12;03/11/2025 14:00;5", 1), ("GR12;03/11/2025 14:00", 2)])
def test_a_text_that_several_threads_cut_is_cut_again_where_a_line_is_ragged(
    last: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts: list[int | None] = []
    engine = plain._cut_by_engine

    def counted(*told: Any) -> Any:
        cuts.append(told[4] if len(told) > 4 else None)
        return engine(*told)

    monkeypatch.setattr(plain, "SHARED_BLOCK", 64)
    monkeypatch.setattr(plain, "_cut_by_engine", counted)
    lines = ["compteur;debut;passages", *(f"GR12;03/11/2025 {hour:02}:00;{hour}" for hour in range(20)), last]
    table = read_text("\n".join(lines).encode(), COLUMNS)
    assert cuts == [64, None][:times]
    assert (table.rows.height, table.rejected["line"].to_list()) == ((21, []) if times == 1 else (20, [22]))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_file_with_every_cell_in_quotes_is_read_by_the_engine(
    end: str, quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f'"GR{n}";"03/11/2025 14:00";"{n};0"' for n in range(5)]
    rows += ['"";"";"1"', 'GR12;"";2', '"a; b";c;""']
    text = end.join(['"compteur";"debut";"passages"', *rows, '"GR12";"dit ""le Grand""";"3"']).replace('"', quote)
    judged: list[int] = []
    monkeypatch.setattr(block, "judge", lambda cells, line, layout: judged.append(line) or judge(cells, line, layout))
    table = read_text(text.encode(), COLUMNS)
    # Only the doubled quotes of the last line need a closer look.
    assert judged == [10]
    assert table.rows.select(COLUMNS).rows() == [
        *((f"GR{n}", "03/11/2025 14:00", f"{n};0") for n in range(5)),
        ("", "", "1"),
        ("GR12", "", "2"),
        ("a; b", "c", ""),
        ("GR12", f"dit {quote}le Grand{quote}", "3"),
    ]


def test_both_ways_know_a_header_that_begins_with_a_figure() -> None:
    # Found by fuzzing: the header's first cell was lost to a value, and the whole line came again.
    data = b"07/09/20;debut;passages\nGR10;x\n07/09/20;debut;passages\n"
    fast, careful = read_text(data, COLUMNS), read_text(data, COLUMNS, careful=True)
    assert fast.counts == careful.counts
    assert (fast.counts.read, fast.counts.repeated_header, fast.counts.rejected) == (2, 1, 1)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_are_read_or_refused_without_an_exception(data: bytes) -> None:
    table = read_text(data, COLUMNS)
    assert table.rows.height or table.problems.height
