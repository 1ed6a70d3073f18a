"""A feed as Table Schema (Frictionless), with the habits of schema.data.gouv.fr."""

from typing import Any

from pipeline.contract import (
    Boolean,
    Column,
    ColumnType,
    Date,
    Enum,
    Feed,
    Identifier,
    Integer,
    Language,
    LocalDatetime,
    LocalTime,
    Number,
    Siret,
    String,
    Trade,
)
from pipeline.derive.words import accepted_values, key_headers
from pipeline.feeds import get_feed

SCHEMA = "https://specs.frictionlessdata.io/schemas/table-schema.json"
LICENCE = {
    "title": "Etalab Licence Ouverte 2.0",
    "name": "etalab-2.0",
    "path": "https://spdx.org/licenses/etalab-2.0.html",
}
KEYWORDS = {"fr": ["commerce", "centre-ville"], "en": ["retail", "town centre"]}
FIELD_TYPES: dict[type[ColumnType], dict[str, Any]] = {
    String: {"type": "string"},
    Identifier: {"type": "string"},
    Siret: {"type": "string"},
    Trade: {"type": "string"},
    Enum: {"type": "string"},
    Number: {"type": "number"},
    Integer: {"type": "integer"},
    Boolean: {
        "type": "boolean",
        "trueValues": ["oui", "vrai", "yes", "true", "1"],
        "falseValues": ["non", "faux", "no", "false", "0"],
    },
    Date: {"type": "date", "format": "%d/%m/%Y"},
    LocalDatetime: {"type": "datetime", "format": "%d/%m/%Y %H:%M"},
    LocalTime: {"type": "time", "format": "%H:%M"},
}


def table_schema(feed: Feed, language: Language = "fr", address: str = "") -> dict[str, Any]:
    """The Table Schema of the feed's template, ready for json.dumps.

    Fields are named by the template's headers; titles and descriptions are in `language`. address: where the town
    publishes its schemas, without a slash at its end; without it `homepage` and `path` are relative to that place.
    """
    folder = f"{address}/" if address else ""
    return {
        "$schema": SCHEMA,
        "name": f"chalandise-{feed.name.replace('_', '-')}",
        "title": feed.title.in_(language),
        "description": feed.description.in_(language),
        "keywords": [*KEYWORDS[language], feed.title.in_(language).casefold()],
        "countryCode": "FR",
        "homepage": f"{folder}dictionary.md",
        "path": f"{folder}{feed.name}/schema.json",
        "licenses": [LICENCE],
        "sources": [{"title": title, "path": path} for title, path in feed.sources],
        "created": feed.created.isoformat(),
        "lastModified": feed.last_modified.isoformat(),
        "version": feed.version,
        "missingValues": [""],
        "primaryKey": list(key_headers(feed, primary_key(feed))),
        "foreignKeys": [
            {"fields": column.header, "reference": _reference(column.references)}
            for column in feed.columns
            if column.references and not column.or_values
        ],
        "fields": [_field(column, language) for column in feed.columns],
    }


def primary_key(feed: Feed) -> tuple[str, ...]:
    """The key of which at least one column is always filled: Table Schema refuses keys that may be empty as a whole."""
    return feed.key if any(feed.column(name).required for name in feed.key) else feed.alternative_key


def _reference(name: str) -> dict[str, str]:
    feed = get_feed(name)
    return {"resource": name, "fields": feed.column(feed.key[0]).header}


def _field(column: Column, language: Language) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.header,
        "title": column.label.in_(language),
        "description": _description(column, language),
        **FIELD_TYPES[type(column.type)],
        "constraints": _constraints(column),
    }
    if column.example:
        field["example"] = _example(column)
    return field


def _description(column: Column, language: Language) -> str:
    said = column.description.in_(language) or column.label.in_(language)
    if column.unit is None:
        return said
    unit = column.unit.label.in_(language)
    return f"{said} (unité : {unit})" if language == "fr" else f"{said} (unit: {unit})"


def _constraints(column: Column) -> dict[str, Any]:
    """Constraint words of Table Schema. A trade is no enum: NAF codes and synonyms are accepted beside the labels."""
    found: dict[str, Any] = {"required": column.required}
    match column.type:
        case Number(minimum, maximum) | Integer(minimum, maximum):
            found |= {"minimum": minimum, "maximum": maximum}
        case String(pattern, max_length) | Identifier(pattern, max_length):
            found |= {"pattern": f"^{pattern}$" if pattern else None, "maxLength": max_length}
        case Siret():
            found |= {"pattern": r"^\d{14}$"}
        case Enum():
            found |= {"enum": [value.fr for value in accepted_values(column)]}
        case _:
            pass
    return {word: value for word, value in found.items() if value is not None}


def _example(column: Column) -> str | int | float:
    """The example as JSON holds it: numbers as numbers, all else as it stands in the file."""
    if isinstance(column.type, Integer):
        return int(column.example)
    if isinstance(column.type, Number):
        value = float(column.example.replace(",", "."))
        return int(value) if value.is_integer() else value
    return column.example
