"""The README tells the truth about the project."""

import re
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS
from pipeline.feeds import all_feeds


@pytest.fixture(scope="module")
def readme(project: Path) -> str:
    return (project / "README.md").read_text("utf-8")


def test_every_feed_stands_in_the_table_with_headers_of_its_template(readme: str) -> None:
    for feed in all_feeds().values():
        row = re.search(rf"^\| `{feed.name}` .*$", readme, re.MULTILINE)
        assert row, feed.name
        named = [header.strip() for header in row.group().split("|")[2].split(";") if header.strip() != "…"]
        assert set(named) <= {column.header for column in feed.columns}


def test_every_command_that_the_docs_name_exists(project: Path) -> None:
    for page in [project / "README.md", *sorted((project / "docs").glob("*.md"))]:
        for command in re.findall(r"\bchalandise ([a-z][a-z-]+)", page.read_text("utf-8")):
            assert command in COMMANDS, (page.name, command)


def test_every_link_of_the_docs_leads_somewhere(project: Path) -> None:
    for page in [project / "README.md", *sorted((project / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_ci_calls_exactly_the_test_command_of_the_readme(project: Path, readme: str) -> None:
    commands = re.findall(r"^```\n(make \w+)\n```$", readme, re.MULTILINE)
    assert commands == ["make demo", "make test"]
    assert "make test" in (project / ".ci" / "run").read_text("utf-8").splitlines()


def test_every_make_target_that_the_docs_name_exists(project: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in [project / "README.md", *sorted((project / "docs").glob("*.md"))]:
        for target in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8")):
            assert target in targets, (page.name, target)


def test_every_dependency_has_its_reason(project: Path) -> None:
    import tomllib

    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *declared["dependencies"],
        *(name for extra in declared["optional-dependencies"].values() for name in extra),
    ]
    page = (project / "docs" / "dependencies.md").read_text("utf-8").lower()
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9-]+", requirement).group().lower()
        if name.startswith(("apache-airflow-providers", "types-", "pandas-stubs", "pyyaml")):
            continue
        assert name in page, name
