"""The receipt of an upload: what was read, accepted and rejected, and every sentence that its sender is told.

As an object for programs (`Receipt.as_json`) and as plain text for people (`render_receipt`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipeline.contract import Label, Language, Problem
from pipeline.deposit.english import in_english
from pipeline.deposit.problems import problem_list, shortened
from pipeline.feeds import all_feeds

Status = Literal["accepted", "waiting", "refused", "already_received"]
SHOWN_PROBLEMS = 1_000
EXIT_CODES: Mapping[Status, int] = {"accepted": 0, "already_received": 0, "waiting": 2, "refused": 2}
SEVERITIES = ("error", "warning", "repair")
STATUS_WORDS = {
    "accepted": Label("accepté", "accepted"),
    "waiting": Label("en attente de décision", "waiting for a decision"),
    "refused": Label("refusé", "refused"),
    "already_received": Label("déjà reçu", "already received"),
    "withdrawn": Label("retiré", "withdrawn"),
}


LINES_A_CODE = 5
HEADINGS = {
    "error": Label("À corriger", "To correct"),
    "warning": Label("À vérifier", "To look at"),
    "repair": Label("Réparé sans perte", "Repaired without loss"),
}
NEXT = {
    "accepted": Label("Rien à corriger.", "Nothing to correct."),
    "accepted-with-errors": Label(
        "Corrigez les lignes ci-dessus dans votre fichier puis renvoyez-le : les lignes déjà acceptées ne seront pas "
        "comptées deux fois. Le fichier annotated.csv reprend vos lignes avec le problème en face.",
        "Correct the lines above in your file and send it again: lines already accepted are not counted twice. "
        "annotated.csv has your lines with the problem beside each.",
    ),
    "waiting": Label(
        "Corrigez le fichier et renvoyez-le, ou demandez au manager de commerce d'accepter cet envoi tel quel.",
        "Correct the file and send it again, or ask the officer to approve this upload as it is.",
    ),
    "refused": Label("Corrigez le fichier puis renvoyez-le.", "Correct the file and send it again."),
    "already_received": Label(
        "Rien à faire : le même fichier a déjà été reçu.", "Nothing to do: the same file was received before."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines of the file: read = accepted + rejected + blank + repeated_header.

    repaired and superseding are among the accepted: lines with a repair, and keys that an earlier upload held.
    """

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    repeated_header: int = 0
    repaired: int = 0
    superseding: int = 0


@dataclass(frozen=True, slots=True)
class Values:
    """Rows of the feed (many a line in wide layouts). not_counted: accepted ones whose count is empty."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    not_counted: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file. problems: the objects of the contract, errors first; problem_counts: of all, by code
    (what is said once for many cells or values counts once).

    folder: the upload's folder; None where nothing was written. It holds no clock but `received_at`: the same file
    deposited at the same time gives the same receipt.
    """

    upload_id: str
    town: str
    feed: str | None
    format: str | None
    sha256: str
    status: Status
    received_at: datetime
    by: str | None
    file_name: str
    is_demo: bool
    rows: Rows = Rows()
    values: Values = Values()
    problems: tuple[Mapping[str, Any], ...] = ()
    problem_counts: Mapping[str, int] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def truncated(self) -> bool:
        return sum(self.problem_counts.values()) > len(self.problems)

    @property
    def exit_code(self) -> int:
        """0 the file is in (or was already), 2 it is refused or waits for a decision."""
        return EXIT_CODES[self.status]

    def as_json(self) -> dict[str, Any]:
        """The object of `chalandise deposit --json` and of receipt.json (contracts.md), and who sent what when."""
        return {
            "upload_id": self.upload_id,
            "town": self.town,
            "feed": self.feed,
            "format": self.format,
            "sha256": self.sha256,
            "status": self.status,
            "rows": _fields(self.rows),
            "values": _fields(self.values),
            "problems": list(self.problems),
            "problem_counts": dict(self.problem_counts),
            "truncated": self.truncated,
            "received_at": self.received_at.isoformat(),
            "by": self.by,
            "file_name": self.file_name,
            "is_demo": self.is_demo,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any], folder: Path | None = None) -> "Receipt":
        """The receipt that `as_json` gave."""
        own = {
            name: told[name] for name in ("upload_id", "town", "feed", "format", "sha256", "status", "by", "file_name")
        }
        return cls(
            **own,
            received_at=datetime.fromisoformat(told["received_at"]),
            is_demo=told["is_demo"],
            rows=Rows(**told["rows"]),
            values=Values(**told["values"]),
            problems=tuple(told["problems"]),
            problem_counts=told["problem_counts"],
            folder=folder,
        )


def _fields(counts: Rows | Values) -> dict[str, int]:
    return {name: getattr(counts, name) for name in counts.__slots__}


def shown_problems(problems: pl.DataFrame) -> tuple[Mapping[str, Any], ...]:
    """The first problems as the contract's objects: of the whole file, then errors, warnings, repairs, by line."""
    if problems.is_empty():
        return ()
    # Only what they are ordered by is put in order: there may be millions.
    rank = pl.col("severity").replace_strict(list(SEVERITIES), [0, 1, 2], return_dtype=pl.Int8)
    order = problems.select(rank, "line", has_line=pl.col("line").is_not_null()).with_row_index("place")
    first = order.bottom_k(SHOWN_PROBLEMS, by=["has_line", "severity", "line", "place"]).sort(
        "has_line", "severity", "line", "place"
    )
    return tuple(as_object(problem) for problem in problem_list(shortened(problems[first["place"]])))


def as_object(problem: Problem) -> dict[str, Any]:
    """A problem with its sentence, and what to do, in both languages."""
    english = in_english(problem)
    return problem.as_json("fr") | {"message_en": english.message("en"), "fix_en": english.fix}


def count_by_code(problems: pl.DataFrame) -> dict[str, int]:
    """How many problems there are of each code, the most frequent first."""
    if problems.is_empty():
        return {}
    code = pl.col("key").str.split(".").list.first().alias("code")
    counts = problems.group_by("key").len().group_by(code).agg(pl.col("len").sum())
    return dict(counts.sort("len", "code", descending=[True, False]).iter_rows())


def render_receipt(receipt: Receipt, language: Language = "fr") -> str:
    """The receipt as plain text: a summary, the problems by severity and code, what to do next."""
    parts = [_summary(receipt, language), *_problems(receipt, language), f"→ {_next(receipt).in_(language)}"]
    return "\n\n".join(parts) + "\n"


def _summary(receipt: Receipt, language: Language) -> str:
    rows, fr = receipt.rows, language == "fr"
    feed = (
        all_feeds()[receipt.feed].title.in_(language)
        if receipt.feed
        else ("fichier non reconnu" if fr else "not recognised")
    )
    lines = [f"{receipt.file_name} — {feed}{' : ' if fr else ': '}{STATUS_WORDS[receipt.status].in_(language).upper()}"]
    counts: Sequence[tuple[int, Label]] = (
        (rows.read, Label("lues", "read")),
        (rows.accepted, Label("acceptées", "accepted")),
        (rows.rejected, Label("rejetées", "rejected")),
        (rows.blank, Label("vides", "blank")),
        (rows.repeated_header, Label("en-têtes répétés", "repeated headers")),
        (rows.repaired, Label("réparées", "repaired")),
        (rows.superseding, Label("déjà reçues et remplacées", "received before and replaced")),
    )
    told = [f"{label.in_(language)} {number}" for place, (number, label) in enumerate(counts) if number or place < 3]
    lines.append(("Lignes : " if fr else "Lines: ") + ", ".join(told))
    values = receipt.values
    if values.read not in (0, rows.accepted + rows.rejected):
        words = "Valeurs : lues {}, acceptées {}, rejetées {}" if fr else "Values: read {}, accepted {}, rejected {}"
        lines.append(words.format(values.read, values.accepted, values.rejected))
    if values.not_counted:
        words = "Cases vides, c'est-à-dire non comptées : {}" if fr else "Empty cells, that is not counted: {}"
        lines.append(words.format(values.not_counted))
    lines.append(("Envoi : " if fr else "Upload: ") + receipt.upload_id)
    return "\n".join(lines)


def _problems(receipt: Receipt, language: Language) -> list[str]:
    """One block a severity; in it the first lines of each code."""
    blocks = []
    for severity, heading in HEADINGS.items():
        mine = [problem for problem in receipt.problems if problem["severity"] == severity]
        codes = dict.fromkeys(problem["code"] for problem in mine)
        lines = [line for code in codes for line in _of_code([p for p in mine if p["code"] == code], language)]
        if lines:
            blocks.append("\n".join([heading.in_(language), *lines]))
    if receipt.truncated:
        more = sum(receipt.problem_counts.values()) - len(receipt.problems)
        words = Label(
            f"… et {more} autres, tous dans annotated.csv", f"… and {more} more, all of them in annotated.csv"
        )
        blocks.append(words.in_(language))
    return blocks


def _of_code(problems: list[Mapping[str, Any]], language: Language) -> list[str]:
    """The first sentences of one code. What is said alike of several lines is said once, with their numbers."""
    message, line = ("message", "Ligne") if language == "fr" else ("message_en", "Line")
    places: dict[str, list[int | None]] = {}
    for problem in problems:
        places.setdefault(problem[message].removeprefix(f"{line} {problem['line']}"), []).append(problem["line"])
    sentences = [f"  • {_lines(line, numbers)}{rest}" for rest, numbers in places.items()]
    more = len(sentences) - LINES_A_CODE
    if more <= 0:
        return sentences
    words = Label(f"    … et {more} autres de ce genre", f"    … and {more} more of this kind")
    return [*sentences[:LINES_A_CODE], words.in_(language)]


def _lines(word: str, numbers: list[int | None]) -> str:
    """« Ligne 3 », « Lignes 2, 3, 4, 5, 6 … (24) », nothing for the whole file."""
    told = [str(number) for number in numbers if number is not None]
    if len(told) < 2:
        return f"{word} {told[0]}" if told else ""
    more = f" … ({len(told)})" if len(told) > LINES_A_CODE else ""
    return f"{word}s {', '.join(told[:LINES_A_CODE])}{more}"


def _next(receipt: Receipt) -> Label:
    if receipt.status == "accepted" and receipt.rows.rejected:
        return NEXT["accepted-with-errors"]
    return NEXT[receipt.status]
