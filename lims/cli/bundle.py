"""`lims bundle`: an evidence bundle from the command line, as the page makes it."""

from pathlib import Path

import click

from lims import queue
from lims.access import Actor
from lims.audit.integrator import Integrator
from lims.codes import is_code
from lims.errors import LimsError
from lims.evidence import making, operations, queries
from lims.evidence.scope import Scope, of_codes, of_period
from lims.laboratory import Laboratory
from lims.people import queries as people


@click.command("bundle")
@click.argument("codes", nargs=-1)
@click.option("--period", nargs=2, help="Two days instead of codes: FIRST LAST.")
@click.option("--account", required=True, help="The login of who answers for it.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.pass_obj
def command(
    laboratory: Laboratory,
    codes: tuple[str, ...],
    period: tuple[str, str] | None,
    account: str,
    out: Path,
) -> None:
    """Make the evidence bundle of CODES, or of a period, and write it to a file."""
    try:
        wanted = of_period(*period) if period else of_codes([_bare(c) for c in codes])
        uid = _make(laboratory, account, wanted)
        with laboratory.database.transaction() as session:
            row = operations.fetch(session, _actor(laboratory, account), uid)
            content = laboratory.bundles.content(row.sha256 or "")
            told = f"{row.events} events, manifest {row.manifest}."
    except LimsError as error:
        raise click.ClickException(str(error)) from None
    out.write_bytes(content)
    click.echo(f"{out}: {told}")
    click.echo("Check it with `python3 -I verify.py`, which lies inside.")


def _make(laboratory: Laboratory, account: str, wanted: Scope) -> str:
    """Ask and make at once: the job is taken here, so that no worker takes it."""
    actor, shop = _actor(laboratory, account), laboratory.shop
    with laboratory.database.transaction() as session:
        uid = operations.ask(session, actor, wanted, shop).uid
        job = queue.find(session, queries.MAKE, uid)
        assert job is not None  # noqa: S101 - it was promised in this transaction
        queue.hold(job)
        session.flush()
        number = job.id
    if laboratory.database.embedded:
        # Beside PostgreSQL the integrator has a role of its own.
        Integrator(
            laboratory.database, laboratory.log_keys, laboratory.log_origin
        ).round()
    making.make(laboratory.database, laboratory.bundles, shop, uid, number)
    return uid


def _actor(laboratory: Laboratory, account: str) -> Actor:
    with laboratory.database.reading() as session:
        return people.actor_named(session, account)


def _bare(code: str) -> str:
    """A code of ours as it is stored; a bag's number as it is."""
    bare = code.replace("-", "").upper()
    return bare if is_code(bare) else code
