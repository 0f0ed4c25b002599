"""`lims log`: the log's keys and name."""

import click

from lims.anchors import policy
from lims.anchors import queries as anchors
from lims.audit import keys, log, succession
from lims.audit.integrator import HistoryLost
from lims.audit.keys import UnsafeKeys
from lims.errors import LimsError
from lims.laboratory import Laboratory


@click.group("log")
def command() -> None:
    """Show the log's public keys, change its keys, begin it anew after a loss."""


@command.command("show")
@click.pass_obj
def show(laboratory: Laboratory) -> None:
    """Print the public keys, the last checkpoint, and how far each witness is."""
    mine = _keys(laboratory)
    for vkey in mine.vkeys:
        click.echo(vkey)
    with laboratory.database.reading() as session:
        newest = log.newest(session)
        if newest is None:
            click.echo("\nNo checkpoint is signed yet.")
            return
        below = anchors.cosignatures(session, newest.id)
        click.echo(f"\n{newest.note.decode()}{''.join(one.line for one in below)}")
        for one in anchors.witnesses(session, policy.read(laboratory.log_policy)):
            click.echo(_told(one))


@command.command("rotate")
@click.option("--reason", required=True, help="Why, for the record.")
@click.pass_obj
def rotate(laboratory: Laboratory, reason: str) -> None:
    """Sign with fresh keys from now on. The old private keys are destroyed."""
    place = laboratory.log_keys, laboratory.log_origin
    try:
        fresh = succession.rotate(laboratory.database, *place, reason)
    except (HistoryLost, UnsafeKeys) as error:
        raise click.ClickException(str(error)) from error
    click.echo("The log signs with these keys now; give them to your partners:")
    for vkey in fresh.vkeys:
        click.echo(vkey)


@command.command("restart")
@click.option("--reason", required=True, help="What was lost and why, for the record.")
@click.pass_obj
def restart(laboratory: Laboratory, reason: str) -> None:
    """Begin a new log after a loss that cannot be undone; the record tells of it."""
    place = laboratory.log_keys, laboratory.log_origin
    try:
        name = succession.restart(laboratory.database, *place, reason)
    except (LimsError, UnsafeKeys) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"The log is called '{name}' from now on. Tell your witnesses and partners."
    )


def _told(one: anchors.Standing) -> str:
    """A witness in one line."""
    behind = f"{one.lag} behind" if one.lag else "up to date"
    trouble = f" {one.trouble}" if one.trouble else ""
    return f"Witness '{one.name}' has cosigned {one.size} events, {behind}.{trouble}"


def _keys(laboratory: Laboratory) -> keys.Keys:
    try:
        return keys.present(laboratory.log_keys, laboratory.log_origin)
    except UnsafeKeys as error:
        raise click.ClickException(str(error)) from error
