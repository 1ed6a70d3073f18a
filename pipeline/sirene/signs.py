"""Which signs of the register may leave it: those that cannot hold the name of a person.

The register's file does not say who is a sole trader. `denominationUsuelleEtablissement` and every name of a unit may
be a person's and are never read. `enseigne1Etablissement` is a sign, but for a sole trader often a name: it is taken
only when each of its words is known not to be one (signs.toml). Words are let through, never filtered out, so a name
that nobody thought of stays inside as well.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.deposit.words import fold


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What signs.toml lets through. words: anchors and articles included; chains: each as its words."""

    anchors: frozenset[str]
    words: frozenset[str]
    articles: frozenset[str]
    after_article: frozenset[str]
    chains: frozenset[tuple[str, ...]]

    def knows(self, word: str, before: str) -> bool:
        """Whether a word that stands behind another (empty for the first) is known not to be a name."""
        return word in self.words or word.isdigit() or (word in self.after_article and before in self.articles)


def safe_sign(sign: str | None) -> str | None:
    """The sign as the register writes it, None where it may hold a person's name, or where there is none."""
    words = _words(sign or "")
    if not words or sign is None:
        return None
    told = _vocabulary()
    is_known = all(told.knows(word, before) for before, word in zip(("", *words), words, strict=False))
    # A sign that begins with a mark of its own could be a formula to a spreadsheet.
    is_place = is_known and told.anchors.intersection(words) and sign.strip()[0].isalnum()
    return " ".join(sign.split()) if is_place or words in told.chains else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", fold(text)))


@cache
def _vocabulary() -> Vocabulary:
    with (Path(__file__).parent / "signs.toml").open("rb") as file:
        told = tomllib.load(file)
    anchors, articles = frozenset(told["anchors"]), frozenset(told["articles"])
    return Vocabulary(
        anchors=anchors,
        words=anchors | articles | frozenset(told["words"]),
        articles=articles,
        after_article=frozenset(told["after_article"]),
        chains=frozenset(_words(chain) for chain in told["chains"]),
    )
