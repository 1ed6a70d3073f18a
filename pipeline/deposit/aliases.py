"""Other names of what the town declares: learned by a decision alone, kept as data, used from the next deposit on.

A decision is a new file beside the withdrawals and approvals; the last one on a name holds. What is stored already is
never read again by it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.deposit.decisions import read_records, write_record
from pipeline.deposit.earlier import known_codes_of
from pipeline.deposit.store import list_uploads, one_at_a_time
from pipeline.deposit.words import did_you_mean, fold, nearest
from pipeline.feeds import all_feeds, get_feed
from pipeline.settings import TownHome

KIND = "alias"


class AliasError(ValueError):
    """The decision cannot be taken; the message says why and what to do, in French."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that senders use (`name`) for a code of a feed (`code`; None = the name is no longer understood).

    at: with its time zone; why: in the words of who decides.
    """

    feed: str
    name: str
    code: str | None
    why: str
    by: str | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The object of the decision's file, and of the command."""
        told = {"kind": KIND, "feed": self.feed, "from": self.name, "to": self.code}
        return told | {"why": self.why, "by": self.by, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Alias":
        at = datetime.fromisoformat(told["at"])
        return cls(told["feed"], told["from"], told["to"], told["why"], told["by"], at)


def learn(home: TownHome, alias: Alias) -> dict[str, Any]:
    """Record a decision; gives its record. Raises AliasError."""
    with one_at_a_time(home):
        if reason := _objection(home, alias):
            raise AliasError(reason)
        digest = hashlib.sha256(alias.name.encode()).hexdigest()[:12]
        write_record(home, alias.as_json(), f"{KIND}-{alias.feed}-{digest}")
    return alias.as_json()


def list_aliases(home: TownHome) -> list[Alias]:
    """The names that are understood today, by feed and name."""
    last = {(alias.feed, fold(alias.name)): alias for alias in _decided(home)}
    return sorted((a for a in last.values() if a.code is not None), key=lambda alias: (alias.feed, alias.name))


def read_aliases(home: TownHome) -> dict[str, dict[str, str]]:
    """By feed: the folded name, and the code for which it stands."""
    found: dict[str, dict[str, str]] = {}
    for alias in list_aliases(home):
        if alias.code is not None:
            found.setdefault(alias.feed, {})[fold(alias.name)] = alias.code
    return found


def _decided(home: TownHome) -> list[Alias]:
    """Every decision, from the first to the last."""
    return sorted(map(Alias.from_json, read_records(home, (KIND,))), key=lambda alias: alias.at)


def _objection(home: TownHome, alias: Alias) -> str | None:
    named = sorted({c.references for feed in all_feeds().values() for c in feed.columns if c.references})
    if alias.feed not in named:
        return f"aucun fichier ne cite « {alias.feed} » ; ceux qui sont cités : {', '.join(named)}"
    if not fold(alias.name):
        return "le nom à comprendre est vide"
    if alias.code is None:
        if fold(alias.name) in read_aliases(home).get(alias.feed, {}):
            return None
        return f"« {alias.name} » n'est l'autre nom de rien (`chalandise alias --list` en donne la liste)"
    known = known_codes_of(alias.feed, list_uploads(home))
    if alias.code not in known:
        proposal = did_you_mean(nearest(alias.code, sorted(known))) or "Déposez d'abord le fichier qui le déclare."
        return f"« {alias.code} » n'existe pas dans « {get_feed(alias.feed).title.fr} ». {proposal}"
    if alias.name in known:
        return f"« {alias.name} » existe dans « {get_feed(alias.feed).title.fr} » : il ne peut être un autre nom"
    return None
