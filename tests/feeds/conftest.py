"""Real files through the formats of the project, as a deposit takes them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.deposit.formats import Shaped, apply_format, load_formats, match_format
from pipeline.feeds import all_feeds


@pytest.fixture(scope="session")
def recognised() -> Callable[[Path, str], tuple[str, Shaped]]:
    """A file shaped by the one format, of all feeds, that recognises it; with the format's name."""
    formats = [fmt for feed in all_feeds().values() for fmt in load_formats(feed)]

    def made(path: Path, timezone: str) -> tuple[str, Shaped]:
        data = path.read_bytes()
        chosen = match_format(data, formats).chosen
        assert chosen is not None, "no format, or several"
        return chosen.format.name, apply_format(data, chosen.format, timezone)

    return made
