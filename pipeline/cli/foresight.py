"""The command for before the vote: foresee."""

from datetime import date

import click

from pipeline.cli.output import (
    FAILED,
    RefusedError,
    banner,
    emit,
    fails_clearly,
    json_option,
    open_town,
    stop,
    town_option,
)


@click.command()
@town_option
@click.option("--days", required=True, metavar="DAY[:DAY]", help="First and last day, as 2026-12-12:2026-12-13.")
@click.option(
    "--place", default="centre", show_default=True, help="The centre, or the code of a neighbourhood with a gateway."
)
@click.option("--controls", default="", help="Counters that would be declared as controls, separated by spaces.")
@json_option
@fails_clearly
def foresee(town_name: str, days: str, place: str, controls: str, as_json: bool) -> None:
    """Before the vote: the smallest effect that the counters could see of an event on these days."""
    from pipeline.reports.foresight import foresee as look_ahead
    from pipeline.warehouse import current

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    try:
        found = look_ahead(town, path, *_window(days), place, controls.split())
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit(found.as_json())
    else:
        click.echo(f"{found.sentence('fr')}\n\n{found.sentence('en')}")


def _window(told: str) -> tuple[date, date]:
    """First and last day of `2026-12-12:2026-12-13`, or twice the one of `2026-12-12`. Raises ValueError."""
    try:
        first, *last = map(date.fromisoformat, told.split(":"))
    except ValueError as error:
        raise ValueError(f"{told!r} are no days; write 2026-12-12, or 2026-12-12:2026-12-13") from error
    if len(last) > 1:
        raise ValueError(f"{told!r} has more than two days; write the first and the last: 2026-12-12:2026-12-13")
    return first, last[0] if last else first
