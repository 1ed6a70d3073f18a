"""The association's and the town's lists: premises, shops and events, file by file, mistakes included."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from pipeline.demo.events import all_events, event_row
from pipeline.demo.files import DemoFile, received
from pipeline.demo.mistakes import lines_where, reordered, rewritten, with_thousands_space
from pipeline.demo.sheets import Lines, csv_bytes, lines_of, xlsx_bytes
from pipeline.demo.shops import Occupation, Premises, premises_rows, shop_row
from pipeline.demo.timeline import FIRST_DAY

_CENSUS = FIRST_DAY
# At the end of each quarter the association writes what moved; every second time the town updates its premises.
_QUARTERS = (
    date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31),
    date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 11, 20),
)  # fmt: skip
# SIRET is left out: an invented one could be somebody's.
_SHOP_COLUMNS = (
    "premises_id", "shop_name", "activity", "opened_on", "closed_on", "closing_reason", "operator_type", "area_m2",
)  # fmt: skip
_REORDERED_ON = date(2025, 9, 30)
_REORDERED = ("enseigne", "local", "activite", "statut", "surface_m2", "ouverture", "fermeture", "motif")
_UNKNOWN_PREMISES_ON = date(2026, 3, 31)
_ANOTHER_WORD = {"retraite": "départ en retraite", "liquidation": "liquidation judiciaire"}


def premises_files(premises: list[Premises], shops: list[Occupation]) -> Iterator[DemoFile]:
    """The list of premises, then every half-year the states of those that changed."""
    known = premises_rows(premises, shops, _CENSUS)
    yield DemoFile("locaux.csv", "premises", received(_CENSUS, 8, 20), csv_bytes(lines_of("premises", known)))
    for day in _QUARTERS[1::2]:
        earlier, known = known, premises_rows(premises, shops, day)
        changed = {row["premises_id"] for row in known if row not in earlier}
        lines = lines_of("premises", [row for row in known if row["premises_id"] in changed])
        yield DemoFile(f"locaux mise a jour {day:%Y-%m}.csv", "premises", received(day, 16), csv_bytes(lines))


def shop_files(shops: list[Occupation]) -> Iterator[DemoFile]:
    """The census, in Excel's old encoding; then what moved in each quarter: a closure is the shop's line sent again."""
    there = [shop.as_known(_CENSUS) for shop in shops if (shop.opened_on or date.min) < _CENSUS]
    census = csv_bytes(_shop_lines(there), encoding="cp1252")
    yield DemoFile("recensement commerces.csv", "shops", received(_CENSUS, 10), census)
    for first, last in pairwise((_CENSUS, *_QUARTERS)):
        moved = [shop.as_known(last) for shop in shops if _moved(shop, first, last)]
        lines = _shop_lines(moved)
        if last == _REORDERED_ON:
            lines = reordered(lines, _REORDERED)
        if last == _UNKNOWN_PREMISES_ON:
            wrong = csv_bytes(rewritten(lines, "local", lambda _: "L412", [1]))
            yield DemoFile(f"mouvements {last:%Y-%m}.csv", "shops", received(last, 17), wrong, {"unknown-premises": 1})
            corrected_on = last + timedelta(days=2)
            yield DemoFile(f"mouvements {last:%Y-%m} corrige.csv", "shops", received(corrected_on, 9), csv_bytes(lines))
        else:
            yield DemoFile(f"mouvements {last:%Y-%m}.csv", "shops", received(last, 17), csv_bytes(lines))


def event_files() -> Iterator[DemoFile]:
    """Costs typed as 4 500 in Excel's old encoding; a workbook; commas for separators, and what is still to come."""
    first = lines_of("events", _events(datetime(2024, 11, 1), datetime(2026, 1, 1)))
    costs = lines_where(first, "cout_complet_eur", bool)
    first = rewritten(first, "cout_complet_eur", with_thousands_space, costs)
    yield DemoFile("animations 2025.csv", "events", received(date(2026, 1, 5), 9), csv_bytes(first, encoding="cp1252"))
    spring = lines_of("events", _events(datetime(2026, 1, 1), datetime(2026, 7, 15)))
    yield DemoFile(
        "animations 2026 S1.xlsx", "events", received(date(2026, 7, 20), 9), xlsx_bytes(spring, "Animations")
    )
    autumn = lines_of("events", _events(datetime(2026, 7, 15), datetime(2027, 1, 1)))
    yield DemoFile(
        "animations 2026 S2.csv", "events", received(date(2026, 11, 16), 9), csv_bytes(autumn, separator=",")
    )


def _events(first: datetime, last: datetime) -> list[dict[str, object]]:
    return [event_row(event) for event in all_events() if first <= event.start < last]


def _shop_lines(shops: Sequence[Occupation]) -> Lines:
    """Reasons in the words that volunteers use: « départ en retraite »."""
    lines = lines_of("shops", map(shop_row, shops), _SHOP_COLUMNS)
    return rewritten(lines, "motif", lambda cell: _ANOTHER_WORD.get(cell, cell))


def _moved(shop: Occupation, first: date, last: date) -> bool:
    """Opened or closed after `first` and not after `last`."""
    return any(day is not None and first < day <= last for day in (shop.opened_on, shop.closed_on))
