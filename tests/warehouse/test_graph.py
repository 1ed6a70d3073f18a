"""Each model is built after what it reads; what cannot be ordered is spelled out."""

from dataclasses import dataclass
from itertools import pairwise
from threading import Barrier

import pytest

from pipeline.warehouse import ModelError
from pipeline.warehouse.graph import build_order, make_all


@dataclass(frozen=True)
class Node:
    name: str
    reads: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return f"{self.name}.sql"


def order(*models: Node) -> list[str]:
    return [model.name for model in build_order(models, given=["raw.x"])]


def test_a_model_comes_after_what_it_reads() -> None:
    assert order(Node("c", ("b", "a")), Node("b", ("a",)), Node("a", ("raw.x",))) == ["a", "b", "c"]


def test_the_order_does_not_depend_on_the_order_of_the_files() -> None:
    models = [Node("d", ("b",)), Node("c", ("a",)), Node("b"), Node("a")]
    assert order(*models) == order(*reversed(models))


def test_a_circle_is_spelled_out() -> None:
    with pytest.raises(ModelError) as caught:
        order(Node("a", ("c",)), Node("b", ("a",)), Node("c", ("b",)))
    told = str(caught.value)
    assert told.startswith("these models go in a circle: ")
    circle = told.removeprefix("these models go in a circle: ").split(" reads ")
    reads = {"a": "c", "b": "a", "c": "b"}
    assert circle[0] == circle[-1]
    assert len(circle) == 4
    assert all(reads[model] == after for model, after in pairwise(circle))


def test_a_model_that_reads_itself_is_a_circle() -> None:
    with pytest.raises(ModelError, match="in a circle: a reads a"):
        order(Node("a", ("a",)))


def test_a_table_that_nothing_makes_is_named_with_who_reads_it() -> None:
    with pytest.raises(ModelError, match=r"a\.sql: nothing makes raw\.y, z, which it reads"):
        order(Node("a", ("raw.x", "raw.y", "z")))


def test_a_table_is_made_once() -> None:
    with pytest.raises(ModelError, match=r"a is already made by a\.sql"):
        order(Node("a"), Node("a"))
    with pytest.raises(ModelError, match=r"raw\.x is already made by the raw tables"):
        order(Node("raw.x"))


def test_models_are_made_once_each_after_what_it_reads_some_at_the_same_time() -> None:
    models = build_order([Node("a"), Node("b"), Node("c", ("a", "b")), Node("d", ("c",)), Node("e", ("c",))], [])
    first, last = Barrier(2), Barrier(2)
    together = {"a": first, "b": first, "d": last, "e": last}
    made: list[str] = []

    def make(model: Node) -> None:
        assert set(model.reads) <= set(made)
        if model.name in together:
            together[model.name].wait(timeout=10)  # passes only where the other one runs as well
        made.append(model.name)

    begun: list[str] = []
    make_all(models, make, lambda model: begun.append(model.name))
    assert (set(made[:2]), made[2], set(made[3:])) == ({"a", "b"}, "c", {"d", "e"})
    assert sorted(begun) == ["a", "b", "c", "d", "e"]


def test_after_an_error_no_model_is_begun() -> None:
    begun: list[str] = []

    def make(model: Node) -> None:
        raise ValueError(model.name)

    with pytest.raises(ValueError, match="a"):
        make_all([Node("a"), Node("b", ("a",))], make, lambda model: begun.append(model.name))
    assert begun == ["a"]
