"""What a table of the warehouse tells about itself: where it stands in the order, and its columns in two languages."""

from dataclasses import dataclass

from pipeline.contract import Label

# A model reads its own schema or one that stands before it; analytic models stand beside intermediate ones.
RANKS = {"raw": 0, "reference": 1, "staging": 2, "intermediate": 3, "analytics": 3, "marts": 4}
SQL_SCHEMAS = ("reference", "staging", "intermediate", "marts")


@dataclass(frozen=True, slots=True)
class DocumentedColumn:
    """One column of a table as its contract tells it. unit: symbol of what stands behind a figure, or empty."""

    name: str
    label: Label
    unit: str = ""

    @property
    def comment(self) -> str:
        """What stands in the database beside the column: French, with the unit."""
        return f"{self.label.fr} ({self.unit})" if self.unit else self.label.fr

    @classmethod
    def parse(cls, text: str) -> "DocumentedColumn":
        """From `name | French | English | unit`, the unit being optional. Raises ValueError."""
        name, *words = (part.strip() for part in text.split("|"))
        if len(words) not in (2, 3) or not all((name, *words[:2])):
            raise ValueError(f"write `name | French | English | unit` (unit optional), not {text!r}")
        return cls(name, Label(words[0], words[1]), words[2] if len(words) == 3 else "")


def documented(lines: str) -> tuple[DocumentedColumn, ...]:
    """The columns of a table that no SQL file makes, one a line, written as in a SQL header."""
    return tuple(DocumentedColumn.parse(line) for line in lines.strip().splitlines())
