"""Pieces of work done at the same time, their results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2
Item = TypeVar("Item")
Made = TypeVar("Made")


def at_once(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """What `make` gives of each item, in their order; AT_ONCE are dealt with at the same time, few are made ahead."""
    with ThreadPoolExecutor(AT_ONCE) as workers:
        waiting: deque[Future[Made]] = deque()
        for item in items:
            waiting.append(workers.submit(make, item))
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
