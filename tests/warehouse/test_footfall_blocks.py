"""Counts are staged by years, and what is kept from one build to the next is what a new home would make."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars import selectors as cs

from pipeline.contract.town import Town
from pipeline.deposit.store import StoredUpload
from pipeline.derive import polars_schema
from pipeline.feeds import get_feed
from pipeline.warehouse.footfall_blocks import ASIDE, COUNTS, HOURS, ROWS, stage_blocks

FEED = get_feed("footfall")
# 2001-01-01 plus 25 and 26 times 52 weeks: the Mondays on which two blocks begin.
EDGE, NEXT_EDGE = datetime(2025, 12, 1), datetime(2026, 11, 30)
HOUR = timedelta(hours=1)


def counts(
    folder: Path, name: str, first: datetime, values: list[float | None], step: timedelta = HOUR, counter: str = "A"
) -> StoredUpload:
    """An upload of counts, one a step from a local time in Paris."""
    paris = pl.col("start", "end").dt.replace_time_zone("Europe/Paris").dt.convert_time_zone("UTC").name.suffix("_utc")
    starts = [first + n * step for n in range(len(values))]
    rows = pl.DataFrame(
        {
            "counter_id": [counter] * len(values),
            "start": starts,
            "end": [start + step for start in starts],
            "count": values,
            "direction": ["both"] * len(values),
            "line": range(2, len(values) + 2),
        },
        schema_overrides={"count": pl.Float64, "line": pl.UInt32, "start": pl.Datetime("us"), "end": pl.Datetime("us")},
    ).with_columns(paris)
    place = folder / name
    place.mkdir(parents=True)
    rows.select(polars_schema(FEED).names()).write_parquet(place / "accepted.parquet")
    return StoredUpload(name, "footfall", datetime(2027, 1, 1, tzinfo=UTC), "accepted", place, f"sha of {name}", {})


@pytest.fixture
def town() -> Town:
    return Town("essai", "Essai", "00000", "FR", "Europe/Paris", Path())


@pytest.fixture
def staged(tmp_path: Path, town: Town):
    """staged(uploads) stages them beside what was kept before; gives the folders of the blocks."""
    return lambda uploads, made_by="the same code": list(stage_blocks(FEED, uploads, town, tmp_path / "kept", made_by))


def content(blocks: list[Path]) -> list[pl.DataFrame]:
    return [pl.concat([read(block / name) for block in blocks]) for name in (ROWS, HOURS, COUNTS, ASIDE)]


def read(path: Path, *columns: str) -> pl.DataFrame:
    """Names are codes of the block in its files."""
    return pl.read_parquet(path, columns=list(columns) or None).cast({cs.enum(): pl.String})


def test_a_count_stands_in_the_block_of_its_local_start(tmp_path, staged) -> None:
    upload = counts(tmp_path, "u", EDGE - 2 * HOUR, [1.0, 2.0, 3.0, 4.0])
    before, after = (pl.read_parquet(block / ROWS) for block in staged([upload]))
    assert before["start"].to_list() == [EDGE - 2 * HOUR, EDGE - HOUR]
    assert after["start"].to_list() == [EDGE, EDGE + HOUR]
    assert after["line"].to_list() == [4, 5]


def test_a_new_day_makes_its_block_anew_and_no_other(tmp_path, staged) -> None:
    spring = counts(tmp_path, "spring", EDGE - timedelta(weeks=10), [5.0] * 24)
    autumn = counts(tmp_path, "autumn", EDGE + timedelta(weeks=10), [6.0] * 24)
    first = staged([spring, autumn])
    made = {block.name: (block / ROWS).stat().st_ino for block in first}
    second = staged([spring, autumn, counts(tmp_path, "new", EDGE + timedelta(weeks=15), [7.0] * 24)])
    assert second[0] == first[0]
    assert (second[0] / ROWS).stat().st_ino == made[first[0].name]
    assert second[1].name not in made
    assert not first[1].exists()


def test_counts_of_the_weeks_around_are_judged_beside_and_make_the_block_anew(tmp_path, staged) -> None:
    inside = counts(tmp_path, "inside", EDGE + timedelta(weeks=20), [6.0] * 24)
    for weeks, is_beside in ((-8, True), (-10, False)):
        near = counts(tmp_path, f"at {weeks}", EDGE + timedelta(weeks=weeks), [6.0] * 24)
        assert (staged([inside])[-1] != staged([inside, near])[-1]) is is_beside


def test_an_interval_over_the_edge_joins_two_blocks(tmp_path, staged) -> None:
    night = counts(tmp_path, "night", EDGE - 2 * HOUR, [9.0], step=4 * HOUR)
    hours = counts(tmp_path, "hours", EDGE - 2 * HOUR, [1.0, 2.0, 3.0, 4.0])
    [block] = staged([hours, night])
    assert pl.read_parquet(block / ROWS)["count"].to_list() == [1.0, 2.0, 3.0, 4.0]
    aside = pl.read_parquet(block / ASIDE)
    assert aside.select("count", "kept_count", "difference").rows() == [(9.0, 10.0, -1.0)]


def test_other_code_or_settings_keep_nothing(tmp_path, staged) -> None:
    upload = counts(tmp_path, "u", EDGE, [1.0])
    before = staged([upload])
    assert staged([upload], made_by="other code") != before
    assert not before[0].exists()


def test_what_a_power_cut_left_is_made_again(tmp_path, staged, monkeypatch) -> None:
    upload = counts(tmp_path, "u", EDGE, [1.0, 2.0])

    def cut(*_: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", cut)
        with pytest.raises(OSError, match="the power is gone"):
            staged([upload])
    [block] = staged([upload])
    assert pl.read_parquet(block / ROWS)["count"].to_list() == [1.0, 2.0]
    assert sorted(path.name for path in block.iterdir()) == sorted([ROWS, HOURS, COUNTS, ASIDE])


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing"])
def test_what_is_known_of_the_uploads_is_found_out_anew_where_it_cannot_be_read(tmp_path, staged, damage) -> None:
    upload = counts(tmp_path, "u", EDGE - HOUR, [1.0, 2.0])
    first = staged([upload])
    [known] = (tmp_path / "kept").glob("*.spans.parquet")
    known.write_bytes(damage)
    assert staged([upload]) == first


def test_no_upload_no_block(staged) -> None:
    assert staged([]) == []


STARTS = st.builds(
    lambda edge, hours: edge + hours * HOUR, st.sampled_from([EDGE, NEXT_EDGE]), st.integers(-20 * 168, 20 * 168)
)
SENT = st.tuples(
    st.sampled_from("AB"),
    STARTS | st.sampled_from([EDGE - HOUR, EDGE - 5 * HOUR, EDGE]),
    st.lists(st.none() | st.integers(0, 5).map(float), min_size=1, max_size=30),
    st.sampled_from([HOUR, HOUR, timedelta(minutes=15), 6 * HOUR, timedelta(days=1)]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SENT, min_size=1, max_size=5), st.data())
def test_what_is_kept_night_after_night_equals_what_a_new_home_makes(town: Town, sent, data) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        uploads = [
            counts(folder, f"u{n}", first, values, step, counter)
            for n, (counter, first, values, step) in enumerate(sent)
        ]
        for n in range(1, len(uploads) + 1):
            list(stage_blocks(FEED, uploads[:n], town, folder / "kept", "code"))
        # A withdrawal, too, must leave no trace.
        left = data.draw(
            st.lists(st.sampled_from(uploads), unique_by=lambda upload: upload.upload_id).map(
                lambda some: sorted(some, key=lambda upload: upload.upload_id)
            )
        )
        kept = list(stage_blocks(FEED, left, town, folder / "kept", "code"))
        fresh = list(stage_blocks(FEED, left, town, folder / "fresh", "code"))
        assert [block.name for block in kept] == [block.name for block in fresh]
        assert (
            all(one.equals(other) for one, other in zip(content(kept), content(fresh), strict=True))
            if left
            else not kept
        )
        seen = [read(block / ROWS, "counter_id", "start_utc", "end_utc") for block in kept]
        for _, told in pl.concat(seen).group_by("counter_id") if seen else []:
            ordered = told.sort("start_utc")
            assert (ordered["start_utc"][1:] >= ordered["end_utc"][:-1]).all(), "hours counted twice"


def test_the_first_block_begins_on_a_monday(town: Town) -> None:
    assert (EDGE.date() - date(2001, 1, 1)).days == 25 * 364
    assert EDGE.weekday() == NEXT_EDGE.weekday() == 0
