"""`lims verify`."""

from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
import gc
from multiprocessing import get_context
import os
from time import sleep

import click

from lims import clock, grants
from lims.anchors import policy
from lims.anchors import queries as anchors
from lims.anchors.checking import cosignature_faults
from lims.audit import keys, log
from lims.audit.checking import Fault
from lims.audit.integrator import HistoryLost, expect_continuity
from lims.audit.notes import BadNote, Checkpoint, Note
from lims.audit.remedies import remedy
from lims.audit.retold import row_faults
from lims.audit.verification import (
    Findings,
    Range,
    ranges,
    tell,
    verify_chains,
    verify_log,
)
from lims.db import Database
from lims.laboratory import Laboratory
from lims.stations.checking import reading_faults

TRIES, PAUSE = 5, 1.0
SKEW = timedelta(minutes=5)
"""What the clocks of two servers may differ."""
PROCESSES = min(2, os.cpu_count() or 1)


@click.command("verify")
@click.option(
    "--processes",
    default=PROCESSES,
    show_default=True,
    type=click.IntRange(1, 16),
    help="How many processes walk the chains.",
)
@click.option(
    "--rows",
    is_flag=True,
    help="Hold the laboratory's rows against what their events tell, too: longer.",
)
@click.option("--silent", is_flag=True, help="Put no event of it on record.")
@click.pass_obj
def command(laboratory: Laboratory, processes: int, rows: bool, silent: bool) -> None:  # noqa: FBT001 - click gives them so
    """Check the whole record: bytes, columns, chains, log, signatures and guards."""
    try:
        found = verify_in(laboratory.database, processes)
    except Exception as error:  # noqa: BLE001 - damage of any kind must raise the alarm
        kind = type(error).__name__
        found = Findings(faults=[Fault("record", f"It cannot be read whole: {kind}.")])
    found += _end(laboratory)
    if rows:
        with laboratory.database.snapshot() as session:
            found.faults += [*row_faults(session), *reading_faults(session)]
    found.faults += [*_anchors(laboratory), *_roles(laboratory)]
    _tell_faults(found)
    _tell_notes(found)
    if not silent:
        with laboratory.database.transaction() as session:
            tell(session, found)
    if not found.whole:
        raise click.ClickException("The record is not whole.")
    click.echo(
        f"The record is whole: {found.events} events, {found.size} of them in the log; "
        "every guard stands."
    )
    click.echo(
        "Every row says what its events tell."
        if rows
        else "Rows were not held against their events; each night and '--rows' do that."
    )


def verify_in(database: Database, processes: int) -> Findings:
    """The full verification by so many processes, this one among them."""
    address = database.url.render_as_string(hide_password=False)
    first, *others = ranges(processes)
    if not others:
        return _mine(database, first)
    database.close()  # no connection of ours goes over to the others
    gc.freeze()  # nor is what they share copied for the sake of being looked at
    with ProcessPoolExecutor(len(others), get_context("fork")) as workers:
        parts = [workers.submit(_part, address, one) for one in others]
        found = _mine(database, first)
        return sum((part.result() for part in parts), found)


def _mine(database: Database, part: Range) -> Findings:
    with database.snapshot() as session:
        return verify_log(session) + verify_chains(session, part)


def _tell_faults(found: Findings) -> None:
    """Each fault, and below those of a kind what to do about them."""
    kinds: dict[str, list[Fault]] = {}
    for one in found.faults:
        kinds.setdefault(remedy(one.where), []).append(one)
    for todo, faults in kinds.items():
        for where, sentence in faults:
            click.echo(f"{where}: {sentence}")
        click.echo(f"  What to do: {todo}")


def _tell_notes(found: Findings) -> None:
    for where, sentence in found.noted:
        click.echo(f"Noted, {where}: {sentence}")
    if (steps := found.steps).count:
        click.echo(
            f"Noted, clock: it ran back between two events of one item {steps.count} "
            "times. Nothing is lost by that: the order is that of the chains and of the"
            " log, which no clock changes."
        )
        for where, sentence in steps.first:
            click.echo(f"  {where}: {sentence}")


def _end(laboratory: Laboratory) -> Findings:
    """Whether what was signed last, by the file beside the keys, is stored.

    Where an integrator is at work it may be about to be: it is looked for again. What
    it left when it was stopped between the two is no fault: it stores it at its start.
    """
    if not keys.begun(laboratory.log_keys):
        return Findings()
    try:
        mine = keys.present(laboratory.log_keys, laboratory.log_origin)
        if (signed := _left(laboratory.database, mine)) is None:
            return Findings(noted=_ahead(laboratory.database))
        size = Checkpoint.parse(signed.text).size
        with laboratory.database.snapshot() as session:
            expect_continuity(session, mine)
            newest = log.newest(session)
            gone = newest is not None and newest.size >= size
    except (keys.UnsafeKeys, BadNote, OSError) as error:
        return Findings(faults=[Fault("log keys", str(error))])
    except HistoryLost as error:
        return Findings(faults=[Fault("log", str(error))])
    if gone or keys.was_stored(mine, signed):
        sentence = (
            f"The checkpoint of {size} events that was signed last was stored, and is "
            "not in the database: somebody removed it."
        )
        return Findings(faults=[Fault("last checkpoint", sentence)])
    sentence = (
        f"The checkpoint of {size} events is signed and not stored yet: the integrator "
        "was stopped in between. It stores it at its next start, before it signs "
        "another; start it. Nothing is lost, and the events are those that it signed."
    )
    return Findings(noted=[Fault("log", sentence)])


def _left(database: Database, mine: keys.Keys) -> Note | None:
    """What is signed and not stored, also after a while."""
    for _ in range(TRIES):
        signed = keys.signed(mine)
        if signed is None or _is_stored(database, signed):
            return None
        sleep(PAUSE)
    return signed


def _ahead(database: Database) -> list[Fault]:
    """A checkpoint from the future: the log's time waits until the clock is there."""
    now = clock.now()
    with database.snapshot() as session:
        newest = log.newest(session)
        stated = newest.at if newest else now
    if stated <= now + SKEW:
        return []
    sentence = (
        f"The newest checkpoint states {stated:%Y-%m-%d %H:%M} UTC, and this clock "
        f"stands at {now:%Y-%m-%d %H:%M}: one of the two was wrong. Checkpoints"
        " keep that time until the clock has passed it; no time of the log runs back."
    )
    return [Fault("clock", sentence)]


def _is_stored(database: Database, signed: Note) -> bool:
    """The very note: another one of the same size would be another history."""
    told = Checkpoint.parse(signed.text)
    with database.snapshot() as session:
        row = log.checkpoint(session, told.origin, told.size)
        return row is not None and row.note == signed.render()


def _roles(laboratory: Laboratory) -> list[Fault]:
    """Whether the program's own role could take the guards away."""
    if laboratory.database.embedded:
        return []
    with laboratory.database.reading() as session:
        return [Fault("roles", one) for one in grants.faults(session.connection())]


def _anchors(laboratory: Laboratory) -> list[Fault]:
    """What witnesses said of the checkpoints, by the keys of the policy."""
    try:
        trusted = policy.read(laboratory.log_policy)
    except policy.BadPolicy as error:
        return [Fault("policy", str(error))]
    with laboratory.database.snapshot() as session:
        standing = anchors.witnesses(session, trusted)
        return [
            *cosignature_faults(session, trusted),
            *(
                Fault(f"witness {one.name}", str(one.trouble))
                for one in standing
                if one.contradicts
            ),
        ]


def _part(address: str, part: Range) -> Findings:
    database = Database(address)
    try:
        with database.snapshot() as session:
            return verify_chains(session, part)
    finally:
        database.close()
