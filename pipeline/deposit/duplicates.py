"""Rows of one file that tell the same fact: the same key twice, or two shops in the same premises at once."""

from dataclasses import replace

import numpy as np
import polars as pl

from pipeline.contract import Column, Date, Enum, Feed, LocalDatetime
from pipeline.deposit.reading import findings, no_findings
from pipeline.deposit.typed_rows import Numbers, TypedRows, Whole
from pipeline.derive.polars_schema import utc_name

# Feeds whose rows are intervals that must not overlap for the same thing: thing, first day, first day after.
INTERVALS = {"shops": ("premises_id", "opened_on", "closed_on")}

MOST_KEYS = 8  # keys that could be, for each row, up to which it is marked which of them are


def find_duplicates(rows: TypedRows, feed: Feed, is_good: pl.Series) -> pl.DataFrame:
    """Findings for rows whose key another row of the file has.

    Rows that say the same are counted once: the first is kept. Rows that differ are all rejected, each naming the line
    of another: nobody can know which is right.
    """
    keys = key_columns(feed)
    if not feed.alternative_key:
        return _among(rows, is_good, feed, keys)
    has_key = rows.one(pl.all_horizontal(pl.col(keys).is_not_null()), keys)
    other = key_columns(feed, feed.alternative_key)
    return pl.concat([_among(rows, is_good & has_key, feed, keys), _among(rows, is_good & ~has_key, feed, other)])


def key_columns(feed: Feed, key: tuple[str, ...] | None = None) -> list[str]:
    """The typed columns of a key: of a moment its instant, so that the two hours that autumn doubles are two."""
    names = feed.key if key is None else key
    return [utc_name(name) if isinstance(feed.column(name).type, LocalDatetime) else name for name in names]


def _among(rows: TypedRows, is_meant: pl.Series, feed: Feed, keys: list[str]) -> pl.DataFrame:
    """Findings for the rows that are meant and share their key with another such row."""
    suspects = _suspects(rows, is_meant, keys)
    if suspects.is_empty():
        return no_findings()
    found = rows.at(suspects).cast({pl.Enum: pl.String}).with_columns(suspects.alias("row"))
    content = [column.name for column in feed.columns]
    first_line, last_line = pl.col("line").first(), pl.col("line").last()
    twice = found.filter(pl.len().over(keys) > 1).with_columns(
        (pl.struct(content).n_unique().over(keys) == 1).alias("is_same"),
        (pl.int_range(pl.len()).over(keys) == 0).alias("is_first"),
        pl.when(pl.int_range(pl.len()).over(keys) == 0)
        .then(last_line.over(keys))
        .otherwise(first_line.over(keys))
        .cast(pl.String)
        .alias("expected"),
    )
    texts = [name.removesuffix("_utc") for name in keys]
    value = pl.concat_str([_shown(feed.column(name)) for name in texts], separator=", ", ignore_nulls=True).alias(
        "value"
    )
    twice = twice.select("row", "expected", "is_same", "is_first", value)
    column = texts[0]
    return pl.concat(
        [
            findings(
                twice.filter(pl.col("is_same") & ~pl.col("is_first")),
                column,
                "duplicate-key.identical",
                severity="warning",
                rejects=True,
            ),
            findings(
                twice.filter(~pl.col("is_same")), column, "duplicate-key", fix="Gardez la bonne ligne et renvoyez-la."
            ),
        ]
    )


def _suspects(rows: TypedRows, is_meant: pl.Series, keys: list[str]) -> pl.Series:
    """The rows that are meant and may share their key with another such row, in order."""
    none = pl.Series([], dtype=pl.UInt32)
    if numbered := rows.numbers(keys, is_meant, most=MOST_KEYS * rows.height):
        if not _is_any_shared(numbered):
            return none
        numbers = pl.concat(numbered.map(lambda part: part), rechunk=True)
    else:
        numbers = pl.concat(rows.map(pl.DataFrame.hash_rows, keys), rechunk=True).filter(is_meant)
        # Equal keys have equal hashes: where no two hashes in order of size are equal, there is no duplicate.
        ordered = np.sort(numbers.to_numpy())
        if not (ordered[1:] == ordered[:-1]).any():
            return none
    return is_meant.arg_true().filter(numbers.is_duplicated())


def _is_any_shared(numbers: Numbers) -> bool:
    """Whether two rows have the same number."""
    is_there = np.zeros(numbers.count, bool)

    def mark(part: pl.Series) -> int:
        is_there[part.to_numpy()] = True
        return len(part)

    rows = sum(numbers.map(mark))
    return int(np.count_nonzero(is_there)) < rows


def once_a_line(problems: pl.DataFrame) -> pl.DataFrame:
    """Of the values of a line that repeat those of one other line the first, with how many more there are.

    problems: schema PROBLEMS. In wide layouts a line that comes twice repeats each of its values.
    """
    is_repeat = pl.col("key").str.starts_with("duplicate-key")
    if not problems.select(is_repeat.any()).item():
        return problems
    others = pl.len().over("line", "key", "expected") - 1
    place = pl.int_range(pl.len()).over("line", "key", "expected")
    words = pl.format("De même pour {} autre(s) valeur(s) de la ligne.", others)
    with_others = pl.concat_str([words, "fix"], separator=" ", ignore_nulls=True)
    told = problems.with_columns(pl.when(is_repeat & (others > 0)).then(with_others).otherwise("fix").alias("fix"))
    return told.filter(problems.select(~is_repeat | (place == 0)).to_series())


def _shown(column: Column) -> pl.Expr:
    """A part of a key as a French reader writes it."""
    value = pl.col(column.name)
    match column.type:
        case LocalDatetime():
            return value.dt.strftime("%d/%m/%Y %H:%M")
        case Date():
            return value.dt.strftime("%d/%m/%Y")
        case Enum(choices):
            return value.replace({choice.code: choice.label.fr for choice in choices})
        case _:
            return value.cast(pl.String)


def find_grains(rows: TypedRows, feed: Feed, is_good: pl.Series) -> pl.DataFrame:
    """Warnings for rows that tell hours which another row tells at another grain: totals of a day beside its hours."""
    if feed.interval_end is None or rows.ends_follow:  # each a step of its counter long: there is one grain
        return no_findings()
    names = key_columns(feed, (feed.key[0], feed.key[1], feed.interval_end))
    thing, start, end = names
    meant = replace(rows, columns={**rows.columns, "@meant": Whole(is_good)})

    def of_things(part: pl.DataFrame, things: pl.Series | None = None) -> pl.DataFrame:
        kept = part.filter("@meant").drop_nulls(names)
        return kept if things is None else kept.filter(pl.col(thing).is_in(things.implode()))

    # Intervals of one length that begin on one grid are the same or apart: only the others are put in order.
    length = (pl.col(end) - pl.col(start)).dt.total_microseconds()
    place = pl.col(start).dt.epoch("us") % length
    spread = [length.min().alias("shortest"), length.max().alias("longest")]
    spread += [place.min().alias("first"), place.max().alias("last")]
    parts = meant.map(lambda part: of_things(part).group_by(thing).agg(spread), [*names, "@meant"])
    shapes = pl.concat(parts).group_by(thing).agg(pl.min("shortest", "first"), pl.max("longest", "last"))
    mixed = shapes.filter((pl.col("shortest") != pl.col("longest")) | (pl.col("first") != pl.col("last")))[thing]
    if mixed.is_empty():
        return no_findings()
    meant = replace(
        meant, columns={**meant.columns, "row": Whole(pl.int_range(rows.height, dtype=pl.UInt32, eager=True))}
    )
    kept = pl.concat(meant.map(lambda part: of_things(part, mixed), [*names, "line", "row", "@meant"]))
    crossing = _crossing(kept, thing, start, end)
    shown = rows.at(crossing["row"], [thing, feed.key[1]]).cast({thing: pl.String})
    value = pl.format("{}, {}", thing, pl.col(feed.key[1]).dt.strftime("%d/%m/%Y %H:%M"))
    told = crossing.select(
        "row", pl.col("earlier").cast(pl.String).alias("expected"), shown.select(value).to_series().alias("value")
    )
    return findings(told.sort("row"), feed.key[1], "overlap.within", severity="warning")


def _crossing(intervals: pl.DataFrame, thing: str, start: str, end: str) -> pl.DataFrame:
    """The intervals that begin before one above them in time ends, with the line of the one that reaches furthest."""
    apart = intervals.unique([thing, start, end], keep="first", maintain_order=True)
    ordered = apart.sort(thing, start, end, descending=[False, False, True], maintain_order=True)
    reach = pl.col(end).cum_max().shift(1).over(thing)
    is_furthest = reach.is_null() | (pl.col(end) > reach)
    furthest = pl.when(is_furthest).then("line").forward_fill().shift(1).over(thing)
    return ordered.with_columns(reach.alias("reach"), furthest.alias("earlier")).filter(pl.col(start) < pl.col("reach"))


def find_overlaps(rows: TypedRows, feed: Feed, is_good: pl.Series) -> pl.DataFrame:
    """Warnings for rows whose interval begins before that of the same thing above it ends; no begin is "since ever"."""
    if feed.name not in INTERVALS:
        return no_findings()
    thing, begin, end = INTERVALS[feed.name]
    good = rows.whole().with_row_index("row").filter(is_good).cast({pl.Enum: pl.String})
    good = good.sort(thing, begin, nulls_last=False, maintain_order=True)
    before = (pl.col(end).shift(1).over(thing), pl.col("line").shift(1).over(thing))
    good = good.with_columns(
        before[0].alias("earlier_end"), before[1].alias("earlier_line"), pl.col(thing).alias("value")
    )
    is_open = pl.col("earlier_end").is_null() | (pl.col("earlier_end") > pl.col(begin)).fill_null(True)
    words = pl.format("deux commerces l'occupent en même temps (voir la ligne {})", "earlier_line")
    told = good.filter(pl.col("earlier_line").is_not_null() & is_open).with_columns(words.alias("expected"))
    fix = "Indiquez la date de fermeture du premier."
    return findings(told, thing, "constraint-error.overlap", severity="warning", fix=fix)
