"""The night's work and its steps: run, check, build, gate, publish."""

from datetime import datetime
from typing import Any

import click

from pipeline.cli.output import (
    FAILED,
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

as_of_option = click.option(
    "--as-of",
    "told_day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Build as if it were that day (default: today, or the day a demo stands still).",
)


@click.command()
@town_option
@as_of_option
@json_option
@fails_clearly
def run(town_name: str, told_day: datetime | None, as_json: bool) -> None:
    """The whole night: inbox, build, gate, publish. A failed gate leaves the previous publication in place."""
    from pipeline.operations.nightly import NightFailedError, run_night
    from pipeline.operations.progress import progress_on_stderr

    town, home = open_town(town_name)
    banner(town)
    try:
        with progress_on_stderr() as progress:
            report = run_night(town, home, as_of(town, told_day), progress)
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    if as_json:
        emit(report)
        return
    if report["build_id"] is None:
        say(f"{town.name}: nothing was deposited yet, so there is nothing to build.")
        return
    changed = f", {len(report['changed_weeks'])} week(s) changed" if report["changed_weeks"] else ""
    say(f"Published {report['build_id']}: {report['weeks']} weeks{changed}; {report['gates']['passed']} gates passed.")
    click.echo(report["mart_path"])


@click.command()
@town_option
@as_of_option
@json_option
@fails_clearly
def check(town_name: str, told_day: datetime | None, as_json: bool) -> None:
    """Take in the inbox, build and gate without publishing: a bad file is known within minutes."""
    from pipeline.operations.nightly import NightFailedError, check_town

    town, home = open_town(town_name)
    banner(town)
    try:
        report = check_town(town, home, as_of(town, told_day))
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    _tell(report, as_json)


@click.command()
@town_option
@as_of_option
@json_option
@fails_clearly
def build(town_name: str, told_day: datetime | None, as_json: bool) -> None:
    """Build the marts from the accepted uploads, beside what is published."""
    from pipeline.operations.nightly import NightFailedError, build_town

    town, home = open_town(town_name)
    banner(town)
    try:
        built = build_town(town, home, as_of(town, told_day))
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    _tell(
        {
            "build_id": built.build_id,
            "path": str(built.path),
            "weeks": built.weeks,
            "seconds": built.seconds,
            "is_unchanged": built.is_unchanged,
        },
        as_json,
    )


@click.command()
@town_option
@click.option("--build", "build_id", help="Build to check (default: the newest).")
@json_option
@fails_clearly
def gate(town_name: str, build_id: str | None, as_json: bool) -> None:
    """Hold a build to its expectations and write the Data Docs."""
    from pipeline.operations.nightly import NightFailedError, gate_build

    town, home = open_town(town_name)
    banner(town)
    try:
        gates = gate_build(town, home, build_id)
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    _tell({"gates": gates, "data_docs": str(home.data_docs / "index.html")}, as_json)


@click.command()
@town_option
@click.option("--build", "build_id", help="Build to publish (default: the newest); it must have passed its gate.")
@json_option
@fails_clearly
def publish(town_name: str, build_id: str | None, as_json: bool) -> None:
    """Publish a build that passed its gate."""
    from pipeline.operations.nightly import NightFailedError, publish_build

    town, home = open_town(town_name)
    banner(town)
    try:
        report = publish_build(home, build_id)
    except NightFailedError as error:
        stop(str(error), FAILED, as_json=as_json, **error.report)
    _tell(report, as_json)


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit(report)
    else:
        for name, value in report.items():
            click.echo(f"{name}: {value}")
