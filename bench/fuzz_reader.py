"""Break the reader: bytes grown by coverage (Atheris) from the polluted files of the tests, under every feed's headers.

    make fuzz-reader SECONDS=600

Of whatever bytes: no exception, no slow reading, counts that add up (read = rows + rejected + blank + repeated header),
rejected lines named, and the careful way says the same as the fast one. Read in parts, the same text gives each line
once, and no other cells in a line that is a row both ways. The first byte chooses the feed and the size of the parts.
Each kind of find is kept once, by its shortest input, below the folder named by FINDS; exit code 1 when there is one.
"""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import atheris  # stands in a folder of its own, never in the project's lock
import polars as pl

with atheris.instrument_imports(include=["pipeline.deposit"]):
    from pipeline.deposit.agenda.kinds import kind_of
    from pipeline.deposit.doors import read_table
    from pipeline.deposit.reader import read_chunks
    from pipeline.deposit.reader.read import read_text
    from pipeline.deposit.table import Table
    from pipeline.deposit.workbook import is_workbook
    from pipeline.derive.templates import template_xlsx
    from pipeline.feeds import all_feeds
    from tests.deposit.reader.corpus import files

PART_BYTES = (48, 128, 512)
SLOW = 5.0  # seconds for one input of at most LONGEST bytes
LONGEST = 2000
HANGS = 60  # seconds after which the engine stops an input by force
FEEDS = list(all_feeds().values())
HEADERS = [tuple(column.header for column in feed.columns) for feed in FEEDS]
ALIASES = [{column.header: (column.name, *column.aliases) for column in feed.columns} for feed in FEEDS]
PIECES = (";", ",", "\t", "|", '"', '""', '";', ';"', "'", "\n", "\r\n", "\r", "\ufeff", "\ufffd", "\u00a0", "\u200b")
WORDS = ("Total", "Source : ", "# ", "sep=;", "Caf?", "Ã©", "2025-11-03", "14:30", "12,5", "GR12", "1 234")


def seeds() -> Iterator[bytes]:
    """Each polluted file of the corpus at one place, and each feed's workbook, behind the byte of its feed."""
    place = {feed.name: number for number, feed in enumerate(FEEDS)}
    for number, file in enumerate(files(places=(4,))):
        if len(file.data) < LONGEST:
            yield bytes([place[file.name.split("/")[0]] + len(FEEDS) * (number % len(PART_BYTES))]) + file.data
    for number, feed in enumerate(FEEDS):
        yield bytes([number]) + template_xlsx(feed)


def dictionary() -> str:
    """The engine's dictionary: separators, quotes, signs and every header."""
    names = {name for header in HEADERS for name in header}
    tokens = [token.encode() for token in (*PIECES, *WORDS, *sorted(names))]
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in token) + '"\n' for token in tokens)


def check(data: bytes, path: Path) -> None:
    """Raises AssertionError, or whatever the reader raises. path: of a file that may be written."""
    feed, part_bytes = data[0] % len(FEEDS), PART_BYTES[data[0] // len(FEEDS) % len(PART_BYTES)]
    data = data[1:]
    begun = time.process_time()
    fast = read_table(data, HEADERS[feed], ALIASES[feed])
    assert time.process_time() - begun < SLOW, "slow"
    counts = fast.counts
    assert counts.read == fast.rows.height + counts.rejected + counts.blank + counts.repeated_header, "conservation"
    assert counts.rejected == fast.rejected.height, "rejected lines"
    assert fast.rows.height or fast.problems.height, "nothing read, nothing said"
    if not is_workbook(data) and not kind_of(data):
        same(fast, read_text(data, HEADERS[feed], ALIASES[feed], careful=True))
        lines = set(fast.rejected["line"])
        assert fast.rows["line"].is_sorted(), "order of lines"
        assert not lines & set(fast.rows["line"]), "both read and rejected"
        assert not fast.rows.height or lines <= set(fast.problems["line"]), "rejected in silence"
        path.write_bytes(data)
        parts = list(read_chunks(path, HEADERS[feed], ALIASES[feed], chunk_bytes=part_bytes))
        in_parts(parts, fast, has_quotes=b'"' in data or b"'" in data)


def in_parts(parts: Sequence[Table], whole: Table, *, has_quotes: bool) -> None:
    """The parts give each line once, and what is read both ways is read alike. Where lines are rejected because of
    those around them, or a cell goes over lines, there are fewer of these around."""
    for part in parts:
        counts = part.counts
        assert counts.read == part.rows.height + counts.rejected + counts.blank + counts.repeated_header, "of a part"
        assert counts.rejected == part.rejected.height, "rejected lines of a part"
    lines = pl.concat(pl.concat([part.rows["line"], part.rejected["line"]]).sort() for part in parts)
    assert lines.is_sorted(), "order of lines of parts"
    assert lines.is_unique().all(), "line in two parts"
    if len(parts) == 1:
        whole = replace(whole, rows=whole.rows.cast({pl.String: pl.Categorical()}))
        same(parts[0], whole)
        return
    assert parts[0].header == whole.header, "header of parts"
    assert has_quotes or sum(map(physical, parts)) == physical(whole), "lines lost between parts"
    rows = pl.concat(part.rows for part in parts).cast({pl.Categorical: pl.String})
    both = rows.filter(pl.col("line").is_in(whole.rows["line"].implode())).select(whole.rows.columns)
    assert both.equals(whole.rows.filter(pl.col("line").is_in(both["line"].implode()))), "cells differ in parts"


def physical(table: Table) -> int:
    """The lines of a text without quotes: each is one of these."""
    return table.counts.read + table.counts.preamble + table.counts.footer


def same(fast: Table, careful: Table) -> None:
    assert fast.counts == careful.counts, "ways differ: counts"
    for name in ("rows", "problems", "rejected"):
        assert getattr(fast, name).equals(getattr(careful, name)), f"ways differ: {name}"


class Fuzzer:
    """Counts inputs and keeps what they find, until the time is over."""

    def __init__(self, seconds: float, folder: Path, file: Path) -> None:
        self._stop = time.monotonic() + seconds
        self._folder = folder
        self._file = file
        self._inputs = 0
        self._found: dict[str, bytes] = {}

    def one_input(self, data: bytes) -> None:
        if time.monotonic() > self._stop:
            self._end()
        if not data:
            return
        self._inputs += 1
        try:
            check(data, self._file)
        except KeyboardInterrupt:
            self._end()
        except BaseException as error:  # a panic of the engine is no Exception
            self._keep(error, data)

    def _keep(self, error: BaseException, data: bytes) -> None:
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno} {str(error)[:60]}"
        if len(data) >= len(self._found.get(kind, data + b" ")):
            return
        if kind not in self._found:
            sys.stderr.write(f"\nFIND {kind}\n{''.join(traceback.format_exception(error)[-6:])}\n")
        self._found[kind] = data
        number = list(self._found).index(kind) + 1
        (self._folder / f"find-{number}-{FEEDS[data[0] % len(FEEDS)].name}").write_bytes(data[1:])

    def _end(self) -> None:
        sys.stderr.flush()
        print(f"{self._inputs} inputs, {len(self._found)} kinds of finds" + "".join(f"\n  {k}" for k in self._found))
        if self._found:
            print(f"inputs (without the byte of the feed): {self._folder}")
        sys.stdout.flush()
        os._exit(bool(self._found))  # the engine never gives the way back


def main() -> None:
    seconds = float(sys.argv[1])
    work = Path(tempfile.mkdtemp(prefix="fuzz-reader-"))
    found = Path(os.environ.get("FINDS", work / "finds"))
    corpus = work / "corpus"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"{number:05}").write_bytes(seed)
    (work / "tokens").write_text(dictionary())
    engine = ["-timeout=" + str(HANGS), "-rss_limit_mb=4096", f"-max_len={LONGEST}", f"-artifact_prefix={found}/"]
    fuzzer = Fuzzer(seconds, found, work / "file.csv")
    atheris.Setup([sys.argv[0], *engine, f"-dict={work / 'tokens'}", str(corpus)], fuzzer.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
