"""Accents that were damaged before the file was sent: read twice in the wrong encoding, or replaced by a sign."""

import re
from typing import Literal

from pipeline.deposit.reader.text import LOST

Damage = Literal["none", "repaired", "lost", "doubtful"]

# UTF-8 read as Windows-1252: é became Ã©, ’ became â€™.
_TWICE = re.compile("Ã(?![A-Za-z])|Â[\u00a0-\u00bf]|â[€‚]|Å[“\u0092\u0093’]")
# A question mark where a letter was: inside a word, or before the rest of one.
_IN_WORD = re.compile(r"[^\W\d_]\?[^\W\d_]|(?:^|\s)\?[^\W\d_]")
# The end of a word that more of its sentence follows; a question mark that ends a sentence ends one of some length.
_AFTER_WORD = re.compile(r"[^\W\d_]\?\s+[a-z]")
_AFTER_NAME = re.compile(r"[^\W\d_]\?(?:\s+\w|\s*$)")
_LONGEST_NAME = 5  # words
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ADDRESS = re.compile(r"://|www\.")
# Letters whose Windows-1252 place is empty; they travel as control characters.
_EMPTY_PLACES = {code: chr(code) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}

# Bytes of UTF-8 text beside which nothing of all this can be.
SIGNS = (b"?", LOST.encode(), "Ã".encode(), "Â".encode(), "â".encode(), "Å".encode())


def mend(cell: str) -> tuple[str, Damage]:
    """The cell with its accents, where they can be had back, and what was wrong with it."""
    if LOST in cell:
        return cell, "lost"
    if _TWICE.search(cell):
        mended = _read_once(cell)
        return (mended, "repaired") if mended is not None else (cell, "lost")
    if "?" not in cell or _ADDRESS.search(cell) or _BEYOND_ASCII.search(cell):
        return cell, "none"  # where accents or curly apostrophes are still there, a question mark is one
    if _IN_WORD.search(cell):
        return cell, "lost"
    is_name = len(cell.split()) <= _LONGEST_NAME
    return cell, "doubtful" if (_AFTER_NAME if is_name else _AFTER_WORD).search(cell) else "none"


def _read_once(cell: str) -> str | None:
    try:
        return b"".join(_byte(letter) for letter in cell).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None


def _byte(letter: str) -> bytes:
    return bytes([ord(letter)]) if ord(letter) in _EMPTY_PLACES else letter.encode("cp1252")
