"""The order in which models are built: each after what it reads."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter
from typing import Protocol, TypeVar

from pipeline.warehouse.errors import ModelError


class Node(Protocol):
    """What the order needs of a model: its qualified name, what it reads, and where it is written."""

    @property
    def name(self) -> str: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...


Model = TypeVar("Model", bound=Node)
AT_ONCE = 2


def build_order(models: Iterable[Model], given: Iterable[str]) -> list[Model]:
    """The models, each after those it reads; the same models always give the same order.

    given: qualified tables that are there before the first model. Raises ModelError for a name made twice, a table
    that nothing makes, or a circle, which is spelled out.
    """
    by_name: dict[str, Model] = {}
    known = set(given)
    for model in sorted(models, key=lambda model: (model.name, model.source)):
        if model.name in by_name or model.name in known:
            other = by_name[model.name].source if model.name in by_name else "the raw tables"
            raise ModelError(f"{model.source}: {model.name} is already made by {other}")
        by_name[model.name] = model
    for model in by_name.values():
        if missing := [table for table in model.reads if table not in by_name and table not in known]:
            raise ModelError(f"{model.source}: nothing makes {', '.join(missing)}, which it reads")
    sorter = _sorter(by_name)
    try:
        return [by_name[name] for name in sorter.static_order()]
    except CycleError as error:
        # graphlib lists each node before the one that reads it; told the other way round it reads as a sentence.
        circle = " reads ".join(reversed(error.args[1]))
        raise ModelError(f"these models go in a circle: {circle}") from error


def make_all(models: Sequence[Model], make: Callable[[Model], None], begin: Callable[[Model], None]) -> None:
    """Make each model once those that it reads are made, AT_ONCE at the same time. begin: called before each, in turn.

    After an error no other model is begun, and it is raised.
    """
    by_name = {model.name: model for model in models}
    sorter, ready, running = _sorter(by_name), deque[str](), dict[Future[None], str]()
    sorter.prepare()
    with ThreadPoolExecutor(AT_ONCE) as workers:
        while sorter.is_active():
            ready.extend(sorter.get_ready())
            while ready and len(running) < AT_ONCE:
                model = by_name[ready.popleft()]
                begin(model)
                running[workers.submit(make, model)] = model.name
            for made in wait(running, return_when=FIRST_COMPLETED).done:
                made.result()
                sorter.done(running.pop(made))


def _sorter(by_name: dict[str, Model]) -> TopologicalSorter[str]:
    return TopologicalSorter({name: [t for t in model.reads if t in by_name] for name, model in by_name.items()})
