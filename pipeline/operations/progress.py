"""A progress bar on stderr for work that takes longer than a breath."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

# step(description, done, total): total 0 = of unknown length.
Step = Callable[[str, int, int], None]


def silent(description: str, done: int, total: int) -> None:
    """Shows nothing: for programs and tests."""


@contextmanager
def progress_on_stderr() -> Iterator[Step]:
    """One line that says what is being done, how far it is and for how long; nothing where stderr is not a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(description: str, done: int, total: int) -> None:
            bar.update(task, description=description, completed=done, total=total or None)

        yield step
