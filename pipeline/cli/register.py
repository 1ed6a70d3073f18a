"""The command about the national register: sirene."""

from pathlib import Path

import click

from pipeline.cli.output import (
    RefusedError,
    as_of,
    banner,
    emit,
    fails_clearly,
    json_option,
    open_town,
    say,
    town_option,
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@town_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write (default: proposition_<town>.csv in this folder)."
)
@json_option
@fails_clearly
def sirene(file: Path, town_name: str, out: Path | None, as_json: bool) -> None:
    """Propose openings and closures of shops from the national register (StockEtablissement, Parquet or CSV).

    Writes a file that a person checks, edits and deposits. The register gives the registered address, which is often
    not the shop: it proposes, it never decides, and nothing enters a mart by itself.
    """
    from pipeline.sirene.proposal import ProposalExistsError
    from pipeline.sirene.propose import propose
    from pipeline.sirene.register import RegisterError

    town, home = open_town(town_name)
    banner(town)
    if not file.is_file():
        raise RefusedError(f"no such file: {file}")
    path = out or Path(f"proposition_{town.id}.csv")
    if not path.parent.is_dir():
        raise RefusedError(f"no such folder: {path.parent}")
    try:
        found = propose(file, town, home, as_of(town), path)
    except (RegisterError, ProposalExistsError) as error:
        raise RefusedError(str(error)) from None
    if as_json:
        emit(found)
        return
    say(found["notice"])
    say(found["summary"])
    click.echo(path)
