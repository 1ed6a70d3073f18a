"""The counting vendor's exports: series of counts as lines of the feed `footfall`, period by period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from pipeline.demo.footfall import Series
from pipeline.demo.sheets import Lines
from pipeline.demo.timeline import FIRST_DAY, LAST_DAY, Timeline

HEADER = ["compteur", "debut", "passages", "sens"]
FIRST_WEEKLY_DAY = datetime(2026, 10, 26)  # monthly files until then, weekly ones from then on


@dataclass(frozen=True, slots=True)
class Period:
    """[first, last) in local time; name: 2025-06 or 2026-S45."""

    name: str
    first: datetime
    last: datetime


def periods() -> list[Period]:
    """The 24 months from November 2024 to October 2026 (the first and the last one cut), then four ISO weeks."""
    begin = datetime.combine(FIRST_DAY, datetime.min.time())
    end = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time())
    months = [datetime(year, month, 1) for year in (2024, 2025, 2026) for month in range(1, 13)]
    edges = [begin, *(month for month in months if begin < month < FIRST_WEEKLY_DAY), FIRST_WEEKLY_DAY]
    monthly = [Period(f"{first:%Y-%m}", first, last) for first, last in pairwise(edges)]
    weeks = [FIRST_WEEKLY_DAY + timedelta(weeks=n) for n in range((end - FIRST_WEEKLY_DAY).days // 7 + 1)]
    return [*monthly, *(Period(f"{first:%G-S%V}", first, last) for first, last in pairwise(weeks))]


def export(series: Sequence[Series], clock: Timeline, period: Period, *, autumn_hour_once: bool = False) -> Lines:
    """The period's lines, counter by counter. autumn_hour_once: the doubled hour as one line, the sum of both."""
    wanted = np.flatnonzero(clock.between(period.first, period.last))
    starts = [f"{clock.start[i]:%d/%m/%Y %H:%M}" for i in wanted]
    lines = [HEADER]
    for one in series:
        cells = [_cell(one, int(i)) for i in wanted]
        if autumn_hour_once:
            cells = list(_autumn_hour_summed(starts, cells))
        lines += [
            [one.counter.id, start, cell, one.direction]
            for start, cell in zip(starts, cells, strict=True)
            if cell is not None
        ]
    return lines


def _cell(series: Series, hour: int) -> str | None:
    """A number, an empty cell (not counted), or None where the line is missing."""
    if not series.sent[hour]:
        return None
    return str(series.counts[hour]) if series.counted[hour] else ""


def _autumn_hour_summed(starts: Sequence[str], cells: Sequence[str | None]) -> Iterator[str | None]:
    for i, cell in enumerate(cells):
        if i and starts[i] == starts[i - 1]:
            yield None
        elif cell and i + 1 < len(starts) and starts[i + 1] == starts[i]:
            yield str(int(cell) + int(cells[i + 1] or 0))
        else:
            yield cell
