"""From the national file to the proposal: the one place that reads the register and the town's uploads and writes."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.contract.town import Town
from pipeline.deposit.store import list_uploads
from pipeline.settings import TownHome
from pipeline.sirene.compare import Comparison, compare
from pipeline.sirene.proposal import NOTICE, SURENESS, write_proposal
from pipeline.sirene.register import RegisterError, Scan, scan_register
from pipeline.sirene.town_list import places_of, shops_of


def propose(file: Path, town: Town, home: TownHome, today: date, out: Path) -> dict[str, Any]:
    """Write the proposal of a town to `out` and say what was found, in counts alone.

    Raises RegisterError where the file is not the register, or where the town has no list of premises.
    """
    uploads = list_uploads(home)
    places = places_of(uploads, today)
    if not places:
        raise RegisterError(
            "la ville n'a pas encore de liste de locaux : déposez d'abord le fichier « Locaux commerciaux »"
        )
    scan = scan_register(file, town.insee_code)
    comparison = compare(scan.establishments, places, shops_of(uploads, town), today)
    write_proposal(comparison.proposals, out)
    return {"town": town.id, "file": str(out), **_counts(scan, comparison), **_words(scan, comparison)}


def _counts(scan: Scan, comparison: Comparison) -> dict[str, Any]:
    """In the register = openings + closures + the sum of `not_proposed`."""
    kinds = Counter(proposal.kind for proposal in comparison.proposals)
    sureness = Counter(SURENESS[proposal.sureness].en for proposal in comparison.proposals)
    apart = {"other_trades": scan.other_trades, "not_public": scan.not_public, "unreadable": scan.unreadable}
    return {
        "in_register": scan.in_town,
        "openings": kinds["opening"],
        "closures": kinds["closure"],
        "confidence": {label.en: sureness[label.en] for label in SURENESS.values()},
        "not_proposed": {**apart, **comparison.others},
    }


def _words(scan: Scan, comparison: Comparison) -> dict[str, str]:
    kinds = Counter(proposal.kind for proposal in comparison.proposals)
    others = comparison.others
    summary = (
        f"{scan.in_town} établissements de la commune au registre, dont {len(scan.establishments)} à vitrine et "
        f"diffusables : {kinds['opening']} ouverture(s) et {kinds['closure']} fermeture(s) proposées ; "
        f"{others.get('known', 0)} déjà dans votre liste, {others.get('no_premises', 0)} sans local suivi à l'adresse."
    )
    return {"notice": NOTICE.fr, "notice_en": NOTICE.en, "summary": summary}
