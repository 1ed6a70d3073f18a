"""Reading a column of text: what is plain by the engine at once, the rest text by text, with what is to be said."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from pipeline.contract import Severity
from pipeline.deposit.texts import Texts, marked
from pipeline.deposit.typed_rows import Coded, repeated

# One thing found in one cell. row: index in the frame that is checked; column: internal name; rejects: the row is lost.
FINDINGS = pl.Schema(
    {
        "row": pl.UInt32,
        "column": pl.String,
        "key": pl.String,
        "severity": pl.String,
        "value": pl.String,
        "expected": pl.String,
        "fix": pl.String,
        "rejects": pl.Boolean,
    }
)
# The same repair in more cells of a column than this is said once, with the number of the others.
SAID_ONE_BY_ONE = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text stands for: its value, and, with `key`, the repair or the error to be said."""

    value: Any = None
    key: str | None = None
    severity: Severity = "error"
    expected: str | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A column that was read.

    texts: what it holds; of_texts: the typed value of each distinct text (null where empty or wrong); row by row:
    findings (FINDINGS), and whether there is a repair (Boolean).
    """

    texts: Texts
    of_texts: pl.Series
    findings: pl.DataFrame
    repaired: pl.Series

    @property
    def column(self) -> Coded:
        return self.texts.coded(self.of_texts)

    @property
    def values(self) -> pl.Series:
        """The typed values row by row."""
        return self.column.of(self.texts.cells)


@dataclass(frozen=True, slots=True)
class Read:
    """Distinct texts that were read: typed values (null where empty or wrong), and what is to be said of some of them.

    said: schema FINDINGS, where `row` is the text's place among the distinct ones.
    """

    values: pl.Series
    said: pl.DataFrame

    def by_row(self, texts: Texts) -> Typed:
        """The same for every row that holds these texts."""
        if self.said.is_empty():
            return Typed(texts, self.values, self.said, repeated(False, len(texts.cells), pl.Boolean))
        repairs = self.said.filter(pl.col("severity") == "repair")["row"]
        return Typed(
            texts,
            self.values,
            gather_repairs(findings_by_row(texts, self.said)),
            texts.holding(marked(len(texts.distinct), repairs)),
        )


@cache
def no_findings() -> pl.DataFrame:
    return FINDINGS.to_frame()


def findings(frame: pl.DataFrame, column: str | None, key: str, **told: Any) -> pl.DataFrame:
    """One finding a row of `frame`, which has `row` and may have value, expected, fix.

    told: severity, rejects, and the texts that are the same for all rows.
    """
    if frame.is_empty():
        return no_findings()
    severity = told.pop("severity", "error")
    rejects = told.pop("rejects", severity == "error")
    have = set(frame.columns)
    texts = [
        pl.lit(told[name], pl.String).alias(name)
        if name in told
        else (pl.col(name).cast(pl.String) if name in have else pl.lit(None, pl.String).alias(name))
        for name in ("value", "expected", "fix")
    ]
    return frame.select(
        pl.col("row").cast(pl.UInt32),
        pl.lit(column, pl.String).alias("column"),
        pl.lit(key).alias("key"),
        pl.lit(severity).alias("severity"),
        *texts,
        pl.lit(rejects).alias("rejects"),
    )


def read_rest(texts: pl.Series, plain: pl.Series, read_text: Callable[[str], Reading], column: str) -> Read:
    """Read by `read_text` the texts that the engine could not.

    texts: distinct; plain: same length, typed, null where the engine read nothing. Surrounding white space is gone
    before. The dtype of the values is that of `plain`.
    """
    rows = (plain.is_null() & (texts != "")).arg_true()
    if rows.is_empty():
        return Read(plain, no_findings())
    readings = [read_text(text.strip()) for text in texts.gather(rows)]
    told = {
        name: pl.Series([getattr(r, name) for r in readings], dtype=pl.String)
        for name in ("key", "severity", "expected", "fix")
    }
    found = pl.DataFrame({"row": rows, "value": texts.gather(rows).str.strip_chars(), **told})
    found = found.with_columns(pl.lit(column).alias("column"), (pl.col("severity") == "error").alias("rejects"))
    said = found.filter(pl.col("key").is_not_null()).select(FINDINGS.names()).cast(FINDINGS)
    return Read(plain.clone().scatter(rows, pl.Series([r.value for r in readings], dtype=plain.dtype)), said)


def findings_by_row(texts: Texts, said: pl.DataFrame) -> pl.DataFrame:
    """Findings of distinct texts as findings of every row that holds them, in the order of the rows."""
    if said.is_empty():
        return said
    rows = texts.rows(marked(len(texts.distinct), said["row"]))
    places = pl.DataFrame({"place": texts.place_of(rows), "row": rows})
    found = places.join(said.rename({"row": "place"}), on="place", how="left", maintain_order="left_right")
    return found.select(FINDINGS.names())


def gather_repairs(said: pl.DataFrame) -> pl.DataFrame:
    """Say once, at its first row, a repair that many cells of the column share."""
    if said.is_empty():
        return said
    others = pl.len().over("key") - 1
    is_many = (pl.col("severity") == "repair") & (others >= SAID_ONE_BY_ONE)
    words = pl.format("De même pour {} autre(s) case(s) de la colonne.", others)
    return (
        said.with_columns(pl.when(is_many).then(words).otherwise(pl.col("fix")).alias("fix"))
        .filter(~is_many | (pl.col("row") == pl.col("row").min().over("key")))
        .select(FINDINGS.names())
    )
