"""What slow statistics gave, kept from one build to the next by the content of what they were made of.

One Parquet file a model, of the results that its last build asked for. All of it can be deleted: it comes back
identical.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.analytics.recall import Recall
from pipeline.warehouse.files import PARTIAL

SCHEMA = pl.Schema({"made_of": pl.Binary(), "result": pl.Binary()})


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
        known, asked = _read(path), dict[bytes, bytes]()

        def recall(made_of: Sequence[bytes], make: Callable[[], bytes]) -> bytes:
            key = self._key(made_of)
            if key not in asked:
                found = known.get(key)
                asked[key] = make() if found is None else found
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


def _read(path: Path) -> dict[bytes, bytes]:
    try:
        rows = pl.read_parquet(path).match_to_schema(SCHEMA).iter_rows()
    except (OSError, pl.exceptions.PolarsError):
        return {}
    return dict(rows)


def _write(path: Path, results: dict[bytes, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(PARTIAL + path.name)
    pl.DataFrame(list(results.items()), schema=SCHEMA, orient="row").write_parquet(aside)
    aside.replace(path)
