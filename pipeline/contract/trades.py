"""The trade nomenclature (trades.toml): our codes, the NAF codes and the words that lead to them."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.contract.labels import Label


@dataclass(frozen=True, slots=True)
class TradeCode:
    """One code of the nomenclature.

    family: key of `all_families()`. naf_rev2 and naf_2025: sub-classes as Insee writes them (`47.24Z`, `47.24Y`).
    is_walk_in: people go in without an appointment; occupied premises where it is false are "cold fronts".
    """

    code: str
    family: str
    label: Label
    naf_rev2: tuple[str, ...]
    naf_2025: tuple[str, ...]
    synonyms: tuple[str, ...]
    is_walk_in: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that a cell may hold to mean this trade."""
        return (self.code, self.label.fr, self.label.en, *self.naf_rev2, *self.naf_2025, *self.synonyms)


@cache
def all_trades() -> dict[str, TradeCode]:
    """Every trade by code, in the order of trades.toml."""
    return {code: _trade(code, told) for code, told in _file()["trades"].items()}


@cache
def all_families() -> dict[str, Label]:
    """The label of every family of trades."""
    return {name: Label(told["fr"], told["en"]) for name, told in _file()["families"].items()}


def normalise_trade(text: str) -> str | None:
    """The code that `text` means, or None when it means none.

    Understood: our code, a NAF rév. 2 or NAF 2025 sub-class with or without its dot, a label or a synonym; case,
    accents, hyphens, apostrophes and spaces do not matter. A NAF class without its letter (`47.24`) is not understood,
    because the two revisions share class numbers with different meanings.
    """
    return _codes_by_key().get(_key(text))


@cache
def _codes_by_key() -> dict[str, str]:
    found: dict[str, str] = {}
    for trade in all_trades().values():
        for word in trade.words:
            if found.setdefault(_key(word), trade.code) != trade.code:
                raise ValueError(f"trades.toml: {word!r} leads to {found[_key(word)]} and to {trade.code}")
    return found


def _key(text: str) -> str:
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if letter.isalnum())


def _trade(code: str, told: dict[str, Any]) -> TradeCode:
    if told["family"] not in all_families():
        raise ValueError(f"trades.toml: {code} is in the unknown family {told['family']!r}")
    return TradeCode(
        code=code,
        family=told["family"],
        label=Label(told["fr"], told["en"]),
        naf_rev2=tuple(told["naf_rev2"]),
        naf_2025=tuple(told["naf_2025"]),
        synonyms=tuple(told["synonyms"]),
        is_walk_in=told["is_walk_in"],
    )


@cache
def _file() -> dict[str, Any]:
    with (Path(__file__).parent / "trades.toml").open("rb") as file:
        return tomllib.load(file)
