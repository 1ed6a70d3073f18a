"""Bytes to clean UTF-8 text: what the file is, its encoding, its line ends, and bytes that no text holds."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.contract import Problem

BOM = b"\xef\xbb\xbf"
LOST = "\ufffd"  # stands for a letter that cannot be read any more
LF, CR = 10, 13
MAX_LINE = 1_000_000  # bytes; a text with a longer line is no table
_STEP = 1 << 20

# The first bytes of files that are no text, with the name by which their sender knows them.
_MAGIC = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "GZIP",
    b"PAR1": "Parquet",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"{\\rtf": "RTF",
}
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|meta|head|body)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MANY_CONTROLS = 0.02  # share of the first bytes above which it is no text
_TOP = 1 << 16

# Letters that Windows-1252 text in French or English does not hold, or not there: the file is in another old encoding
# (DOS 850, Macintosh, ISO 8859-15), in which these bytes are é, è, à, œ…
_NOT_1252 = re.compile(
    rb"[\x81-\x84\x86-\x8b\x8d-\x90\x98\x9a\x9b\x9d\x9e\xa4]"  # no French letter or sign
    rb"|[A-Za-z][\x80\x93\x95\x96\x99\xbc-\xbe][A-Za-z]|\w\x97\W|[a-z]\x8c|\x8c[^uidnUIDN]|\x94[a-z]"
    rb"|\s\x85\s|[a-z][\xc0-\xd6\xd8-\xde][a-z]"
)
# UTF-8 letters as they are met in French text, inside a file that is not UTF-8 as a whole.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc5[\x92\x93]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac|\xc2[\xa0-\xbf]")


class UnreadableError(Exception):
    """The file is no text that can be read; `problem` says what it is and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.key)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file. data: valid UTF-8 without mark, lines end by LF or CRLF. problems: what was repaired."""

    data: bytes
    encoding: str
    problems: list[Problem]


def decode(raw: bytes) -> Text:
    """The clean text of a file. Raises UnreadableError where it is no text, or no text that may be guessed."""
    _refuse_other_files(raw)
    problems: list[Problem] = []
    data, encoding = raw, "utf-8"
    while data.startswith(BOM):
        data, encoding = data[len(BOM) :], "utf-8-sig"
    if raw.startswith(BOM * 2):
        problems.append(Problem("encoding-error.marks", "repair", line=1))
    data = _plain_line_ends(data, problems)
    data = _without_controls(data, problems)
    if not data.isascii() and not _is_utf8(data):
        data, encoding = _from_old_encoding(data, problems)
    if not data or data.isspace():
        raise UnreadableError(Problem("encoding-error.empty", fix="Vérifiez que c'est le bon fichier."))
    return Text(data, encoding, problems)


def clean_lines(data: bytes) -> int | None:
    """How many lines end in a text that needs no repair as a whole: UTF-8, no second mark, no lone CR, no byte that no
    text holds; and that may be a table. None for any other text."""
    feeds = count_bytes(data, LF)
    has_other_low_bytes = _low_bytes(data) != feeds
    is_clean = (
        not data.startswith(BOM)
        and not (has_other_low_bytes and (_has_lone_returns(data) or _has_controls(data)))
        and (data.isascii() or _is_utf8(data))
        and long_line(data) is None
    )
    return feeds if is_clean else None


def long_line(data: bytes) -> int | None:
    """The byte at which the first line of more than MAX_LINE bytes begins; looks at one place in a million bytes."""
    begin = 0
    while len(data) - begin > MAX_LINE:
        end = data.rfind(b"\n", begin, begin + MAX_LINE + 1)
        if end < 0:
            return begin
        begin = end + 1
    return None


def count_bytes(data: bytes, byte: int) -> int:
    """How often a byte that is frequent occurs; faster than bytes.count, which is made for rare ones."""
    return _count(data, lambda part: part == byte)


def _count(data: bytes, wanted: Callable[[np.ndarray], np.ndarray]) -> int:
    """How many bytes are wanted, looked at in steps that stay in the processor's cache."""
    whole = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(wanted(whole[at : at + _STEP]))) for at in range(0, len(whole), _STEP))


def _refuse_other_files(raw: bytes) -> None:
    top = raw[:_TOP]
    if top.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16_unmarked(top):
        raise UnreadableError(Problem("encoding-error.utf16", line=1))
    if top.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(Problem("encoding-error.xls", line=1))
    name = next((name for magic, name in _MAGIC.items() if top.startswith(magic)), None)
    if name is None and _MARKUP.match(top):
        name = "HTML ou XML"
    if name is None and top.lstrip()[:1] in (b"{", b"[") and b'":' in top.replace(b" ", b""):
        name = "JSON"
    if name is None and len(_CONTROLS.findall(top)) > max(3, _MANY_CONTROLS * len(top)):
        name = "données binaires"
    if name:
        raise UnreadableError(Problem("encoding-error.binary", value=name))


def _is_utf16_unmarked(top: bytes) -> bool:
    """Text of which every second byte is NUL."""
    even, odd = top[0::2], top[1::2]
    return (
        len(top) >= 4
        and max(even.count(0) / len(even), odd.count(0) / max(1, len(odd))) > 0.8
        and top.count(0) < 0.7 * len(top)
    )


def _plain_line_ends(data: bytes, problems: list[Problem]) -> bytes:
    """A lone CR ends a line too (old Macintosh files); CRLF is left as it is."""
    if b"\r" not in data:
        return data
    pairs = data.count(b"\r\n")
    lone = count_bytes(data, CR) - pairs
    if lone == 0:
        return data
    feeds = data.count(b"\n")
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if feeds:
        first = re.search(rb"\r(?!\n)", data)
        at = first.start() if first else 0
        problems.append(
            Problem("encoding-error.line-ends", "repair", line=data[:at].replace(b"\r\n", b"\n").count(b"\n") + 1)
        )
    return plain


def _low_bytes(data: bytes) -> int:
    """How many bytes are tabs, line ends or such as no text holds."""
    return _count(data, lambda part: part < 32)


def _has_lone_returns(data: bytes) -> bool:
    return b"\r" in data and data.count(b"\r\n") != count_bytes(data, CR)


def _has_controls(data: bytes) -> bool:
    """Whether there are more low bytes than tabs and line ends."""
    usual = count_bytes(data, LF) + sum(data.count(byte) for byte in (b"\r", b"\t") if byte in data)
    return _low_bytes(data) != usual


def _without_controls(data: bytes, problems: list[Problem]) -> bytes:
    """Without NUL and other bytes that no text holds; each line that had some is named."""
    if not _has_controls(data):
        return data
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    places = np.fromiter((found.start() for found in _CONTROLS.finditer(data)), np.int64)
    lines = np.unique(np.searchsorted(ends, places)) + 1
    problems += [Problem("encoding-error.nul", "repair", line=int(line)) for line in lines]
    return _CONTROLS.sub(lambda found: b" " if found[0] in b"\x0b\x0c" else b"", data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_old_encoding(data: bytes, problems: list[Problem]) -> tuple[bytes, str]:
    """Windows-1252 to UTF-8, line by line where the file mixes both; what fits neither is marked as lost."""
    lines = data.split(b"\n")
    foreign = {number for number, line in enumerate(lines, 1) if not line.isascii() and not _is_utf8(line)}
    is_mixed = any(
        number not in foreign or _UTF8_LETTER.search(line) for number, line in enumerate(lines, 1) if not line.isascii()
    )
    is_1252 = not any(_NOT_1252.search(b" " + lines[number - 1] + b" ") for number in foreign)
    if is_1252 and not is_mixed:
        problems.append(Problem("encoding-error.cp1252", "repair", line=min(foreign)))
        return data.decode("cp1252").encode(), "cp1252"
    for number in sorted(foreign):
        line = lines[number - 1]
        if is_1252 and not _UTF8_LETTER.search(line):
            lines[number - 1] = line.decode("cp1252").encode()
            problems.append(Problem("encoding-error.cp1252", "repair", line=number))
        else:
            lines[number - 1] = line.decode("ascii", "replace").encode()
    return b"\n".join(lines), "mixed" if is_1252 else "unknown"
