"""Reading a column of text: what is plain by the engine at once, the rest text by text, with what is to be said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.contract import Severity

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
    """A column that was read: typed values (null where empty or wrong), findings (FINDINGS), rows with a repair."""

    values: pl.Series
    findings: pl.DataFrame
    repaired: pl.Series


def no_findings() -> pl.DataFrame:
    return FINDINGS.to_frame()


def findings(frame: pl.DataFrame, column: str | None, key: str, **told: Any) -> pl.DataFrame:
    """One finding a row of `frame`, which has `row` and may have value, expected, fix.

    told: severity, rejects, and the texts that are the same for all rows.
    """
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


def read_rest(texts: pl.Series, plain: pl.Series, read_text: Callable[[str], Reading], column: str) -> Typed:
    """Read by `read_text` the cells that the engine could not.

    texts: the cells; plain: same length, typed, null where the engine read nothing. Each distinct text is read once;
    surrounding white space is gone before. The dtype of the result is that of `plain`.
    """
    rows = (plain.is_null() & texts.is_not_null() & (texts != "")).arg_true()
    if rows.is_empty():
        return Typed(plain, no_findings(), pl.Series([], dtype=pl.UInt32))
    told = texts.gather(rows)
    distinct = told.unique()
    readings = [read_text(text.strip()) for text in distinct]
    lookup = pl.DataFrame(
        {
            "text": distinct,
            "read": pl.Series([r.value for r in readings], dtype=plain.dtype),
            "key": pl.Series([r.key for r in readings], dtype=pl.String),
            "severity": pl.Series([r.severity for r in readings], dtype=pl.String),
            "expected": pl.Series([r.expected for r in readings], dtype=pl.String),
            "fix": pl.Series([r.fix for r in readings], dtype=pl.String),
        }
    )
    found = pl.DataFrame({"row": rows, "text": told}).join(lookup, on="text", how="left", maintain_order="left")
    said = found.filter(pl.col("key").is_not_null()).select(
        "row",
        pl.lit(column).alias("column"),
        "key",
        "severity",
        pl.col("text").str.strip_chars().alias("value"),
        "expected",
        "fix",
        (pl.col("severity") == "error").alias("rejects"),
    )
    repaired = said.filter(pl.col("severity") == "repair")["row"]
    return Typed(plain.clone().scatter(rows, found["read"]), gather_repairs(said.cast(FINDINGS)), repaired)


def gather_repairs(said: pl.DataFrame) -> pl.DataFrame:
    """Say once, at its first row, a repair that many cells of the column share."""
    others = pl.len().over("key") - 1
    is_many = (pl.col("severity") == "repair") & (others >= SAID_ONE_BY_ONE)
    words = pl.format("De même pour {} autre(s) case(s) de la colonne.", others)
    return (
        said.with_columns(pl.when(is_many).then(words).otherwise(pl.col("fix")).alias("fix"))
        .filter(~is_many | (pl.col("row") == pl.col("row").min().over("key")))
        .select(FINDINGS.names())
    )
