"""Commands about towns: towns, new-town, demo."""

import click

from pipeline.cli.output import (
    FAILED,
    RefusedError,
    as_of,
    banner,
    emit,
    fails_clearly,
    json_option,
    now,
    open_town,
    print_table,
    say,
    stop,
)
from pipeline.settings import Settings

EXAMPLE = '"select * from marts.mart_town_week order by iso_week desc limit 4"'


@click.command()
@click.option("--active", is_flag=True, help="Only towns that have uploads, or files in their inbox.")
@json_option
@fails_clearly
def towns(active: bool, as_json: bool) -> None:
    """The towns that are declared, and whether something was received from them."""
    from pipeline.contract.town import load_town, town_names

    settings = Settings.from_environment()
    found = []
    for name in town_names(settings.towns):
        town, home = load_town(settings.towns, name), settings.town_home(name)
        has_uploads = any(home.uploads.glob("*/*/receipt.json"))
        has_inbox = home.inbox.is_dir() and any(
            path.is_file() for path in home.inbox.rglob("*") if path.parent.name not in ("done", "refused")
        )
        if has_uploads or has_inbox or not active:
            found.append(
                {
                    "town": name,
                    "name": town.name,
                    "is_demo": town.is_demo,
                    "has_uploads": has_uploads,
                    "has_inbox": has_inbox,
                }
            )
    if as_json:
        emit({"towns": found})
    else:
        print_table(
            "Towns", ("town", "name", "is_demo", "has_uploads", "has_inbox"), [tuple(row.values()) for row in found]
        )


@click.command("new-town")
@click.argument("name")
@click.option("--insee", required=True, help="Insee code of the town.")
@click.option("--timezone", default="Europe/Paris", show_default=True)
@json_option
@fails_clearly
def new_town(name: str, insee: str, timezone: str, as_json: bool) -> None:
    """Make the folder of a new town, ready to fill in."""
    from pipeline.operations.new_town import make_town

    try:
        folder = make_town(Settings.from_environment().towns, name, insee, timezone, now().year)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit({"town": name, "folder": str(folder)})
    else:
        say(f"Fill in {folder / 'town.toml'} and the files of {folder / 'reference'}, then deposit them.")
        click.echo(folder)


@click.command()
@click.option(
    "--town", "-t", "town_name", default="sevres", show_default=True, type=click.Choice(["sevres", "auckland"])
)
@json_option
@fails_clearly
def demo(town_name: str, as_json: bool) -> None:
    """Deposit the demonstration's files, run the whole night, and print last week's figures."""
    from pipeline.demo import deposit_demo
    from pipeline.operations.nightly import NightFailedError, run_night
    from pipeline.operations.progress import progress_on_stderr
    from pipeline.reports.week import published_week

    town, home = open_town(town_name)
    banner(town)
    try:
        with progress_on_stderr() as progress:
            receipts = deposit_demo(town, home, progress)
            report = run_night(town, home, as_of(town), progress)
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    except ModuleNotFoundError as error:
        stop(f"this town needs the package {error.name}: install the extra `demo`", FAILED, as_json=as_json)
    counts: dict[str, int] = {}
    for receipt in receipts:
        counts[receipt.status] = counts.get(receipt.status, 0) + 1
    week = published_week(town, report["mart_path"])
    if as_json:
        emit({"deposits": counts, "week": week.as_json(), **report})
        return
    say(f"{len(receipts)} files deposited: " + ", ".join(f"{n} {status}" for status, n in sorted(counts.items())))
    print_table(week.title("fr"), ("", "cette semaine", "la semaine d'avant"), week.rows("fr"))
    click.echo(f"Marts: {report['mart_path']}")
    click.echo(f"Data Docs: {home.data_docs / 'index.html'}")
    click.echo(f"Next: chalandise query --town {town_name} {EXAMPLE}")
