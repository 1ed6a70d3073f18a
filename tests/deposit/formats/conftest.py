"""Tables and formats written in the test itself."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.deposit.formats import Format
from pipeline.deposit.formats.load import load_format
from pipeline.deposit.problems import PROBLEMS
from pipeline.deposit.table import LineCounts, Table
from pipeline.feeds import get_feed


@pytest.fixture
def table() -> Callable[[str], Table]:
    """A Table from text with `;` between cells, its header on line 1, as the reader would give it."""

    def made(text: str) -> Table:
        header, *rows = list(csv.reader(text.strip().splitlines(), delimiter=";"))
        frame = pl.DataFrame(
            {name: [row[place].strip() or None for row in rows] for place, name in enumerate(header)},
            schema=dict.fromkeys(header, pl.String),
        ).with_columns(pl.Series("line", range(2, len(rows) + 2), dtype=pl.UInt32))
        nothing = pl.DataFrame(schema={"line": pl.UInt32, "raw": pl.String})
        counts = LineCounts(read=len(rows), rejected=0, blank=0, repeated_header=0)
        return Table(header, frame, PROBLEMS.to_frame(), nothing, counts, "utf-8", ";", header_line=1)

    return made


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Format]:
    """A Format from the text of its TOML file; the titles are put in."""

    def made(text: str, feed: str = "footfall") -> Format:
        path = tmp_path / "vendor.toml"
        path.write_text(f'title.fr = "essai"\ntitle.en = "trial"\n{text}', encoding="utf-8")
        return load_format(path, get_feed(feed))

    return made
