"""The physical lines of a run of text, without cutting it."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np


class Lines:
    """The lines of some text, counted from 0. data: valid UTF-8 whose lines end with LF or CRLF."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where each line ends; looked for only once it is asked for."""
        ends = np.flatnonzero(np.frombuffer(self.data, np.uint8) == 10)
        return ends if self.data.endswith(b"\n") or not self.data else np.append(ends, len(self.data))

    def __len__(self) -> int:
        return len(self._ends)

    def start(self, at: int) -> int:
        """The byte at which line `at` begins."""
        return int(self._ends[at - 1]) + 1 if at else 0

    def text(self, at: int, stop: int | None = None) -> str:
        """Lines `at` to `stop` (excluded; one line if None), line ends between them as LF, none at the end."""
        last = at if stop is None else stop - 1
        text = self.data[self.start(at) : int(self._ends[last])].decode()
        return text.replace("\r\n", "\n").removesuffix("\r")

    def texts(self, at: np.ndarray) -> list[str]:
        """The texts of some lines."""
        starts, ends = self._places(at)
        return [self.data[s:e].decode().removesuffix("\r") for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]

    def _places(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where some lines begin and end."""
        return np.where(at > 0, self._ends[at - 1] + 1, 0), self._ends[at]

    def without_exactly(self, count: int, sign: bytes) -> np.ndarray:
        """The lines that do not hold a sign of one byte so many times."""
        letters = np.frombuffer(self.data, np.uint8)
        marks = np.flatnonzero((letters == ord(b"\n")) | (letters == ord(sign)))
        last = np.flatnonzero(letters[marks] == ord(b"\n"))
        self._ends = marks[last]  # found on the way
        if self.data and not self.data.endswith(b"\n"):
            last, self._ends = np.append(last, len(marks)), np.append(self._ends, len(self.data))
        return np.flatnonzero(np.diff(last, prepend=-1) - 1 != count)

    def leave_out(self, at: np.ndarray) -> bytes:
        """The text without some lines."""
        starts, ends = self._places(at)
        kept = zip([0, *(ends + 1).tolist()], [*starts.tolist(), len(self.data)], strict=True)
        whole = memoryview(self.data)
        return b"".join([whole[begin:end] for begin, end in kept])

    def holding(self, sign: bytes) -> list[int]:
        """The lines that hold a sign, in order, each once."""
        if len(sign) == 1:
            found = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord(sign))
            return [int(line) for line in np.unique(np.searchsorted(self._ends, found))]
        places: list[int] = []
        at = self.data.find(sign)
        while at >= 0:
            places.append(int(np.searchsorted(self._ends, at)))
            at = self.data.find(sign, int(self._ends[places[-1]]))
        return places

    def holding_below(self, line: int, sign: bytes) -> Iterator[int]:
        """The lines below one that hold a sign, in order, each once."""
        found = self.data.find(sign, self.start(line + 1))
        while found >= 0:
            line = int(np.searchsorted(self._ends, found))
            yield line
            found = self.data.find(sign, int(self._ends[line]))

    def last_holding(self, sign: bytes, stop: int) -> int:
        """The last line above line `stop` that holds a sign; -1 where none does."""
        found = self.data.rfind(sign, 0, self.start(stop))
        return int(np.searchsorted(self._ends, found)) if found >= 0 else -1

    def runs(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of bytes in order: for each line the first of them that it holds, and how many it holds."""
        stops = np.searchsorted(places, self._ends)
        first = np.concatenate([[0], stops[:-1]])
        return first, stops - first


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
