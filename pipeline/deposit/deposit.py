"""Depositing a file: reader, format, check, store. Whatever the file holds, it ends in a receipt."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

import polars as pl

from pipeline.contract import Feed, Problem
from pipeline.contract.town import Town
from pipeline.deposit.accepted import write_accepted
from pipeline.deposit.again import is_read_otherwise
from pipeline.deposit.agenda.keep import keep
from pipeline.deposit.aliases import read_aliases
from pipeline.deposit.annotated import annotated_rows, write_annotated
from pipeline.deposit.check import Checked, Setting, check
from pipeline.deposit.doors import peek
from pipeline.deposit.earlier import count_superseding, known_codes, overlapping_lines
from pipeline.deposit.formats import Format, Match, Shaped, load_formats, match_views
from pipeline.deposit.formats.model import Moment
from pipeline.deposit.large import SentFile, shape_file
from pipeline.deposit.names import plain_name
from pipeline.deposit.personal import personal_data_in_texts, personal_data_in_unread
from pipeline.deposit.problems import problem_frame
from pipeline.deposit.reader import Peek
from pipeline.deposit.receipt import Receipt, Rows, Status, Values, count_by_code, shown_problems
from pipeline.deposit.references import Known
from pipeline.deposit.rejected import write_rejected
from pipeline.deposit.store import (
    ACCEPTED,
    ORIGINAL,
    StoredUpload,
    Writer,
    checksum,
    list_uploads,
    new_upload_id,
    one_at_a_time,
    put,
    receive,
)
from pipeline.deposit.table import LineCounts
from pipeline.deposit.texts import marked
from pipeline.feeds import all_feeds, get_feed
from pipeline.settings import TownHome

NO_ROWS = Rows()
MEGABYTE = 10**6


class UnknownFormatError(LookupError):
    """There is no format of that name; the message lists those that exist."""


class ConservationError(AssertionError):
    """Lines read are not lines accounted for: a fault of the program, never of the file. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came in, and to whom. path: of our copy; name: as it was sent."""

    path: Path
    name: str
    sha256: str
    town: Town
    home: TownHome
    by: str | None
    received_at: datetime

    def receipt(self, status: Status, feed: str | None, fmt: str | None, problems: pl.DataFrame) -> Receipt:
        return Receipt(
            upload_id=new_upload_id(self.home, self.received_at, feed, self.sha256),
            town=self.town.id,
            feed=feed,
            format=fmt,
            sha256=self.sha256,
            status=status,
            received_at=self.received_at,
            by=self.by,
            file_name=self.name,
            is_demo=self.town.is_demo,
            problems=shown_problems(problems),
            problem_counts=count_by_code(problems),
        )


def deposit_file(
    path: Path,
    *,
    town: Town,
    home: TownHome,
    feed: str | None,
    format: str | None,
    by: str | None,
    received_at: datetime,
    is_demo_source: bool = False,
) -> Receipt:
    """Deposit one file in a town and give its receipt; the upload's folder is `receipt.folder`.

    feed, format: names, None = found from the columns. received_at: with its time zone. is_demo_source: the file is
    simulated. Raises KeyError for an unknown feed, UnknownFormatError, OSError when the file cannot be read,
    ConservationError.
    """
    formats = formats_for(town, feed, format)
    if too_large := size_problem(path, home):
        with one_at_a_time(home):
            sent = Sent(path, plain_name(path.name), checksum(path), town, home, by, received_at)
            return _refuse(sent, feed, problem_frame([too_large]), is_kept=False)
    with one_at_a_time(home), receive(home, path) as copy:
        file = SentFile.at(copy.path, copy.whole)
        seen = peek(file.top)
        sent = Sent(copy.path, plain_name(path.name), copy.sha256.result(), town, home, by, received_at)
        if town.is_demo != is_demo_source:
            problem = Problem("wrong-town.demo" if town.is_demo else "wrong-town.real", value=town.name)
            return _refuse(sent, feed, problem_frame([problem]), is_kept=False)
        uploads = list_uploads(home)
        if earlier := _same_file(sent, feed, uploads):
            return _already(sent, earlier)
        fmt = _format_of(sent, seen, feed, formats)
        if not isinstance(fmt, Format):
            return _refuse(sent, feed, problem_frame(fmt))
        with ThreadPoolExecutor(1) as aside:
            known = aside.submit(known_codes, fmt.feed, uploads, read_aliases(home))
            shaped = shape_file(file, fmt, town.timezone, seen.views)
        return _deposit(sent, fmt, shaped, known.result(), uploads)


def size_problem(path: Path, home: TownHome) -> Problem | None:
    """The problem of a file above the town's limit, told before anything is copied."""
    size, limit = path.stat().st_size, home.largest_upload_mb
    if size <= limit * MEGABYTE:
        return None
    return Problem("encoding-error.too-large", value=str(-(-size // MEGABYTE)), expected=str(limit))


def formats_for(town: Town, feed: str | None, name: str | None) -> list[Format]:
    """The formats that the file may be in. Raises KeyError for an unknown feed, UnknownFormatError."""
    feeds = [get_feed(feed)] if feed else list(all_feeds().values())
    formats = [fmt for one in feeds for fmt in load_formats(one, town.folder)]
    chosen = [fmt for fmt in formats if name in (None, fmt.name)]
    if not chosen:
        known = ", ".join(sorted({fmt.name for fmt in formats}))
        of_feed = f" pour « {feed} »" if feed else ""
        raise UnknownFormatError(f"format inconnu{of_feed} : « {name} » ; les formats connus sont : {known}")
    return chosen


def _same_file(sent: Sent, feed: str | None, uploads: list[StoredUpload]) -> StoredUpload | None:
    """The upload that holds the same bytes; one that was refused or withdrawn, or that would be read otherwise today,
    may be sent again."""
    same = [u for u in uploads if u.sha256 == sent.sha256 and u.status in ("accepted", "waiting")]
    same = [u for u in same if not is_read_otherwise(u, uploads, sent.home, sent.received_at)]
    return next((upload for upload in same if feed in (None, upload.feed)), None)


def _already(sent: Sent, earlier: StoredUpload) -> Receipt:
    """Nothing changes; the receipt repeats what became of the first sending."""
    first = Receipt.from_json(earlier.receipt, earlier.folder)
    return replace(first, status="already_received", received_at=sent.received_at, by=sent.by, file_name=sent.name)


def _format_of(sent: Sent, seen: Peek, feed: str | None, formats: list[Format]) -> Format | list[Problem]:
    """The format in which the file is to be read, or why there is none.

    A file whose feed was said and that nothing fits is read as that feed's template, so that its sender is told what is
    missing; unless it clearly is of another feed.
    """
    match = match_views(seen.views, formats)
    if match.chosen:
        return match.chosen.format
    if seen.problems:
        return list(seen.problems)
    if match.ambiguous:
        names = ", ".join(f"« {verdict.format.title.fr} »" for verdict in match.ambiguous)
        return [Problem("wrong-feed.ambiguous", value=names)]
    if feed is None:
        return [_unrecognised(match)]
    if other := match_views(seen.views, formats_for(sent.town, None, None)).chosen:
        fix = "Déposez-le comme tel, ou vérifiez que c'est le bon fichier."
        title = get_feed(feed).title.fr
        return [Problem("wrong-feed.other", value=other.format.feed.title.fr, expected=title, fix=fix)]
    return formats[0]


def _unrecognised(match: Match) -> Problem:
    """No format fits: the headers that were found, and what is missing for the one that comes nearest."""
    nearest = match.nearest
    titles = ", ".join(f"« {feed.title.fr} »" for feed in all_feeds().values())
    if nearest is None or not nearest.known:
        found = " ; ".join(nearest.header) if nearest else ""
        return Problem("wrong-feed.unrecognised", value=found, fix=f"Partez d'un modèle : {titles}.")
    reason = nearest.reason.fr
    fix = f"Le plus proche est « {nearest.format.feed.title.fr} » : {reason}. Modèles connus : {titles}."
    return Problem("wrong-feed.unrecognised", value=" ; ".join(nearest.header), fix=fix)


def _refuse(
    sent: Sent, feed: str | None, problems: pl.DataFrame, rows: Rows = NO_ROWS, *, is_kept: bool = True
) -> Receipt:
    """A file of which no row enters. is_kept=False: nothing of it is stored but the receipt."""
    receipt = replace(sent.receipt("refused", feed, None, problems), rows=rows)
    files: dict[str, Writer] = {_original(sent): _kept(sent)} if is_kept else {}
    return replace(receipt, folder=put(sent.home, receipt, files))


def _deposit(sent: Sent, fmt: Format, shaped: Shaped, known: Known, uploads: list[StoredUpload]) -> Receipt:
    """Check what a format gave, and keep it unless there is personal data in it. known: what the town declared."""
    feed, table = fmt.feed, shaped.table
    setting = Setting(
        timezone=sent.town.timezone,
        latest=_latest(sent),
        known=known,
        declared=frozenset(name for name, rule in fmt.columns.items() if isinstance(rule, Moment)),
    )
    read = pl.concat([table.problems, shaped.problems])
    if read.height and read.filter(_of_whole_file() & (pl.col("severity") == "error")).height:
        return _refuse(sent, feed.name, read, _all_rejected(table.counts))
    codes = {code for of_feed in known.ids.values() for code in of_feed}
    checked = check(shaped.values, shaped.texts, shaped.headers, feed, setting)
    in_texts = personal_data_in_texts(table.rows, table.texts, shaped.headers, feed, codes)
    if personal := in_texts or personal_data_in_unread(_unread(checked), feed):
        problem = problem_frame([personal])
        return _refuse(sent, feed.name, problem, _all_rejected(table.counts), is_kept=False)
    problems = pl.concat([read, checked.problems])
    problems = problems.with_columns(pl.col("sheet").fill_null(pl.lit(table.sheet, pl.String)))
    return _keep(sent, fmt, shaped, checked, problems, uploads)


def _keep(
    sent: Sent, fmt: Format, shaped: Shaped, checked: Checked, problems: pl.DataFrame, uploads: list[StoredUpload]
) -> Receipt:
    """Store what was checked with its receipt. problems: all that is said of lines; what is said of the whole is added.

    Writing is the longest work that is left: the receipt is made meanwhile.
    """
    feed, writers = fmt.feed, _writers(shaped, checked, fmt.feed, problems)
    with ThreadPoolExecutor(len(writers)) as aside:
        written = {name: aside.submit(_write_aside, sent, name, write) for name, write in writers.items()}
        rows = _rows(shaped, checked, problems)
        status, share = _status(rows, feed)
        if status == "waiting":
            shown = Problem("too-many-rejected", value=_percent(share), expected=_percent(feed.max_rejected_share))
            problems = pl.concat([problem_frame([shown]), problems])
        if status != "refused" and any(upload.feed == feed.name and upload.is_effective for upload in uploads):
            accepted = checked.accepted
            rows = replace(rows, superseding=count_superseding(accepted, feed, uploads))
            problems = pl.concat([_overlap(accepted, feed, uploads), problems])
        receipt = replace(
            sent.receipt(status, feed.name, fmt.name, problems), rows=rows, values=_values(shaped, checked)
        )
        files = {name: _moved(path) for name, path in written.items()}
        return replace(
            receipt, folder=put(sent.home, receipt, {_original(sent): _kept(sent, shaped.table.header), **files})
        )


def _overlap(accepted: pl.DataFrame, feed: Feed, uploads: list[StoredUpload]) -> pl.DataFrame:
    """A warning where earlier uploads tell the same hours at another grain."""
    lines = overlapping_lines(accepted, feed, uploads)
    if lines.is_empty():
        return problem_frame([])
    return problem_frame([Problem("overlap", "warning", value=str(len(lines)), expected=str(lines[0]))])


def _of_whole_file() -> pl.Expr:
    """Problems that say something of every line, so that telling the lines apart would be noise."""
    return pl.col("line").is_null() | pl.col("key").str.contains("^(encoding-error|missing-required-header)")


def _all_rejected(counts: LineCounts) -> Rows:
    rejected = counts.read - counts.blank - counts.repeated_header
    return Rows(counts.read, 0, rejected, counts.blank, counts.repeated_header)


def _unread(checked: Checked) -> pl.DataFrame:
    """The cells that hold neither the number nor the date they should: line, column, value."""
    is_unread = pl.col("key").str.starts_with("type-error") & (pl.col("severity") == "error")
    return checked.problems.filter(is_unread).select("line", "column", "value")


def _latest(sent: Sent) -> datetime:
    """The moment after which a date is in the future: the deposit, or later that of the town's own clock."""
    frozen = sent.town.frozen_on
    if frozen is None:
        return sent.received_at
    return max(sent.received_at, datetime.combine(frozen, time.max, sent.town.tz))


def _rows(shaped: Shaped, checked: Checked, problems: pl.DataFrame) -> Rows:
    """Every line of the file by what became of it. Raises ConservationError where one is lost or unsaid."""
    counts = shaped.table.counts
    accepted, rejected = _lines(shaped.table.rows["line"], checked)
    rows = Rows(
        read=counts.read,
        accepted=accepted,
        rejected=len(rejected) + counts.rejected,
        blank=counts.blank,
        repeated_header=counts.repeated_header,
        repaired=checked.repaired_lines,
    )
    if rows.read != rows.accepted + rows.rejected + rows.blank + rows.repeated_header:
        raise ConservationError(f"lines read are not lines accounted for: {rows}")
    untold = rejected.filter(~rejected.is_in(problems["line"].drop_nulls().implode()))
    if len(untold):
        raise ConservationError(f"{len(untold)} line(s) rejected without a reason, the first is line {untold[0]}")
    return rows


def _lines(lines: pl.Series, checked: Checked) -> tuple[int, pl.Series]:
    """How many of the lines have an accepted row, and those that have none."""
    placed = checked.values["line"]
    if len(placed) == len(lines) and placed.is_sorted() and placed.set_sorted().n_unique() == len(lines):
        return int(checked.is_good.sum()), placed.filter(~checked.is_good)  # each line is one row
    last = lines.max()
    height = last + 1 if isinstance(last, int) else 0
    is_accepted = marked(height, placed.filter(checked.is_good))
    return int(is_accepted.sum()), (marked(height, lines) & ~is_accepted).arg_true()


def _values(shaped: Shaped, checked: Checked) -> Values:
    return Values(
        read=checked.values.height,
        accepted=int(checked.is_good.sum()),
        rejected=int((~checked.is_good).sum()),
        not_counted=checked.not_counted,
    )


def _status(rows: Rows, feed: Feed) -> tuple[Status, float]:
    """What becomes of the upload, and the share of its lines of data that are rejected."""
    if rows.accepted == 0:
        return "refused", 1.0
    share = rows.rejected / (rows.accepted + rows.rejected)
    return ("waiting" if share > feed.max_rejected_share else "accepted"), share


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _original(sent: Sent) -> str:
    return f"{ORIGINAL}{Path(sent.name).suffix.lower()}"


def _kept(sent: Sent, header: Sequence[str] = ()) -> Writer:
    """Our copy moved into the upload; of an agenda only what was read under these headers, never who takes part."""
    return lambda path: keep(sent.path, path, header)


def _writers(shaped: Shaped, checked: Checked, feed: Feed, problems: pl.DataFrame) -> Mapping[str, Writer]:
    """The files of an upload that tell of its lines."""
    return {
        "annotated.csv": lambda path: write_annotated(annotated_rows(shaped.table, problems), path),
        ACCEPTED: lambda path: write_accepted(checked.rows, checked.is_good, feed, path),
        "rejected.parquet": lambda path: write_rejected(shaped.table, checked, problems, path),
    }


def _write_aside(sent: Sent, name: str, write: Writer) -> Path:
    """A file written beside our copy of what was sent: both go where the upload is refused."""
    path = sent.path.with_name(name)
    write(path)
    return path


def _moved(written: Future[Path]) -> Writer:
    return lambda path: written.result().rename(path)
