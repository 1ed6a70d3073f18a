"""Reading a text in one line of a test."""

from collections.abc import Callable, Sequence

import pytest

from pipeline.deposit import read_table
from pipeline.deposit.table import Table

COLUMNS = ("compteur", "debut", "passages")


@pytest.fixture
def read() -> Callable[..., Table]:
    """Reads a text (or bytes) of the columns compteur, debut, passages."""

    def reader(text: str | bytes, columns: Sequence[str] = COLUMNS, **how: object) -> Table:
        return read_table(text if isinstance(text, bytes) else text.encode(), columns, **how)

    return reader
