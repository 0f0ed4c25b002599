"""`lims grant`."""

import click

from lims import grants
from lims.errors import LimsError
from lims.laboratory import Laboratory


@click.command("grant")
@click.option("--program", required=True, help="The role that `lims serve` logs in as.")
@click.option("--integrator", required=True, help="The role of `lims integrate`.")
@click.pass_obj
def command(laboratory: Laboratory, program: str, integrator: str) -> None:
    """Give the two database roles what they need; run as the owner of the tables."""
    if laboratory.database.embedded:
        raise click.ClickException("The embedded database has no roles.")
    try:
        grants.grant(laboratory.database, program, integrator)
    except LimsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"'{program}' writes the record, '{integrator}' alone the log above it.")
