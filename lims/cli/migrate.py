"""`lims migrate`."""

import click

from lims import migrate
from lims.keyring import UnsafeKeys
from lims.laboratory import Laboratory


@click.command("migrate")
@click.pass_obj
def command(laboratory: Laboratory) -> None:
    """Bring the database's tables to the newest form."""
    try:
        before, after = migrate.upgrade(laboratory.database)
    except UnsafeKeys as error:
        raise click.ClickException(f"Nothing is changed.\n{error}") from error
    if before == after:
        click.echo(f"The tables are in their newest form ({after}).")
    else:
        click.echo(f"The tables went from form {before or 'none'} to {after}.")
