"""Command about the goalposts of the attractiveness index: goalposts freeze."""

from dataclasses import asdict

import click

from pipeline.cli.output import (
    FAILED,
    RefusedError,
    as_of,
    banner,
    emit,
    fails_clearly,
    json_option,
    open_town,
    say,
    stop,
    town_option,
)


@click.group()
def goalposts() -> None:
    """The values that score 1 and 100 in the attractiveness index: frozen once, then changed by decision alone.

    Its commands have --json like every other.
    """


@goalposts.command()
@town_option
@click.option("--year", required=True, type=click.IntRange(1900, 2100), help="ISO year of published weeks.")
@click.option("--force", is_flag=True, help="Replace goalposts that are frozen already.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@json_option
@fails_clearly
def freeze(town_name: str, year: int, force: bool, dry_run: bool, as_json: bool) -> None:
    """Freeze goalposts from a year of published marts, into the town's town.toml.

    low and high: the 5th and 95th percentile of the year's weekly values, widened by half of their distance.
    """
    from pipeline.operations.goalposts import GoalpostsError, plan_freeze
    from pipeline.warehouse import current

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    try:
        planned = plan_freeze(town, path, year, as_of(town), force=force)
    except GoalpostsError as error:
        raise RefusedError(str(error)) from error
    if not dry_run:
        planned.write()
    if as_json:
        frozen = [asdict(one) for one in planned.frozen]
        emit({"path": str(planned.path), "written": not dry_run, "frozen": frozen, "kept": planned.kept})
        return
    click.echo(planned.diff)
    for name, why in planned.kept.items():
        say(f"{name}: goalposts unchanged ({why})")
    if any(one.old_low is not None for one in planned.frozen):
        say("The comments above replaced goalposts were kept: see whether they are still true.")
    say("Nothing was written (--dry-run)." if dry_run else f"Written to {planned.path}; the next run uses it.")
