"""What slow statistics gave, kept from one build to the next by the content of what they were made of.

One Parquet file a model, of the results that its last build asked for. All of it can be deleted: it comes back
identical.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.analytics.recall import Numbers, Recall
from pipeline.warehouse.files import PARTIAL

SCHEMA = pl.Schema({"made_of": pl.Binary(), "shape": pl.List(pl.Int64), "numbers": pl.Binary()})


@dataclass(frozen=True, slots=True)
class Memory:
    """made_by: digest of the code and of the town's settings, on which every result depends too."""

    folder: Path
    made_by: str

    @contextmanager
    def of(self, model: str) -> Iterator[Recall]:
        """A Recall that knows what the model was given in the last build; afterwards its file holds what was asked
        for, no more. A file that cannot be read is as good as none.
        """
        path = self.folder / f"{model}.parquet"
        known, asked = _read(path), dict[bytes, Numbers]()

        def recall(made_of: Sequence[bytes], make: Callable[[], Numbers]) -> Numbers:
            key = self._key(made_of)
            if key not in asked:
                found = known.get(key)
                asked[key] = np.asarray(make(), dtype=np.float64) if found is None else found
            return asked[key]

        yield recall
        if asked.keys() != known.keys():
            _write(path, asked)

    def _key(self, made_of: Sequence[bytes]) -> bytes:
        digest = hashlib.blake2b(self.made_by.encode(), digest_size=16)
        for part in made_of:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        return digest.digest()


def _read(path: Path) -> dict[bytes, Numbers]:
    try:
        rows = pl.read_parquet(path).match_to_schema(SCHEMA).iter_rows()
    except (OSError, pl.exceptions.PolarsError):
        return {}
    return {made_of: np.frombuffer(numbers).reshape(shape) for made_of, shape, numbers in rows}


def _write(path: Path, results: dict[bytes, Numbers]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [(made_of, list(numbers.shape), numbers.tobytes()) for made_of, numbers in results.items()]
    aside = path.with_name(PARTIAL + path.name)
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(aside)
    aside.replace(path)
