"""Commands. A command opens one transaction for each file or message.

Each module here that has `command` is registered: to add a command, add a file.
"""

from importlib import import_module
import pkgutil

import click


def all_commands() -> click.Group:
    group = click.Group("lims", help="Nomen: from bone to engine.")
    for found in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        group.add_command(module.command)
    return group
