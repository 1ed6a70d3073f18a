"""Commands about uploads: deposit, inbox, withdraw, approve, uploads."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import (
    DONE,
    FAILED,
    RefusedError,
    banner,
    emit,
    fails_clearly,
    json_option,
    now,
    open_town,
    print_table,
    say,
    stop,
    town_option,
)
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.deposit.receipt import Receipt


def raise_flag(settings: Settings) -> None:
    """Tell whoever watches that something was deposited: a flag that the watcher deletes, never the upload itself."""
    flag = settings.home / "flags" / "deposited"
    flag.parent.mkdir(parents=True, exist_ok=True)
    flag.touch()


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@town_option
@click.option("--feed", help="Feed of the files; found from their columns when not given.")
@click.option("--format", "format_name", help="Vendor's layout; found from the columns when not given.")
@click.option("--by", help="Who sends them.")
@click.option("--simulated", is_flag=True, help="The files are simulated: a demonstration town takes no others.")
@json_option
@fails_clearly
def deposit(
    files: tuple[Path, ...],
    town_name: str,
    feed: str | None,
    format_name: str | None,
    by: str | None,
    simulated: bool,
    as_json: bool,
) -> None:
    """Check and keep the files that somebody sends; answers line by line. Exit code 2 when one is refused or waits."""
    from pipeline.deposit.deposit import UnknownFormatError, deposit_file, formats_for
    from pipeline.deposit.receipt import render_receipt
    from pipeline.feeds import all_feeds

    town, home = open_town(town_name)
    banner(town)
    if feed is not None and feed not in all_feeds():
        raise RefusedError(f"type de données inconnu : « {feed} » ; ceux qui existent : {', '.join(all_feeds())}")
    if missing := [str(path) for path in files if not path.is_file()]:
        raise RefusedError(f"fichier introuvable : {', '.join(missing)}")
    try:
        formats_for(town, feed, format_name)
    except UnknownFormatError as error:
        raise RefusedError(str(error)) from error
    receipts: list[Receipt] = []
    for path in files:
        receipt = deposit_file(
            path,
            town=town,
            home=home,
            feed=feed,
            format=format_name,
            by=by,
            received_at=now(),
            is_demo_source=simulated,
        )
        receipts.append(receipt)
        if not as_json:
            click.echo(render_receipt(receipt, "fr"))
    if any(receipt.upload_id for receipt in receipts):
        raise_flag(Settings.from_environment())
    if as_json:
        told = [receipt.as_json() for receipt in receipts]
        emit(told[0] if len(told) == 1 else {"receipts": told})
    raise SystemExit(max(receipt.exit_code for receipt in receipts))


@click.command()
@town_option
@json_option
@fails_clearly
def inbox(town_name: str, as_json: bool) -> None:
    """Deposit what lies in the town's inbox/ folder; done files move to inbox/done/."""
    from pipeline.deposit.inbox import InboxError, take_in
    from pipeline.deposit.receipt import render_receipt

    town, home = open_town(town_name)
    banner(town)
    try:
        receipts = take_in(town, home, now())
    except InboxError as error:
        stop(str(error), FAILED, as_json=as_json, receipts=[receipt.as_json() for receipt in error.receipts])
    if receipts:
        raise_flag(Settings.from_environment())
    if as_json:
        emit({"receipts": [receipt.as_json() for receipt in receipts]})
    else:
        click.echo("\n\n".join(render_receipt(receipt, "fr") for receipt in receipts) or f"Rien dans {home.inbox}")
    raise SystemExit(max((receipt.exit_code for receipt in receipts), default=DONE))


@click.command()
@click.argument("upload_id")
@town_option
@click.option("--why", required=True, help="The reason, kept with the decision.")
@click.option("--by", help="Who decides.")
@json_option
@fails_clearly
def withdraw(upload_id: str, town_name: str, why: str, by: str | None, as_json: bool) -> None:
    """Take an upload out of the next builds. It is kept; the withdrawal is a record of its own."""
    _decide("withdraw", town_name, upload_id, why, by, as_json)


@click.command()
@click.argument("upload_id")
@town_option
@click.option("--why", default="", help="The reason, kept with the decision.")
@click.option("--by", help="Who decides.")
@json_option
@fails_clearly
def approve(upload_id: str, town_name: str, why: str, by: str | None, as_json: bool) -> None:
    """Let an upload that waits (too many rejected lines) enter the next builds."""
    _decide("approve", town_name, upload_id, why, by, as_json)


def _decide(kind: str, town_name: str, upload_id: str, why: str, by: str | None, as_json: bool) -> None:
    from pipeline.deposit import store

    _, home = open_town(town_name)
    try:
        record = {"withdraw": store.withdraw, "approve": store.approve}[kind](home, upload_id, why=why, by=by, at=now())
    except (LookupError, ValueError) as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit(record)
    else:
        say(f"{upload_id}: {kind}")


@click.command()
@town_option
@json_option
@fails_clearly
def uploads(town_name: str, as_json: bool) -> None:
    """What was received, with its status after decisions."""
    from pipeline.deposit.store import list_uploads

    town, home = open_town(town_name)
    banner(town)
    found = [
        {
            "upload_id": u.upload_id,
            "feed": u.feed,
            "received_at": u.received_at.isoformat(),
            "status": u.status,
            "rows": u.receipt.get("rows", {}),
        }
        for u in list_uploads(home)
    ]
    if as_json:
        emit({"uploads": found})
        return
    columns = ("upload_id", "feed", "status", "read", "accepted", "rejected")
    rows = [(u["upload_id"], u["feed"], u["status"], *(u["rows"].get(name) for name in columns[3:])) for u in found]
    print_table(f"{town.name}: {len(found)} uploads", columns, rows)
