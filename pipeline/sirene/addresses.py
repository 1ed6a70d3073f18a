"""Addresses as people and as the register write them, and which premises an address means: how surely, never more."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from pipeline.deposit.words import fold

# rapidfuzz ratio, 0–100: a street spelled otherwise is the same from NEAR on, when no other street of the town comes
# within MARGIN of it (« rue du Maréchal Foch » and « rue du Maréchal Joffre » are two).
NEAR, MARGIN = 90, 6
_SUFFIX = "bis|ter|quater|[a-h]|[qt]"
# What the register writes for bis, ter, quater; people do, too.
_SUFFIXES = {"b": "bis", "t": "ter", "q": "quater"}
_ADDRESS = re.compile(
    rf"(?P<first>\d+)(?: (?P<suffix>{_SUFFIX})(?= |$))?(?:(?: (?:a|et|&))? (?P<last>\d+)(?: (?:{_SUFFIX})(?= |$))?)?"
    r" ?(?P<street>.*)"
)


class Sureness(IntEnum):
    """How sure a proposal is. The register is never more than a hint, so there is no level above HIGH."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address to compare. first and last: house numbers, equal where there is one; suffix: `bis`, empty where none.

    street: `street_key` of the street.
    """

    first: int
    last: int
    suffix: str
    street: str

    def holds(self, number: int) -> bool:
        """Whether a house number lies in this one's range, on the same side of the street."""
        return self.first <= number <= self.last and (number - self.first) % 2 == 0


@dataclass(frozen=True, slots=True)
class Place:
    """Premises under observation: their code and their address as the town wrote it, and that to compare."""

    premises_id: str
    written: str
    address: Address | None


@dataclass(frozen=True, slots=True)
class Match:
    """The premises that an address may mean, how sure that is, and why, in French."""

    places: tuple[Place, ...]
    sureness: Sureness
    why: str


def read_address(text: str) -> Address | None:
    """« 12 bis, rue de l'Église » or « 12-14 Grande Rue »; None without a house number or a street."""
    spelled = re.sub(r"(\d)(?=[a-z])|[,;]", r"\1 ", fold(text).replace("'", " ").replace("’", " "))
    found = _ADDRESS.fullmatch(" ".join(spelled.split()))
    street = street_key(found["street"]) if found else ""
    if found is None or not street:
        return None
    first, last = int(found["first"]), int(found["last"] or found["first"])
    suffix = "" if found["last"] else found["suffix"] or ""
    return Address(first, max(first, last), _SUFFIXES.get(suffix, suffix), street)


def street_key(text: str) -> str:
    """The words of a street that tell it from others: abbreviations written out, small words dropped."""
    words = " ".join(re.split(r"[^a-z0-9]+", fold(text))).split()
    written = " ".join(_rules()["words"].get(word, word) for word in words).split()
    return " ".join(word for word in written if word not in _rules()["small"])


class Streets:
    """The premises of a town by street, to look addresses up."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places: dict[str, list[Place]] = {}
        for place in places:
            if place.address:
                self._places.setdefault(place.address.street, []).append(place)

    def find(self, address: Address | None) -> Match | None:
        """The premises at an address, None where the town follows none there."""
        street, score = self._street(address.street) if address else (None, 0.0)
        if address is None or street is None:
            return None
        there = [(place, place.address) for place in self._places[street] if place.address]
        same = [p for p, a in there if (a.first, a.last, a.suffix) == (address.first, address.last, address.suffix)]
        if same and score == 100:
            return Match(tuple(same), Sureness.HIGH, "même adresse")
        if same:
            return Match(
                tuple(same), Sureness.MEDIUM, f"même numéro, rue écrite autrement (ressemblance {score:.0f} %)"
            )
        near = [p for p, a in there if a.holds(address.first) or address.holds(a.first)]
        return Match(tuple(near), Sureness.LOW, "numéro voisin (bis, ter ou plage de numéros)") if near else None

    def _street(self, street: str) -> tuple[str | None, float]:
        """The town's street that is meant, and how alike it is."""
        if street in self._places:
            return street, 100.0
        # A street and an avenue of one name are two.
        of_its_kind = [other for other in self._places if other.split()[0] == street.split()[0]]
        found: Sequence[tuple[str, float, int]] = process.extract(
            street, of_its_kind, scorer=fuzz.token_sort_ratio, limit=2, score_cutoff=NEAR - MARGIN
        )
        if not found or found[0][1] < NEAR or (len(found) > 1 and found[0][1] - found[1][1] < MARGIN):
            return None, 0.0
        # 100 is kept for a street that is written alike: the same words in another order are not quite that.
        return found[0][0], min(found[0][1], 99.0)


@cache
def _rules() -> Mapping[str, dict[str, str]]:
    with (Path(__file__).parent / "streets.toml").open("rb") as file:
        return tomllib.load(file)
