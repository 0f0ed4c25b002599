"""`lims restore-check`."""

import click

from lims import startup
from lims.laboratory import Laboratory


@click.command("restore-check")
@click.pass_obj
def command(laboratory: Laboratory) -> None:
    """After a restore: erase again what was erased since the backup was made."""
    told = startup.replay(laboratory) or ["No erasure was forgotten."]
    click.echo("\n".join([*told, "Now run `lims verify`."]))
