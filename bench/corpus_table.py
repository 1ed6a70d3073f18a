"""How honest the reader is: every feed × every kind of damage × places × separators × encodings, counted by feed.

    python bench/corpus_table.py [--all]

files, silently wrong (must be 0), wrongly refused (files in which an undamaged row was refused), right line named
(damaged lines that a problem names). --all: every separator and encoding (minutes), else `;` in UTF-8.
"""

import sys
from collections import Counter

from rich.console import Console
from rich.progress import track
from rich.table import Table as Printed

from pipeline.deposit.reader.read import read_text
from tests.deposit.reader.corpus import files, measure

EVERYTHING = {"separators": ";,\t|", "encodings": ("utf-8", "utf-8-sig", "cp1252")}


def main() -> int:
    counts: dict[str, Counter[str]] = {}
    how = EVERYTHING if "--all" in sys.argv[1:] else {}
    for file in track(files(**how), description="corpus", console=Console(stderr=True)):
        found = measure(file, read_text(file.data, file.columns, file.aliases))
        hurt = sum(line.is_hurt for line in file.lines)
        told = counts.setdefault(file.name.split("/")[0], Counter())
        told["files"] += 1
        told["silent"] += bool(found.silent or found.misread)
        told["refused"] += bool(found.refused)
        told["hurt"] += hurt
        told["named"] += hurt - len(found.unnamed)
    table = Printed("feed", "files", "silently wrong", "wrongly refused", "damaged lines", "right line named")
    for feed, told in [*sorted(counts.items()), ("all", sum(counts.values(), Counter()))]:
        table.add_row(feed, *(str(told[name]) for name in ("files", "silent", "refused", "hurt", "named")))
    Console(width=110).print(table)
    return int(any(told["silent"] for told in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
