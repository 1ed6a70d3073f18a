"""From the bytes of a file to the feed's columns: which format, where its header is, the reader, the shape."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.contract import Feed, Problem
from pipeline.deposit.doors import peek, read_table
from pipeline.deposit.formats.load import load_formats
from pipeline.deposit.formats.model import Format
from pipeline.deposit.formats.recognise import Explanation, Match, Verdict, match_views
from pipeline.deposit.formats.shape import Shaped, shape
from pipeline.deposit.problems import problem_frame
from pipeline.deposit.reader import View, unique_names
from pipeline.deposit.table import Table


def match_format(data: bytes, formats: Sequence[Format]) -> Match:
    """Which of the formats recognise the file, and for each other why not. An unreadable file is recognised by none."""
    return match_views(peek(data).views, formats)


def explain(data: bytes, feeds: Iterable[Feed], town_folder: Path | None = None) -> Explanation:
    """The match among all formats of the feeds, the town's own included, in words."""
    return Explanation(match_format(data, [fmt for feed in feeds for fmt in load_formats(feed, town_folder)]))


# Reads the rows of a template by its headers and their other spellings, from a sheet of a workbook where one is named.
ReadTemplate = Callable[[list[str], Mapping[str, Sequence[str]], str | None], Table]


def apply_format(
    data: bytes,
    fmt: Format,
    town_timezone: str,
    *,
    views: Sequence[View] | None = None,
    read: ReadTemplate | None = None,
) -> Shaped:
    """The file in the feed's columns, as text.

    views: those of `peek`, where it was asked before. read: how a template's rows are read where `data` is only the top
    of the file.

    A file that the format does not recognise is read all the same, so that what is wrong is said: problems of reading
    are in `table.problems`, those of the format, such as `missing-required-header`, in `problems`.
    """
    verdict = match_views(peek(data).views if views is None else views, [fmt]).verdicts[0]
    table = _read_template(data, verdict, read) if fmt.is_template else _read_layout(data, verdict)
    shaped = shape(table, fmt, town_timezone, _preamble(verdict))
    return replace(shaped, problems=pl.concat([_header_problems(verdict), shaped.problems]))


def _read_template(data: bytes, verdict: Verdict, read: ReadTemplate | None) -> Table:
    """By the template's own headers, in their order; the reader knows the other spellings."""
    columns = verdict.format.feed.columns
    aliases = {column.header: (column.name, *column.aliases) for column in columns}
    headers = [column.header for column in columns]
    return (
        read(headers, aliases, verdict.sheet)
        if read
        else read_table(data, headers, aliases, sheet=verdict.sheet, is_coded=True)
    )


def _read_layout(data: bytes, verdict: Verdict) -> Table:
    """By the vendor's headers as this file spells them; stacked ones were joined here and are taken by place."""
    if verdict.format.header_rows > 1 and verdict.header_lines:
        last = verdict.header_lines[-1]
        return read_table(data, unique_names(verdict.header), header_line=last, sheet=verdict.sheet)
    return read_table(data, [*verdict.columns, *verdict.missing], sheet=verdict.sheet)


def _preamble(verdict: Verdict) -> dict[str, str]:
    """What the format's expressions find in the lines above the header, by group; empty text where nothing is found."""
    found: dict[str, str] = {}
    for pattern in verdict.format.preamble:
        match = next((match for line in verdict.above if (match := pattern.search(line))), None)
        found |= match.groupdict(default="") if match else dict.fromkeys(pattern.groupindex, "")
    return found


def _header_problems(verdict: Verdict) -> pl.DataFrame:
    """Required headers that are missing and, of stacked ones, those that nobody knows (else the reader says it)."""
    line = verdict.header_lines[-1] if verdict.header_lines else None
    missing = [Problem("missing-required-header", "error", line, expected=name) for name in verdict.missing]
    unknown = verdict.unknown if verdict.format.header_rows > 1 else ()
    extra = [Problem("extra-header-warn", "warning", line, name, name) for name in unknown]
    return problem_frame([*missing, *extra])
