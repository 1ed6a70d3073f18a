"""What the demo deposits: one file as an association would send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file on its way to the deposit.

    received_at: when it is (or is pretended to be) received, in UTC. data: its bytes.
    known_problems: the mistakes in it that a receipt calls an error or a warning: public problem code → how many. Those
    of simulated files were planted on purpose; there are no others.
    format: a vendor's layout to name at the deposit; None = let it be recognised.
    """

    name: str
    feed: str
    received_at: datetime
    data: bytes
    known_problems: Mapping[str, int] = field(default_factory=dict)
    format: str | None = None


def received(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of reception, in UTC."""
    return datetime.combine(day, time(hour, minute), UTC)
