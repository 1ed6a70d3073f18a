"""Personal data in a file: found before anything of it is kept."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.contract import Column, Enum, Feed, Identifier, Problem, String
from pipeline.deposit.texts import TextsOf

EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
PHONE = r"(?:^|[^\d+.,])(?:(?:\+|00)33[ .-]?(?:\(0\))?[1-9]|0[1-9])(?:[ .-]?\d{2}){4}(?:[^\d]|$)"
MAC = r"(?i)(?:^|[^0-9a-f])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}[:-]){4}[0-9a-f]{2}(?:[^0-9a-f]|$)"
CISCO_MAC = r"(?i)^\s*[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\s*$"
# Registration since 2009 (AA-123-AA); letters I, O and U are not used.
PLATE = r"^\s*[A-HJ-NP-TV-Z]{2}[ -]\d{3}[ -][A-HJ-NP-TV-Z]{2}\s*$"
# A moment written with dots is no telephone.
MOMENT = r"^\s*\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?:[ T,]+\d{1,2}[.:hH]\d{2}(?:[.:]\d{2})?)?\s*$"
EVERYWHERE = {"adresse électronique": EMAIL, "numéro de téléphone": PHONE}
IN_COUNTS = {"adresse MAC": MAC, "adresse MAC ": CISCO_MAC, "plaque d'immatriculation": PLATE} | EVERYWHERE
# Words of a header that say so by themselves, in a file of counts.
HEADERS = {
    "mac": "adresse MAC", "imei": "numéro d'appareil", "email": "adresse électronique", "mail": "adresse électronique",
    "courriel": "adresse électronique", "telephone": "numéro de téléphone", "tel": "numéro de téléphone",
    "phone": "numéro de téléphone", "plaque": "plaque d'immatriculation", "immatriculation": "plaque d'immatriculation",
    "prenom": "nom de personne",
}  # fmt: skip


def personal_data_in_texts(
    rows: pl.DataFrame, texts: TextsOf, headers: Mapping[str, str], feed: Feed, known: Iterable[str]
) -> Problem | None:
    """The first sign of personal data in columns of text, None where there is none. The value itself is never in the
    problem.

    rows: the file's columns as sent, with `line`; texts: of these columns; headers: the header as sent of each feed
    column; known: codes of the town, which may look like a plate. In a file of counts every column is looked at, in
    others those that are read.
    """
    is_counts = _is_counts(feed)
    read = {headers[c.name] for c in feed.columns if c.name in headers and _is_text(c)}
    others = set(rows.columns) - {"line"} - set(headers.values()) if is_counts else set()
    signs = _signs(feed)
    codes = list(known)
    for name in [n for n in rows.columns if n in read | others]:
        cells = texts(name)
        kind = _said_by(name) if name in others and not cells.is_empty else None
        if kind is None and not _shows(cells.distinct, signs):
            continue
        filled = pl.DataFrame({"line": rows["line"][cells.first], "value": cells.distinct})
        filled = filled.filter(pl.col("value") != "")
        found = (int(filled["line"][0]), kind) if kind else _first(filled.filter(~pl.col("value").is_in(codes)), signs)
        if found:
            return _problem(name, *found)
    return None


def personal_data_in_unread(unread: pl.DataFrame, feed: Feed) -> Problem | None:
    """The same in cells that hold neither the number nor the date they should. unread: `line`, `column`, `value`."""
    if unread.is_empty():
        return None
    signs = _signs(feed)
    for (name,), unreadable in unread.drop_nulls("value").group_by("column", maintain_order=True):
        if found := _first(unreadable, signs):
            return _problem(str(name), *found)
    return None


def _is_counts(feed: Feed) -> bool:
    return any(column.name == "count" for column in feed.columns)


def _signs(feed: Feed) -> Mapping[str, str]:
    return IN_COUNTS if _is_counts(feed) else EVERYWHERE


def _is_text(column: Column) -> bool:
    return isinstance(column.type, String | Identifier | Enum)


def _said_by(header: str) -> str | None:
    plain = "".join(c for c in unicodedata.normalize("NFD", header.casefold()) if not unicodedata.combining(c))
    words = re.split(r"[^a-z]+", plain.replace("e-mail", "email"))
    return next((HEADERS[word] for word in words if word in HEADERS), None)


def _shows(texts: pl.Series, signs: Mapping[str, str]) -> bool:
    return bool(texts.str.contains("|".join(f"(?:{pattern})" for pattern in signs.values())).any())


def _first(cells: pl.DataFrame, signs: Mapping[str, str]) -> tuple[int, str] | None:
    """The first line of `cells` (line, value) that shows one of the signs, and which."""
    cells = cells.filter(~pl.col("value").str.contains(MOMENT))
    if not _shows(cells["value"], signs):
        return None
    for kind, pattern in signs.items():
        lines = cells.filter(pl.col("value").str.contains(pattern))["line"]
        if len(lines):
            return int(lines[0]), kind.strip()
    return None


def _problem(column: str, line: int, kind: str) -> Problem:
    fix = "Retirez-les du fichier, puis renvoyez-le."
    return Problem("personal-data", line=line, column=column, expected=kind, fix=fix)
