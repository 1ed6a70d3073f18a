"""File names as senders give them, made fit to be written down anywhere."""

from pathlib import PurePosixPath

LONGEST = 120  # bytes; a file system takes 255, and the upload's name comes before
_LONGEST_SUFFIX = 10


def plain_name(name: str) -> str:
    """A name of one line, at most LONGEST bytes of UTF-8, its ending kept where it is one."""
    readable = name.encode("utf-8", "replace").decode()
    readable = "".join(letter if letter.isprintable() else "_" for letter in readable)
    suffix = PurePosixPath(readable).suffix
    suffix = suffix if len(suffix.encode()) <= _LONGEST_SUFFIX else ""
    stem = readable.removesuffix(suffix).encode()[: LONGEST - len(suffix.encode())]
    return stem.decode("utf-8", "ignore") + suffix
