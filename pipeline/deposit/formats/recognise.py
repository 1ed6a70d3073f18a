"""Which format a file is in, and for each other format why not, in words that its sender understands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.contract import Label, Language
from pipeline.deposit.formats.headers import by_fold, spelled_as, stacked
from pipeline.deposit.formats.model import Format
from pipeline.deposit.formats.shape import wide_headers
from pipeline.deposit.reader import View, fold, unique_names

# More names than this in one sentence help nobody.
_NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one format says to one file.

    header: its cells, stacked rows joined; header_lines: physical lines on which it stands; above: the lines before it.
    missing: headers that are asked for and not there; unwanted: headers that make it another layout.
    known: header cells that the format knows by name; unknown: those that it knows in no way. columns: the others than
    these, as the file spells them, in their order. sheet: of a workbook.
    """

    format: Format
    header: tuple[str, ...]
    header_lines: tuple[int, ...]
    above: tuple[str, ...]
    missing: tuple[str, ...]
    unwanted: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    columns: tuple[str, ...]
    has_values: bool
    sheet: str | None = None

    @property
    def is_recognised(self) -> bool:
        return not self.missing and not self.unwanted and self.has_values

    @property
    def share_found(self) -> float:
        """Share of the asked headers that are there, 0 to 1."""
        asked = len(self.format.headers)
        return (asked - len(self.missing)) / asked if asked else 0.0

    @property
    def reason(self) -> Label:
        """Why it is this format, or why it is not."""
        if self.missing:
            return _listed("colonne(s) absente(s) : ", "missing column(s): ", self.missing)
        if self.unwanted:
            return _listed("colonne(s) d'un autre format : ", "column(s) of another layout: ", self.unwanted)
        if not self.has_values:
            return Label("aucune colonne de valeurs dans l'en-tête", "no value column in the header")
        line, known = self.header_lines[0], len(self.known)
        return Label(
            f"en-tête à la ligne {line}, {known} colonne(s) connue(s)",
            f"header on line {line}, {known} known column(s)",
        )


@dataclass(frozen=True, slots=True)
class Match:
    """All verdicts, best first. chosen: None where no format or several fit; ambiguous: those that fit equally well."""

    verdicts: tuple[Verdict, ...]
    chosen: Verdict | None
    ambiguous: tuple[Verdict, ...] = ()

    @property
    def nearest(self) -> Verdict | None:
        """The verdict that comes closest, to say what is missing where no format fits."""
        return max(self.verdicts, key=lambda verdict: (verdict.share_found, len(verdict.known)), default=None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A Match in words, for `chalandise formats --explain FILE`."""

    match: Match

    @property
    def is_recognised(self) -> bool:
        return self.match.chosen is not None

    def render(self, language: Language = "fr") -> str:
        """One line a format, the conclusion first."""
        lines = [self.conclusion.in_(language)]
        for verdict in self.match.verdicts:
            sign = "✓" if verdict.is_recognised else "✗"
            colon = " :" if language == "fr" else ":"
            lines.append(f"{sign} {_name(verdict)}{colon} {verdict.reason.in_(language)}")
        return "\n".join(lines)

    @property
    def conclusion(self) -> Label:
        if self.match.chosen:
            name, title = _name(self.match.chosen), self.match.chosen.format.title
            return Label(f"Format reconnu : {name} — {title.fr}", f"Recognised format: {name} — {title.en}")
        if self.match.ambiguous:
            names = ", ".join(_name(verdict) for verdict in self.match.ambiguous)
            return Label(
                f"Plusieurs formats conviennent : {names}. Précisez --feed et --format.",
                f"Several formats fit: {names}. Say which with --feed and --format.",
            )
        return Label("Aucun format ne reconnaît ce fichier.", "No format recognises this file.")

    def as_json(self, language: Language = "fr") -> dict[str, Any]:
        """The object that `--json` prints."""
        chosen = self.match.chosen
        return {
            "feed": chosen.format.feed.name if chosen else None,
            "format": chosen.format.name if chosen else None,
            "ambiguous": [_name(verdict) for verdict in self.match.ambiguous],
            "message": self.conclusion.in_(language),
            "formats": [
                {
                    "feed": verdict.format.feed.name,
                    "format": verdict.format.name,
                    "recognised": verdict.is_recognised,
                    "reason": verdict.reason.in_(language),
                }
                for verdict in self.match.verdicts
            ],
        }


def match_views(views: Sequence[View], formats: Sequence[Format]) -> Match:
    """Match a file whose top can be read in several ways: by several separators, or in several sheets.

    The first view in which one format fits is taken, else the first in which several do, else the closest one.
    """
    matches = [match_view(view, formats) for view in views] or [match_view(View(()), formats)]

    def closeness(match: Match) -> tuple[bool, bool, float]:
        nearest = match.nearest
        return match.chosen is not None, bool(match.ambiguous), nearest.share_found if nearest else 0.0

    return max(matches, key=closeness)


def match_view(view: View, formats: Sequence[Format]) -> Match:
    """Match the first rows of a file.

    Of several formats that recognise it, the one that knows the most header cells by name wins, then the one that
    leaves the fewest unknown; what is still equal is ambiguous and is left to the sender.
    """
    verdicts = sorted((judge(view, fmt) for fmt in formats), key=_rank, reverse=True)
    fitting = [verdict for verdict in verdicts if verdict.is_recognised]
    best = tuple(verdict for verdict in fitting if _rank(verdict) == _rank(fitting[0]))
    if len(best) == 1:
        return Match(tuple(verdicts), best[0])
    return Match(tuple(verdicts), None, best)


def judge(view: View, fmt: Format) -> Verdict:
    """What a format says to the first rows of a file: of all places where its header could stand, the best one."""
    by_name = frozenset(fold(name) for name in fmt.known)
    starts: Sequence[int] = range(max(1, len(view.rows) - fmt.header_rows + 1))
    if fmt.header_rows == 1 and fmt.headers:
        starts = _starts(view, by_name, len(fmt.headers)) or [0]
    above = tuple(" ".join(cell for cell in row.cells if cell) for row in view.rows)
    verdicts = [_at(view, start, fmt, by_name, above[:start]) for start in starts]
    return max(verdicts, key=lambda verdict: (verdict.is_recognised, len(verdict.known) - len(verdict.missing)))


def _starts(view: View, by_name: frozenset[str], asked: int) -> list[int]:
    """The rows that may be the header: of those that hold the same names, too few for the format, the first alone.

    Of two cells that are equal the second gets a name of its own, so that such a row is always looked at.
    """
    first: dict[frozenset[str] | int, int] = {}
    for start, row in enumerate(view.rows):
        held = by_name.intersection(map(fold, row.cells))
        is_apart = len(held) >= asked or len(set(row.cells)) < len(row.cells)
        if held or is_apart:
            first.setdefault(start if is_apart else held, start)
    return list(first.values())


def _at(view: View, start: int, fmt: Format, by_name: frozenset[str], above: tuple[str, ...]) -> Verdict:
    standing = view.rows[start : start + fmt.header_rows]
    header = stacked([list(row.cells) for row in standing], fmt.header_join)
    cells = [name for name, cell in zip(unique_names(header), header, strict=True) if cell]
    sent = by_fold(cells)
    by_pattern = wide_headers(cells, fmt)
    # Of two cells that read alike only the first is known; the other is said, unless both hold values of a wide layout.
    known = tuple(cell for key, cell in sent.items() if key in by_name)
    return Verdict(
        format=fmt,
        header=tuple(header),
        header_lines=tuple(line for row in standing for line in range(row.line, row.line + row.lines)),
        above=above,
        missing=tuple(spellings[0] for spellings in fmt.headers if spelled_as(sent, spellings) is None),
        unwanted=tuple(found for name in fmt.without if (found := spelled_as(sent, [name]))),
        known=known,
        unknown=tuple(cell for cell in cells if cell not in known and cell not in by_pattern),
        columns=tuple(cell for cell in cells if cell in known or cell in by_pattern),
        has_values=bool(by_pattern) or fmt.wide is None,
        sheet=view.sheet,
    )


def _rank(verdict: Verdict) -> tuple[bool, int, int]:
    return verdict.is_recognised, len(verdict.known), -len(verdict.unknown)


def _name(verdict: Verdict) -> str:
    return f"{verdict.format.feed.name}/{verdict.format.name}"


def _listed(fr: str, en: str, names: Sequence[str]) -> Label:
    more = len(names) - _NAMES_SHOWN
    shown_fr = ", ".join(f"« {name} »" for name in names[:_NAMES_SHOWN])
    shown_en = ", ".join(f"“{name}”" for name in names[:_NAMES_SHOWN])
    if more > 0:
        return Label(f"{fr}{shown_fr} et {more} autre(s)", f"{en}{shown_en} and {more} more")
    return Label(fr + shown_fr, en + shown_en)
