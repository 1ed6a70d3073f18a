"""The public holidays of a town, by the package holidays."""

from collections.abc import Iterable
from datetime import date

import holidays

from pipeline.contract import Language
from pipeline.contract.town import Town

# As the package calls them.
LOCALES: dict[Language, str] = {"fr": "fr", "en": "en_US"}


def public_holidays(town: Town, years: Iterable[int], language: Language = "fr") -> dict[date, str] | None:
    """Day and name of the public holidays of these years; None where the country is not known.

    language: of the names, as far as the package has them in it; else as it has them (`Waitangi Day`).
    `country` may carry a subdivision, as ISO 3166-2 writes it: `NZ-AUK`.
    """
    country, _, subdivision = town.country.partition("-")
    try:
        found = holidays.country_holidays(country, subdivision or None, years=years, language=LOCALES[language])
    except NotImplementedError:
        return None
    return dict(found.items())
