"""Commands. A command opens one transaction for each file or message.

Each module here that has `command` is registered: to add a command, add a file. It is
imported when it is called or listed, so that a server does not hold what only others
need, such as the demo and what changes tables.
"""

from importlib import import_module
import pkgutil

import click


class Commands(click.Group):
    """The modules of this folder, each imported when its command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return sorted(
            found.name.replace("_", "-") for found in pkgutil.iter_modules(__path__)
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


def all_commands() -> click.Group:
    return Commands("lims", help="Nomen: from bone to engine.")
