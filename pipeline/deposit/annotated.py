"""What the sender gets back: their rows with the line number and the problems, as a CSV that opens rightly in Excel."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from pipeline.contract import Problem
from pipeline.deposit.line_ranges import line_ranges
from pipeline.deposit.problems import by_line, shortened
from pipeline.deposit.table import Table
from pipeline.deposit.texts import Texts, TextsOf, texts_in

# Above this only the rows with a problem are given back: no spreadsheet opens more than a million.
ALL_ROWS_UP_TO = 200_000
# A cell that begins so is a formula for a spreadsheet; a number may.
FORMULA = r"^\s*[=+@\t\r\-＝＋－＠]"  # the wide ones are signs too for an Asian Excel
NUMBER = r"^\s*[+-]?[\d\s.,]+$"


def annotated_rows(table: Table, problems: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """One row a line, some lines at a time: `ligne`, the cells as sent, `problemes`.

    Lines that the reader refused have their text in `texte_brut`. problems: schema PROBLEMS, of the whole file.
    """
    rows = table.rows
    gives_all = rows.height <= ALL_ROWS_UP_TO
    told = [rows["line"], table.rejected["line"]] if gives_all else [problems["line"].drop_nulls()]
    for cut in line_ranges(*told):
        said = cut(problems)
        part = cut(rows) if gives_all else cut(rows).filter(pl.col("line").is_in(said["line"].implode()))
        cells = _harmless_cells(part, table.texts if part.height == rows.height else texts_in(part))
        yield _annotated(cells, cut(table.rejected) if table.rejected.height else None, said)


def _harmless_cells(rows: pl.DataFrame, texts: TextsOf) -> pl.DataFrame:
    """`line`, and the columns that were sent, each called `c:` and its header. texts: of their columns."""
    sent = [name for name in rows.columns if name != "line"]
    return pl.DataFrame({"line": rows["line"], **{f"c:{name}": _harmless(rows[name], texts(name)) for name in sent}})


def _annotated(rows: pl.DataFrame, rejected: pl.DataFrame | None, problems: pl.DataFrame) -> pl.DataFrame:
    """rejected: lines that the reader refused, None where the file has none."""
    if rejected is not None:
        raw = _harmless(rejected["raw"], Texts.of(rejected["raw"]))
        refused = pl.DataFrame({"line": rejected["line"], "raw": raw})
        rows = pl.concat([rows, refused], how="diagonal").sort("line", maintain_order=True)
    told = _with_sentences(rows, problems)
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


def _harmless(column: pl.Series, texts: Texts) -> pl.Series:
    """Cells that no spreadsheet takes for a formula. texts: of the column."""
    is_formula = texts.distinct.str.contains(FORMULA)
    if not is_formula.any():
        return column
    plain = ("'" + texts.distinct).zip_with(is_formula & ~texts.distinct.str.contains(NUMBER), texts.distinct)
    return texts.coded(plain).of(texts.cells)


def _with_sentences(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """The rows with `said`, the sentences of each line. Each distinct sentence is made once.

    problems: schema PROBLEMS, those that tell of a line.
    """
    if problems.is_empty():
        return rows.with_columns(pl.lit(None, pl.String).alias("said"))
    parts = ["column", "key", "severity", "value", "expected", "fix"]
    placed = shortened(problems.select("line", *parts))
    distinct = placed.select(parts).unique(maintain_order=True)
    texts = [_sentence(Problem(**row)) for row in distinct.iter_rows(named=True)]
    worded = placed.join(
        distinct.with_columns(pl.Series("said", texts, dtype=pl.String)), on=parts, how="left", nulls_equal=True
    )
    said = by_line(worded.select("line", "said"), pl.col("said").unique(maintain_order=True).str.join(" | "))
    return rows.join(said, on="line", how="left", maintain_order="left")


def _sentence(problem: Problem) -> str:
    said = Problem(
        problem.key, problem.severity, None, problem.column, problem.value, problem.expected, problem.fix
    ).message()
    return f"« {problem.column} » : {said}" if problem.column else said
