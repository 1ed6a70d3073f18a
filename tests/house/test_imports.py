"""Modules import each other in no circle, so that any of them may be imported first."""

import ast
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

Imports = dict[str, set[str]]


@pytest.fixture(scope="module")
def imports(project: Path) -> Imports:
    """Every module of pipeline/ and those that it runs when it is imported."""
    files = {_name(path.relative_to(project)): path for path in (project / "pipeline").rglob("*.py")}
    return {
        name: _run_by(name, ast.parse(path.read_text(encoding="utf-8")), files.keys()) for name, path in files.items()
    }


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _run_by(name: str, tree: ast.Module, modules: Collection[str]) -> set[str]:
    """The modules that are imported at the top of one, with the packages that stand above them but not above it."""
    found: set[str] = set()
    for told in _at_the_top(tree.body):
        parts = told.split(".")
        found |= {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return {one for one in found if one in modules and one != name and not name.startswith(f"{one}.")}


def _at_the_top(body: list[ast.stmt]) -> Iterator[str]:
    """Names imported when the module runs; not those in functions, nor those for type checkers alone."""
    for node in body:
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield from (f"{module}.{alias.name}" for alias in node.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pass
            case ast.If() | ast.Try():
                yield from _at_the_top(node.body)


def test_no_modules_import_each_other_in_a_circle(imports: Imports) -> None:
    assert len(imports) > 200
    assert "pipeline.deposit.reader.cells" in imports["pipeline.deposit.workbook"]
    try:
        list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_a_circle_would_be_found(imports: Imports) -> None:
    # What the reader's package did once: its door ran the workbook, which runs the reader's package.
    circle = imports | {"pipeline.deposit.reader": imports["pipeline.deposit.reader"] | {"pipeline.deposit.workbook"}}
    with pytest.raises(CycleError):
        list(TopologicalSorter(circle).static_order())
