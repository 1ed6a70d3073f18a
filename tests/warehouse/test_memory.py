"""Slow statistics are not asked twice for the same thing, and never answered with something else."""

from pathlib import Path

import pytest

from pipeline.warehouse.memory import Memory


class Slow:
    """Gives what it was made of, and counts how often it had to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, recall, *made_of: bytes) -> bytes:
        def make() -> bytes:
            self.times += 1
            return b"|".join(made_of)

        return recall(made_of, make)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "kept", "this code")


def test_the_next_build_finds_what_was_made(memory: Memory) -> None:
    slow = Slow()
    for _ in range(2):
        with memory.of("analytics.slow") as recall:
            assert slow(recall, b"a", b"b") == b"a|b"
    assert slow.times == 1


def test_parts_are_told_apart_from_their_sum(memory: Memory) -> None:
    slow = Slow()
    with memory.of("analytics.slow") as recall:
        assert [slow(recall, b"ab", b"c"), slow(recall, b"a", b"bc")] == [b"ab|c", b"a|bc"]


def test_other_code_and_other_models_find_nothing(memory: Memory) -> None:
    slow = Slow()
    for place, model in (
        (memory, "analytics.a"),
        (memory, "analytics.b"),
        (Memory(memory.folder, "new"), "analytics.a"),
    ):
        with place.of(model) as recall:
            slow(recall, b"a")
    assert slow.times == 3


def test_what_is_not_asked_for_any_more_is_forgotten(memory: Memory) -> None:
    slow = Slow()
    for asked in ((b"a", b"b"), (b"b",), (b"a",)):
        with memory.of("analytics.slow") as recall:
            for part in asked:
                slow(recall, part)
    assert slow.times == 3


def test_a_build_that_fails_forgets_nothing(memory: Memory) -> None:
    slow = Slow()
    with memory.of("analytics.slow") as recall:
        slow(recall, b"a")
    with pytest.raises(ZeroDivisionError), memory.of("analytics.slow") as recall:
        raise ZeroDivisionError
    with memory.of("analytics.slow") as recall:
        slow(recall, b"a")
    assert slow.times == 1


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing"])
def test_a_damaged_file_is_as_good_as_none(memory: Memory, damage: bytes) -> None:
    slow = Slow()
    with memory.of("analytics.slow") as recall:
        slow(recall, b"a")
    (memory.folder / "analytics.slow.parquet").write_bytes(damage)
    with memory.of("analytics.slow") as recall:
        assert slow(recall, b"a") == b"a"
    assert slow.times == 2
