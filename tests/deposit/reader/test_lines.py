"""The lines of a text by what they hold."""

import numpy as np
import pytest

from pipeline.deposit.reader.lines import Lines

TEXT = b'a;b\nc;"d\n\ne;f;g\r\nh;i'


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_lines_are_told_without_their_ends(end: bytes) -> None:
    lines = Lines(TEXT + end)
    assert [lines.text(at) for at in range(len(lines))] == ["a;b", 'c;"d', "", "e;f;g", "h;i"]
    assert lines.texts(np.array([0, 3, 4])) == ["a;b", "e;f;g", "h;i"]


def test_a_byte_stands_in_its_line() -> None:
    lines = Lines(TEXT)
    separators = [1, 5, 11, 13, 18]
    assert lines.places(b";").tolist() == separators
    assert lines.at(np.array(separators)).tolist() == [0, 1, 3, 3, 4]
    assert [lines.number(place) for place in separators] == [0, 1, 3, 3, 4]


def test_lines_may_begin_below_others() -> None:
    above = b'x;"\n\n'
    part, alone = Lines(above + TEXT, len(above)), Lines(TEXT)
    assert bytes(part.body) == TEXT
    assert len(part) == len(alone)
    assert [part.text(at) for at in range(len(part))] == [alone.text(at) for at in range(len(alone))]
    assert part.texts(np.array([0, 4])) == ["a;b", "h;i"]
    assert part.places(b";").tolist() == [place + len(above) for place in alone.places(b";").tolist()]
    assert [part.holding(sign) for sign in (b'"', b";", b"c;")] == [[1], [0, 1, 3, 4], [1]]
    assert [part.number(place) for place in part.places(b";").tolist()] == [0, 1, 3, 3, 4]
    assert len(Lines(above, len(above))) == 0


def test_a_line_holds_a_sign_once_however_often_it_occurs() -> None:
    text = 'é"é\n"\n\né'.encode()
    assert Lines(text).holding(b'"') == [0, 1]
    assert Lines(text).holding("é".encode()) == [0, 3]


def test_the_lines_below_that_hold_a_sign_are_told_in_order() -> None:
    lines = Lines(b'a;"b\nc\n"d";"e"\r\nf\n"g')
    assert [(lines.number(place), text) for place, text in lines.holding_below(0, b'"')] == [(2, '"d";"e"'), (4, '"g')]
    assert list(lines.holding_below(4, b'"')) == []
