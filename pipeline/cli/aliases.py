"""The command about other names: alias."""

import click

from pipeline.cli.output import (
    RefusedError,
    banner,
    emit,
    fails_clearly,
    json_option,
    now,
    open_town,
    print_table,
    say,
    town_option,
)


@click.command()
@town_option
@click.option("--feed", help="Feed that declares the code: counters, premises or neighbourhoods.")
@click.option("--from", "name", help="The name that senders write.")
@click.option("--to", "code", help="The code for which it stands, as declared.")
@click.option("--forget", is_flag=True, help="No longer understand the name.")
@click.option("--why", default="", help="The reason, kept with the decision.")
@click.option("--by", help="Who decides.")
@click.option("--list", "is_list", is_flag=True, help="The names that are understood today.")
@json_option
@fails_clearly
def alias(
    town_name: str,
    feed: str | None,
    name: str | None,
    code: str | None,
    forget: bool,
    why: str,
    by: str | None,
    is_list: bool,
    as_json: bool,
) -> None:
    """Decide that a name stands for a declared code in every later deposit; what is stored stays as it is."""
    if is_list:
        _list(town_name, as_json)
        return
    if feed is None or name is None or (code is None) != forget:
        example = '--feed counters --from "GR 12" --to GR12'
        raise RefusedError(f"écrivez --feed, --from et --to (ou --forget), par exemple : {example}")
    from pipeline.deposit.aliases import Alias, AliasError, learn

    _, home = open_town(town_name)
    try:
        record = learn(home, Alias(feed, name, code, why, by, now()))
    except AliasError as error:
        raise RefusedError(str(error)) from error
    if as_json:
        emit(record)
    else:
        say(f"{feed}: « {name} » {'→ ' + code if code else 'est oublié'}")


def _list(town_name: str, as_json: bool) -> None:
    from pipeline.deposit.aliases import list_aliases

    town, home = open_town(town_name)
    banner(town)
    found = list_aliases(home)
    if as_json:
        emit({"aliases": [one.as_json() for one in found]})
        return
    rows = [(one.feed, one.name, one.code, one.why, one.by, one.at.date()) for one in found]
    print_table(f"{town.name}: {len(found)} aliases", ("feed", "from", "to", "why", "by", "decided"), rows)
