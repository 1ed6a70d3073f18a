"""What a Feed gives by itself: the Polars schema, the Table Schema, the templates and the dictionary."""

from pipeline.derive.dictionary import dictionary
from pipeline.derive.polars_schema import polars_schema
from pipeline.derive.table_schema import table_schema
from pipeline.derive.templates import template_csv, template_xlsx

__all__ = ["dictionary", "polars_schema", "table_schema", "template_csv", "template_xlsx"]
