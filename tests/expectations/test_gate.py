"""The gate as a whole, on a build that is right and on one that is wrong in many places. Imports Great Expectations."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from expectations.evidence import GateFacts
from pipeline.contract.town import Town

if TYPE_CHECKING:  # the import takes 6 to 18 seconds; it is paid in the fixture, and only where these tests run
    from expectations.gate import GateFailure, GateResult

pytestmark = pytest.mark.slow

Build = dict[str, pl.DataFrame]
FACTS = GateFacts(as_of=date(2026, 11, 16), previous_weeks=("2026-W37", "2026-W38"))


def spoil(build: Build) -> Build:
    """One fault of each kind."""
    footfall = build["raw.footfall"]
    build["raw.footfall"] = pl.concat(
        [
            footfall.with_columns(counter_id=pl.when(pl.col("line") == 3).then(pl.lit("GR99")).otherwise("counter_id")),
            footfall.filter(pl.col("line") == 2).with_columns(count=pl.lit(-4.0), line=pl.lit(9, dtype=pl.UInt32)),
        ]
    )
    build["raw.weather"] = build["raw.weather"].with_columns(pl.col("rain_mm").cast(pl.String))
    build["marts.mart_town_week"] = build["marts.mart_town_week"].with_columns(
        passages=pl.when(pl.col("iso_week") == "2026-W46").then(1234.0).otherwise("passages"),
        footfall_index=pl.when(pl.col("iso_week") == "2026-W46").then(12.34).otherwise("footfall_index"),
        imputed_share=pl.when(pl.col("iso_week") == "2026-W45").then(0.2).otherwise("imputed_share"),
        attractiveness_index=pl.when(pl.col("iso_week") == "2026-W46").then(60.0).otherwise("attractiveness_index"),
    )
    build["raw.uploads"] = build["raw.uploads"].with_columns(rows_read=pl.lit(11))
    return build


@dataclass(frozen=True)
class Verdicts:
    good: "GateResult"
    bad: "GateResult"
    folder: Path


@pytest.fixture(scope="module")
def verdicts(good_build: Callable[[], Build], town: Town, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    from expectations.gate import run_gate

    folder = tmp_path_factory.mktemp("gate")
    late = GateFacts(as_of=date(2026, 11, 24), previous_weeks=("2026-W36", "2026-W37"))
    return Verdicts(
        good=run_gate(good_build(), town, FACTS, folder / "good"),
        bad=run_gate(spoil(good_build()), town, late, folder / "bad"),
        folder=folder,
    )


def failure(verdicts: Verdicts, table: str, column: str | None = None) -> "GateFailure":
    (found,) = [one for one in verdicts.bad.failed if one.table == table and column in (None, one.column)]
    return found


def test_a_build_that_is_right_passes_every_expectation(verdicts: Verdicts) -> None:
    assert verdicts.good.failed == ()
    assert verdicts.good.is_open
    assert verdicts.good.passed > 100


def test_each_fault_is_found_and_nothing_else_is(verdicts: Verdicts) -> None:
    assert [(one.table, one.column) for one in verdicts.bad.failed] == [
        ("raw.footfall", "counter_id"),
        ("raw.footfall", "count"),
        ("raw.footfall", "fact_key"),
        ("gate.last_week", "is_present"),
        ("gate.previous_weeks", "is_accounted_for"),
        ("gate.receipt", "difference"),
        ("gate.shares", "share_sum"),
        ("gate.types", None),
        ("gate.uploads", None),
        ("gate.week_level", None),
    ]
    assert not verdicts.bad.is_open
    assert verdicts.bad.passed + len(verdicts.bad.failed) == verdicts.good.passed


def test_a_level_out_of_bounds_names_the_week_the_figure_and_the_bound(verdicts: Verdicts) -> None:
    # 12.34 / 100.5 = 0.12279, by the median of conftest.py.
    told = failure(verdicts, "gate.week_level")
    assert told.message_fr.startswith(
        "Le niveau de la semaine 2026-W46 (1\u202f234 passages) sort des bornes : à compteurs comparables, "
        "0,123 fois la médiane des huit semaines d'avant, pour un minimum de 0,4."
    )
    assert told.message_en.startswith("The level of week 2026-W46 (1,234 passages) is out of bounds")
    assert (told.observed, told.expected) == ("ratio = 0.123, low = 0.4", "ratio ≥ low")


def test_a_wrong_row_is_told_by_upload_line_and_value(verdicts: Verdicts) -> None:
    told = failure(verdicts, "raw.footfall", "counter_id")
    assert (told.lines, told.observed, told.count) == ((3,), "GR99", 1)
    assert "« Comptages piétons », colonne « compteur » : « GR99 »" in told.message_fr
    assert "(envoi u1, ligne 3)" in told.message_fr


def test_a_double_key_shows_both_lines(verdicts: Verdicts) -> None:
    assert failure(verdicts, "raw.footfall", "fact_key").lines == (2, 9)
    assert failure(verdicts, "raw.footfall", "fact_key").message_fr.endswith("Et 1 autre cas.")


def test_a_missing_or_lost_week_is_named(verdicts: Verdicts) -> None:
    missing = "La dernière semaine complète (2026-W47) manque : la plus récente est 2026-W46."
    assert failure(verdicts, "gate.last_week").message_fr == missing
    assert failure(verdicts, "gate.last_week").observed == "False"
    assert "2026-W36" in failure(verdicts, "gate.previous_weeks").message_fr


def test_lines_that_vanish_between_reading_and_receipt_are_said(verdicts: Verdicts) -> None:
    # 7 + 1 + 1 + 1 = 10 lines explained of 11 read.
    assert "11 lignes lues, mais 10" in failure(verdicts, "gate.uploads").message_fr


def test_the_data_docs_open_without_a_server_and_lie_in_the_folder_given_alone(verdicts: Verdicts) -> None:
    assert sorted(path.name for path in verdicts.folder.iterdir()) == ["bad", "good"]
    index = (verdicts.folder / "bad" / "index.html").read_text(encoding="utf-8")
    assert "gate.week_level" in index
    # The first page needs no script: the verdict, the sentences and the way to the details are in it.
    for told in verdicts.bad.failed:
        assert html.escape(told.message_fr) in index
    details = re.findall(r'href="(validations/[^"]+)"', index)
    assert details
    assert all((verdicts.folder / "bad" / path).is_file() for path in details)
    pages = list((verdicts.folder / "bad" / "validations").rglob("*.html"))
    assert pages
    for page in pages:
        fetched = re.findall(r"<(?:script|link|img)[^>]*https?:", page.read_text(encoding="utf-8"))
        assert fetched == []


def test_a_second_gate_replaces_the_pages_of_the_first(
    good_build: Callable[[], Build], town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import gate

    build = good_build() | {"raw.town": pl.DataFrame({"as_of": [FACTS.as_of]})}
    earlier = build | {"marts.mart_town_week": pl.DataFrame({"iso_week": ["2026-W36", "2026-W37"]})}
    databases = {Path("build.duckdb"): build, Path("published.duckdb"): earlier}
    monkeypatch.setattr(gate, "read_frames", lambda path, names: {name: databases[path][name] for name in names})

    first = gate.gate_town(town, Path("build.duckdb"), None, tmp_path)
    pages = len(list((tmp_path / "validations").rglob("*.html")))
    second = gate.gate_town(town, Path("build.duckdb"), Path("published.duckdb"), tmp_path)

    assert first.is_open
    assert [one.message_fr for one in second.failed] == [
        "La semaine 2026-W36 était dans la publication précédente et n'est plus dans celle-ci."
    ]
    assert len(list((tmp_path / "validations").rglob("*.html"))) == pages


def test_a_table_that_is_not_given_is_never_taken_for_a_good_one(
    good_build: Callable[[], Build], town: Town, tmp_path: Path
) -> None:
    from expectations.gate import run_gate

    build = good_build()
    del build["raw.uploads"]
    with pytest.raises(ValueError, match=r"raw\.uploads"):
        run_gate(build, town, FACTS, tmp_path)


def test_a_column_that_is_absent_fails_its_checks_and_says_so(
    good_build: Callable[[], Build], town: Town, tmp_path: Path
) -> None:
    from expectations.gate import run_gate

    build = good_build()
    build["raw.counters"] = build["raw.counters"].drop("step_min")
    told = [one for one in run_gate(build, town, FACTS, tmp_path).failed if one.column == "step_min"]
    assert len(told) == 2  # required, and between 1 and 1440
    assert all("n'a pas pu être contrôlé" in one.message_fr and "step_min" in one.message_fr for one in told)


def test_a_mart_that_shows_a_small_group_or_the_same_movement_twice_is_stopped(
    good_build: Callable[[], Build], town: Town, tmp_path: Path
) -> None:
    from expectations.gate import run_gate

    build = good_build()
    build["marts.mart_shop_survival"] = pl.DataFrame(
        {"group_kind": "street", "group_name": "Grande Rue", "duration_days": [0, 30], "n_shops": [5, 4]}
        | {"survival_share": [1.0, 0.75], "n_at_risk": [None, 5]}
    )
    build["marts.mart_shop_movement"] = pl.DataFrame(
        {"movement_id": ["a", "a", "b"], "kind": "closure", "open_days": [None, None, -3]}
    )
    assert [one.message_fr for one in run_gate(build, town, FACTS, tmp_path).failed] == [
        "Le mouvement a est compté deux fois. Et 1 autre cas.",
        "Le mouvement b ferme un commerce avant son ouverture (-3 jours).",
        "Le groupe Grande Rue montre 4 commerces : moins de 5, il doit être tu.",
    ]
