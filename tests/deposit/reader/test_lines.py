"""The lines of a text by what they hold."""

import numpy as np
import pytest

from pipeline.deposit.reader.lines import Lines

TEXT = b'a;b\nc;"d\n\ne;f;g\r\nh;i'


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_lines_with_another_number_of_separators_are_told(end: bytes) -> None:
    lines = Lines(TEXT + end)
    assert lines.without_exactly(1, b";").tolist() == [2, 3]
    assert [lines.text(at) for at in range(len(lines))] == ["a;b", 'c;"d', "", "e;f;g", "h;i"]
    assert lines.texts(np.array([0, 3, 4])) == ["a;b", "e;f;g", "h;i"]


def test_lines_are_left_out_with_their_ends() -> None:
    assert Lines(TEXT).leave_out(np.array([0, 2, 3])) == b'c;"d\nh;i'
    assert Lines(TEXT).leave_out(np.array([4])) == TEXT[: -len(b"h;i")]
    assert Lines(b"a;b").leave_out(np.array([0])) == b""


def test_a_line_holds_a_sign_once_however_often_it_occurs() -> None:
    text = 'é"é\n"\n\né'.encode()
    assert Lines(text).holding(b'"') == [0, 1]
    assert Lines(text).holding("é".encode()) == [0, 3]
