"""Commands about what is published: marts, query, revisions, rollback, note."""

from typing import Any

import click

from pipeline.cli.output import (
    FAILED,
    RefusedError,
    banner,
    emit,
    fails_clearly,
    json_option,
    open_town,
    print_table,
    say,
    stop,
    town_option,
)


@click.command()
@town_option
@click.option("--all", "everything", is_flag=True, help="Every publication that is kept, newest first.")
@json_option
@fails_clearly
def marts(town_name: str, everything: bool, as_json: bool) -> None:
    """The path of the published DuckDB file."""
    from pipeline.warehouse import current, publications

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    kept = [p.build_id for p in publications(home)]
    if as_json:
        emit({"mart_path": str(path), "build_id": path.stem, "publications": kept})
    elif everything:
        for build_id in kept:
            click.echo(f"{build_id}{'  (published)' if build_id == path.stem else ''}")
    else:
        click.echo(path)


@click.command()
@click.argument("sql")
@town_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@json_option
@fails_clearly
def query(sql: str, town_name: str, as_csv: bool, as_json: bool) -> None:
    """Ask the published marts, read-only."""
    from pipeline.warehouse import QueryError, current
    from pipeline.warehouse import query as ask

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    try:
        frame = ask(path, sql)
    except QueryError as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit({"columns": frame.columns, "rows": [list(row) for row in frame.iter_rows()]})
    elif as_csv:
        click.echo(frame.write_csv(), nl=False)
    elif frame.width > WIDE:
        # Too many columns for a terminal: one figure a line, one block a row.
        for row in frame.iter_rows(named=True):
            print_table("", ("column", "value"), [(name, plain(value)) for name, value in row.items()])
    else:
        print_table("", frame.columns, [[plain(cell) for cell in row] for row in frame.iter_rows()])


WIDE = 12


def plain(value: Any) -> Any:
    """A figure as a person writes it: no more than four decimals."""
    return round(value, 4) if isinstance(value, float) else value


@click.command()
@town_option
@click.option("--to", "build_id", required=True, help="Build to publish again.")
@json_option
@fails_clearly
def rollback(town_name: str, build_id: str, as_json: bool) -> None:
    """Publish an earlier build again."""
    from pipeline.warehouse import WarehouseError
    from pipeline.warehouse import rollback as go_back

    town, home = open_town(town_name)
    banner(town)
    try:
        publication = go_back(home, build_id)
    except WarehouseError as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit({"build_id": build_id, "mart_path": str(publication.path)})
    else:
        click.echo(publication.path)


@click.command()
@town_option
@json_option
@fails_clearly
def revisions(town_name: str, as_json: bool) -> None:
    """What the last publication changed in figures that an earlier one had told."""
    from pipeline.warehouse import current
    from pipeline.warehouse import query as ask

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    frame = ask(path, "SELECT * FROM marts.mart_revision ORDER BY ALL DESC")
    if as_json:
        emit({"revisions": list(frame.iter_rows(named=True))})
    elif frame.is_empty():
        say("No figure told earlier has changed.")
    else:
        print_table("Revisions", frame.columns, [[plain(cell) for cell in row] for row in frame.iter_rows()])


@click.command()
@town_option
@click.option("--week", "iso_week", metavar="WEEK", help="Another published week, as 2026-W30; not kept, only shown.")
@json_option
@fails_clearly
def note(town_name: str, iso_week: str | None, as_json: bool) -> None:
    """The officer's note on last week, in French and English; also kept in the town's notes/ folder.

    With --json: the sentences, each with its rule and the figures that it quotes, to be followed back into the marts.
    """
    from pipeline.reports.note import note_of
    from pipeline.warehouse import QueryError, current

    town, home = open_town(town_name)
    banner(town)
    path = current(home)
    if path is None:
        stop(
            f"nothing is published for {town_name} yet; run: chalandise run --town {town_name}", FAILED, as_json=as_json
        )
    try:
        found = note_of(town, path, iso_week)
    except LookupError as error:
        raise RefusedError(str(error)) from error
    except QueryError:
        old = f"what is published is older than this version; run: chalandise run --town {town_name}"
        stop(old, FAILED, as_json=as_json)
    # What was said on its Monday of an earlier week stays as it was said.
    kept = None if iso_week else str(found.write(home.root / "notes"))
    if as_json:
        emit({"note": kept, **found.as_json()})
    else:
        click.echo(found.text)
