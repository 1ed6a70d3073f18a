"""Each case is a town written by hand, and the marts that its case.md calculates by hand.

`expected/<mart>.csv` holds every row of the mart, `<mart>.some.csv` some of them; a column that is not there is not
looked at. Nothing here writes these files: they change by hand, with the calculation in case.md.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.settings import SQL
from pipeline.warehouse.models import parse_model

CASES = Path(__file__).parent / "cases"
Marts = Mapping[str, pl.DataFrame]


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_the_marts_of_a_town_are_those_calculated_by_hand(
    case: str, read_case: Callable[[Path], object], build_marts: Callable[[object], Marts]
) -> None:
    marts = build_marts(read_case(CASES / case))
    goldens = sorted((CASES / case / "expected").glob("*.csv"))
    assert goldens, "a case expects something"
    for golden in goldens:
        mart = golden.name.split(".")[0]
        grain = parse_model(SQL / "marts" / f"{mart}.sql").grain
        expected = _as(marts[f"marts.{mart}"], pl.read_csv(golden, infer_schema=False))
        found = marts[f"marts.{mart}"].select(expected.columns)
        if golden.name.endswith(".some.csv"):
            found = found.join(expected.select(grain), on=grain, how="semi")
        assert_frame_equal(found.sort(grain), expected.sort(grain), abs_tol=1e-6, rel_tol=1e-9)


def _as(mart: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The golden's text in the types of the mart."""
    return told.select(_typed(name, mart.schema[name]).alias(name) for name in told.columns)


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name) == "true" if dtype == pl.Boolean else pl.col(name).cast(dtype)
