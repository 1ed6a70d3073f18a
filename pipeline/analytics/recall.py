"""Results of pure functions that are slow and asked for night after night with the same arguments."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# recall(made_of, make): what make() gives, or what it gave when it was last asked with the same made_of, which must
# hold all that the result depends on but the code and the town's settings.
Recall = Callable[[Sequence[bytes], Callable[[], bytes]], bytes]


def afresh(_made_of: Sequence[bytes], make: Callable[[], bytes]) -> bytes:
    """Remembers nothing."""
    return make()


def recalled_numbers(recall: Recall, made_of: Sequence[bytes], make: Callable[[], Numbers], *, width: int) -> Numbers:
    """The rows × width numbers of make()."""
    return np.frombuffer(recall(made_of, lambda: np.ascontiguousarray(make()).tobytes())).reshape(-1, width)


def recalled_row(recall: Recall, made_of: Sequence[bytes], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The row of make(), of what JSON knows: a float comes back to the last bit."""
    row: dict[str, Any] = json.loads(recall(made_of, lambda: json.dumps(make()).encode()))
    return row


def told(*values: object) -> bytes:
    """Plain values (numbers, texts, days, frozen dataclasses of them) as part of a `made_of`."""
    return repr(values).encode()
