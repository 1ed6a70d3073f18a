"""The proposal as a file: the template of the feed « shops » and what a person needs to judge each line."""

import csv
import io
from datetime import date
from pathlib import Path

from pipeline.contract import Column, Date, Enum, Label, Trade
from pipeline.contract.trades import all_trades
from pipeline.derive.templates import BOM
from pipeline.feeds import get_feed
from pipeline.sirene.addresses import Sureness
from pipeline.sirene.compare import Proposal

# Columns beside the template's: the deposit says that it does not read them.
BESIDE = ("proposition", "confiance", "raison", "adresse_du_local")
KINDS = {"opening": Label("ouverture", "opening"), "closure": Label("fermeture", "closure")}
SURENESS = {
    Sureness.HIGH: Label("forte", "high"),
    Sureness.MEDIUM: Label("moyenne", "medium"),
    Sureness.LOW: Label("faible", "low"),
}
NOTICE = Label(
    "PROPOSITION tirée du registre national, qui donne l'adresse déclarée, souvent autre que le magasin : rien n'est "
    "décidé. Vérifiez chaque ligne sur place, corrigez, complétez, effacez ce qui est faux, puis déposez ce fichier.",
    "PROPOSAL drawn from the national register, which gives the registered address, often not the shop: nothing is "
    "decided. Check each line on the spot, correct, complete, delete what is wrong, then deposit this file.",
)


class ProposalExistsError(ValueError):
    """Another proposal is there, which somebody may have edited."""


def write_proposal(proposals: tuple[Proposal, ...], path: Path) -> None:
    """Write a CSV as a French Excel expects it: the notice, the header, a line a proposal, the surest first.

    Raises ProposalExistsError where the path holds something else already; nothing is written then.
    """
    content = proposal_csv(proposals)
    if path.exists() and path.read_bytes() != content:
        raise ProposalExistsError(f"{path} existe déjà et a peut-être été corrigé : donnez un autre nom avec --out")
    path.write_bytes(content)


def proposal_csv(proposals: tuple[Proposal, ...]) -> bytes:
    """The same as bytes: UTF-8 with its mark and semicolons."""
    columns = get_feed("shops").columns
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([NOTICE.fr])
    writer.writerow([*(column.header for column in columns), *BESIDE])
    for proposal in proposals:
        cells = _facts(proposal)
        writer.writerow([*(_shown(cells.get(column.name), column) for column in columns), *_beside(proposal)])
    return BOM + text.getvalue().encode("utf-8")


def _facts(proposal: Proposal) -> dict[str, object]:
    """The feed's columns by internal name. A closure repeats the town's own row, so that nothing of it is lost."""
    if proposal.shop is not None:
        return {name: getattr(proposal.shop, name) for name in proposal.shop.__slots__}
    one = proposal.establishment
    clear = proposal.premises[0].premises_id if len(proposal.premises) == 1 else None
    return {
        "premises_id": clear,
        "shop_name": one.sign,
        "activity": one.trade,
        "opened_on": one.created_on,
        "siret": one.siret,
    }


def _shown(value: object, column: Column) -> str:
    """A value as the template asks for it."""
    if value is None:
        return ""
    match column.type:
        case Date():
            assert isinstance(value, date)
            return f"{value:%d/%m/%Y}"
        case Trade():
            return all_trades()[str(value)].label.fr
        case Enum(choices):
            return next(choice.label.fr for choice in choices if choice.code == value)
        case _:
            return f"{value:g}" if isinstance(value, float) else str(value)


def _beside(proposal: Proposal) -> tuple[str, ...]:
    why = list(proposal.why)
    if proposal.shop is None and proposal.establishment.sign is None:
        why.append("enseigne à relever sur place")
    addresses = " ou ".join(dict.fromkeys(place.written for place in proposal.premises))
    return KINDS[proposal.kind].fr, SURENESS[proposal.sureness].fr, " ; ".join(why), addresses
