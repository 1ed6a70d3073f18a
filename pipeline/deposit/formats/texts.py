"""Text rules as Polars expressions: where the text of a column comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.deposit.formats.model import Text
from pipeline.deposit.reader.headers import fold

_NOTHING = pl.lit(None, pl.String)
_SPACES = r"[\s  ]"


# A header of the file is a column of the frame under this prefix, so that it never meets a column of the feed.
FILE = "@file:"


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table by the names that rules use.

    sent: headers as sent by their folded form; empty: cell texts that mean nothing.
    """

    sent: Mapping[str, str]
    empty: tuple[str, ...] = ()

    def header(self, source: str) -> str | None:
        """The header as sent, None where this file does not have it or the source is an `@` name."""
        return self.sent.get(fold(source)) if not source.startswith("@") else None

    def cell(self, source: str) -> pl.Expr:
        """The trimmed text of a source; null where it is empty or the file does not have it."""
        header = self.header(source)
        if header is None and not source.startswith("@"):
            return _NOTHING
        trimmed = pl.col(source if header is None else FILE + header).str.strip_chars()
        return pl.when(~trimmed.is_in(["", *self.empty])).then(trimmed)

    def numbers(self, sources: Iterable[str]) -> list[pl.Expr]:
        """Each source as a number; null where empty or no number."""
        return [number(self.cell(source)) for source in sources]


def number(text: pl.Expr) -> pl.Expr:
    """Text as Float64, with a decimal comma or point and thousands spaces; null where it is no number."""
    return text.str.replace_all(_SPACES, "").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def number_text(value: pl.Expr) -> pl.Expr:
    """A Float64 as text, without `.0` where it is whole."""
    return (
        pl.when(value == value.floor())
        .then(value.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(value.cast(pl.String))
    )


def text_expression(rule: Text, cells: Cells) -> pl.Expr:
    """The text that a rule gives, null where there is none."""
    found = _combined(rule, cells)
    if rule.extract:
        found = found.str.extract(rule.extract, 1)
    if renamed := {**rule.values, **rule.aliases}:
        found = found.replace(renamed)
    return found


def header_of(rule: Text, cells: Cells) -> str | None:
    """The header, as sent, of the first source that this file has; None for constants and for what wide headers say."""
    return next((header for source in rule.sources if (header := cells.header(source))), None)


def _combined(rule: Text, cells: Cells) -> pl.Expr:
    if rule.combine == "constant":
        return pl.lit(rule.constant, pl.String)
    parts = [cells.cell(source) for source in rule.sources]
    if rule.combine == "join":
        joined = pl.concat_str(parts, separator=rule.separator, ignore_nulls=True)
        return pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(joined)
    if rule.combine == "sum":
        return _sum(parts)
    return pl.coalesce(parts)


def _sum(parts: list[pl.Expr]) -> pl.Expr:
    """The sum as text. Where a part was not counted, neither was the sum; a part that is no number stays visible."""
    numbers = [number(part) for part in parts]
    not_numbers = [pl.when(value.is_null()).then(part) for part, value in zip(parts, numbers, strict=True)]
    total = pl.sum_horizontal(numbers, ignore_nulls=False)
    return pl.coalesce(*not_numbers, number_text(total))
