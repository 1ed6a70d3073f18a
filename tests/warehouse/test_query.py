"""Questions put to a published database: answered, or refused in words."""

from datetime import UTC, datetime

import pytest

from pipeline.warehouse import QueryError, WarehouseError, build, query, read_frames, tables


@pytest.fixture
def path(town, home, models, deposit, hours):
    deposit("footfall", hours("A", [1, 2]))
    return build(town, home, datetime(2026, 11, 23).date(), sql_folder=models, analytic_models=()).path


def test_an_instant_is_given_in_utc_whatever_the_machine(path, monkeypatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    # Midnight of 2 November 2026 in Paris.
    instant = datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert query(path, "SELECT min(start_utc) FROM raw.footfall").item() == instant
    assert query(path, "SELECT min(start_utc)::VARCHAR FROM raw.footfall").item() == "2026-11-01 23:00:00+00"


@pytest.mark.parametrize(
    "sql", ["DESCRIBE marts.mart_town_week", "SHOW ALL TABLES", "EXPLAIN SELECT 1", "FROM raw.town;"]
)
def test_whatever_only_asks_is_answered(path, sql: str) -> None:
    assert query(path, sql).height > 0


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP TABLE raw.town", "one SELECT is expected, found: DROP"),
        ("SELECT 1; SELECT 2", "one SELECT is expected, found: SELECT, SELECT"),
        ("", "one SELECT is expected, found: nothing"),
        ("SET threads = 64", "one SELECT is expected, found: SET"),
        ("COPY raw.town TO 'x.csv'", "one SELECT is expected, found: COPY"),
        ("ATTACH 'x.duckdb'", "one SELECT is expected, found: ATTACH"),
        ("SELECT * FROM read_text('/etc/hostname')", "Cannot access file"),
        ("SELECT * FROM 'x.csv'", "x.csv"),
        ("SELECT * FROM glob('/*')", "Cannot access file"),
        ("SELECT nobody FROM raw.town", 'column "nobody" not found'),
        ("SELECT FROM WHERE", "syntax error"),
        ("SELECT INTERVAL 1 DAY", "cast it to text"),
    ],
)
def test_whatever_writes_or_reaches_out_is_refused_in_words(path, sql: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        query(path, sql)
    assert message.lower() in str(caught.value).lower()


def test_a_variable_of_the_program_is_no_table(path) -> None:
    town_names = query(path, "SELECT name FROM raw.town")
    assert town_names.height == 1
    with pytest.raises(QueryError, match="town_names does not exist"):
        query(path, "SELECT * FROM town_names")


def test_whole_tables_come_by_name(path) -> None:
    frames = read_frames(path, ["raw.footfall", "marts.mart_town_week"])
    assert frames["raw.footfall"]["count"].to_list() == [1.0, 2.0]
    assert frames["marts.mart_town_week"]["passages"].to_list() == [3.0]


def test_a_table_that_is_not_there_is_told_with_those_that_are(path) -> None:
    assert "marts.mart_town_week" in tables(path)
    with pytest.raises(QueryError, match=r"no table marts\.nothing; tables are: .*marts\.mart_town_week"):
        read_frames(path, ["marts.nothing"])


def test_a_file_that_is_no_database_is_said_so(tmp_path) -> None:
    with pytest.raises(WarehouseError, match="there is no database at"):
        query(tmp_path / "nothing.duckdb", "SELECT 1")
    (tmp_path / "text.duckdb").write_text("not a database", encoding="utf-8")
    with pytest.raises(WarehouseError, match="cannot be opened"):
        query(tmp_path / "text.duckdb", "SELECT 1")
