"""What each counter says of each local hour, directions and steps together: counted, or why not."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import Label
from pipeline.contract.town import Town

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

INTERVAL = ("counter_id", "start_utc", "end_utc")
DIRECTIONS = ("both", "in", "out")
FLAGS = ("is_outage", "is_stuck", "is_outlier")
HOUR_US = 3_600_000_000
COLUMNS = {
    "counter_id": Label("Compteur", "Counter"),
    "day": Label("Jour local du début", "Local day of the start"),
    "hour": Label(
        "Heure locale du début ; un intervalle plus long est tout entier à la sienne, l'heure doublée d'automne est une",
        "Local hour of the start; a longer interval stands whole at its own, the doubled autumn hour is one",
    ),
    "first_start_utc": Label(
        "Début du premier intervalle, temps universel", "Start of the first interval, universal time"
    ),
    "received_hours": Label("Heures reçues, comptées ou non", "Hours received, counted or not"),
    "measured_hours": Label("Heures comptées", "Hours counted"),
    "opening_measured_hours": Label(
        "Heures comptées pendant l'ouverture des commerces", "Hours counted while shops are open"
    ),
    "outage_hours": Label("Heures en panne", "Hours of outage"),
    "stuck_hours": Label("Heures bloquées", "Stuck hours"),
    "outlier_hours": Label("Heures anormales, gardées", "Unusual hours, kept"),
    "one_direction_hours": Label(
        "Heures où un seul sens est compté : rien n'est dit du total",
        "Hours with one direction only: nothing is said of the total",
    ),
    "passages": Label(
        "Passages : le total, sinon entrants + sortants ; vide = non compté",
        "Passages: both, else in + out; empty = not counted",
    ),
    "passages_in": Label(
        "Passages entrants, là où les deux sens sont comptés", "Passages in, where both directions are counted"
    ),
    "passages_out": Label(
        "Passages sortants, là où les deux sens sont comptés", "Passages out, where both directions are counted"
    ),
}
SCHEMA = pl.Schema(
    {
        "counter_id": pl.String(),
        "day": pl.Date(),
        "hour": pl.Int8(),
        "first_start_utc": pl.Datetime("us", "UTC"),
        **{name: pl.Float64() for name in COLUMNS if name.endswith("_hours") or name.startswith("passages")},
    }
)


def hours_told(rows: pl.DataFrame, town: Town) -> pl.DataFrame:
    """SCHEMA, one row a counter, local day and local hour in which an interval starts, in this order.

    rows: columns of the cleaned feed (`clean`), no two intervals of a counter overlapping, each direction of an
    interval once. The passages of an interval are its total, else in + out; a direction that is missing because its
    sensor was dead or stuck is an outage or stuck.
    """
    ordered = rows.select(*INTERVAL, "start", "direction", "count_valid", *FLAGS).sort(*INTERVAL)
    if ordered.is_empty():
        return SCHEMA.to_frame()
    told = _Intervals.of(ordered)
    # Autumn tells its doubled hour twice, the one after the other.
    is_new = _differs(told.rows.get_column("counter_id")) | _differs(pl.Series(told.local_hour))
    begins = np.flatnonzero(is_new)

    def total(values: Numbers, where: Flags) -> Numbers:
        return np.asarray(np.add.reduceat(np.where(where, values, 0.0), begins))

    states = told.states()
    is_counted, everywhere = states["measured"], np.ones(len(is_new), dtype=bool)
    # Microseconds are added up, not fractions of an hour: whole numbers have one sum in whatever order.
    hours = {f"{name}_hours": total(told.length_us, where) / HOUR_US for name, where in states.items()}
    hours["received_hours"] = total(told.length_us, everywhere) / HOUR_US
    hours["opening_measured_hours"] = total(told.open_us(town.opening_hours), is_counted) / HOUR_US
    is_split = ~np.isnan(told.inward + told.outward)
    passages = {}
    for name, (values, where) in {
        "passages": (told.passages, is_counted),
        "passages_in": (told.inward, is_split),
        "passages_out": (told.outward, is_split),
    }.items():
        is_known = np.logical_or.reduceat(where, begins)
        passages[name] = np.where(is_known, total(values, where), np.nan)
    moments = told.rows[begins].select(
        "counter_id",
        day=pl.col("start").dt.date(),
        hour=pl.col("start").dt.hour(),
        first_start_utc="start_utc",
    )
    sums = pl.DataFrame(hours | passages).with_columns(pl.col(*passages).fill_nan(None))
    return moments.hstack(sums).select(SCHEMA.names()).cast(SCHEMA)


@dataclass(frozen=True, slots=True)
class _Intervals:
    """N intervals: rows, the first row of each; length_us, in microseconds; passages, inward, outward: NaN = not counted;
    has_outage, has_stuck, has_outlier: one of its directions is.
    """

    rows: pl.DataFrame
    length_us: Numbers
    passages: Numbers
    inward: Numbers
    outward: Numbers
    has_outage: Flags
    has_stuck: Flags
    has_outlier: Flags

    @classmethod
    def of(cls, ordered: pl.DataFrame) -> "_Intervals":
        is_first = np.logical_or.reduce([_differs(ordered.get_column(name)) for name in INTERVAL])
        of_row = np.cumsum(is_first) - 1
        rows = ordered.select("counter_id", "start", "start_utc", "end_utc")
        rows = rows if is_first.all() else rows.filter(is_first)
        direction, count = ordered.get_column("direction"), ordered.get_column("count_valid").to_numpy()
        counts = {name: np.full(rows.height, np.nan) for name in DIRECTIONS}
        for name, values in counts.items():
            is_it = (direction == name).to_numpy()
            values[of_row[is_it]] = count[is_it]
        has = {name: np.zeros(rows.height, dtype=bool) for name in FLAGS}
        for name, flags in has.items():
            flags[of_row[ordered.get_column(name).to_numpy()]] = True
        start, end = (rows.get_column(name).to_physical().to_numpy() for name in ("start_utc", "end_utc"))
        both, inward, outward = counts.values()
        passages: Numbers = np.where(np.isnan(both), inward + outward, both)
        return cls(rows, (end - start).astype(np.float64), passages, inward, outward, *has.values())

    @property
    def local_hour(self) -> Places:
        """Hours of the town's clock since the epoch."""
        hours: Places = self.rows.get_column("start").to_physical().to_numpy() // HOUR_US
        return hours

    def states(self) -> dict[str, Flags]:
        """Which intervals were counted, and why the others were not; outliers are among those counted."""
        is_counted = ~np.isnan(self.passages)
        is_stuck = ~is_counted & self.has_stuck & ~self.has_outage
        is_half = np.isnan(self.inward) != np.isnan(self.outward)
        return {
            "measured": is_counted,
            "outage": ~is_counted & self.has_outage,
            "stuck": is_stuck,
            "outlier": is_counted & self.has_outlier,
            "one_direction": ~is_counted & ~self.has_outage & ~self.has_stuck & is_half,
        }

    def open_us(self, opening_hours: tuple[int, int]) -> Numbers:
        """What lies inside opening hours of the day of the start: a daily count cannot say more of them than all."""
        opens, closes = (hour * HOUR_US for hour in opening_hours)
        begin = (self.local_hour % 24 * HOUR_US).astype(np.float64)
        short: Numbers = np.where((begin >= opens) & (begin < closes), self.length_us, 0.0)
        long = np.maximum(np.minimum(begin + self.length_us, closes) - np.maximum(begin, opens), 0.0)
        return np.asarray(np.where(self.length_us <= HOUR_US, short, long), dtype=np.float64)


def _differs(values: pl.Series) -> Flags:
    """Whether a value differs from the one before it; the first one does."""
    run = values.rle_id().to_numpy() if values.dtype == pl.String else values.to_physical().to_numpy()
    is_new = np.ones(len(run), dtype=bool)
    np.not_equal(run[1:], run[:-1], out=is_new[1:])
    return is_new
