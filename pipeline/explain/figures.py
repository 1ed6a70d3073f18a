"""Figures as people write them, in French and in English."""

import re
from datetime import date
from typing import Literal, get_args

from pipeline.contract import Language

Kind = Literal[
    "count",
    "share",
    "complement",
    "change",
    "number",
    "score",
    "points",
    "euros",
    "whole_euros",
    "degrees",
    "day",
    "text",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
NO_BREAK, NARROW_SPACE, MINUS = "\u00a0", "\u202f", "\u2212"
AROUND: dict[Language, dict[Kind, str]] = {
    "fr": {
        **dict.fromkeys(("share", "complement", "change"), f"{{}}{NARROW_SPACE}%"),
        **dict.fromkeys(("euros", "whole_euros"), f"{{}}{NO_BREAK}€"),
        "degrees": f"{{}}{NO_BREAK}°C",
    },
    "en": {
        **dict.fromkeys(("share", "complement", "change"), "{}%"),
        **dict.fromkeys(("euros", "whole_euros"), "€{}"),
        "degrees": "{} °C",
    },
}
MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def shown(value: object, kind: Kind, language: Language) -> str:
    """A figure with its thousands, decimals and sign; a dash where there is none, which is never a zero.

    kind: share and change are of 1 (0.1 is 10 %), complement is what a share leaves; change and points carry a sign.
    """
    if value is None:
        return "–"
    if kind == "day" and isinstance(value, date):
        return day(value, language)
    if kind == "text" or not isinstance(value, int | float):
        return str(value)
    digits = _digits(value, kind)
    # What rounds to nothing has no sign.
    digits = digits.replace("-", MINUS) if re.search("[1-9]", digits) else digits.lstrip("+-")
    if language == "fr":
        digits = digits.replace(",", NARROW_SPACE).replace(".", ",")
    return AROUND[language].get(kind, "{}").format(digits)


def _digits(value: float, kind: Kind) -> str:
    match kind:
        case "count" | "whole_euros":
            return f"{value:,.0f}"
        case "share":
            return f"{100 * value:,.1f}"
        case "complement":
            return f"{100 * (1 - value):,.1f}"
        case "change":
            return f"{100 * value:+,.1f}"
        case "score" | "degrees":
            return f"{value:,.1f}"
        case "points":
            return f"{value:+,.1f}"
        case _:
            return f"{value:,.2f}"


def counted(value: float, kind: Kind, nouns: tuple[str, str], language: Language) -> str:
    """« 0 commerce », “0 shops”: a figure and its noun, singular and plural; French has the plural from 2 on."""
    one, many = nouns
    is_one = abs(value) < 2 if language == "fr" else value == 1
    return f"{shown(value, kind, language)}{NO_BREAK if language == 'fr' else ' '}{one if is_one else many}"


def typeset(text: str, language: Language) -> str:
    """A sentence typed with plain spaces, with those that French typography does not break."""
    if language == "en":
        return text
    text = text.replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»").replace(" :", f"{NO_BREAK}:")
    return re.sub(r" ([;!?%])", rf"{NARROW_SPACE}\1", text)


def day(value: date, language: Language) -> str:
    """« 16 novembre 2026 », “16 November 2026”."""
    number = "1er" if value.day == 1 and language == "fr" else str(value.day)
    return f"{number} {MONTHS[language][value.month - 1]} {value.year}"
