"""JSON exports to rows: one row a date of each record, nested values under joined names (`location.city`).

Values that are JSON inside a string, as OpenDataSoft writes them, are opened. The line of a row is the number of its
record. Only the columns that are asked for leave this module: the rest (contributors, telephones, …) is not looked at.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.contract import Problem
from pipeline.deposit.agenda.rows import AgendaError, Cells, Rows, as_key
from pipeline.deposit.reader.headers import fold

# The dates of an event in OpenAgenda's records: a list of {"begin", "end"}. The first date has an empty `timings.date`,
# the others have their own beginning there.
DATES, BEGIN, DATE = "timings", "timings.begin", "timings.date"
IDENTIFIER = "uid"
UPDATED = ("updatedat", "updatedAt", "updated_at")
# Where records stand: OpenDataSoft's API v2, its API v1, OpenAgenda's own.
LISTS = ("results", "records", "events")
INSIDE = ("fields", "record")  # what wraps each record in some of them
_MEND = "Téléchargez l'export à nouveau, puis renvoyez-le."

Record = dict[str, Any]


def headers_of(data: bytes) -> list[str]:
    """Every name under which a record has a value, in the order of the file. Raises AgendaError."""
    names: dict[str, None] = {}
    for record in _records(data):
        for cells in _dated(record) if isinstance(record, dict) else ():
            names |= dict.fromkeys(cells)
    return list(names)


def read_records(data: bytes, wanted: Collection[str]) -> Rows:
    """The dates of every record, under those of its names that are wanted (however they are spelled).

    Of several versions of a record (`uid`) the one that was updated last is taken; the others are rejected and said.
    Raises AgendaError where the file is not JSON or holds no list of records.
    """
    spelled = {fold(name) for name in wanted}
    header = [name for name in headers_of(data) if fold(name) in spelled]
    records = _records(data)
    rows = Rows(header, len(records))
    latest = _latest(records)
    for line, record in enumerate(records, 1):
        if not isinstance(record, dict):
            rows.reject(Problem("type-error.record", "error", line, fix=_MEND), "")
        elif (newer := latest.get(_text(record.get(IDENTIFIER)), line)) != line:
            told = {"value": _text(record[IDENTIFIER]), "expected": str(newer)}
            rows.reject(Problem("duplicate-key.updated", "warning", line, **told), told["value"])
        else:
            rows.rows += [(line, {name: cells.get(name, "") for name in header}) for cells in _dated(record)]
    return rows


def kept_of_records(data: bytes, header: Collection[str]) -> bytes:
    """The records with nothing but the values under these names; nothing where the file cannot be read."""
    try:
        records = [_pruned(record, header) if isinstance(record, dict) else None for record in _records(data)]
    except AgendaError:
        return b""
    return json.dumps(records, ensure_ascii=False, indent=1).encode("utf-8")


def _records(data: bytes) -> Sequence[Any]:
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise AgendaError(Problem("encoding-error.json", line=1, value="il n'est pas en UTF-8", fix=_MEND)) from None
    except json.JSONDecodeError as error:
        value = f"erreur à la ligne {error.lineno} du fichier"
        raise AgendaError(Problem("encoding-error.json", line=1, value=value, fix=_MEND)) from None
    except RecursionError:
        raise AgendaError(Problem("encoding-error.json", line=1, value="trop de niveaux", fix=_MEND)) from None
    if isinstance(told, dict):
        told = next((told[name] for name in LISTS if isinstance(told.get(name), list)), None)
    if not isinstance(told, list):
        value = "il ne contient pas de liste d'enregistrements"
        raise AgendaError(Problem("encoding-error.json", line=1, value=value, fix=_MEND))
    return [_unwrapped(record) for record in told]


def _unwrapped(record: Any) -> Any:
    """The fields of a record, whatever wraps them, its strings of JSON opened."""
    while isinstance(record, dict) and (inner := [record[n] for n in INSIDE if isinstance(record.get(n), dict)]):
        record = inner[0]
    return {name: _opened(value) for name, value in record.items()} if isinstance(record, dict) else record


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (json.JSONDecodeError, RecursionError):
            return value
    return value


def _latest(records: Sequence[Any]) -> Mapping[str, int]:
    """Identifier → line of its last version, for those that have one; of equals the later line."""
    found: dict[str, tuple[str, int]] = {}
    for line, record in enumerate(records, 1):
        if isinstance(record, dict) and (name := _text(record.get(IDENTIFIER))):
            updated = next((_text(record[key]) for key in UPDATED if record.get(key)), "")
            found[name] = max(found.get(name, ("", 0)), (updated, line))
    return {name: line for name, (_, line) in found.items()}


def _dated(record: Record) -> Iterator[Cells]:
    """The record's cells, once for each of its dates in order, or once where it has no list of dates."""
    told = record.get(DATES)
    cells = dict(_flat("", {name: value for name, value in record.items() if name != DATES}))
    dates = sorted(
        (dict(_flat(f"{DATES}.", one)) for one in told if isinstance(one, dict)) if isinstance(told, list) else (),
        key=lambda date: date.get(BEGIN, ""),
    )
    if not dates:
        yield cells | ({BEGIN: "", f"{DATES}.end": "", DATE: ""} if DATES in record else {})
    for place, date in enumerate(dates):
        yield cells | date | {DATE: _key(date.get(BEGIN, "")) if place else ""}


def _key(begin: str) -> str:
    """The beginning of a date as one and the same text, however an export writes it: `20250621T160000Z`."""
    try:
        moment = datetime.fromisoformat(begin)
    except ValueError:
        return begin
    return as_key(moment.astimezone(UTC) if moment.tzinfo else moment)


def _flat(above: str, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        if isinstance(value, dict):
            yield from _flat(f"{above}{name}.", value)
        elif not isinstance(value, list):
            yield f"{above}{name}", _text(value)
        elif not any(isinstance(one, dict | list) for one in value):
            yield f"{above}{name}", ", ".join(_text(one) for one in value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pruned(told: Record, header: Collection[str], above: str = "") -> Record:
    """The record without the values that are under none of the names; how it was updated is kept to tell versions."""
    kept: Record = {}
    for name, value in told.items():
        path = f"{above}{name}"
        if path in header or (not above and name in UPDATED):
            kept[name] = value
        elif isinstance(value, dict):
            kept |= {name: inner} if (inner := _pruned(value, header, f"{path}.")) else {}
        elif path == DATES and isinstance(value, list):
            kept[name] = [_pruned(one, header, f"{path}.") for one in value if isinstance(one, dict)]
    return kept
