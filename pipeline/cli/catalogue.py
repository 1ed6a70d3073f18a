"""Commands about the contract: template, schema, dictionary, formats."""

import sys
from pathlib import Path

import click

from pipeline.cli.output import REFUSED, RefusedError, emit, fails_clearly, json_option, open_town, print_table, say
from pipeline.contract import Feed
from pipeline.settings import PROJECT

DICTIONARY = PROJECT / "docs" / "dictionary.md"
METRICS = PROJECT / "docs" / "metrics.md"


def known_feed(name: str) -> Feed:
    """The feed of that name. Raises RefusedError, listing those that exist."""
    from pipeline.feeds import get_feed

    try:
        return get_feed(name)
    except KeyError as error:
        raise RefusedError(str(error.args[0])) from error


@click.command()
@click.argument("feed")
@click.option("--xlsx", is_flag=True, help="An Excel workbook with drop-down lists instead of a CSV file.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write (default: modele_<feed> in this folder; - for stdout).",
)
@json_option
@fails_clearly
def template(feed: str, xlsx: bool, out: Path | None, as_json: bool) -> None:
    """Write the file that a volunteer fills in."""
    from pipeline.derive import template_csv, template_xlsx

    declared = known_feed(feed)
    content = template_xlsx(declared) if xlsx else template_csv(declared)
    if out == Path("-"):
        sys.stdout.buffer.write(content)
        return
    path = out or Path(f"modele_{feed}.{'xlsx' if xlsx else 'csv'}")
    path.write_bytes(content)
    if as_json:
        emit({"feed": feed, "path": str(path)})
    else:
        click.echo(path)


@click.command()
@click.argument("feed")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same: a schema is JSON.")
@fails_clearly
def schema(feed: str, language: str, as_json: bool) -> None:
    """The Table Schema of a feed, as JSON."""
    import json

    from pipeline.derive import table_schema

    declared = table_schema(known_feed(feed), "en" if language == "en" else "fr")
    click.echo(json.dumps(declared, ensure_ascii=False, indent=None if as_json else 2))


@click.command()
@click.option("--write", is_flag=True, help="Write docs/dictionary.md instead of printing.")
@json_option
@fails_clearly
def dictionary(write: bool, as_json: bool) -> None:
    """The data dictionary in French and English, from the feeds' declarations."""
    from pipeline.derive import dictionary as derived

    _page(derived(), DICTIONARY if write else None, as_json)


@click.command()
@click.option("--write", is_flag=True, help="Write docs/metrics.md instead of printing.")
@json_option
@fails_clearly
def metrics(write: bool, as_json: bool) -> None:
    """Every figure of the marts and every method, from the models' headers and the statistics' docstrings."""
    from pipeline.reports.metrics import metrics_page

    _page(metrics_page(), METRICS if write else None, as_json)


def _page(text: str, path: Path | None, as_json: bool) -> None:
    """Write a generated page, or print it."""
    if path:
        path.write_text(text, "utf-8")
    if as_json:
        emit({"path": str(path) if path else None, "characters": len(text)})
    else:
        click.echo(path or text)


@click.command()
@click.option(
    "--explain",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say which layout a file has, and why not the others.",
)
@click.option("--town", "town_name", help="Look at this town's own layouts too.")
@json_option
@fails_clearly
def formats(file: Path | None, town_name: str | None, as_json: bool) -> None:
    """The vendors' layouts that are known; with --explain, which one a file has and why the others do not fit."""
    from pipeline.deposit.formats import explain, load_formats
    from pipeline.deposit.large import SentFile
    from pipeline.feeds import all_feeds

    folder = open_town(town_name)[0].folder if town_name else None
    if file is None:
        known = [
            {"feed": feed.name, "format": fmt.name, "title": fmt.title.fr}
            for feed in all_feeds().values()
            for fmt in load_formats(feed, folder)
        ]
        if as_json:
            emit({"formats": known})
        else:
            print_table("Formats", ("feed", "format", "title"), [tuple(row.values()) for row in known])
        return
    explained = explain(SentFile.at(file).top, list(all_feeds().values()), folder)
    if as_json:
        emit(explained.as_json())
    else:
        click.echo(explained.render("fr"))
    if not explained.is_recognised:
        say("Aucun format ne convient ; docs/formats.md dit comment en ajouter un.")
        raise SystemExit(REFUSED)
