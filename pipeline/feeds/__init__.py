"""The registry of feeds: every folder here that holds a feed.py with a FEED. Imports the standard library only."""

from functools import cache
from importlib import import_module
from pathlib import Path

from pipeline.contract import Feed


@cache
def all_feeds() -> dict[str, Feed]:
    """Every feed by name, reference feeds first: what others refer to must be deposited before them."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/feed.py"))
    feeds: list[Feed] = [import_module(f"pipeline.feeds.{name}.feed").FEED for name in folders]
    return {feed.name: feed for feed in sorted(feeds, key=lambda feed: (not feed.is_reference, feed.name))}


def get_feed(name: str) -> Feed:
    """The feed of that name. Raises KeyError, whose message lists those that exist."""
    try:
        return all_feeds()[name]
    except KeyError:
        raise KeyError(f"unknown feed {name!r}; feeds are: {', '.join(all_feeds())}") from None


def feed_folder(name: str) -> Path:
    """The folder of a feed: its declaration, its clean.py and its formats/."""
    return Path(__file__).parent / name
