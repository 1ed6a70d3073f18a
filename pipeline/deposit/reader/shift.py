"""Values that stand one column beside their header: seen where the columns are ones whose values are known by sight."""

import re
from collections.abc import Sequence
from functools import cache

import polars as pl

from pipeline.contract import Date, Integer, LocalDatetime, LocalTime, Number, Siret
from pipeline.deposit.reader.headers import fold
from pipeline.feeds import all_feeds

_SAMPLE = 300
_FEW = 5  # fewer values than this show nothing
_FITS, _MISFITS = 0.8, 0.5  # shares of values that look right beside and under their header
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
    """Whether the values fit the headers beside them and not their own. rows: text columns `names`, in the file's order."""
    looks = [_looks().get(fold(name)) for name in names]
    if rows.height < 2 or not any(looks):
        return False
    sample = rows.select(names).gather_every(max(1, rows.height // _SAMPLE))
    columns = [[cell for cell in sample[name] if cell] for name in names]
    shares = {step: _share(columns, looks, step) for step in (0, 1, -1)}
    return shares[0] is not None and shares[0] < _MISFITS and any((shares[step] or 0) > _FITS for step in (1, -1))


def _share(columns: Sequence[Sequence[str]], looks: Sequence[re.Pattern[str] | None], step: int) -> float | None:
    """Share of the filled cells that look as their header asks, were they moved by `step`; None where too few tell."""
    fits = asked = 0
    for place, look in enumerate(looks):
        if look is None or not 0 <= place + step < len(columns):
            continue
        cells = columns[place + step]
        asked += len(cells)
        fits += sum(look.fullmatch(cell) is not None for cell in cells)
    return fits / asked if asked >= _FEW else None
