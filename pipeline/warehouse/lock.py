"""One writer a town at a time: a lock that the kernel releases when its process ends, however it ends."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.settings import TownHome
from pipeline.warehouse.errors import WriterBusyError

# The locks that this process holds, with the thread that took each: `run` holds the lock over a build and its
# publication, each of which takes it too.
_held: dict[Path, int] = {}


@contextmanager
def writer(home: TownHome) -> Iterator[None]:
    """Hold the town's writer lock. Raises WriterBusyError at once when somebody else holds it; it never waits."""
    path = home.lock.resolve()
    if _held.get(path) == threading.get_ident():
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(handle, path)
        _held[path] = threading.get_ident()
        try:
            yield
        finally:
            del _held[path]
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 32).decode().strip() or "unknown"
        raise WriterBusyError(
            f"another process (pid {holder}) is writing in {path.parent.name}; wait for it to end, then start again"
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
