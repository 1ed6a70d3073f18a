"""Problems as frames: a file may hold a million of them, so they become sentences only where they are shown."""

import polars as pl

from pipeline.contract import Problem

PROBLEMS = pl.Schema(
    {
        "line": pl.UInt32,
        "column": pl.String,
        "key": pl.String,
        "severity": pl.String,
        "value": pl.String,
        "expected": pl.String,
        "fix": pl.String,
        "sheet": pl.String,
    }
)

# Longer texts are cut, with how long they were: a cell may hold a megabyte, a receipt must not.
LONGEST = {"column": 200, "value": 200, "sheet": 200, "expected": 1_000, "fix": 1_000}
CUT = "{}… ({} caractères)"


def problem_frame(problems: list[Problem]) -> pl.DataFrame:
    """A list of problems as a frame of schema PROBLEMS."""
    return pl.DataFrame({name: [getattr(p, name) for p in problems] for name in PROBLEMS}, schema=PROBLEMS)


def problem_list(frame: pl.DataFrame) -> list[Problem]:
    """A frame of schema PROBLEMS as Problem objects."""
    return [Problem(**row) for row in frame.iter_rows(named=True)]


def shortened(frame: pl.DataFrame) -> pl.DataFrame:
    """Some columns of schema PROBLEMS, no text longer than a person reads."""
    long = [name for name, most in LONGEST.items() if name in frame.columns and _is_long(frame[name], most)]
    return frame.with_columns(_cut(pl.col(name), LONGEST[name]) for name in long)


def _is_long(texts: pl.Series, most: int) -> bool:
    return bool((texts.str.len_bytes() > most).any())


def _cut(text: pl.Expr, most: int) -> pl.Expr:
    letters = text.str.len_chars()
    return pl.when(letters > most).then(pl.format(CUT, text.str.slice(0, most), letters)).otherwise(text)


def by_line(said: pl.DataFrame, joined: pl.Expr) -> pl.DataFrame:
    """One row a line of `said` (line, and a text), by `joined` where a line has several: most have one."""
    has_several = said["line"].is_duplicated()
    several = said.filter(has_several).group_by("line", maintain_order=True).agg(joined)
    return pl.concat([said.filter(~has_several), several])
