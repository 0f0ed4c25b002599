"""`lims rotate-subject-keys`."""

import click

from lims.access import SYSTEM
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.laboratory import Laboratory
from lims.sealing import keys


@click.command("rotate-subject-keys")
@click.pass_obj
def command(laboratory: Laboratory) -> None:
    """Wrap every subject's key by a new key, and destroy what went out of use before.

    The key that is replaced now is destroyed by the next run: a server at work may have
    used it for what it has not kept yet. What was erased cannot be opened from a backup
    of the database any more, once that key and its backups are gone, too.
    """
    database = laboratory.database
    made = database.ring.add()
    with database.transaction() as session:
        count = keys.rewrap(session)
        row = system(session, "subject keys")
        record(session, SYSTEM, Tag.KEYS_ROTATED, row, key=made, subjects=count)
    with database.reading() as session:
        idle = database.ring.others() - keys.wrapping(session)
    for key in sorted(idle):
        database.ring.destroy(key)
    database.forget()
    click.echo(f"{count} subjects' keys are wrapped by the key '{made}'.")
    click.echo(f"Destroyed: {len(idle)} older keys. Back the new one up by itself.")
    click.echo("The key that was replaced now goes with the next run.")
