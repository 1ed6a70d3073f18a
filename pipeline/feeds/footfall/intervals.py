"""What each interval says once, whatever the directions in which it was told: its passages, or why it has none."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import Label

INTERVAL = ("counter_id", "start_utc", "end_utc")
STATES = ("counted", "outage", "stuck", "one_direction", "not_counted")
DIRECTIONS = ("both", "in", "out")
SCHEMA = pl.Schema(
    {
        "interval_state": pl.String(),
        "interval_passages": pl.Float64(),
        "interval_in": pl.Float64(),
        "interval_out": pl.Float64(),
        "interval_is_outlier": pl.Boolean(),
    }
)

ADDED_COLUMNS = {
    "interval_state": Label(
        "État de l'intervalle : counted, outage, stuck, one_direction (un seul sens compté : rien n'est dit du total) "
        "ou not_counted ; sur la première de ses lignes, vide sur les autres",
        "State of the interval: counted, outage, stuck, one_direction (only one direction is counted: nothing is said "
        "of the total) or not_counted; on the first of its rows, empty on the others",
    ),
    "interval_passages": Label(
        "Passages de l'intervalle, sens réunis", "Passages of the interval, directions together"
    ),
    "interval_in": Label("Entrants, là où les deux sens sont comptés", "In, where both directions are counted"),
    "interval_out": Label("Sortants, là où les deux sens sont comptés", "Out, where both directions are counted"),
    "interval_is_outlier": Label("Un des sens est anormal", "One of the directions is an outlier"),
}


def with_intervals(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ADDED_COLUMNS: what an interval says, on the first of its rows; null on the others.

    rows: columns of the cleaned feed (`clean`), each (counter_id, start_utc, end_utc, direction) once. Returns the same
    rows, sorted by counter, time and direction. The passages of an interval are its total, else in + out; a direction
    that is missing because its sensor was dead or stuck is an outage or stuck.
    """
    ordered = rows.sort(*INTERVAL, "direction", nulls_last=True)
    if ordered.is_empty():
        return ordered.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items())
    told = _intervals(ordered)
    found = pl.DataFrame(told.columns(), schema=SCHEMA)
    return ordered.hstack(found.select(pl.when(pl.Series(told.is_first)).then(pl.all().gather(told.of_row))))


@dataclass(frozen=True, slots=True)
class _Intervals:
    """N rows of I intervals. is_first: N; of_row: N, the interval of each row; passages: I, by direction, NaN = not
    counted; has: I, whether one of its rows has that flag.
    """

    is_first: NDArray[np.bool_]
    of_row: NDArray[np.int64]
    passages: dict[str, NDArray[np.float64]]
    has: dict[str, NDArray[np.bool_]]

    def columns(self) -> dict[str, pl.Series]:
        both, inward, outward = (self.passages[name] for name in DIRECTIONS)
        told = np.where(np.isnan(both), inward + outward, both)
        is_half = np.isnan(inward) != np.isnan(outward)
        conditions = [~np.isnan(told), self.has["is_outage"], self.has["is_stuck"], is_half]
        state = np.select(conditions, range(len(STATES) - 1), len(STATES) - 1)
        one_missing = np.isnan(inward + outward)
        numbers = {
            "interval_passages": told,
            "interval_in": np.where(one_missing, np.nan, inward),
            "interval_out": np.where(one_missing, np.nan, outward),
        }
        return {
            "interval_state": pl.Series(STATES).gather(state),
            **{name: pl.Series(values, nan_to_null=True) for name, values in numbers.items()},
            "interval_is_outlier": pl.Series(self.has["is_outlier"]),
        }


def _intervals(ordered: pl.DataFrame) -> _Intervals:
    names = pl.col(*INTERVAL)
    is_first = ordered.select(pl.any_horizontal(names.ne_missing(names.shift(1)))).to_series().to_numpy()
    of_row = np.cumsum(is_first) - 1
    n = int(of_row[-1]) + 1
    direction, count = ordered.get_column("direction").fill_null("both"), ordered.get_column("count_valid").to_numpy()
    passages = {name: np.full(n, np.nan) for name in DIRECTIONS}
    for name, values in passages.items():
        is_it = (direction == name).to_numpy()
        values[of_row[is_it]] = count[is_it]
    has = {name: np.zeros(n, dtype=bool) for name in ("is_outage", "is_stuck", "is_outlier")}
    for name, flags in has.items():
        flags[of_row[ordered.get_column(name).to_numpy()]] = True
    return _Intervals(is_first, of_row, passages, has)
