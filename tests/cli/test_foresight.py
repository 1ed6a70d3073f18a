"""The command `foresee`: the days that it understands."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.foresight import _window

SATURDAY, SUNDAY = date(2026, 12, 12), date(2026, 12, 13)


def test_one_day_or_two_make_a_window() -> None:
    assert _window("2026-12-12:2026-12-13") == (SATURDAY, SUNDAY)
    assert _window("2026-12-12") == (SATURDAY, SATURDAY)


@pytest.mark.parametrize("told", ["12/12/2026", "2026-12-12:", "2026-12-11:2026-12-12:2026-12-13"])
def test_other_days_are_refused_with_the_way_to_write_them(told: str) -> None:
    with pytest.raises(ValueError, match="2026-12-12:2026-12-13"):
        _window(told)


def test_before_the_first_publication_the_way_to_one_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHALANDISE_HOME", str(tmp_path))
    answer = CliRunner().invoke(main, ["foresee", "--town", "sevres", "--days", "2026-12-12"])
    assert answer.exit_code == 1
    assert "chalandise run --town sevres" in answer.output
