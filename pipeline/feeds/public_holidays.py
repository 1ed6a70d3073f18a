"""The public holidays of a town, by the package holidays."""

from collections.abc import Iterable
from datetime import date

import holidays

from pipeline.contract.town import Town


def public_holidays(town: Town, years: Iterable[int]) -> dict[date, str] | None:
    """Day and name, in the town's language, of the public holidays of these years; None where the country is not known.

    `country` may carry a subdivision, as ISO 3166-2 writes it: `NZ-AUK`.
    """
    country, _, subdivision = town.country.partition("-")
    try:
        return dict(
            holidays.country_holidays(country, subdiv=subdivision or None, years=years, language=town.language).items()
        )
    except NotImplementedError:
        return None
