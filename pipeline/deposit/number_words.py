"""French numbers written out, so that the message for « douze » can say « Écrivez 12. »."""

import re
import unicodedata

UNITS = {
    word: number
    for number, words in enumerate(
        (
            ("zero",), ("un", "une"), ("deux",), ("trois",), ("quatre",), ("cinq",), ("six",), ("sept",), ("huit",),
            ("neuf",), ("dix",), ("onze",), ("douze",), ("treize",), ("quatorze",), ("quinze",), ("seize",),
        )
    )
    for word in words
}  # fmt: skip
TENS = {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
TENS |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
NOBODY = {"aucun", "aucune", "personne", "neant"}


def number_in_words(text: str) -> int | None:
    """The number that French words say, below a million; None when they say none."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    if plain.strip() in NOBODY:
        return 0
    words = [word for word in re.split(r"[\s-]+", plain.strip()) if word != "et"]
    if not words or any(
        word not in UNITS and word not in TENS and word not in {"cent", "cents", "mille"} for word in words
    ):
        return None
    whole, part = 0, 0
    for word in words:
        if word == "mille":
            whole, part = whole + (part or 1) * 1000, 0
        elif word in {"cent", "cents"}:
            part = (part or 1) * 100
        elif word in {"vingt", "vingts"} and part % 100 == 4:
            part += 76  # quatre-vingt(s)
        else:
            part += UNITS.get(word, TENS.get(word, 0))
    return whole + part
