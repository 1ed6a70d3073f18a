"""What every command shares."""

import json

import pytest

from pipeline.cli.output import emit


def test_json_holds_null_where_a_figure_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"rows": [[float("inf"), float("nan"), (1.5, None)]]})
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == {"rows": [[None, None, [1.5, None]]]}
