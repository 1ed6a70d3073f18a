"""docs/metrics.md says what the models and the statistics say of themselves."""

from pathlib import Path

from pipeline.reports.metrics import metrics_page


def test_the_page_is_as_the_headers_and_docstrings_say(project: Path) -> None:
    page = (project / "docs" / "metrics.md").read_text("utf-8")
    assert page == metrics_page(), "docs/metrics.md is stale: run `chalandise metrics --write`"


def test_every_mart_and_each_of_its_columns_has_a_definition_in_both_languages(project: Path) -> None:
    page = metrics_page()
    for path in sorted((project / "sql" / "marts").glob("*.sql")):
        header = [line for line in path.read_text("utf-8").splitlines() if line.startswith("-- column:")]
        assert f"### `marts.{path.stem}`" in page
        for line in header:
            name, fr, en = (part.strip() for part in line.removeprefix("-- column:").split("|")[:3])
            assert f"| `{name}` | {fr} | {en} |" in page


def test_every_public_statistic_is_on_the_page_with_its_docstring() -> None:
    page = metrics_page()
    assert "#### `kaplan_meier`" in page
    assert "Greenwood" in page
