"""Suites derived from the contracts: what a feed's table must be before staging reads it."""

from collections.abc import Collection, Mapping

import polars as pl

from expectations.suites import Check, Suite
from pipeline.contract import Column, Enum, Feed, Integer, Label, LocalDatetime, Number, Trade
from pipeline.contract.trades import all_trades
from pipeline.derive.polars_schema import utc_name
from pipeline.warehouse.superseding import key_columns

KEY = "fact_key"
SEPARATOR = "␟"  # Unicode's picture of the unit separator: nobody types it, and a message can show it


def feed_table(feed: Feed) -> str:
    """The table that holds a feed in a build."""
    return f"raw.{feed.name}"


def feed_suite(feed: Feed, references: Mapping[str, Collection[str]]) -> Suite:
    """What the contract of a feed says, as expectations on `raw.<feed>` with its key in one column (`with_key`).

    references: by feed, the values of its first key column, for the columns that refer to it.
    """
    checks = [check for column in feed.columns for check in _column_checks(feed, column, references)]
    checks += [_rule_check(feed, index) for index in range(len(feed.rules))]
    told = Label("clé en double", "duplicate key")
    checks.append(_check(feed, "expect_column_values_to_be_unique", {"column": KEY}, told))
    return Suite(feed_table(feed), feed.title, checks)


def with_key(feed: Feed, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `fact_key` (text): the key, or the alternative key in the rows that lack a column of the key."""
    key = _joined(key_columns(feed, feed.key))
    if not feed.alternative_key:
        return frame.with_columns(key.alias(KEY))
    is_keyed = pl.all_horizontal(pl.col(name).is_not_null() for name in key_columns(feed, feed.key))
    alternative = _joined(key_columns(feed, feed.alternative_key))
    return frame.with_columns(pl.when(is_keyed).then(key).otherwise(pl.lit(SEPARATOR) + alternative).alias(KEY))


def _joined(names: list[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator=SEPARATOR)


def _column_checks(feed: Feed, column: Column, references: Mapping[str, Collection[str]]) -> list[Check]:
    checks = []
    name, kind = column.name, column.type
    if column.required:
        told = Label("case obligatoire vide", "required cell is empty")
        checks.append(_check(feed, "expect_column_values_to_not_be_null", {"column": name}, told, column))
    if (allowed := _allowed(column, references)) is not None:
        told = Label(f"« {{{name}}} » n'est pas une valeur admise", f"“{{{name}}}” is not an accepted value")
        members = {"column": name, "value_set": sorted(allowed)}
        checks.append(_check(feed, "expect_column_values_to_be_in_set", members, told, column))
    if isinstance(kind, Number | Integer) and (kind.minimum, kind.maximum) != (None, None):
        told = Label(f"{{{name}}} sort des bornes", f"{{{name}}} is out of bounds")
        bounds = {"column": name, "min_value": kind.minimum, "max_value": kind.maximum}
        checks.append(_check(feed, "expect_column_values_to_be_between", bounds, told, column))
    return checks


def _allowed(column: Column, references: Mapping[str, Collection[str]]) -> set[str] | None:
    if isinstance(column.type, Enum):
        return {choice.code for choice in column.type.choices}
    if isinstance(column.type, Trade):
        return set(all_trades())
    if column.references is not None:
        return {*references.get(column.references, ()), *column.or_values}
    return None


def _rule_check(feed: Feed, index: int) -> Check:
    """A row rule `left < right` as "B is greater than A", instants in UTC."""
    rule = feed.rules[index]
    smaller, greater = (rule.left, rule.right) if rule.operator.startswith("<") else (rule.right, rule.left)
    kwargs = {
        "column_A": _comparable(feed, greater),
        "column_B": _comparable(feed, smaller),
        "or_equal": rule.operator.endswith("="),
        "ignore_row_if": "either_value_is_missing",
    }
    return _check(feed, "expect_column_pair_values_a_to_be_greater_than_b", kwargs, rule.message)


def _comparable(feed: Feed, name: str) -> str:
    return utc_name(name) if isinstance(feed.column(name).type, LocalDatetime) else name


def _check(feed: Feed, kind: str, kwargs: Mapping[str, object], told: Label, column: Column | None = None) -> Check:
    where_fr = f"« {feed.title.fr} »" + (f", colonne « {column.header} »" if column else "")
    where_en = f"“{feed.title.en}”" + (f", column “{column.header}”" if column else "")
    fr = f"{where_fr} : {told.fr} (envoi {{upload_id}}, ligne {{line}})."
    en = f"{where_en}: {told.en} (upload {{upload_id}}, line {{line}})."
    return Check(kind, dict(kwargs), Label(fr, en))
