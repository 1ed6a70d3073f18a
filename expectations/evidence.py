"""Evidence: what must hold between rows, tables and publications, computed with Polars into small tables.

Each is a table `gate.<name>` with one row a thing to be judged, so that an expectation on one or two of its columns
says it, and the row that fails holds the words of the message. The suites on them are in suites/gate_*.toml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from expectations.feeds import feed_table
from pipeline.contract import Feed
from pipeline.contract.town import Town
from pipeline.derive import polars_schema
from pipeline.feeds import all_feeds

TOWN_WEEK = "marts.mart_town_week"
RECEIPT = "marts.mart_index_receipt_week"
UPLOADS = "raw.uploads"
INDEX = "attractiveness_index"
SHARES = ("measured_share", "calibrated_share", "imputed_share")
OUTCOMES = ("rows_accepted", "rows_rejected", "rows_blank", "rows_repeated_header")
LEVELS = ("footfall_index", "passages_per_counted_hour")
LEVEL_WEEKS = 8
LEVEL_WEEKS_NEEDED = 4

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What a build does not hold itself.

    as_of: the town's day of the build. previous_weeks: the ISO weeks of `mart_town_week` in the publication before,
    empty for the first one. has_withdrawals: an upload that entered that publication has been withdrawn since.
    """

    as_of: date
    previous_weeks: tuple[str, ...] = ()
    has_withdrawals: bool = False


def evidence_tables() -> tuple[str, ...]:
    """The tables of a build from which evidence is computed."""
    return (TOWN_WEEK, RECEIPT, UPLOADS)


def evidence(frames: Frames, town: Town, facts: GateFacts) -> dict[str, pl.DataFrame]:
    """Every evidence table by name. Raises KeyError when a table of `evidence_tables()` is not among the frames."""
    weeks = frames[TOWN_WEEK]
    return {
        "gate.last_week": last_week(weeks, facts.as_of),
        "gate.previous_weeks": previous_weeks(weeks, facts),
        "gate.week_level": week_level(weeks, town.level_bounds),
        "gate.shares": share_sums(frames),
        "gate.uploads": conservation(frames[UPLOADS]),
        "gate.receipt": receipt_sums(frames[RECEIPT], weeks),
        "gate.numbers": broken_numbers(frames),
        "gate.types": feed_types(frames, all_feeds().values()),
    }


def last_complete_week(as_of: date) -> str:
    """The ISO week that ended last before `as_of`, e.g. `2026-W53`; on a Monday, the one that ended the day before."""
    year, week, _ = (as_of - timedelta(days=as_of.isoweekday())).isocalendar()
    return f"{year}-W{week:02}"


def last_week(weeks: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """(iso_week, newest_week, is_present), one row: the last complete week, and whether the mart holds it."""
    expected = last_complete_week(as_of)
    held = weeks.get_column("iso_week")
    newest = held.max()
    row = {"iso_week": [expected], "newest_week": [newest], "is_present": [expected in held]}
    return pl.DataFrame(row, schema={"iso_week": pl.String, "newest_week": pl.String, "is_present": pl.Boolean})


def previous_weeks(weeks: pl.DataFrame, facts: GateFacts) -> pl.DataFrame:
    """(iso_week, is_accounted_for), one row a week of the publication before: still there, or gone with an upload.

    Withdrawing the upload with the earliest counts takes the weeks that it alone covered; that is no loss.
    """
    frame = pl.DataFrame({"iso_week": list(facts.previous_weeks)}, schema={"iso_week": pl.String})
    is_present = pl.col("iso_week").is_in(weeks.get_column("iso_week").to_list())
    return frame.with_columns(is_accounted_for=is_present | pl.lit(facts.has_withdrawals))


def week_level(weeks: pl.DataFrame, bounds: tuple[float, float]) -> pl.DataFrame:
    """(iso_week, passages, ratio, low, high) of the newest week: one row, or none where it cannot be judged.

    ratio: the week's level over the median of the 8 weeks before; low and high: `bounds`. The level is the first of
    LEVELS that at least 4 of those 8 weeks have: the matched-panel index, else passages by hour counted. Neither falls
    because a counter's file is late, as plain passages would. A week without that level is not judged: not counted is
    not zero.
    """
    ordered = weeks.sort("week_start")
    newest, before = ordered.tail(1), ordered.head(-1).tail(LEVEL_WEEKS)
    for level in LEVELS:
        known = before.get_column(level).drop_nulls()
        if len(known) >= LEVEL_WEEKS_NEEDED:
            ratio = pl.col(level) / pl.lit(known.median(), dtype=pl.Float64)
            break
    else:
        ratio = pl.lit(None, dtype=pl.Float64)
    return newest.select(
        "iso_week",
        pl.col("passages").cast(pl.Float64),
        ratio.alias("ratio"),
        low=pl.lit(bounds[0], dtype=pl.Float64),
        high=pl.lit(bounds[1], dtype=pl.Float64),
    ).drop_nulls("ratio")


def share_sums(frames: Frames) -> pl.DataFrame:
    """(table, row, share_sum) of every row of a mart with the three shares, where any of them is known."""
    parts = [
        frame.with_row_index("row", offset=1)
        .filter(pl.any_horizontal(pl.col(name).is_not_null() for name in SHARES))
        .select(pl.lit(table).alias("table"), pl.col("row").cast(pl.Int64), share_sum=pl.sum_horizontal(*SHARES))
        for table, frame in frames.items()
        if table.startswith("marts.") and set(SHARES) <= set(frame.columns)
    ]
    schema = {"table": pl.String, "row": pl.Int64, "share_sum": pl.Float64}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def conservation(uploads: pl.DataFrame) -> pl.DataFrame:
    """(upload_id, feed, rows_read, rows_explained): lines read = accepted + rejected + blank + repeated header."""
    explained = pl.sum_horizontal(*OUTCOMES, ignore_nulls=False).alias("rows_explained")
    return uploads.select("upload_id", "feed", "rows_read", explained)


def receipt_sums(receipt: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """(iso_week, contributions, log_change, difference) of every week with an index, except the first of them.

    log_change: log of the index over that of the last week before that has one, computed here from the indices
    themselves. contributions: sum of the receipt of that week, null when there is none.
    """
    parts = pl.col("contribution").drop_nulls()
    sums = receipt.group_by("iso_week").agg(contributions=pl.when(parts.len() > 0).then(parts.sum()))
    return (
        weeks.sort("week_start")
        .drop_nulls(INDEX)
        .select("iso_week", log_change=pl.col(INDEX).log().diff())
        .drop_nulls("log_change")
        .join(sums, on="iso_week", how="left", maintain_order="left")
        .select(
            "iso_week",
            pl.col("contributions").cast(pl.Float64),
            "log_change",
            difference=pl.col("contributions").cast(pl.Float64) - pl.col("log_change"),
        )
    )


def broken_numbers(frames: Frames) -> pl.DataFrame:
    """(table, column, n_broken) of every column of floats: how many are NaN or infinite, as after 0/0 or 1/0."""
    rows = [
        {"table": table, "column": name, "n_broken": (~frame.get_column(name).is_finite()).sum()}
        for table, frame in sorted(frames.items())
        for name, dtype in frame.schema.items()
        if dtype.is_float()
    ]
    return pl.DataFrame(rows, schema={"table": pl.String, "column": pl.String, "n_broken": pl.Int64})


def feed_types(frames: Frames, feeds: Iterable[Feed]) -> pl.DataFrame:
    """(table, column, expected, found) of every declared column of every feed; `found` may be "absent"."""
    rows = []
    for feed in feeds:
        schema = frames[feed_table(feed)].schema
        for name, dtype in polars_schema(feed).items():
            found = str(schema[name]) if name in schema else "absent"
            rows.append({"table": feed_table(feed), "column": name, "expected": str(dtype), "found": found})
    return pl.DataFrame(rows, schema=dict.fromkeys(("table", "column", "expected", "found"), pl.String))
