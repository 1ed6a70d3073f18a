"""Values that stand one column beside their header: seen where the columns are ones whose values are known by sight."""

import re
from collections.abc import Sequence
from functools import cache

import polars as pl

from pipeline.contract import Date, Integer, LocalDatetime, LocalTime, Number, Siret
from pipeline.deposit.reader.headers import fold
from pipeline.feeds import all_feeds

_SAMPLE = 300
_FEW = 2  # fewer values than this show nothing
_FITS, _MISFITS = 0.8, 0.2  # shares of values that look right, at which they stand in the right or the wrong column
_NUMBER = r"[-+]?[\d\s.,\u00a0\u202f]*\d\s*[%€]?"
_MOMENT = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[T ].*)?"
_LOOKS = {
    Integer: _NUMBER,
    Number: _NUMBER,
    Siret: r"[\d\s\u00a0]{9,}",
    Date: _MOMENT,
    LocalDatetime: _MOMENT,
    LocalTime: r"\d{1,2}[:h]\d{0,2}(?::\d\d)?",
}


@cache
def _looks() -> dict[str, re.Pattern[str]]:
    """What values of a header look like, for the headers that mean the same kind of value in every feed."""
    kinds: dict[str, set[str | None]] = {}
    for feed in all_feeds().values():
        for column in feed.columns:
            for name in (column.header, column.name, *column.aliases):
                kinds.setdefault(fold(name), set()).add(_LOOKS.get(type(column.type)))
    return {name: re.compile(only) for name, looks in kinds.items() if len(looks) == 1 and (only := next(iter(looks)))}


def is_shifted(rows: pl.DataFrame, names: Sequence[str]) -> bool:
    """Whether some values do not look as their header asks, and all would were they moved by one column.

    rows: text columns `names`, in the order of the file.
    """
    looks = {place: look for place, name in enumerate(names) if (look := _looks().get(fold(name)))}
    if rows.height < _FEW or not looks:
        return False
    step = max(1, rows.height // _SAMPLE)
    columns = [list(filter(None, rows[name].gather_every(step).cast(pl.String).to_list())) for name in names]
    if min(_shares(columns, looks, 0), default=1.0) > _MISFITS:
        return False
    return any(min(_shares(columns, looks, by), default=0.0) > _FITS for by in (1, -1))


def _shares(columns: Sequence[Sequence[str]], looks: dict[int, re.Pattern[str]], step: int) -> list[float]:
    """For each column that tells something: the share of its filled cells that look right, moved by `step`."""
    shares = []
    for place, look in looks.items():
        cells = columns[place + step] if 0 <= place + step < len(columns) else []
        if len(cells) >= _FEW:
            shares.append(sum(look.fullmatch(cell) is not None for cell in cells) / len(cells))
    return shares
