"""Figures as people write them, in French and in English."""

from datetime import date
from typing import Literal

from pipeline.contract import Language

Kind = Literal["count", "share", "change", "number", "score", "text"]
NARROW_SPACE = "\u202f"
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
    """A figure with its thousands, decimals and sign; a dash where there is none, which is never a zero."""
    if value is None:
        return "–"
    if kind == "text" or not isinstance(value, int | float):
        return str(value)
    text = {
        "count": f"{value:,.0f}",
        "share": f"{100 * value:,.1f} %",
        "change": f"{100 * value:+,.1f} %",
        "number": f"{value:,.2f}",
        "score": f"{value:,.1f}",
    }[kind]
    if language == "fr":
        return text.replace(",", NARROW_SPACE).replace(".", ",").replace(" %", f"{NARROW_SPACE}%")
    return text.replace(" %", "%")


def day(value: date, language: Language) -> str:
    """« 16 novembre 2026 », “16 November 2026”."""
    number = "1er" if value.day == 1 and language == "fr" else str(value.day)
    return f"{number} {MONTHS[language][value.month - 1]} {value.year}"
