"""Uploads on disk: one folder each, made aside and renamed into place, never changed afterwards."""

import fcntl
import hashlib
import itertools
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.deposit.decisions import Decision, read_decisions, write_decision
from pipeline.deposit.receipt import STATUS_WORDS, Receipt
from pipeline.settings import DamagedHomeError, TownHome

INCOMING = ".incoming-"
ACCEPTED = "accepted.parquet"
ORIGINAL = "original"  # with the ending of the file that was sent
RECEIPT = "receipt.json"
WHOLE, PIECE = 1 << 24, 1 << 20  # bytes: up to which a file is kept in memory, and those copied at a time
Writer = Callable[[Path], object]


class UnknownUploadError(LookupError):
    """The town has no upload of that id."""


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload as it stands today. status: that of its receipt, or "withdrawn", or "accepted" once approved.

    receipt: the object of receipt.json.
    """

    upload_id: str
    feed: str | None
    received_at: datetime
    status: str
    folder: Path
    sha256: str
    receipt: Mapping[str, Any]

    @property
    def is_effective(self) -> bool:
        """Whether it enters builds."""
        return self.status == "accepted"

    @property
    def accepted(self) -> Path:
        """The accepted rows. Raises DamagedHomeError where they are no whole Parquet file: gone, or cut short."""
        path = self.folder / ACCEPTED
        try:
            pl.read_parquet_schema(path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _damaged(path, error) from error
        return path

    def read_through(self) -> None:
        """Read every accepted row. Raises DamagedHomeError where that cannot be done."""
        try:
            pl.read_parquet(self.accepted)
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise _damaged(self.folder / ACCEPTED, error) from error


def _damaged(path: Path, error: BaseException) -> DamagedHomeError:
    return DamagedHomeError(
        f"{path} cannot be read ({type(error).__name__}); restore it from a backup, or withdraw the upload and send "
        "its original again"
    )


@contextmanager
def one_at_a_time(home: TownHome) -> Iterator[None]:
    """Only one deposit or decision of a town at once; whoever comes second waits.

    The lock falls with the process that holds it, so whatever lies unfinished when it is taken was left by a dead
    one: it is removed here.
    """
    home.uploads.mkdir(parents=True, exist_ok=True)
    with (home.uploads / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in home.uploads.glob(f"{INCOMING}*"):
            shutil.rmtree(left)
        yield


@dataclass(frozen=True, slots=True)
class Received:
    """Our own copy of a file that somebody sent. whole: its bytes, None of a large one; sha256: being made."""

    path: Path
    whole: bytes | None
    sha256: Future[str]


@contextmanager
def receive(home: TownHome, sent: Path) -> Iterator[Received]:
    """Copy a file that somebody sends. A writer of `put` may move the copy away; what is left of it goes in the end.

    To be called under `one_at_a_time`.
    """
    folder = home.uploads / f"{INCOMING}{secrets.token_hex(8)}"
    folder.mkdir()
    try:
        with ThreadPoolExecutor(1) as hashing:
            yield _copied(sent, folder / "sent", hashing)
    finally:
        shutil.rmtree(folder)


def _copied(sent: Path, copy: Path, hashing: Executor) -> Received:
    """What is written is hashed meanwhile; of a large file two places in memory take turns."""
    digest = hashlib.sha256()
    with sent.open("rb") as source, copy.open("wb") as target:
        top = source.read(WHOLE + 1)
        hashed = hashing.submit(digest.update, top)
        target.write(top)
        places = itertools.cycle([memoryview(bytearray(PIECE)) for _ in range(2)] if len(top) > WHOLE else [])
        for place in places:
            piece = place[: source.readinto(place)]
            hashed.result()
            if not piece:
                break
            hashed = hashing.submit(digest.update, piece)
            target.write(piece)
    return Received(copy, top if len(top) <= WHOLE else None, hashing.submit(digest.hexdigest))


def checksum(sent: Path) -> str:
    """The SHA-256 of a file of which no copy is wanted."""
    with sent.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_upload_id(home: TownHome, received_at: datetime, feed: str | None, sha256: str) -> str:
    """`<yyyymmddThhmmss>-<feed>-<12 digits of the checksum>`, in UTC; with -2, -3, … where that one is taken."""
    stem = f"{received_at.astimezone(UTC):%Y%m%dT%H%M%S}-{feed or 'unknown'}-{sha256[:12]}"
    taken = {path.name for path in home.uploads.glob(f"*/{stem}*")}
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def put(home: TownHome, receipt: Receipt, files: Mapping[str, Writer]) -> Path:
    """Write the files and the receipt as a new upload, all or nothing; give its folder.

    files: name → function that writes the file at a path, all at the same time. To be called under `one_at_a_time`.
    """
    target = home.uploads / f"{receipt.received_at.astimezone(UTC):%Y}" / receipt.upload_id
    aside = home.uploads / f"{INCOMING}{secrets.token_hex(8)}"
    aside.mkdir()
    text = json.dumps(receipt.as_json(), ensure_ascii=False, indent=1)
    writers: dict[str, Writer] = {**files, RECEIPT: lambda path: path.write_text(text + "\n", encoding="utf-8")}

    def write(name: str) -> None:
        writers[name](aside / name)
        (aside / name).chmod(0o444)
        _to_disk(aside / name)

    with ThreadPoolExecutor(len(writers)) as threads:
        list(threads.map(write, writers))
    _to_disk(aside)
    target.parent.mkdir(exist_ok=True)
    aside.rename(target)
    _to_disk(target.parent)
    return target


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def list_uploads(home: TownHome) -> list[StoredUpload]:
    """Every upload of a town in the order of deposit, with its status after the decisions.

    Raises DamagedHomeError for an upload without a whole receipt, and for a decision on an upload that is not there:
    both would else be without effect in silence.
    """
    decisions = read_decisions(home)
    uploads = [_stored(path, decisions) for path in home.uploads.glob("[0-9]*/[0-9]*")]
    if unknown := sorted(decisions.keys() - {upload.upload_id for upload in uploads}):
        raise DamagedHomeError(
            f"{home.decisions} holds a decision on {unknown[0]}, which is no upload of this town; "
            "correct the decision or restore the upload from a backup"
        )
    return sorted(uploads, key=lambda upload: (upload.received_at, upload.upload_id))


def find_upload(home: TownHome, upload_id: str) -> StoredUpload:
    """The upload of that id. Raises UnknownUploadError."""
    for upload in list_uploads(home):
        if upload.upload_id == upload_id:
            return upload
    raise UnknownUploadError(f"envoi inconnu : {upload_id} (`chalandise uploads` en donne la liste)")


def _stored(folder: Path, decisions: Mapping[str, Decision]) -> StoredUpload:
    try:
        receipt = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
        decision = decisions.get(receipt["upload_id"])
        return StoredUpload(
            upload_id=receipt["upload_id"],
            feed=receipt["feed"],
            received_at=datetime.fromisoformat(receipt["received_at"]),
            status=decision.status if decision else receipt["status"],
            folder=folder,
            sha256=receipt["sha256"],
            receipt=receipt,
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError) as error:
        raise DamagedHomeError(
            f"the upload {folder} has no whole {RECEIPT} ({type(error).__name__}: {error}); restore it from a backup"
        ) from error


class DecisionError(ValueError):
    """The decision does not fit the upload's state; the message says why, in French."""


def withdraw(home: TownHome, upload_id: str, *, why: str, by: str | None, at: datetime) -> dict[str, Any]:
    """Take an upload out of every later build; its folder stays. Gives the record of the decision.

    Raises UnknownUploadError, DecisionError.
    """
    return _decide(home, Decision("withdraw", upload_id, why, by, at), ("accepted", "waiting"))


def approve(home: TownHome, upload_id: str, *, why: str, by: str | None, at: datetime) -> dict[str, Any]:
    """Let an upload that waits into the builds, without its rejected rows. Gives the record of the decision.

    Raises UnknownUploadError, DecisionError.
    """
    return _decide(home, Decision("approve", upload_id, why, by, at), ("waiting",))


def _decide(home: TownHome, decision: Decision, allowed: tuple[str, ...]) -> dict[str, Any]:
    with one_at_a_time(home):
        upload = find_upload(home, decision.upload_id)
        if upload.status not in allowed:
            state = STATUS_WORDS[upload.status].fr
            raise DecisionError(f"l'envoi {upload.upload_id} est « {state} » : cette décision ne s'applique pas à lui")
        write_decision(home, decision)
    return decision.as_json() | {"status": decision.status}
