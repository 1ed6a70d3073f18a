"""Cells that hold a word out of a list: enums, booleans, trades and SIRET numbers; and the nearest where none fits."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial

import polars as pl
from rapidfuzz import fuzz, process

from pipeline.contract import Column, Enum
from pipeline.contract.trades import all_trades, normalise_trade
from pipeline.deposit.reading import Reading, Typed, read_rest
from pipeline.deposit.texts import Texts
from pipeline.deposit.typed_rows import repeated

YES = frozenset({"oui", "vrai", "true", "yes", "1", "o", "y", "x"})
NO = frozenset({"non", "faux", "false", "no", "0", "n"})
LA_POSTE = "356000000"
NEAR = 70  # rapidfuzz ratio, 0–100, from which a word is worth proposing
ReadText = Callable[[str], Reading]


def fold(text: str) -> str:
    """A word without case, accents, hyphens and doubled spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.split(r"[\s\-_/]+", plain)).strip()


def nearest(word: str, words: Iterable[str], limit: int = 2) -> list[str]:
    """The words that look most like this one, best first."""
    found = process.extract(word, list(words), scorer=fuzz.WRatio, processor=fold, limit=limit, score_cutoff=NEAR)
    return [choice for choice, _, _ in found]


def did_you_mean(words: list[str]) -> str | None:
    """« Vouliez-vous dire « a » ou « b » ? », None without a proposal."""
    return f"Vouliez-vous dire {' ou '.join(f'« {word} »' for word in words)} ?" if words else None


def read_words(texts: Texts, column: Column) -> Typed:
    """A column of Enum (internal codes), by code, French or English label, or alias."""
    assert isinstance(column.type, Enum)
    exact = {name: choice.code for choice in column.type.choices for name in (choice.label.fr, choice.code)}
    plain = texts.distinct.replace_strict(exact, default=None, return_dtype=pl.String)
    read_choice = _or_empty(partial(_read_choice, enum=column.type))
    return read_rest(texts.distinct, plain, read_choice, column.name).by_row(texts)


def _read_choice(text: str, *, enum: Enum) -> Reading:
    names = {fold(name): c.code for c in enum.choices for name in (c.code, c.label.fr, c.label.en)}
    if (code := names.get(fold(text))) is not None:
        return Reading(code)
    labels = {c.code: c.label.fr for c in enum.choices}
    aliases = {fold(alias): c.code for c in enum.choices for alias in c.aliases}
    if (code := aliases.get(fold(text))) is not None:
        return Reading(code, "constraint-error.enum-repaired", "repair", expected=labels[code])
    near = nearest(text, labels.values(), limit=1)
    return Reading(key="constraint-error.enum", expected=", ".join(labels.values()), fix=did_you_mean(near))


def read_booleans(texts: Texts, column: Column) -> Typed:
    """A column of Boolean."""
    return _read_each(texts, _read_boolean, pl.Boolean(), column)


def _read_boolean(text: str) -> Reading:
    word = fold(text)
    return Reading(word in YES) if word in YES | NO else Reading(key="type-error.boolean")


def read_trades(texts: Texts, column: Column) -> Typed:
    """A column of Trade: codes of our nomenclature, from codes, NAF codes and labels."""
    return _read_each(texts, _read_trade, pl.String(), column)


def _read_trade(text: str) -> Reading:
    if (code := normalise_trade(text)) is not None:
        return Reading(code)
    labels = {word: trade.label.fr for trade in all_trades().values() for word in (trade.label.fr, *trade.synonyms)}
    near = list(dict.fromkeys(labels[word] for word in nearest(text, labels)))
    return Reading(key="constraint-error.trade", expected="« boulangerie » ou « 47.24Z »", fix=did_you_mean(near))


def read_sirets(texts: Texts, column: Column) -> Typed:
    """A column of Siret: 14 digits. Spaces, dots and no-break spaces between the digits are repaired."""
    return _read_each(texts, _read_siret, pl.String(), column)


def _read_siret(text: str) -> Reading:
    # Programs write .0 behind a whole number that they took for a decimal one.
    digits = re.sub(r"[\s.\-]", "", re.sub(r"^([0-9]{14})[.,]0$", r"\1", text))
    if re.fullmatch(r"\d[.,]?\d*[eE]\+?\d+", text):
        return _not_a_siret(
            "Excel en a effacé des chiffres",
            "Mettez la colonne au format Texte et saisissez à nouveau les 14 chiffres.",
        )
    if not re.fullmatch("[0-9]+", digits):
        return _not_a_siret("il ne doit contenir que des chiffres")
    if len(digits) == 9:
        return _not_a_siret("c'est un SIREN (9 chiffres)", "Ajoutez les 5 chiffres de l'établissement.")
    if len(digits) == 13 and is_siret(f"0{digits}"):
        return _not_a_siret(
            "il a 13 chiffres au lieu de 14", f"Excel a sans doute effacé le zéro du début : écrivez 0{digits}."
        )
    if len(digits) != 14:
        return _not_a_siret(f"il a {len(digits)} chiffres au lieu de 14")
    if not is_siret(digits) or not digits.strip("0"):
        return _not_a_siret("sa clé de contrôle est fausse", "Un chiffre est sans doute mal recopié.")
    return (
        Reading(digits) if digits == text else Reading(digits, "type-error.number-repaired", "repair", expected=digits)
    )


def _not_a_siret(why: str, fix: str = "Vérifiez-le, ou laissez la case vide.") -> Reading:
    return Reading(key="constraint-error.siret", expected=why, fix=fix)


def is_siret(digits: str) -> bool:
    """Whether 14 digits have a valid Luhn key; La Poste's establishments: a sum of digits divisible by 5 (Insee)."""
    if luhn(digits) % 10 == 0:
        return True
    return digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0


def luhn(digits: str) -> int:
    """The Luhn sum: every second digit from the right doubled, its own digits added."""
    return sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits)))


def _read_each(texts: Texts, read_text: ReadText, dtype: pl.DataType, column: Column) -> Typed:
    """Read text by text: lists of words are short."""
    plain = repeated(None, len(texts.distinct), dtype)
    return read_rest(texts.distinct, plain, _or_empty(read_text), column.name).by_row(texts)


def _or_empty(read_text: ReadText) -> ReadText:
    return lambda text: read_text(text) if text else Reading()
