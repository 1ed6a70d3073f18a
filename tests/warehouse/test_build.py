"""A build is a pure function of its inputs: same inputs, same name, same content, wherever and whenever."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.contract import Label
from pipeline.contract.town import Town
from pipeline.settings import TownHome
from pipeline.warehouse import AuditError, ModelError, WarehouseError, build, newest_build, publish, query, read_frames
from pipeline.warehouse.analytic_models import AnalyticModel
from pipeline.warehouse.database import building, checksum, loading
from pipeline.warehouse.tables import documented

AS_OF = date(2026, 11, 23)


@pytest.fixture
def make(town: Town, home: TownHome, models: Path):
    """make(as_of=…, into=home, …) builds with the two small models."""

    def make(as_of: date = AS_OF, *, into: TownHome = home, of: Town = town, analytic=(), sql: Path = models):
        return build(of, into, as_of, sql_folder=sql, analytic_models=analytic)

    return make


def test_a_figure_can_be_followed_from_the_mart_to_the_line_of_the_file(make, deposit, hours) -> None:
    upload_id = deposit("footfall", hours("A", [10, 20, None, 40]))
    made = make()
    # 10 + 20 + 40; the third hour was not counted, which is not 0.
    mart = query(made.path, "SELECT iso_week, passages FROM marts.mart_town_week")
    assert mart.rows() == [("2026-W45", 70.0)]
    raw = query(made.path, "SELECT count, upload_id, line FROM raw.footfall ORDER BY line")
    assert raw.rows() == [(10.0, upload_id, 2), (20.0, upload_id, 3), (None, upload_id, 4), (40.0, upload_id, 5)]


def test_the_same_inputs_give_the_same_build_in_another_folder(make, deposit, hours, home, town, tmp_path) -> None:
    # Thirds have no exact sum: one bit of difference between two orders of adding would show.
    counts = [n / 3 for n in range(1, 400)]
    elsewhere = TownHome(tmp_path / "another place" / "sevres")
    for place in (home, elsewhere):
        deposit("footfall", [row for counter in "ABCDEF" for row in hours(counter, counts)], into=place)
        deposit("footfall", hours("A", [9.9]), after=1, into=place)
    moved = tmp_path / "moved" / "sevres"
    moved.mkdir(parents=True)
    (moved / "town.toml").write_bytes((town.folder / "town.toml").read_bytes())
    first, second = make(), make(into=elsewhere, of=replace(town, folder=moved))
    assert first.build_id == second.build_id
    assert first.manifest.checksums == second.manifest.checksums
    assert first.path != second.path


def test_uploads_commute_as_long_as_their_deposit_times_stay(make, deposit, hours, home, tmp_path) -> None:
    elsewhere = TownHome(tmp_path / "elsewhere" / "sevres")
    uploads = [(hours("A", [1, 2, 3]), 0), (hours("A", [10, 20]), 1), (hours("B", [5]), 2)]
    for rows, after in uploads:
        deposit("footfall", rows, after=after)
    for rows, after in reversed(uploads):
        deposit("footfall", rows, after=after, into=elsewhere)
    assert make().manifest.checksums == make(into=elsewhere).manifest.checksums


@pytest.mark.parametrize("change", ["upload", "as_of", "town_folder", "sql"])
def test_whatever_changes_the_inputs_changes_the_name(make, deposit, hours, town, models, change: str) -> None:
    deposit("footfall", hours("A", [1]))
    before = make().build_id
    if change == "upload":
        deposit("weather", [{"date": date(2026, 11, 2)}], status="waiting")
    elif change == "town_folder":
        (town.folder / "town.toml").write_text("# changed\n", encoding="utf-8")
    elif change == "sql":
        path = models / "marts" / "mart_town_week.sql"
        path.write_text(path.read_text("utf-8") + "\n-- changed\n", encoding="utf-8")
    after = make(date(2026, 11, 24) if change == "as_of" else AS_OF).build_id
    assert after != before
    assert after.startswith("2026-11-24-" if change == "as_of" else "2026-11-23-")


def test_nothing_is_done_twice(make, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [1]))
    first = make()
    stamp = first.path.stat().st_mtime_ns
    second = make()
    assert (first.is_unchanged, second.is_unchanged) == (False, True)
    assert second.path.stat().st_mtime_ns == stamp
    assert second.seconds == {}
    assert set(first.seconds) == {"clean", "load", "staging", "marts", "checksums"}
    assert newest_build(home) == first.build_id


def test_only_effective_uploads_enter_but_every_one_is_told(make, deposit, hours) -> None:
    good = deposit("footfall", hours("A", [1]))
    deposit("footfall", hours("B", [100]), after=1, status="waiting")
    deposit("footfall", hours("C", [100]), after=2, status="refused")
    made = make()
    uploads = query(
        made.path, "SELECT status, is_in_build, rows_read, rows_accepted, rows_blank FROM raw.uploads ORDER BY ALL"
    )
    assert uploads.rows() == [("accepted", True, 2, 1, 1), ("refused", False, 2, 1, 1), ("waiting", False, 2, 1, 1)]
    assert query(made.path, "SELECT DISTINCT upload_id FROM raw.footfall").item() == good
    assert (
        query(made.path, "SELECT sum(n_problems) FROM raw.upload_problems WHERE code = 'blank-row-error'").item() == 3
    )


def test_a_town_where_nobody_sent_anything_has_every_table(make) -> None:
    made = make()
    tables = made.manifest.tables
    assert {tables[f"raw.{feed}"].rows for feed in ("footfall", "shops", "events", "premises", "links")} == {0}
    # The 52 complete weeks before Monday 23 November 2026 begin on 24 November 2025.
    town = query(made.path, "SELECT first_week_start, last_week_start, as_of FROM raw.town")
    assert town.rows() == [(date(2025, 11, 24), date(2026, 11, 16), AS_OF)]
    assert made.weeks == 52


def test_the_weeks_that_are_published_begin_with_the_first_count_and_are_complete(make, deposit, hours) -> None:
    deposit("footfall", hours("A", [1]))
    # Counts begin in the week of Monday 2 November; on Thursday 26 the last complete week is that of 16 November.
    made = make(date(2026, 11, 26))
    weeks = query(made.path, "SELECT first_week_start, last_week_start FROM raw.town")
    assert weeks.rows() == [(date(2026, 11, 2), date(2026, 11, 16))]
    assert made.weeks == 3


def test_tables_and_columns_carry_french_comments(make) -> None:
    path = make().path
    comments = query(path, "SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()")
    assert dict(comments.rows())["marts.mart_town_week"] == "La ville, semaine par semaine"
    assert comments["comment"].null_count() == 0
    columns = query(path, "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'mart_town_week'")
    assert dict(columns.rows())["passages"] == "Passages (passages)"
    assert query(path, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL").item() == 0


def test_superseded_rows_are_counted_by_upload(make, deposit, hours) -> None:
    first = deposit("footfall", hours("A", [1, 2, 3]))
    second = deposit("footfall", hours("A", [10, 20]), after=1)
    made = make()
    told = query(
        made.path, "SELECT upload_id, feed, rows_accepted, rows_superseded FROM raw.superseded ORDER BY upload_id"
    )
    assert told.rows() == [(first, "footfall", 3, 2), (second, "footfall", 2, 0)]
    assert query(made.path, "SELECT passages FROM marts.mart_town_week").item() == 33.0


def analytic(compute, **changes) -> AnalyticModel:
    model = AnalyticModel(
        name="analytics.doubled",
        title=Label("Le double", "The double"),
        reads=("marts.mart_town_week", "raw.town"),
        grain=("iso_week",),
        columns=documented("iso_week | Semaine | Week\ndoubled | Le double | The double | passages"),
        compute=compute,
        checks=("doubled >= 0",),
    )
    return replace(model, **changes)


def doubled(frames: dict[str, pl.DataFrame], town: Town) -> pl.DataFrame:
    return frames["marts.mart_town_week"].select("iso_week", doubled=pl.col("passages") * 2)


def test_an_analytic_model_is_built_between_what_it_reads_and_what_reads_it(make, deposit, hours, models) -> None:
    deposit("footfall", hours("A", [10, 20]))
    (models / "marts" / "mart_last.sql").write_text(
        "-- model: marts.mart_last\n-- title: Fin | End\n-- grain: iso_week\n-- column: iso_week | Semaine | Week\n"
        "-- column: n | N | N\nSELECT iso_week, doubled AS n FROM analytics.doubled",
        encoding="utf-8",
    )
    made = make(analytic=[analytic(doubled)])
    assert query(made.path, "SELECT * FROM marts.mart_last").rows() == [("2026-W45", 60.0)]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            analytic(doubled, checks=("doubled < 60",)),
            "analytics.doubled: 1 row(s) break the check `doubled < 60`, first: iso_week 2026-W45",
        ),
        (analytic(doubled, grain=("iso_week", "doubled"), checks=()), None),
        (
            analytic(lambda f, t: pl.concat([doubled(f, t)] * 2)),
            "analytics.doubled: 1 value(s) of its grain (iso_week) stand in several rows, first: iso_week 2026-W45",
        ),
        (
            analytic(lambda f, t: doubled(f, t).with_columns(iso_week=pl.lit(None, dtype=pl.String))),
            "analytics.doubled: iso_week is empty in 1 row(s)",
        ),
        (
            analytic(lambda f, t: doubled(f, t).with_columns(more=1)),
            "analytics.doubled: its columns are iso_week, doubled, more; its header says iso_week, doubled",
        ),
        (analytic(doubled, checks=("nonsense > 1",)), "analytics.doubled: the check `nonsense > 1` cannot be run"),
        (
            analytic(lambda f, t: doubled(f, t).with_columns(doubled=None)),
            "analytics.doubled: column(s) without a type: doubled",
        ),
    ],
)
def test_a_table_that_breaks_its_promise_stops_the_build(make, deposit, hours, home, model, message) -> None:
    deposit("footfall", hours("A", [10, 20]))
    if message is None:
        make(analytic=[model])
        return
    with pytest.raises(WarehouseError) as caught:
        make(analytic=[model])
    assert str(caught.value).startswith(message)
    assert newest_build(home) is None


def test_a_check_that_cannot_be_decided_holds(make, deposit, hours) -> None:
    deposit("footfall", hours("A", [None]))
    made = make(analytic=[analytic(doubled)])
    assert query(made.path, "SELECT doubled FROM analytics.doubled").item() is None


def test_an_error_in_sql_names_the_table(make, models) -> None:
    path = models / "marts" / "mart_town_week.sql"
    path.write_text(path.read_text("utf-8").replace("sum(days.passages)", "sum(days.nobody)"), encoding="utf-8")
    with pytest.raises(WarehouseError, match=r"marts\.mart_town_week: Binder Error"):
        make()


def test_a_broken_model_stops_before_anything_is_made(make, models, home) -> None:
    (models / "marts" / "mart_more.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ModelError, match=r"sql/marts/mart_more\.sql, line 1"):
        make()
    assert not home.builds.exists()


def test_the_database_of_a_build_reaches_no_file_outside_it(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        pl.DataFrame({"a": [1]}).write_parquet(folder / "a.parquet")
    with building(inside / "x.duckdb") as connection:
        with loading(connection, [inside]):
            assert connection.from_parquet(str(inside / "a.parquet")).fetchall() == [(1,)]
            with pytest.raises(duckdb.PermissionException):
                connection.from_parquet(str(outside / "a.parquet")).fetchall()
        with pytest.raises(duckdb.Error, match="configuration has been locked"):
            connection.execute("SET threads = 4")


def test_what_a_failed_build_leaves_is_gone_after_the_next_one(make, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [10, 20]))
    with pytest.raises(AuditError):
        make(analytic=[analytic(doubled, checks=("doubled < 60",))])
    assert [path.name[:9] for path in home.builds.iterdir()] == [".partial-"]
    made = make()
    assert [path.name for path in home.builds.iterdir()] == [made.build_id]


def test_a_build_without_its_database_is_made_again(make, deposit, hours) -> None:
    deposit("footfall", hours("A", [1]))
    made = make()
    made.path.unlink()
    again = make()
    assert not again.is_unchanged
    assert again.manifest.checksums == made.manifest.checksums


def test_a_published_build_whose_folder_was_deleted_comes_back_identical(make, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [1]))
    publish(home, make(date(2026, 11, 22)).build_id)
    made = make()
    publish(home, made.build_id)
    for path in sorted(home.builds.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    again = make()
    assert again.manifest.previous_build_id == made.manifest.previous_build_id
    assert {n: f.checksum for n, f in again.manifest.tables.items()} == {
        n: f.checksum for n, f in made.manifest.tables.items()
    }


def test_a_build_cannot_be_written_to(make) -> None:
    made = make()
    assert made.path.stat().st_mode & 0o222 == 0


def test_the_checksum_tells_content_not_order(make, deposit, hours, tmp_path: Path) -> None:
    deposit("footfall", hours("A", [1, 2, 2]))
    made = make()
    copy = tmp_path / "copy.duckdb"
    frames = read_frames(made.path, ["raw.footfall"])
    with duckdb.connect(str(copy)) as connection:
        connection.execute("CREATE SCHEMA raw")
        frame = frames["raw.footfall"]
        for name, content in {
            "same": frame.reverse(),
            "less": frame.head(2),
            "more": pl.concat([frame, frame[:1]]),
        }.items():
            connection.register("given", content)
            connection.execute(f"CREATE TABLE raw.{name} AS FROM given")
        expected = made.manifest.tables["raw.footfall"].checksum
        assert checksum(connection, "raw.same") == expected
        assert expected not in {checksum(connection, "raw.less"), checksum(connection, "raw.more")}


def test_a_kept_block_that_cannot_be_read_is_removed_and_the_next_build_is_whole(make, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [1, 2]))
    expected = make().manifest.checksums
    shutil.rmtree(home.builds)
    [counts] = (home.kept / "footfall").glob("*/counts.parquet")
    counts.chmod(0o644)
    counts.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(WarehouseError, match="was damaged and is removed; run again"):
        make()
    assert make().manifest.checksums == expected
