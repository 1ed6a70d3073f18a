"""Polluted files with the truth beside them: every feed × every kind of damage × several places × encodings.

A file is a list of lines; each knows the rows that its sender meant and whether it was damaged. From that, `measure`
says of a Table what is silently wrong: a row that differs from what was meant, or is missing, while no problem names
its line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.feeds import all_feeds
from tests.deposit.reader.corpus_damage import FAMILIES, REFUSABLE
from tests.deposit.reader.corpus_model import File, Line, Model, measure, model

__all__ = ["File", "files", "measure"]


def files(
    *, encodings: Sequence[str] = ("utf-8",), separators: str = ";", places: Sequence[int] = (0, 4, 8)
) -> Iterator[File]:
    """Every feed × family × place × separator × encoding; then the families that concern a file as bytes."""
    for feed in all_feeds().values():
        for separator in separators:
            for place in places:
                m = model(feed, separator, place)
                for name, make in FAMILIES.items():
                    for kind, lines in make(m):
                        for encoding in encodings:
                            if file := _file(m, f"{name}: {kind}", lines, encoding, name in REFUSABLE):
                                yield file
            yield from _files_as_bytes(model(feed, separator, places[0]))


def _file(m: Model, name: str, lines: list[Line], encoding: str, is_refusable: bool) -> File | None:
    text = "\n".join(line.text for line in lines)
    if encoding != "utf-8" and name.startswith("accents_lost: read twice"):
        return None  # two damages that undo each other
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return None
    spread = f"{m.feed}/{name}/row {m.place}/{m.separator!r}/{encoding}"
    return File(
        spread, m.header, m.aliases, tuple(lines), lambda whole: whole.encode(encoding), is_refusable=is_refusable
    )


def _files_as_bytes(m: Model) -> Iterator[File]:
    lines = tuple(m.lines())
    base = File("", m.header, m.aliases, lines, str.encode)

    def named(kind: str, **changes: object) -> File:
        return replace(base, name=f"{m.feed}/bytes: {kind}/{m.separator!r}", **changes)

    for kind, end in (("crlf", "\r\n"), ("cr", "\r"), ("cr cr lf", "\r\r\n")):
        yield named(kind, end=end)
    yield named("mixed line ends", encode=lambda text: text.replace("\n", "\r\n", 3).replace("\n", "\r", 0).encode())
    yield named("one lone cr", encode=lambda text: text.replace("\n", "\r", 2).encode())
    yield named("mark twice", encode=lambda text: b"\xef\xbb\xbf" * 2 + text.encode())
    yield named("no last line end", encode=lambda text: text.removesuffix("\n").encode())
    has_accent = tuple(replace(line, is_hurt=not line.text.isascii() and bool(line.rows)) for line in lines)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield named(encoding, encode=lambda text, e=encoding: text.encode(e), is_refusable=True)
    for encoding in ("cp850", "mac_roman"):
        yield named(encoding, encode=lambda text, e=encoding: text.encode(e), lines=has_accent)
    yield named("two encodings", encode=_two_encodings)
    yield named("header only", lines=lines[:1])


def _two_encodings(text: str) -> bytes:
    """Every second line in Windows-1252, the others in UTF-8."""
    lines = text.split("\n")
    return b"\n".join(line.encode("cp1252" if number % 2 else "utf-8") for number, line in enumerate(lines))
