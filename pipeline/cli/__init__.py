"""The command line: the only interface that Airflow, other programs and operators use.

Every command imports what it needs when it is called, so that `chalandise --help` answers at once.
"""

from importlib import import_module

import click

# Command → module that defines it. Help texts come from the command itself, read only when help is asked for.
COMMANDS = {
    "deposit": "deposits",
    "inbox": "deposits",
    "withdraw": "deposits",
    "approve": "deposits",
    "uploads": "deposits",
    "alias": "aliases",
    "sirene": "register",
    "run": "nightly",
    "check": "nightly",
    "build": "nightly",
    "gate": "nightly",
    "publish": "nightly",
    "rollback": "marts",
    "revisions": "marts",
    "marts": "marts",
    "query": "marts",
    "note": "marts",
    "foresee": "foresight",
    "goalposts": "goalposts",
    "template": "catalogue",
    "schema": "catalogue",
    "dictionary": "catalogue",
    "metrics": "catalogue",
    "formats": "catalogue",
    "towns": "towns",
    "new-town": "towns",
    "demo": "towns",
    "housekeeping": "operations",
    "backup": "operations",
    "restore": "operations",
    "doctor": "operations",
    "airflow": "operations",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called, or its help shown."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"pipeline.cli.{COMMANDS[name]}")
        command = getattr(module, name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="chalandise")
def main() -> None:
    """Chalandise: a traders' association's files in, weekly town-centre marts out.

    Every command has --json: exactly one JSON object on stdout, messages on stderr.
    Exit codes: 0 done, 1 failed, 2 refused input.
    """
