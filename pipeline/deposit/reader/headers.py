"""Header cells compared as people read them, matched with the expected columns, and named so that none is lost."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.deposit.reader.cells import trim
from pipeline.deposit.reader.text import LOST

_HAS_LETTER = re.compile(r"[^\W\d_]")
_FIGURES = frozenset("0123456789")
_SIGNS = re.compile(f"([{LOST}?]+)")


_NO_LETTER = {code: None for code in range(128) if not chr(code).isalnum()}


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """A header as it is compared: case, accents, spaces and punctuation do not count. Signs alone are kept."""
    if text.isascii():
        return text.lower().translate(_NO_LETTER) or trim(text.lower())
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if letter.isalnum())
    return letters or trim(spelled)


def has_figure(text: str) -> bool:
    """Whether a text holds one of the figures 0 to 9."""
    return not _FIGURES.isdisjoint(text)


def unique_names(cells: Iterable[str]) -> list[str]:
    """A name for each header cell: as sent; `colonne 3` where it is blank; `name (2)` where an earlier one has it.

    What the engine would take for a pattern of names (`*`, `^x$`) is called `* (colonne 3)`.
    """
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, 1):
        wanted = trim(cell) or f"colonne {place}"
        if wanted == "*" or (wanted.startswith("^") and wanted.endswith("$")):
            wanted = f"{wanted} (colonne {place})"
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(name)
        names.append(name)
    return names


@dataclass(frozen=True, slots=True)
class Expected:
    """The columns that a caller expects, by all the spellings that are accepted.

    columns: their names, made unique. spellings: folded spelling → the names it stands for, in order (a name that is
    expected twice stands twice).
    """

    columns: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, columns: Sequence[str], aliases: Mapping[str, Sequence[str]] | None) -> "Expected":
        names = unique_names(columns)
        spellings: dict[str, list[str]] = {}
        for column, name in zip(columns, names, strict=True):
            spellings.setdefault(fold(column), []).append(name)
        for column, others in (aliases or {}).items():
            for other in others:
                spellings.setdefault(fold(other), [column])
        return cls(tuple(names), {spelling: tuple(found) for spelling, found in spellings.items() if spelling})

    @property
    def words(self) -> dict[str, str]:
        """Folded spellings that cannot be values of a count (they have a letter), and the columns they stand for."""
        return {word: names[0] for word, names in self.spellings.items() if _HAS_LETTER.search(word)}

    def recognised(self, cells: Sequence[str]) -> dict[int, str]:
        """Place of each cell that stands for an expected column → its name. No name is given twice."""
        found: dict[int, str] = {}
        given: set[str] = set()
        names_of = [self._names(cell) for cell in cells]
        if not any(names_of):
            return found
        exact_first = sorted(range(len(cells)), key=lambda place: cells[place] not in self.columns)
        for place in exact_first:
            name = next((name for name in names_of[place] if name not in given), None)
            if name is not None:
                found[place] = name
                given.add(name)
        return found

    def _names(self, cell: str) -> Sequence[str]:
        if is_damaged(cell):
            shape = re.compile("".join(_soft(part) for part in _SIGNS.split(cell)))
            fitting = [names for spelling, names in self.spellings.items() if shape.fullmatch(spelling)]
            return fitting[0] if len(fitting) == 1 else ()
        return self.spellings.get(fold(cell), ())


def is_damaged(cell: str) -> bool:
    """Whether letters of a header cell were replaced by a sign."""
    return LOST in cell or ("?" in cell.strip("?") and _HAS_LETTER.search(cell) is not None)


def _soft(part: str) -> str:
    """A part of a damaged cell as a pattern: a run of n signs stands for up to n letters."""
    return f"\\w{{0,{len(part)}}}" if _SIGNS.fullmatch(part) else re.escape(fold(part)) if part else ""
