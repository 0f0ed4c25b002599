"""`lims verify`."""

import click

from lims.audit import guards
from lims.audit.queries import all_faults
from lims.laboratory import Laboratory


@click.command("verify")
@click.pass_obj
def command(laboratory: Laboratory) -> None:
    """Check every chain of the record, and that its guards stand."""
    with laboratory.database.reading() as session:
        faults = all_faults(session)
        missing = guards.missing(session.connection())
    for item, sentences in faults.items():
        for sentence in sentences:
            click.echo(f"{item}: {sentence}")
    for name in sorted(missing):
        click.echo(f"The guard '{name}' does not stand.")
    if faults or missing:
        raise click.ClickException("The record is not whole.")
    click.echo("Every chain is whole and every guard stands.")
