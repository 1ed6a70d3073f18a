"""Where a large text may be cut into parts that are read by themselves: nothing above depends on anything below."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pipeline.deposit.reader.block import LONGEST, closed
from pipeline.deposit.reader.cells import split
from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines
from pipeline.deposit.reader.text import clean_lines

_QUIET = 3  # in the middle of so many plain lines nothing before depends on anything after
_TRIES = 4000  # lines above the wanted place where such a place is looked for
_SEEN = (1 << 20, 1 << 24)  # bytes on both sides that are looked at; more where the first are too few to know


def cuts(path: Path, start: int, size: int, layout: Layout, chunk_bytes: int) -> Iterator[tuple[int, int]]:
    """The bytes at which each part begins and ends. start: of the data below the header.

    Every chunk_bytes a part ends, or goes on where there is no quiet place.
    """
    with path.open("rb") as file:
        begin = start
        for end in range(start + chunk_bytes, size, chunk_bytes):
            if end > begin and (cut := _cut(file, begin, end, size, layout)):
                yield begin, cut
                begin = cut
    yield begin, size


def _cut(file: BinaryIO, begin: int, end: int, size: int, layout: Layout) -> int:
    """The last byte up to `end` at which a part that began at `begin` may end; 0 where there is none."""
    for seen in _SEEN:
        top, bottom = max(begin, end - seen), min(size, end + seen)
        file.seek(top)
        data = file.read(bottom - top)
        # Lines of which only a piece is seen are left out.
        first = 0 if top == begin else data.find(b"\n") + 1
        last = len(data) if bottom == size else data.rfind(b"\n") + 1
        if clean_lines(data[first:last]) is None:
            return 0  # which is found again where the part is read
        lines = Lines(data[first:last])
        place = _quiet_line(lines, end - top - first, layout, is_top=top == begin, is_bottom=bottom == size)
        if place is not None:
            return top + first + lines.start(place) if place else 0
    return 0


def _quiet_line(lines: Lines, before: int, layout: Layout, *, is_top: bool, is_bottom: bool) -> int | None:
    """The last line that begins up to byte `before` with which a new part may begin: it, that above and that below are
    plain, and no quoted cell goes over its begin. 0 where there is none, None where too little is seen to know.

    is_top, is_bottom: the lines are all there are of the part above, and of the text below.
    """

    @cache
    def stop(at: int) -> int:
        """The line below the record of a line with an odd number of quotes."""
        is_open = split(lines.text(at), layout.separator, layout.quote).quoting == "open"
        return closed(lines, at, layout)[1] if is_open else at + 1

    odd = _with_odd_quotes(lines, layout)
    at = min(lines.number(before), len(lines) - 1)
    quiet, lowest = 0, at - _TRIES
    while (at := at - 1) >= max(0, lowest):
        cells = split(lines.text(at), layout.separator, layout.quote)
        is_plain = cells.quoting == "right" and len(cells.values) == layout.width and any(cells.values)
        quiet = quiet + 1 if is_plain else 0
        if quiet < _QUIET:
            continue
        place = at + 1
        if (place < LONGEST and not is_top) or (len(lines) - place < LONGEST and not is_bottom):
            return None
        near = odd[np.searchsorted(odd, place - LONGEST) : np.searchsorted(odd, place)]
        if over := [line for line in near.tolist() if stop(line) > place]:
            at, quiet = min(over), 0
            continue
        return place
    return 0


def _with_odd_quotes(lines: Lines, layout: Layout) -> np.ndarray:
    """The lines with an odd number of quotes: of these alone some may end inside a quoted cell."""
    found, count = np.unique(lines.at(lines.places(layout.quote.encode())), return_counts=True)
    odd: np.ndarray = found[count % 2 == 1]
    return odd
