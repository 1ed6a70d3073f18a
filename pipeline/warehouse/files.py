"""Files that are either complete or not there, also after a power cut."""

import os
import tempfile
from pathlib import Path

# What begins so was left unfinished, and whoever holds the town's lock may delete it.
PARTIAL = ".partial-"


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step: a reader sees the old content or the new one, never a part."""
    handle, name = tempfile.mkstemp(prefix=PARTIAL, suffix=f"-{path.name}", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
