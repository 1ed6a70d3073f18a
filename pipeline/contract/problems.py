"""Problems of an upload: their codes and their messages, which are data (messages.toml), in French and English."""

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pipeline.contract.labels import Label, Language

Severity = Literal["error", "warning", "repair"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to tell the sender.

    line: physical line in the file that was sent (1 = first line), or the row of the sheet; None = the whole file.
    column: header as the sender wrote it. key: entry of messages.toml, whose first part (before the dot) is the
    public code, e.g. `type-error.number` → `type-error`. severity: `error` = the row is rejected; `warning` = kept,
    look at it; `repair` = repaired without loss and said. expected and fix complete the sentence.
    """

    key: str
    severity: Severity = "error"
    line: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    fix: str | None = None
    sheet: str | None = None

    @property
    def code(self) -> str:
        return self.key.split(".", 1)[0]

    def message(self, language: Language = "fr") -> str:
        """The whole sentence: where, what was found, what was expected, what to do."""
        words = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        text = messages()[self.key].in_(language).format_map(defaultdict(str, words))
        if self.line is None:
            where = ""
        elif self.sheet:
            where = {
                "fr": f"Feuille « {self.sheet} », ligne {self.line}",
                "en": f"Sheet “{self.sheet}”, row {self.line}",
            }[language]
        else:
            where = {"fr": f"Ligne {self.line}", "en": f"Line {self.line}"}[language]
        if where and self.column:
            where += {"fr": f", colonne « {self.column} »", "en": f", column “{self.column}”"}[language]
        separator = " : " if language == "fr" else ": "
        return " ".join((f"{where}{separator}{text}" if where else text).split())

    def as_json(self, language: Language = "fr") -> dict[str, Any]:
        """The object of the receipt's `problems` list (contracts.md)."""
        found: dict[str, Any] = {
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "value": self.value,
            "message": self.message(language),
            "fix": self.fix,
        }
        if self.sheet is not None:
            found["sheet"] = self.sheet
        return found


@cache
def messages() -> dict[str, Label]:
    """Every message by key. The file is grouped by code: `[type-error.number] fr = … en = …`."""
    with (Path(__file__).parent / "messages.toml").open("rb") as file:
        tree = tomllib.load(file)
    return dict(_leaves("", tree))


def _leaves(prefix: str, tree: dict[str, Any]) -> list[tuple[str, Label]]:
    own = [(prefix, Label(tree["fr"], tree["en"]))] if "fr" in tree and "en" in tree else []
    for name, value in tree.items():
        if isinstance(value, dict):
            own += _leaves(f"{prefix}.{name}" if prefix else name, value)
    return own
