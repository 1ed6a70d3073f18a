"""The tags of a workbook's XML, whatever their prefix and quotes; no entity is ever expanded.

A sheet is cut by patterns and not parsed: it may hold millions of cells, of which few say anything.
"""

import re
from collections.abc import Iterator
from html import unescape

_PREFIX = rb"""<(?:[^\s<>/:!?"'=]++:)?"""
_INSIDE = rb"""([^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*+)>"""  # a > may stand in quotes
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def opening(name: bytes, prefix: bytes = _PREFIX) -> re.Pattern[bytes]:
    """The opening tag of an element; its group 1 is what stands behind the name."""
    return re.compile(prefix + name + rb"(?=[\s/>])" + _INSIDE)


def parts(tag: re.Pattern[bytes], xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What stands in each such tag, and what follows it, up to the next one."""
    inside, begin = None, 0
    for found in tag.finditer(xml):
        if inside is not None:
            yield inside, xml[begin : found.start()]
        inside, begin = found[1], found.end()
    if inside is not None:
        yield inside, xml[begin:]


def attributes(inside: bytes) -> dict[str, str]:
    """The attributes of a tag by their names, prefixes included."""
    return {name.decode(errors="replace"): text(one or other) for name, one, other in _ATTRIBUTE.findall(inside)}


def text(raw: bytes) -> str:
    return unescape(raw.decode(errors="replace"))


def number(digits: str | bytes | None, default: int) -> int:
    """A number; of one that no sheet has, only that it is too large."""
    if not digits or not (digits.isascii() and digits.isdigit()):
        return default
    return int(digits) if len(digits) < 10 else 10**9
