"""Deposits the files of a demo town through the same door as anybody's files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.contract.town import Town
from pipeline.demo.auckland import auckland_files
from pipeline.demo.files import DemoFile
from pipeline.demo.sevres import sevres_files
from pipeline.deposit.deposit import deposit_file
from pipeline.deposit.receipt import Receipt
from pipeline.settings import TownHome

SENDER = "démonstration"
Step = Callable[[str, int, int], None]

_FILES: dict[str, Callable[[Town], Iterator[DemoFile]]] = {"sevres": sevres_files, "auckland": auckland_files}


def demo_files(town: Town) -> Iterator[DemoFile]:
    """The town's files in order of arrival. Raises LookupError where there is no demonstration of that town."""
    if town.id not in _FILES:
        raise LookupError(f"no demonstration of {town.id!r}; there is one of: {', '.join(_FILES)}")
    return _FILES[town.id](town)


def deposit_demo(town: Town, home: TownHome, progress: Step | None = None) -> list[Receipt]:
    """Deposit every file of the demo, each at its own moment of reception, and return the receipts in that order.

    Repeatable: a file that was deposited before is "already received" and changes nothing.
    progress: called with what is being done, how many files are done, and how many there are.
    """
    files = list(demo_files(town))
    receipts = []
    with TemporaryDirectory() as folder:
        for done, file in enumerate(files):
            if progress:
                progress(file.name, done, len(files))
            path = Path(folder) / file.name
            path.write_bytes(file.data)
            receipts.append(
                deposit_file(
                    path,
                    town=town,
                    home=home,
                    feed=file.feed,
                    format=file.format,
                    by=SENDER,
                    received_at=file.received_at,
                    is_demo_source=town.is_demo,
                )
            )
    return receipts
