"""The association's footfall files: monthly, then weekly, each with the mistake that the year brought."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta

from pipeline.demo.exports import FIRST_WEEKLY_DAY, export, periods
from pipeline.demo.files import DemoFile
from pipeline.demo.footfall import Series
from pipeline.demo.mistakes import (
    iso_datetime,
    lines_where,
    reordered,
    rewritten,
    with_blank_lines,
    with_repeated_header,
    with_title,
    with_total,
)
from pipeline.demo.sheets import Lines, csv_bytes, xlsx_bytes
from pipeline.demo.timeline import Timeline

Written = tuple[bytes, dict[str, int]]  # the bytes, and what is planted in them


def footfall_files(series: Sequence[Series], clock: Timeline) -> Iterator[DemoFile]:
    """Every footfall file, those sent twice included. Monthly files come on the 3rd, weekly ones on Monday morning."""
    for period in periods():
        is_weekly = period.first >= FIRST_WEEKLY_DAY
        delay = timedelta(hours=6) if is_weekly else timedelta(days=2, hours=8)
        received_at = (period.last + delay).replace(tzinfo=UTC)
        lines = export(series, clock, period, autumn_hour_once=period.name == "2026-10")
        name = f"comptages {period.name}"
        if period.name in _SENT_WRONG_FIRST:
            wrong, planted = _SENT_WRONG_FIRST[period.name](lines)
            yield DemoFile(f"{name}.csv", "footfall", received_at, csv_bytes(wrong), planted)
            yield DemoFile(f"{name} corrige.csv", "footfall", received_at + timedelta(days=4), csv_bytes(lines))
        else:
            data, planted = _WRITTEN.get(period.name, _plainly)(lines)
            ending = "xlsx" if data.startswith(b"PK") else "csv"
            yield DemoFile(f"{name}.{ending}", "footfall", received_at, data, planted)


def _plainly(lines: Lines) -> Written:
    return csv_bytes(lines), {}


def _old_excel_with_title(lines: Lines) -> Written:
    return csv_bytes(with_title(lines, "Comptages piétons, décembre 2024"), encoding="cp1252"), {}


def _american(lines: Lines) -> Written:
    return csv_bytes(rewritten(lines, "debut", iso_datetime), separator=",", encoding="utf-8", newline="\n"), {}


def _other_order(lines: Lines) -> Written:
    return csv_bytes(reordered(lines, ["debut", "compteur", "sens", "passages"])), {}


def _blank_lines_and_total(lines: Lines) -> Written:
    return csv_bytes(with_blank_lines(with_total(lines, "passages"), before=(745, 1489, 2233))), {}


def _tabs(lines: Lines) -> Written:
    return csv_bytes(lines, separator="\t"), {}


def _words_for_numbers(lines: Lines) -> Written:
    """A technician's « panne » in two cells, where nothing was counted."""
    empty = lines_where(lines, "passages", lambda cell: cell == "")[:2]
    return csv_bytes(rewritten(lines, "passages", lambda _: "panne", empty)), {"type-error": 2}


def _decimal_comma(lines: Lines) -> Written:
    """One counter's numbers as the vendor's new export has them: 128,0."""
    chosen = lines_where(lines, "compteur", lambda cell: cell == "EUROPE")
    return csv_bytes(rewritten(lines, "passages", lambda cell: f"{cell},0", chosen)), {}


def _pasted(lines: Lines) -> Written:
    return csv_bytes(with_repeated_header(lines, before=len(lines) // 2)), {}


def _autumn_hour(lines: Lines) -> Written:
    """The hour that autumn doubles: a warning for each of its lines, whether the vendor writes two or one."""
    doubled = lines_where(lines, "debut", lambda cell: cell in {"26/10/2025 02:00", "25/10/2026 02:00"})
    return csv_bytes(lines), {"ambiguous-hour": len(doubled)}


def _spring_hour_as_zero(lines: Lines) -> Written:
    """The vendor writes the hour that does not exist on 29 March 2026, as 0."""
    before = set(lines_where(lines, "debut", lambda cell: cell == "29/03/2026 01:00"))
    added = [
        [line, [line[0], "29/03/2026 02:00", "0", line[3]]] if i in before else [line] for i, line in enumerate(lines)
    ]
    return csv_bytes([line for some in added for line in some]), {"nonexistent-hour": len(before)}


def _workbook(lines: Lines) -> Written:
    return xlsx_bytes(lines, "Comptages"), {}


_WRITTEN: dict[str, Callable[[Lines], Written]] = {
    "2024-12": _old_excel_with_title,
    "2025-02": _american,
    "2025-04": _other_order,
    "2025-05": _blank_lines_and_total,
    "2025-07": _tabs,
    "2025-08": _decimal_comma,
    "2025-09": _words_for_numbers,
    "2025-10": _autumn_hour,
    "2026-03": _spring_hour_as_zero,
    "2026-07": _pasted,
    "2026-10": _autumn_hour,
    "2026-S44": _workbook,
}


def _counted_twice(lines: Lines) -> tuple[Lines, dict[str, int]]:
    """June 2025: from the 16th on, a wrong setting makes the export of PERI twice too high."""
    place = lines[0].index("debut")
    doubled = [i for i in lines_where(lines, "compteur", lambda cell: cell == "PERI") if lines[i][place][:2] >= "16"]
    return rewritten(lines, "passages", lambda cell: str(2 * int(cell)), doubled), {}


def _misspelt_counter(lines: Lines) -> tuple[Lines, dict[str, int]]:
    """April 2026: one day of one counter under a name that nobody knows."""
    place = lines[0].index("debut")
    meant = [
        i
        for i in lines_where(lines, "compteur", lambda cell: cell == "BINELLES")
        if lines[i][place].startswith("14/04/2026")
    ]
    return rewritten(lines, "compteur", lambda _: "BINELES", meant), {"unknown-counter": len(meant)}


def _two_days_forgotten(lines: Lines) -> tuple[Lines, dict[str, int]]:
    """Week 45 of 2026: two days of EUROPE arrive empty, and are filled in the week after."""
    place = lines[0].index("debut")
    europe = lines_where(lines, "compteur", lambda cell: cell == "EUROPE")
    forgotten = [i for i in europe if lines[i][place][:10] in {"07/11/2026", "08/11/2026"}]
    return rewritten(lines, "passages", lambda _: "", forgotten), {}


_SENT_WRONG_FIRST: dict[str, Callable[[Lines], tuple[Lines, dict[str, int]]]] = {
    "2025-06": _counted_twice,
    "2026-04": _misspelt_counter,
    "2026-S45": _two_days_forgotten,
}
