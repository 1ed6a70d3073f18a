"""Numbers as people write them: decimal comma, thousands spaces, a unit behind, words; and what is ambiguous."""

import operator
import re
from dataclasses import dataclass
from functools import partial

import polars as pl

from pipeline.contract import Column, Integer, Number
from pipeline.contract.units import EUR, INHABITANTS, M2, PASSAGES, PEOPLE, M, Unit
from pipeline.deposit.number_words import number_in_words
from pipeline.deposit.reading import Reading, Typed, findings, read_rest
from pipeline.deposit.texts import Texts

# Space, no-break space, narrow no-break space, thin space, and the apostrophes of Swiss thousands.
THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009'’](?=\d{3}(?!\d))")
THREE_DECIMALS = r"^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$"
# Of these a thousand and more is usual, so that « 1.204 » may be 1204 as well as 1,204.
COUNTED: tuple[Unit, ...] = (PASSAGES, PEOPLE, INHABITANTS, EUR, M, M2)

LARGEST = 2**53 - 1  # above it not every whole number can be told from the next


@dataclass(frozen=True, slots=True)
class Marks:
    """What a column itself tells of its comma and its dot: "decimal", "thousands" or None where nothing tells."""

    comma: str | None
    dot: str | None

    def of(self, mark: str) -> str | None:
        return self.comma if mark == "," else self.dot


def read_numbers(texts: Texts, column: Column) -> Typed:
    """A column of Number (Float64) or Integer (Int64)."""
    whole = isinstance(column.type, Integer)
    distinct = texts.distinct
    plain = distinct.cast(pl.Int64 if whole else pl.Float64, strict=False)
    plain = plain.set(~plain.is_between(-LARGEST, LARGEST), None)  # nor is what is no number between them
    is_dotted = distinct.str.contains(".", literal=True)
    left = distinct.filter(plain.is_null() | is_dotted)
    marks = Marks(comma=_mark_means(",", left), dot=_mark_means(".", left)) if len(left) else Marks(None, None)
    if not whole and _is_counted(column):
        plain = plain.set(is_dotted & distinct.str.contains(THREE_DECIMALS), None)
    read = read_rest(distinct, plain, partial(_read_number, column=column, marks=marks), column.name)
    return read.by_row(texts)


def _mark_means(mark: str, texts: pl.Series) -> str | None:
    """What `mark` stands for in these distinct texts, where one of them can be read in one way only."""
    other = re.escape("," if mark == "." else ".")
    own = re.escape(mark)
    decimal = rf"^\D*(\d*{other}.*{own}\d*|0*{own}\d+|\d{{4,}}{own}\d+|\d+{own}(\d{{1,2}}|\d{{4,}}))\D*$"
    thousands = rf"\d{own}\d{{3}}({own}|{other})"
    meanings = {
        name for name, form in (("decimal", decimal), ("thousands", thousands)) if texts.str.contains(form).any()
    }
    return meanings.pop() if len(meanings) == 1 else None


def _read_number(text: str, *, column: Column, marks: Marks) -> Reading:
    """One number that the engine could not read by itself, or should not."""
    if not text:
        return Reading()
    whole = isinstance(column.type, Integer)
    wrong = Reading(key="type-error.integer" if whole else "type-error.number", fix=_way_out(text))
    bare = THOUSANDS.sub("", _without_unit(text, column.unit)).replace("−", "-")
    if not re.fullmatch(r"[+-]?\d*([.,]\d+)*", bare) or not re.search(r"\d", bare):
        return wrong
    mark = _decimal_mark(bare, marks, can_be_two_ways=whole or _is_counted(column))
    if mark == "either" and not whole:
        return Reading(
            key="type-error.number-ambiguous", expected=f"{re.sub('[.,]', '', bare)} / {bare.replace('.', ',')}"
        )
    body, _, decimals = bare.rpartition(mark) if mark in {".", ","} else (bare, "", "0")
    if not re.fullmatch(r"[+-]?(\d*|\d{1,3}([.,])\d{3}(\2\d{3})*)", body):
        return wrong
    value = float(f"{re.sub('[.,]', '', body) or 0}.{decimals}")
    if abs(value) > LARGEST:
        return wrong
    if whole and not value.is_integer():
        return Reading(key="type-error.integer", fix="Arrondissez à l'unité.")
    is_doubtful = not whole and _is_counted(column) and re.fullmatch(THREE_DECIMALS, bare) is not None
    return _said(text, bare, int(value) if whole else value, is_doubtful=is_doubtful)


def _is_counted(column: Column) -> bool:
    """Whether values of a thousand and more are usual; of a number without unit nor limit nobody knows."""
    kind = column.type
    return column.unit in COUNTED or (column.unit is None and isinstance(kind, Number) and kind.maximum is None)


def _decimal_mark(bare: str, marks: Marks, *, can_be_two_ways: bool) -> str:
    """The mark of the decimals in this number: "." or ",", "" where there is none, "either" where nothing tells."""
    found: list[str] = re.findall(r"[.,]", bare)
    if not found or (len(found) > 1 and len(set(found)) == 1):
        return ""
    mark = found[-1]
    is_grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", bare) and can_be_two_ways
    if not is_grouped or marks.of(mark) == "decimal":
        return mark
    return "" if marks.of(mark) == "thousands" else "either"


def _said(text: str, bare: str, value: float, *, is_doubtful: bool) -> Reading:
    """The number, with what is to be said of the way it was written: nothing where only white space was around it.

    is_doubtful: only the rest of the column tells what its dot means.
    """
    marks = re.findall(r"[.,]", bare)
    is_plain = text == bare and len(marks) < 2 and value == float(bare.replace(",", "."))
    if is_plain and marks == [","]:
        return Reading(value, "type-error.decimal-comma", "repair")
    if is_plain and not is_doubtful:
        return Reading(value)
    return Reading(value, "type-error.number-repaired", "repair", expected=shown(value))


def _without_unit(text: str, unit: Unit | None) -> str:
    """The text without the unit that people write behind a number: « 4 500 € », « 80 m² »."""
    symbol = unit.symbol.lower() if unit else ""
    endings = {"€", "euros", *({"eur", symbol, symbol.replace("²", "2"), unit.label.fr.lower()} if unit else ())}
    ending = max((e for e in endings if text.lower().endswith(e)), key=len, default="")
    return text[: len(text) - len(ending)].strip() if ending else text


def _way_out(text: str) -> str:
    if (number := number_in_words(text)) is not None:
        return f"Écrivez {number}."
    if text.startswith("#"):
        return "C'est une erreur de formule d'Excel : remplacez-la par le nombre."
    return "Écrivez le nombre en chiffres, ou laissez la case vide si la valeur est inconnue."


def shown(value: float) -> str:
    """A number as a French reader writes it, without needless decimals."""
    return (f"{value:.0f}" if value == int(value) else repr(value)).replace(".", ",")


def check_bounds(typed: Typed, column: Column) -> list[pl.DataFrame]:
    """Findings for values below the minimum or above the maximum of the column's type."""
    kind = column.type
    if not isinstance(kind, Number | Integer):
        return []
    found = []
    for key, bound, is_beyond in (
        ("constraint-error.minimum", kind.minimum, operator.lt),
        ("constraint-error.maximum", kind.maximum, operator.gt),
    ):
        if bound is None:
            continue
        rows = typed.texts.rows(is_beyond(typed.of_texts, bound))
        if len(rows):
            frame = pl.DataFrame({"row": rows, "value": typed.texts.at(rows)})
            found.append(findings(frame, column.name, key, expected=shown(bound), fix="Vérifiez la saisie."))
    return found
