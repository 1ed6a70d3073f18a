"""Codes that must exist in another feed: what the town has deposited, and what is proposed for a code not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.contract import Column
from pipeline.deposit.reading import FINDINGS, findings, no_findings
from pipeline.deposit.words import did_you_mean, fold, nearest
from pipeline.feeds import get_feed

# A missing code of these feeds has its own problem.
OWN_PROBLEM = {"counters": "unknown-counter", "premises": "unknown-premises"}


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier uploads of the town declare. ids: codes by feed, None where that feed was never deposited.

    steps: one row a state of a counter: counter_id, valid_from (null = since ever), step_min.
    """

    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    steps: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"counter_id": pl.String, "valid_from": pl.Date, "step_min": pl.Int64}
        )
    )


def check_reference(codes: pl.Series, column: Column, known: Known) -> tuple[pl.Series, pl.DataFrame]:
    """The codes with those repaired that differ from one known code by case or spaces alone, and the findings.

    codes: String, null where empty. A code that is not known is an error that proposes the nearest ones.
    """
    assert column.references is not None
    there = known.ids.get(column.references, frozenset()) | frozenset(column.or_values)
    missing = sorted(set(codes.drop_nulls().unique()) - there)
    if not missing:
        return codes, no_findings()
    folded: dict[str, list[str]] = {}
    for code in there:
        folded.setdefault(fold(code), []).append(code)
    same = {code: folded[fold(code)][0] for code in missing if len(folded.get(fold(code), ())) == 1}
    unknown = [code for code in missing if code not in same]
    said = [
        _said(
            codes, {code: (same[code], None) for code in same}, column, "constraint-error.reference-repaired", "repair"
        ),
        _said(codes, {code: _way_out(code, column, there) for code in unknown}, column, _key(column), "error"),
    ]
    return codes.replace(same) if same else codes, pl.concat(said)


def _key(column: Column) -> str:
    return OWN_PROBLEM.get(column.references or "", "constraint-error.reference")


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


def _said(
    codes: pl.Series, told: dict[str, tuple[str, str | None]], column: Column, key: str, severity: str
) -> pl.DataFrame:
    if not told:
        return FINDINGS.to_frame()
    lookup = pl.DataFrame(
        {
            "value": list(told),
            "expected": [e for e, _ in told.values()],
            "fix": pl.Series([f for _, f in told.values()], dtype=pl.String),
        }
    )
    rows = codes.is_in(list(told)).fill_null(False).arg_true()
    frame = pl.DataFrame({"row": rows, "value": codes.gather(rows)}).join(
        lookup, on="value", how="left", maintain_order="left"
    )
    return findings(frame, column.name, key, severity=severity)
