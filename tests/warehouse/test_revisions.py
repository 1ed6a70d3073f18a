"""The revision ledger: what was said, what is said now, and which upload changed it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.deposit.decisions import Decision, write_decision
from pipeline.warehouse import build, publish, query, read_frames, rollback
from pipeline.warehouse.analytic_models import ANALYTIC_MODELS

LEDGER = "SELECT iso_week, figure, before, after, new_uploads, withdrawn_uploads FROM marts.mart_revision ORDER BY ALL"
SECOND_WEEK = datetime(2026, 11, 9)


@pytest.fixture
def night(town, home, models):
    """night(day): build with the ledger as of that day of November 2026 and publish."""
    ledger = [model for model in ANALYTIC_MODELS if model.name == "marts.mart_revision"]

    def night(day: int, of=town):
        return publish(home, build(of, home, date(2026, 11, day), sql_folder=models, analytic_models=ledger).build_id)

    return night


def test_a_first_publication_corrects_nothing(night, deposit, hours) -> None:
    deposit("footfall", hours("A", [10, 20]))
    publication = night(23)
    assert query(publication.path, LEDGER).is_empty()
    assert publication.changed_weeks == []
    assert publication.manifest.previous_build_id is None


def test_a_later_upload_that_corrects_a_week_is_named(night, deposit, hours) -> None:
    deposit("footfall", hours("A", [10, 20]))
    first = night(23)
    correction = deposit("footfall", hours("A", [100]), after=3)
    second = night(24)
    # One day of counts: total and mean a day are 10 + 20 before, 100 + 20 after.
    assert query(second.path, LEDGER).rows() == [
        ("2026-W45", "mean_passages", 30.0, 120.0, correction, ""),
        ("2026-W45", "passages", 30.0, 120.0, correction, ""),
    ]
    assert second.changed_weeks == ["2026-W45"]
    assert second.manifest.previous_build_id == first.build_id


def test_a_week_told_for_the_first_time_is_no_revision(night, deposit, hours) -> None:
    deposit("footfall", hours("A", [10, 20]))
    night(23)
    deposit("footfall", hours("A", [5], start=SECOND_WEEK), after=3)
    assert query(night(24).path, LEDGER).is_empty()


def test_a_withdrawn_upload_is_named_and_so_is_a_figure_that_is_no_longer_given(night, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [None]))
    filled = deposit("footfall", hours("A", [10]), after=1)
    night(23)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    write_decision(home, Decision("withdraw", filled, "wrong counter", "officer", at))
    rows = query(night(24).path, LEDGER).rows()
    assert ("2026-W45", "passages", 10.0, None, "", filled) in rows


def test_the_ledger_accumulates(night, deposit, hours) -> None:
    deposit("footfall", hours("A", [10]))
    night(23)
    deposit("footfall", hours("A", [11]), after=1)
    second = night(24)
    deposit("footfall", hours("A", [12]), after=2)
    third = night(25)
    told = query(
        third.path,
        "SELECT publication, before, after FROM marts.mart_revision WHERE figure = 'passages' ORDER BY after",
    )
    assert told.rows() == [(second.build_id, 10.0, 11.0), (third.build_id, 11.0, 12.0)]
    assert third.changed_weeks == ["2026-W45"]


def test_after_a_rollback_the_comparison_is_with_what_readers_saw_last(night, deposit, hours, home) -> None:
    deposit("footfall", hours("A", [10]))
    first = night(23)
    deposit("footfall", hours("A", [11]), after=1)
    night(24)
    rollback(home, first.build_id)
    third = night(25)
    told = query(
        third.path, "SELECT previous_publication, before, after FROM marts.mart_revision WHERE figure = 'passages'"
    )
    assert told.rows() == [(first.build_id, 10.0, 11.0)]


def test_a_change_of_code_or_settings_is_told_as_such(night, deposit, hours, town, models) -> None:
    deposit("footfall", hours("A", [10]))
    night(23)
    path = models / "marts" / "mart_town_week.sql"
    path.write_text(path.read_text("utf-8").replace("sum(days.passages)", "2 * sum(days.passages)"), encoding="utf-8")
    flags = "SELECT DISTINCT figure, after, is_code_changed, is_town_folder_changed FROM marts.mart_revision"
    assert query(night(24).path, flags).rows() == [("passages", 20.0, True, False)]

    (town.folder / "town.toml").write_text("# changed\n", encoding="utf-8")
    path.write_text(path.read_text("utf-8").replace("2 * sum", "3 * sum"), encoding="utf-8")
    third = query(night(25, replace(town)).path, flags + " WHERE after = 30").rows()
    assert third == [("passages", 30.0, True, True)]


def test_an_older_publication_without_today_s_columns_still_compares(night, deposit, hours, models) -> None:
    path = models / "marts" / "mart_town_week.sql"
    today = path.read_text("utf-8")
    without = today.replace("-- column: mean_passages | Passages par jour | Passages a day | passages\n", "")
    path.write_text(without.replace(", avg(days.passages) AS mean_passages", ""), encoding="utf-8")
    deposit("footfall", hours("A", [10]))
    night(23)
    path.write_text(today, encoding="utf-8")
    deposit("footfall", hours("A", [12]), after=1)
    assert [row[:4] for row in query(night(24).path, LEDGER).rows()] == [("2026-W45", "passages", 10.0, 12.0)]


def test_a_simulated_town_s_ledger_says_so_line_by_line(night, deposit, hours, town) -> None:
    deposit("footfall", hours("A", [10]))
    night(23)
    deposit("footfall", hours("A", [11]), after=1)
    flags = "SELECT DISTINCT is_demo FROM marts.mart_revision"
    assert query(night(24).path, flags).rows() == [(False,)]
    deposit("footfall", hours("A", [12]), after=2)
    assert query(night(25, replace(town, is_demo=True)).path, flags).rows() == [(True,)]


def test_rounding_is_no_revision(night, deposit, hours) -> None:
    deposit("footfall", hours("A", [0.1, 0.2]))
    night(23)
    deposit("footfall", hours("A", [0.1, 0.2 + 1e-13]), after=1)
    assert query(night(24).path, LEDGER).is_empty()


def test_what_the_previous_publication_said_is_kept_beside(night, deposit, hours) -> None:
    upload = deposit("footfall", hours("A", [10]))
    night(23)
    frames = read_frames(night(24).path, ["raw.previous_figure", "raw.previous_upload"])
    assert set(frames["raw.previous_figure"].rows()) == {
        ("2026-W45", "passages", 10.0),
        ("2026-W45", "mean_passages", 10.0),
    }
    assert frames["raw.previous_upload"]["upload_id"].to_list() == [upload]
