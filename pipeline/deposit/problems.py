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


def problem_frame(problems: list[Problem]) -> pl.DataFrame:
    """A list of problems as a frame of schema PROBLEMS."""
    return pl.DataFrame({name: [getattr(p, name) for p in problems] for name in PROBLEMS}, schema=PROBLEMS)


def problem_list(frame: pl.DataFrame) -> list[Problem]:
    """A frame of schema PROBLEMS as Problem objects."""
    return [Problem(**row) for row in frame.iter_rows(named=True)]
