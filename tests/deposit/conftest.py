"""What the tests of the deposit share: rows checked as one writes them in a spreadsheet, and a town to deposit in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.town import Town
from pipeline.deposit.check import Checked, Setting, check
from pipeline.deposit.references import Known
from pipeline.deposit.texts import texts_in
from pipeline.feeds import get_feed
from pipeline.settings import TownHome

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STEPS = pl.DataFrame(
    {"counter_id": ["GR12", "GR14", "Q05"], "valid_from": [None, None, None], "step_min": [60, 60, 5]},
    schema={"counter_id": pl.String, "valid_from": pl.Date, "step_min": pl.Int64},
)
KNOWN = Known(
    {
        "counters": frozenset({"GR12", "GR14", "Q05"}),
        "premises": frozenset({"L001", "L002"}),
        "neighbourhoods": frozenset({"920720101"}),
    },
    STEPS,
)

CheckText = Callable[..., Checked]


@pytest.fixture(scope="session")
def check_text() -> CheckText:
    """Check a table given as text: `;` between cells, the first line is the template's header."""

    def checked(feed: str, text: str, known: Known = KNOWN, declared: frozenset[str] = frozenset()) -> Checked:
        header, *lines = [line.split(";") for line in text.strip().splitlines()]
        columns = {column.header: column.name for column in get_feed(feed).columns}
        cells = dict.fromkeys(columns.values(), [None] * len(lines))
        cells |= {columns[name]: [line[place] for line in lines] for place, name in enumerate(header)}
        values = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_columns(
            pl.Series("line", range(2, len(lines) + 2), dtype=pl.UInt32), pl.lit(None, pl.String).alias("source_column")
        )
        sent = {columns[name]: name for name in header}
        return check(values, texts_in(values), sent, get_feed(feed), Setting("Europe/Paris", NOW, known, declared))

    return checked


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A real town with nothing deposited yet."""
    return Town("essai", "Essai", "00000", "FR", "Europe/Paris", tmp_path / "towns" / "essai")


@pytest.fixture
def home(tmp_path: Path) -> TownHome:
    return TownHome(tmp_path / "home" / "essai")
