"""What the sender gets back: their rows with the line number and the problems, as a CSV that opens rightly in Excel."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from pipeline.contract import Problem
from pipeline.deposit.line_ranges import Cut, line_ranges
from pipeline.deposit.problems import by_line, shortened
from pipeline.deposit.table import Table
from pipeline.deposit.texts import Texts

# Above this only the rows with a problem are given back: no spreadsheet opens more than a million.
ALL_ROWS_UP_TO = 200_000
# A cell that begins so is a formula for a spreadsheet; a number may.
FORMULA = r"^\s*[=+@\t\r\-＝＋－＠]"  # the wide ones are signs too for an Asian Excel
NUMBER = r"^\s*[+-]?[\d\s.,]+$"


def annotated_rows(table: Table, problems: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One row a line, some lines at a time: `ligne`, the cells as sent, `problemes`.

    Lines that the reader refused have their text in `texte_brut`. problems: schema PROBLEMS, of the whole file.
    """
    rows = table.rows.rename({name: f"c:{name}" for name in table.rows.columns if name != "line"})
    gives_all = rows.height <= ALL_ROWS_UP_TO
    told = [rows["line"], table.rejected["line"]] if gives_all else [problems["line"].drop_nulls()]
    for cut in line_ranges(*told):
        said = cut(problems)
        part = cut(rows) if gives_all else cut(rows).filter(pl.col("line").is_in(said["line"].implode()))
        yield _annotated(part, table, cut, said)


def _annotated(rows: pl.DataFrame, table: Table, cut: Cut, problems: pl.DataFrame) -> pl.DataFrame:
    said = _sentences(problems)
    rejected = cut(table.rejected).select("line", "raw")
    rows, rejected = (part.select("line", *map(_harmless, part.drop("line"))) for part in (rows, rejected))
    if table.rejected.height:
        rows = pl.concat([rows, rejected], how="diagonal").sort("line", maintain_order=True)
    told = rows.join(said, on="line", how="left", maintain_order="left")
    named = {"line": "ligne", "raw": "texte_brut", "said": "problemes"}
    order = ["line", *(name for name in told.columns if name not in {"line", "said"}), "said"]
    return told.select(pl.col(name).alias(named.get(name, _free(name.removeprefix("c:"), named))) for name in order)


def write_annotated(parts: Iterable[pl.DataFrame], path: Path) -> None:
    """UTF-8 with its mark and semicolons, as a French Excel expects."""
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        for place, rows in enumerate(parts):
            rows.write_csv(file, separator=";", line_terminator="\r\n", include_header=place == 0)


def _free(header: str, named: dict[str, str]) -> str:
    """A sender's header that is not one of ours, and that no spreadsheet takes for a formula."""
    plain = f"'{header}" if re.match(FORMULA, header) else header
    return f"{plain} (envoyé)" if plain in named.values() else plain


def _harmless(column: pl.Series) -> pl.Series:
    """Cells that no spreadsheet takes for a formula."""
    texts = Texts.of(column)
    is_formula = texts.distinct.str.contains(FORMULA)
    if not is_formula.any():
        return column
    plain = ("'" + texts.distinct).zip_with(is_formula & ~texts.distinct.str.contains(NUMBER), texts.distinct)
    return texts.coded(plain).of(texts.cells).alias(column.name)


def _sentences(problems: pl.DataFrame) -> pl.DataFrame:
    """`line` and `said`: the sentences of each line, joined. Each distinct sentence is made once.

    problems: schema PROBLEMS, those that tell of a line.
    """
    parts = ["column", "key", "severity", "value", "expected", "fix"]
    placed = problems.select("line", *parts)
    if placed.is_empty():
        return pl.DataFrame(schema={"line": pl.UInt32, "said": pl.String})
    placed = shortened(placed)
    distinct = placed.select(parts).unique(maintain_order=True)
    texts = [_sentence(Problem(**row)) for row in distinct.iter_rows(named=True)]
    worded = placed.join(
        distinct.with_columns(pl.Series("said", texts, dtype=pl.String)), on=parts, how="left", nulls_equal=True
    )
    return by_line(worded.select("line", "said"), pl.col("said").unique(maintain_order=True).str.join(" | "))


def _sentence(problem: Problem) -> str:
    said = Problem(
        problem.key, problem.severity, None, problem.column, problem.value, problem.expected, problem.fix
    ).message()
    return f"« {problem.column} » : {said}" if problem.column else said
