"""The vocabulary of every other layer: feeds, columns, labels, units and problem codes. Standard library only."""

from pipeline.contract.feed import Column, Feed, RowRule, SpanRule
from pipeline.contract.labels import Label, Language
from pipeline.contract.problems import Problem, Severity
from pipeline.contract.types import (
    Boolean,
    Choice,
    ColumnType,
    Date,
    Enum,
    Identifier,
    Integer,
    LocalDatetime,
    LocalTime,
    Number,
    Siret,
    String,
    Trade,
)
from pipeline.contract.units import Unit

__all__ = [
    "Boolean",
    "Choice",
    "Column",
    "ColumnType",
    "Date",
    "Enum",
    "Feed",
    "Identifier",
    "Integer",
    "Label",
    "Language",
    "LocalDatetime",
    "LocalTime",
    "Number",
    "Problem",
    "RowRule",
    "Severity",
    "Siret",
    "SpanRule",
    "String",
    "Trade",
    "Unit",
]
