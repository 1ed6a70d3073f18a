"""The house rules that a machine can check."""

import subprocess
import sys
from pathlib import Path

import pytest

TOP_LEVEL = {
    "pyproject.toml", "dags", "pipeline", "sql", "expectations", "tests", "docker-compose.yml", "towns", "docs",
    "bench", "README.md", "CHANGELOG.md", "Makefile", "Dockerfile", "requirements.lock",
    ".ci", ".gitignore", ".dockerignore", ".env.example", ".pre-commit-config.yaml",
}  # fmt: skip


def tracked(project: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=project, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_the_house_says_and_nothing_else(project: Path) -> None:
    assert {name.split("/")[0] for name in tracked(project)} <= TOP_LEVEL


def test_layers_import_only_lower_ones_and_each_library_has_one_door(project: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint], cwd=project, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_no_module_is_longer_than_400_lines(project: Path) -> None:
    long = {
        name: count
        for name in tracked(project)
        if name.endswith(".py") and (project / name).is_file()
        if (count := len((project / name).read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("module", ["pipeline.contract", "pipeline.feeds", "pipeline.cli"])
def test_light_modules_load_no_heavy_library(module: str) -> None:
    heavy = {"polars", "duckdb", "pandas", "numpy", "great_expectations", "airflow", "rich"}
    code = f"import sys, {module}; print(*({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
