"""Codes that must exist in another feed: what the town has deposited, and what is proposed for a code not there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from pipeline.contract import Column
from pipeline.deposit.reading import findings, gather_repairs, no_findings
from pipeline.deposit.texts import Texts
from pipeline.deposit.words import did_you_mean, fold, nearest
from pipeline.feeds import get_feed

LISTED = re.compile(r"[^\s,;]+")  # a code among several, as stg_events.sql cuts them
# A missing code of these feeds has its own problem.
OWN_PROBLEM = {"counters": "unknown-counter", "premises": "unknown-premises"}


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier uploads of the town declare. ids: codes by feed, None where that feed was never deposited.

    steps: one row a state of a counter: counter_id, valid_from (null = since ever), step_min. aliases: by feed, the
    other names that were decided, folded, and their codes.
    """

    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    steps: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"counter_id": pl.String, "valid_from": pl.Date, "step_min": pl.Int64}
        )
    )
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def check_reference(texts: Texts, column: Column, known: Known) -> tuple[Texts, pl.DataFrame]:
    """The codes with those repaired that are decided aliases or differ from one known code by case or spaces alone, and
    the findings.

    texts: codes, null where empty. A known code is never anything else; a code that is not known is an error that
    proposes the nearest ones.
    """
    assert column.references is not None
    there = known.ids.get(column.references, frozenset()) | frozenset(column.or_values)
    missing = sorted(set(texts.distinct.drop_nulls()) - there)
    if not missing:
        return texts, no_findings()
    folded: dict[str, list[str]] = {}
    for code in there:
        folded.setdefault(fold(code), []).append(code)
    decided = known.aliases.get(column.references, {})
    aliased = {code: decided[fold(code)] for code in missing if decided.get(fold(code)) in there}
    alike = {code: folded[fold(code)][0] for code in missing if len(folded.get(fold(code), ())) == 1}
    same = alike | aliased
    unknown = [code for code in missing if code not in same]
    said = [
        _said_of_repairs(texts, aliased, column, "constraint-error.alias-repaired"),
        _said_of_repairs(
            texts, {c: alike[c] for c in alike if c not in aliased}, column, "constraint-error.reference-repaired"
        ),
        _said(texts, {code: _way_out(code, column, there) for code in unknown}, column, unknown_key(column), "error"),
    ]
    return replace(texts, distinct=texts.distinct.replace(same)), pl.concat(said)


def check_list(texts: Texts, column: Column, known: Known) -> pl.DataFrame:
    """Warnings for the codes in texts of several that are not known; none as long as none was ever declared.

    texts: null where empty.
    """
    assert column.lists is not None
    there = known.ids.get(column.lists, frozenset())
    expected = f"« {get_feed(column.lists).title.fr} »"
    said = [no_findings()]
    for text in texts.distinct.drop_nulls() if there else ():
        rows = texts.rows(texts.distinct == text)
        for code in sorted(set(LISTED.findall(text)) - there):
            fix = did_you_mean(nearest(code, sorted(there))) or "Vérifiez le code."
            frame = pl.DataFrame({"row": rows}).with_columns(pl.lit(code).alias("value"))
            told = {"expected": expected, "fix": fix}
            said.append(findings(frame, column.name, unknown_key(column), severity="warning", **told))
    return pl.concat(said)


def unknown_key(column: Column) -> str:
    """The key of the problem of a code that is not known in this column."""
    return OWN_PROBLEM.get(column.references or column.lists or "", "constraint-error.reference")


def _way_out(code: str, column: Column, there: frozenset[str]) -> tuple[str, str]:
    """What was expected, and what to do."""
    assert column.references is not None
    title = get_feed(column.references).title.fr
    if there <= frozenset(column.or_values):
        return (
            f"« {title} »",
            f"Aucun fichier « {title} » n'a encore été déposé : déposez-le d'abord, puis renvoyez celui-ci.",
        )
    proposal = did_you_mean(nearest(code, sorted(there)))
    return f"« {title} »", proposal or f"Vérifiez le code, ou ajoutez-le d'abord au fichier « {title} »."


def _said_of_repairs(texts: Texts, same: Mapping[str, str], column: Column, key: str) -> pl.DataFrame:
    """Each repair by itself, so that one which many rows share is said once."""
    found = [_said(texts, {code: (known, None)}, column, key, "repair") for code, known in same.items()]
    return pl.concat([no_findings(), *map(gather_repairs, found)])


def _said(
    texts: Texts, told: dict[str, tuple[str, str | None]], column: Column, key: str, severity: str
) -> pl.DataFrame:
    if not told:
        return no_findings()
    lookup = pl.DataFrame(
        {
            "value": list(told),
            "expected": [e for e, _ in told.values()],
            "fix": pl.Series([f for _, f in told.values()], dtype=pl.String),
        }
    )
    rows = texts.rows(texts.distinct.is_in(list(told)))
    frame = pl.DataFrame({"row": rows, "value": texts.at(rows)}).join(
        lookup, on="value", how="left", maintain_order="left"
    )
    return findings(frame, column.name, key, severity=severity)
