"""`lims user`: the first person of a laboratory."""

import click

from lims.errors import LimsError
from lims.laboratory import Laboratory
from lims.organisations.operations import set_up


@click.group("user")
def command() -> None:
    """The laboratory's first administrator; the page People adds all others."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--laboratory", "place", required=True, help="The laboratory's name.")
@click.option("--code", required=True, help="Its code: capital letters, such as LAB.")
@click.option("--country", required=True, help="Its country: two letters, such as IT.")
@click.pass_obj
def add(
    laboratory: Laboratory, login: str, name: str, place: str, code: str, country: str
) -> None:
    """Register the laboratory and LOGIN, its first administrator."""
    try:
        with laboratory.database.transaction() as session:
            password = set_up(
                session,
                code=code,
                name=place,
                country=country,
                login=login,
                person=name,
            )
    except LimsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"'{login}' administers '{place}'. The password, shown once:")
    click.echo(password)
    click.echo("At the first login it is replaced and a second factor is enrolled.")
