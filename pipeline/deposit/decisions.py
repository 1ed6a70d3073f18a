"""What an officer decides: one file a decision, never changed. Here, of an upload, after its deposit."""

import json
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pipeline.settings import DamagedHomeError, TownHome

Kind = Literal["withdraw", "approve"]
STATUS_AFTER: Mapping[Kind, str] = {"withdraw": "withdrawn", "approve": "accepted"}
ALIAS = "alias"  # see pipeline.deposit.aliases


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision. at: with its time zone; why: in the officer's words."""

    kind: Kind
    upload_id: str
    why: str
    by: str | None
    at: datetime

    @property
    def status(self) -> str:
        """What the upload is from then on."""
        return STATUS_AFTER[self.kind]

    def as_json(self) -> dict[str, Any]:
        """The object of the decision's file."""
        return asdict(self) | {"at": self.at.isoformat()}


def write_decision(home: TownHome, decision: Decision) -> None:
    """Record a decision as a new file, whole or not at all."""
    write_record(home, decision.as_json(), f"{decision.kind}-{decision.upload_id}")


def read_decisions(home: TownHome) -> dict[str, Decision]:
    """The last decision on each upload. Raises DamagedHomeError."""
    told = read_records(home, tuple(STATUS_AFTER))
    found = [Decision(**(one | {"at": datetime.fromisoformat(one["at"])})) for one in told]
    return {decision.upload_id: decision for decision in sorted(found, key=lambda decision: decision.at)}


def write_record(home: TownHome, record: Mapping[str, Any], subject: str) -> None:
    """Write the object of a decision as a new file named after its time (`at`) and subject, whole or not at all."""
    home.decisions.mkdir(parents=True, exist_ok=True)
    at = datetime.fromisoformat(record["at"]).astimezone(UTC)
    aside = home.decisions / f".{secrets.token_hex(8)}"
    with aside.open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.chmod(0o444)
    aside.rename(home.decisions / f"{at:%Y%m%dT%H%M%S%f}-{subject}.json")


def read_records(home: TownHome, kinds: Collection[str]) -> list[dict[str, Any]]:
    """The objects of the decisions of some kinds, by the name of their file.

    Raises DamagedHomeError for a file that is no decision: one that was meant must not be without effect.
    """
    told = [_record(path) for path in sorted(home.decisions.glob("*.json"))]
    return [record for record in told if record["kind"] in kinds]


def _record(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = (*STATUS_AFTER, ALIAS)
        if told["kind"] not in known:
            raise ValueError(f"kind {told['kind']!r} is none of {', '.join(known)}")
        if datetime.fromisoformat(told["at"]).tzinfo is None:
            raise ValueError(f"at {told['at']!r} has no time zone, such as +00:00")
        if told["kind"] != ALIAS and told.keys() != {field.name for field in fields(Decision)}:
            raise ValueError(f"expected are {', '.join(field.name for field in fields(Decision))}")
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedHomeError(f"{path} is no decision ({error}); correct it or take it away") from error
    return told
