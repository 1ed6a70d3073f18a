"""Commands of an operator: airflow, backup, restore, housekeeping, doctor."""

import signal
from pathlib import Path

import click

from pipeline.cli.output import (
    DONE,
    FAILED,
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


@click.command()
@click.option("--port", default=8080, show_default=True, help="Port on this machine only.")
def airflow(port: int) -> None:
    """Start Airflow on this machine (SQLite) with the DAGs on; prints its address and login. Ctrl-C ends it."""
    from pipeline.operations import airflow as embedded

    settings = Settings.from_environment()
    log = settings.home / "airflow" / "standalone.log"
    # A plain kill ends it as Ctrl-C does: no part of Airflow is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say("Starting Airflow (about a minute)…")
    try:
        process, address = embedded.start(settings, port, log)
    except RuntimeError as error:
        stop(str(error), FAILED, as_json=False)
    except KeyboardInterrupt:
        stop("Ended before it was up.", FAILED, as_json=False)
    say(
        f"Airflow answers at {address.url}\n  user:     {address.user}\n  password: {address.password}\n"
        f"  log:      {log}\nCtrl-C ends it."
    )
    try:
        process.wait()
    except KeyboardInterrupt:
        say("Ending Airflow…")
    finally:
        embedded.stop(process)


def backups_folder(told: Path | None) -> Path:
    return told or Settings.from_environment().home / "backups"


to_option = click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the archives (default: backups/ in CHALANDISE_HOME).",
)


@click.command()
@town_option
@to_option
@json_option
@fails_clearly
def backup(town_name: str, folder: Path | None, as_json: bool) -> None:
    """Write what cannot be made again (uploads, decisions) into one archive with its checksums."""
    from pipeline.operations.backup import backup as write_backup

    _, home = open_town(town_name)
    path = write_backup(home, backups_folder(folder), now())
    if as_json:
        emit({"backup": str(path), "bytes": path.stat().st_size})
    else:
        click.echo(path)


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@town_option
@json_option
@fails_clearly
def restore(archive: Path, town_name: str, as_json: bool) -> None:
    """Restore an archive into a town that has no uploads yet, verifying each file."""
    from pipeline.operations.backup import BackupError
    from pipeline.operations.backup import restore as read_backup

    _, home = open_town(town_name)
    try:
        files = read_backup(archive, home)
    except BackupError as error:
        stop(str(error), FAILED, as_json=as_json)
    if as_json:
        emit({"files": files})
    else:
        say(f"{files} files restored and verified; run: chalandise run --town {town_name}")


@click.command()
@town_option
@to_option
@json_option
@fails_clearly
def housekeeping(town_name: str, folder: Path | None, as_json: bool) -> None:
    """Back up, restore the backup into a temporary folder, build there and compare, then clean what is old."""
    from pipeline.operations.housekeeping import housekeeping as keep_house

    town, home = open_town(town_name)
    report = keep_house(town, home, backups_folder(folder), now())
    drill = report["drill"]
    if isinstance(drill, dict) and drill["different"]:
        stop(
            f"the restored backup gives other figures in: {', '.join(drill['different'])}",
            FAILED,
            as_json=as_json,
            **report,
        )
    if as_json:
        emit(report)
    else:
        for name, value in report.items():
            click.echo(f"{name}: {value}")


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """What is wrong with this installation, and what to do about it."""
    from pipeline.operations.doctor import examine

    findings = examine(Settings.from_environment())
    is_well = all(finding.level != "error" for finding in findings)
    if as_json:
        emit({"is_well": is_well, "findings": [{"level": f.level, "what": f.what, "fix": f.fix} for f in findings]})
    else:
        print_table("Doctor", ("level", "what", "fix"), [(f.level, f.what, f.fix) for f in findings])
    raise SystemExit(DONE if is_well else FAILED)
