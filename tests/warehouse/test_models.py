"""The header of a SQL file is its contract: what breaks it is told with file and line."""

from pathlib import Path

import pytest

from pipeline.contract import Label
from pipeline.warehouse import ModelError
from pipeline.warehouse.models import load_models, parse_model
from pipeline.warehouse.tables import DocumentedColumn

HEADER = """\
-- model:  marts.mart_a
-- title:  Titre | Title
-- grain:  day
-- column: day | Jour | Day
-- column: visits | Passages | Passages | passages
-- check:  visits >= 0
-- A remark that is no contract.
"""
BODY = "SELECT day, visits FROM staging.stg_a"


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "marts/mart_a.sql") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_model_is_its_header_and_what_its_select_reads(write) -> None:
    model = parse_model(write(HEADER + BODY))
    assert (model.name, model.title, model.grain) == ("marts.mart_a", Label("Titre", "Title"), ("day",))
    assert model.columns == (
        DocumentedColumn("day", Label("Jour", "Day")),
        DocumentedColumn("visits", Label("Passages", "Passages"), "passages"),
    )
    assert (model.checks, model.reads) == (("visits >= 0",), ("staging.stg_a",))


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("WITH a AS (SELECT * FROM raw.x) SELECT day, visits FROM a", ("raw.x",)),
        ("SELECT day, visits FROM raw.y UNION ALL SELECT day, visits FROM raw.x", ("raw.x", "raw.y")),
        ("SELECT x.day, n AS visits FROM raw.x AS x, unnest([1, 2]) AS t(n)", ("raw.x",)),
        ("SELECT day, i AS visits FROM raw.x, range(3) AS t(i)", ("raw.x",)),
        ("SELECT day, visits FROM raw.x WHERE day IN (SELECT day FROM marts.mart_b)", ("marts.mart_b", "raw.x")),
        ("FROM raw.x SELECT day, visits", ("raw.x",)),
        ("SELECT day, visits FROM raw.x QUALIFY row_number() OVER (PARTITION BY day) = 1", ("raw.x",)),
        ("SELECT day, list_sum(list_transform(v, lambda n: n + 1)) AS visits FROM raw.x", ("raw.x",)),
    ],
)
def test_what_a_select_reads_is_found_wherever_it_stands(write, body: str, reads: tuple[str, ...]) -> None:
    assert parse_model(write(HEADER + body)).reads == reads


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "SELECT day FROM raw.x", "line 1: documented but not selected: visits"),
        (HEADER + "SELECT day, visits, n FROM raw.x", "line 1: selected but not documented: n"),
        (
            HEADER + "SELECT visits, day FROM raw.x",
            "line 1: column 1 is 'visits' in the SELECT and 'day' in the header",
        ),
        (HEADER + "SELECT day, count(*) FROM raw.x GROUP BY day", "line 1: selected but not documented: (unnamed)"),
        (HEADER + "SELECT * FROM raw.x", "line 8: the last SELECT writes out its columns; `*` hides them"),
        (HEADER + BODY + "; SELECT 1", "line 1: a model is exactly one SELECT; found 2 statement(s)"),
        (HEADER + "DELETE FROM raw.x", "line 1: a model is exactly one SELECT; found 1 statement(s)"),
        (HEADER, "line 1: a model is exactly one SELECT; found 0 statement(s)"),
        (HEADER + "SELECT day, visits\nFROM somewhere", "line 9: table 'somewhere' is neither a CTE nor written with"),
        (
            HEADER + "SELECT day, visits FROM other.x",
            "line 8: unknown schema 'other'; they are: raw, reference, staging",
        ),
        (HEADER + "SELECT day, visits FROM read_csv('x.csv')", "line 8: READ_CSV('x.csv'): a model reads tables only"),
        (HEADER + "SELECT day, visits FROM 'x.parquet'", "line 8: table 'x.parquet' is neither a CTE nor"),
        (HEADER + "SELECT day, now() AS visits FROM raw.x", "line 8: now gives another result each time"),
        (HEADER + "SELECT current_date AS day, visits FROM raw.x", "CURRENT_DATE gives another result each time"),
        (HEADER + "SELECT day, random() AS visits FROM raw.x", "RANDOM() gives another result each time"),
        (HEADER + "SELECT day visits FROM FROM", "line 8: this SQL cannot be read"),
        (HEADER.replace("marts.mart_a", "marts.mart_b") + BODY, "line 1: the model is called 'marts.mart_b'"),
        (HEADER.replace("| Title", "") + BODY, "line 2: both languages are needed"),
        (HEADER.replace("grain:  day", "grain:  hour") + BODY, "line 3: the grain names hour, which is no column"),
        (
            HEADER.replace("-- grain:  day\n", "") + BODY,
            "line 1: the header needs exactly one line `-- grain: …`, found 0",
        ),
        (HEADER.replace("| Jour | Day", "| Jour") + BODY, "line 4: write `name | French | English | unit`"),
        (HEADER.replace("-- check:", "-- chekc:") + BODY, "line 6: unknown header word 'chekc'"),
        (HEADER + "-- column: day | Jour | Day\n" + BODY, "line 8: column 'day' is documented twice"),
    ],
)
def test_a_broken_contract_is_told_with_file_and_line(write, text: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_model(write(text))
    assert str(caught.value).startswith("sql/marts/mart_a.sql, ")
    assert message in str(caught.value)


def test_data_goes_one_way(write) -> None:
    text = HEADER.replace("marts.mart_a", "staging.stg_a") + "SELECT day, visits FROM marts.mart_b"
    with pytest.raises(ModelError, match=r"staging\.stg_a reads marts\.mart_b, which is built after it"):
        parse_model(write(text, "staging/stg_a.sql"))


def test_every_broken_file_is_told_at_once(write, tmp_path: Path) -> None:
    write(HEADER + "SELECT 1")
    write("SELECT 1", "staging/stg_b.sql")
    with pytest.raises(ModelError) as caught:
        load_models(tmp_path)
    lines = str(caught.value).splitlines()
    assert [line.split(",")[0] for line in lines] == ["sql/staging/stg_b.sql", "sql/marts/mart_a.sql"]


def test_a_comment_carries_the_unit_in_french() -> None:
    assert DocumentedColumn("area_m2", Label("Surface", "Area"), "m²").comment == "Surface (m²)"
    assert DocumentedColumn("day", Label("Jour", "Day")).comment == "Jour"
