"""The physical lines of a run of text, without cutting it."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

import numpy as np

_STEP = 1 << 20


class Lines:
    """The lines of some text, counted from 0. data: valid UTF-8 whose lines end with LF or CRLF; begin: byte at which
    the first line begins. Bytes are counted from the first of `data`."""

    def __init__(self, data: bytes, begin: int = 0) -> None:
        self.data, self.begin = data, begin

    @property
    def body(self) -> memoryview:
        """The bytes of the lines."""
        return memoryview(self.data)[self.begin :]

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where each line ends; looked for only once it is asked for."""
        ends = self.places(b"\n")
        is_whole = self.data.endswith(b"\n") or len(self.data) == self.begin
        return ends if is_whole else np.append(ends, len(self.data))

    def __len__(self) -> int:
        return len(self._ends)

    def start(self, at: int) -> int:
        """The byte at which line `at` begins."""
        return int(self._ends[at - 1]) + 1 if at else self.begin

    def text(self, at: int, stop: int | None = None) -> str:
        """Lines `at` to `stop` (excluded; one line if None), line ends between them as LF, none at the end."""
        last = at if stop is None else stop - 1
        text = self.data[self.start(at) : int(self._ends[last])].decode()
        return text.replace("\r\n", "\n").removesuffix("\r")

    def texts(self, at: np.ndarray) -> list[str]:
        """The texts of some lines."""
        starts, ends = np.where(at > 0, self._ends[at - 1] + 1, self.begin), self._ends[at]
        return [self.data[s:e].decode().removesuffix("\r") for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]

    def holding(self, sign: bytes) -> list[int]:
        """The lines that hold a sign, in order, each once."""
        if len(sign) == 1:
            return [int(line) for line in np.unique(self.at(self.places(sign)))]
        places: list[int] = []
        at = self.data.find(sign, self.begin)
        while at >= 0:
            places.append(int(np.searchsorted(self._ends, at)))
            at = self.data.find(sign, int(self._ends[places[-1]]))
        return places

    def holding_below(self, line: int, sign: bytes) -> Iterator[tuple[int, str]]:
        """Of each line below one that holds a sign, in order: a byte of it, and its text."""
        found = self.data.find(sign, self.start(line + 1))
        while found >= 0:
            end = self.data.find(b"\n", found)
            end = len(self.data) if end < 0 else end
            yield found, self.data[self.data.rfind(b"\n", 0, found) + 1 : end].decode().removesuffix("\r")
            found = self.data.find(sign, end)

    def number(self, place: int) -> int:
        """The line of one byte; unlike `at` it lets no other thread in, from which it is long to come back."""
        return bisect_left(self._ends, place)

    def at(self, places: np.ndarray) -> np.ndarray:
        """The line of each of some bytes."""
        return np.searchsorted(self._ends, places)

    def places(self, sign: bytes) -> np.ndarray:
        """The bytes at which a sign of one byte stands, in order."""
        whole, wanted, begin = np.frombuffer(self.data, np.uint8), ord(sign), self.begin
        # In steps that stay in the processor's cache.
        steps = [np.flatnonzero(whole[at : at + _STEP] == wanted) + at for at in range(begin, len(whole), _STEP)]
        return np.concatenate(steps) if steps else np.array([], np.int64)


def top_lines(data: bytes, count: int) -> list[str]:
    """The first lines of the data, without their ends."""
    at = 0
    for _ in range(count):
        found = data.find(b"\n", at)
        if found < 0:
            at = len(data)
            break
        at = found + 1
    top = Lines(data[:at])
    return [top.text(line) for line in range(len(top))]
