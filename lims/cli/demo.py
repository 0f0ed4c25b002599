"""`lims demo`: a laboratory with demo data, filled at the first start and then kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import sys
from threading import Thread
from time import sleep

import click

from lims import clock, migrate
from lims.anchors.authority import Authority
from lims.anchors.rounds import stamp_now
from lims.audit.integrator import Integrator
from lims.cli.ingest import machine
from lims.cli.serve import expect_ready, serve, working
from lims.db import Database
from lims.demo import partner, story, time_office
from lims.demo.card import Card
from lims.demo.simulated import Simulated, furnished
from lims.jobs import PAUSE
from lims.laboratory import Laboratory
from lims.people import queries as people
from lims.results.watching import Watch, take
from lims.screening.receiver import answer_all

QUIET = 20
"""Seconds after which the engine has answered all that the story sent."""
NO_FOLDER = (
    "The demo needs an import folder of its own. Run `make demo`, which sets "
    "LIMS_IMPORT_FOLDER and the others."
)
NO_OPENSSL = (
    "No authority for time is set, and the program openssl, which the demo would play "
    "one with, is not here: bundles will say that nothing is stamped."
)
BROKEN_OFF = (
    "The demo's data were not finished, or this is no demo: '{path}' is missing beside "
    "a laboratory that has people. Run `make demo-clean`, then `make demo`."
)


@click.command("demo")
@click.option("--port", default=5070, show_default=True)
@click.pass_obj
def command(laboratory: Laboratory, port: int) -> None:
    """Fill the demo laboratory, if it is empty, and open its pages."""
    path = laboratory.secret_key_file.with_name("logins.json")
    card = fill(laboratory, path)
    if url := partner.watch_over(laboratory):
        click.echo(f"A partner's witness cosigns the record's checkpoints at {url}.")
    _catch_up(laboratory)
    if authority := time_office.stamp_beside(laboratory):
        click.echo(f"An authority for time stamps one a day at {authority.url}.")
        laboratory = replace(laboratory, authority=authority)
        _beside(_stamp, laboratory.database, authority)
    else:
        click.echo(NO_OPENSSL)
    expect_ready(laboratory)
    _show(card, port)
    bench = _bench(laboratory.database, path.with_name("bench"), port)
    _beside(_show_again, card, port, bench)
    _beside(_answer, laboratory)
    if laboratory.import_folder:
        _beside(_watch, laboratory, laboratory.import_folder)
    with working(laboratory):
        serve(laboratory, "127.0.0.1", port)


def fill(laboratory: Laboratory, path: Path) -> Card:
    """Tell the story, unless it was told before; its card is written at the end."""
    exports = laboratory.import_folder
    if exports is None or laboratory.demo is None:
        raise click.ClickException(NO_FOLDER)
    migrate.upgrade(laboratory.database)
    if path.exists():
        return Card.read(path)
    with laboratory.database.reading() as session:
        empty = people.nobody_yet(session)
    if not empty:
        raise click.ClickException(BROKEN_OFF.format(path=path))
    click.echo("3/3 Filling the laboratory with the demo's people and samples ...")
    card = story.tell(
        laboratory, laboratory.demo, exports, taker(laboratory, exports), click.echo
    )
    card.write(path)
    return card


def taker(laboratory: Laboratory, exports: Path) -> story.TakeIn:
    """Takes in what lies in the watched folder, by the instrument's own account."""

    def take_in() -> None:
        watch, instrument = Watch(exports), machine(laboratory, "")
        watch.finished()
        for path in watch.finished():
            take(laboratory.gate, instrument, path)

    return take_in


def _show(card: Card, port: int) -> None:
    click.echo("\n".join(["", *card.table(clock.now()), ""]))
    for path in card.by_hand:
        click.echo(f"An export that nobody took in yet, for the page Imports: {path}")
    click.echo(f"Open http://127.0.0.1:{port} and log in. Each code works once.")
    click.echo("Enter shows new codes, Ctrl-C ends the demo and keeps its data.")
    click.echo(
        "Type a code here, and the scanner of the 'Demo bench' reads it; type '1.5 g', "
        "and its balance weighs that. Choose it as a technician under 'My bench'."
    )


def _bench(database: Database, folder: Path, port: int) -> Simulated | None:
    """A bench without hardware, where this system has pseudo-terminals."""
    try:
        bench = furnished(database, folder, f"http://127.0.0.1:{port}")
        bench.start()
    except (OSError, AttributeError) as error:
        click.echo(
            f"There is no simulated bench: this system cannot play one ({error})."
        )
        return None
    return bench


def _show_again(card: Card, port: int, bench: Simulated | None) -> None:
    """Whenever somebody presses Enter: codes change every thirty seconds.

    What is typed before goes to the simulated bench.
    """
    for line in sys.stdin:
        if bench is None or not bench.take(line):
            _show(card, port)


def _catch_up(laboratory: Laboratory) -> None:
    """The story's events have their place before a day's one timestamp is asked for."""
    log = Integrator(laboratory.database, laboratory.log_keys, laboratory.log_origin)
    while log.round():
        pass


def _stamp(database: Database, authority: Authority) -> None:
    """Once more when the engine has answered, so that the story is stamped whole."""
    sleep(QUIET)
    stamp_now(database, authority)


def _answer(laboratory: Laboratory) -> None:
    """A small matching engine answers packages as long as the program runs."""
    packages, receipts = laboratory.handoff_out, laboratory.handoff_in
    while packages and receipts:
        answer_all(packages, receipts)
        sleep(PAUSE)


def _watch(laboratory: Laboratory, exports: Path) -> None:
    """What is dropped into the folder of exports is taken in."""
    watch, instrument = Watch(exports), machine(laboratory, "")
    while True:
        for path in watch.finished():
            take(laboratory.gate, instrument, path)
        sleep(PAUSE)


def _beside(task: Callable[..., None], *given: object) -> None:
    Thread(target=task, args=given, daemon=True).start()
