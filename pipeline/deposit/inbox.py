"""The town's inbox: a folder that an association fills by SFTP or a synchronised drive; what lies there goes in."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pipeline.contract.town import Town
from pipeline.deposit.agenda.keep import keep
from pipeline.deposit.agenda.kinds import kind_at
from pipeline.deposit.deposit import deposit_file, formats_for, size_problem
from pipeline.deposit.formats import match_format
from pipeline.deposit.large import SentFile
from pipeline.deposit.names import plain_name
from pipeline.deposit.receipt import Receipt, render_receipt
from pipeline.deposit.store import ORIGINAL
from pipeline.feeds import all_feeds, get_feed
from pipeline.settings import TownHome

DONE, REFUSED = "done", "refused"
# What programs leave while they write, and what systems leave for themselves.
PASSING_STARTS = (".", "~$", "~")
PASSING_ENDS = (
    ".tmp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".swp",
    "thumbs.db",
    "desktop.ini",
    ".reponse.txt",
)
QUIET = timedelta(seconds=30)


class InboxError(RuntimeError):
    """Some files could not be deposited and lie where they lay; the others are done. receipts: those of the others."""

    def __init__(self, message: str, receipts: list[Receipt]) -> None:
        super().__init__(message)
        self.receipts = receipts


def take_in(
    town: Town,
    home: TownHome,
    now: datetime,
    *,
    by: str | None = "inbox",
    quiet: timedelta = QUIET,
    is_demo_source: bool = False,
) -> list[Receipt]:
    """Deposit every file that lies in the inbox; those that others refer to go first.

    A file in a subfolder named after a feed is of that feed. now: with its time zone. quiet: a file that changed within
    this time is still being written and waits for the next turn. What is in goes to done/; what is refused or waits
    goes to refused/, with an answer in French beside it; of an agenda only what the deposit keeps of it, and nothing of
    a file that is refused for its personal data. Raises InboxError once all have had their turn.
    """
    waiting = [path for path in _files(home) if not _is_passing(path, now, quiet)]
    receipts, failures = [], _not_taken(home)
    for path in sorted(waiting, key=lambda path: (_rank(path, town, home), path.name)):
        try:
            receipt = deposit_file(
                path,
                town=town,
                home=home,
                feed=_feed_of(path, home),
                format=None,
                by=by,
                received_at=now,
                is_demo_source=is_demo_source,
            )
            receipts.append(receipt)
            _put_away(path, home, receipt)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # whatever one file does (an engine's panic is no Exception), the others go on
            failures.append(f"{plain_name(path.name)}: {type(error).__name__}: {error}")
    if failures:
        raise InboxError("; ".join(failures), receipts)
    return receipts


def _files(home: TownHome) -> Iterator[Path]:
    folders = [home.inbox, *(home.inbox / name for name in all_feeds())]
    return (path for folder in folders if folder.is_dir() for path in folder.iterdir() if _is_plain(path))


def _is_plain(path: Path) -> bool:
    """Whether it is a file of its own: a link would have us read what its maker may not."""
    return path.is_file() and not path.is_symlink()


def _not_taken(home: TownHome) -> list[str]:
    """What lies in the inbox and will never be taken in, each with what to do."""
    ours = {DONE, REFUSED, *all_feeds()}
    lying = sorted(home.inbox.iterdir()) if home.inbox.is_dir() else []
    folders = [p for p in lying if p.is_dir() and not p.name.startswith((".", "@")) and p.name not in ours]
    others = [p for p in [*lying, *(p for name in all_feeds() for p in (home.inbox / name).glob("*"))] if _is_odd(p)]
    told = [f"{plain_name(p.name)}: not a file of its own (a link, a pipe): replace it by the file" for p in others]
    return told + [
        f"{plain_name(p.name)}/: no folder of a feed: move its files into the inbox itself"
        for p in folders
        if any(p.iterdir())
    ]


def _is_odd(path: Path) -> bool:
    return path.is_symlink() or not (path.is_file() or path.is_dir())


def _is_passing(path: Path, now: datetime, quiet: timedelta) -> bool:
    name = path.name.lower()
    if name.startswith(PASSING_STARTS) or name.endswith(PASSING_ENDS):
        return True
    # Copying tools set the modification time as they like; the change time moves with every write.
    told = path.stat()
    return datetime.fromtimestamp(max(told.st_mtime, told.st_ctime), UTC) > now - quiet


def _feed_of(path: Path, home: TownHome) -> str | None:
    return None if path.parent == home.inbox else path.parent.name


def _rank(path: Path, town: Town, home: TownHome) -> int:
    """Feeds that refer to others come after them; a file that is not recognised comes last."""
    feed = _feed_of(path, home)
    if feed is None:
        try:
            is_read = size_problem(path, home) is None
            chosen = match_format(SentFile.at(path).top, formats_for(town, None, None)).chosen if is_read else None
        except OSError:  # the deposit will say so
            chosen = None
        feed = chosen.format.feed.name if chosen else None
    return depth(feed) if feed else len(all_feeds())


@cache
def depth(feed: str) -> int:
    """How many feeds must have been deposited before this one, one after the other: 0 for one that refers to none."""
    wanted = {column.references for column in get_feed(feed).columns if column.references}
    return 1 + max(map(depth, wanted)) if wanted else 0


def _put_away(path: Path, home: TownHome, receipt: Receipt) -> None:
    """Out of the inbox, under a name that no other file has; with an answer where something is to be done."""
    folder = home.inbox / (DONE if receipt.exit_code == 0 else REFUSED)
    folder.mkdir(exist_ok=True)
    target = folder / f"{receipt.upload_id}_{plain_name(path.name)}"
    if receipt.rows.rejected or receipt.exit_code:
        target.with_name(f"{target.name}.reponse.txt").write_text(render_receipt(receipt, "fr"), encoding="utf-8-sig")
    if _holds_personal_data(receipt):
        path.unlink()
    elif kind_at(path):
        _put_what_is_kept(path, target, receipt)
    else:
        path.rename(target)


def _holds_personal_data(receipt: Receipt) -> bool:
    return any(p["code"] == "personal-data" and p["severity"] == "error" for p in receipt.problems)


def _put_what_is_kept(path: Path, target: Path, receipt: Receipt) -> None:
    """Put an agenda away as its upload keeps it: whoever organises or takes part is in neither."""
    kept = next(receipt.folder.glob(f"{ORIGINAL}*"), None) if receipt.folder else None
    if kept:
        shutil.copyfile(kept, target)
    else:
        keep(path, target, ())
    path.unlink()
