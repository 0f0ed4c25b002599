"""`lims demo`: a laboratory with demo data, filled at the first start and then kept."""

from pathlib import Path
import sys
from threading import Thread
from time import sleep

import click

from lims import clock, migrate
from lims.access import Role
from lims.cli.serve import serve, working
from lims.demo import story
from lims.demo.card import Card
from lims.jobs import PAUSE
from lims.laboratory import Laboratory
from lims.people import queries as people
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench
from lims.screening.receiver import answer_all

BROKEN_OFF = (
    "The demo's data were not finished, or this is no demo: '{path}' is missing beside "
    "a laboratory that has people. Run `make demo-clean`, then `make demo`."
)


@click.command("demo")
@click.option("--port", default=5070, show_default=True)
@click.pass_obj
def command(laboratory: Laboratory, port: int) -> None:
    """Fill the demo laboratory, if it is empty, and open its pages."""
    card = fill(laboratory, laboratory.secret_key_file.with_name("logins.json"))
    _show(card, port)
    Thread(target=_show_again, args=(card, port), daemon=True).start()
    _answer(laboratory)
    with working(laboratory):
        serve(laboratory, "127.0.0.1", port)


def fill(laboratory: Laboratory, path: Path) -> Card:
    """Tell the story, unless it was told before; its card is written at the end."""
    migrate.upgrade(laboratory.database)
    if path.exists():
        return Card.read(path)
    with laboratory.database.reading() as session:
        empty = people.nobody_yet(session)
    exports = laboratory.import_folder
    if not empty or exports is None or laboratory.demo is None:
        raise click.ClickException(BROKEN_OFF.format(path=path))
    click.echo("3/4 Filling the laboratory with the demo's people and samples ...")
    card = story.tell(
        laboratory, laboratory.demo, exports, taker(laboratory, exports), click.echo
    )
    card.write(path)
    return card


def taker(laboratory: Laboratory, exports: Path) -> story.TakeIn:
    """Takes in what lies in the folder, by the instrument's own account."""
    bench = Bench(laboratory.kits, laboratory.rules)
    gate = Gate(laboratory.database, laboratory.store, bench)

    def take_in() -> None:
        with laboratory.database.reading() as session:
            (instrument,) = people.machines(session, Role.INSTRUMENT)
        for path in sorted(exports.glob("*.txt")):
            arrive(gate, instrument, Parcel.of_path(path))
            path.unlink()

    return take_in


def _show(card: Card, port: int) -> None:
    click.echo("\n".join(["", *card.table(clock.now()), ""]))
    for path in card.by_hand:
        click.echo(f"An export to upload yourself under Imports: {path}")
    click.echo(f"Open http://127.0.0.1:{port} and log in. Each code works once.")
    click.echo("Enter shows new codes, Ctrl-C ends the demo and keeps its data.")


def _show_again(card: Card, port: int) -> None:
    """Whenever somebody presses Enter: codes change every thirty seconds."""
    for _ in sys.stdin:
        _show(card, port)


def _answer(laboratory: Laboratory) -> None:
    """A small matching engine answers packages as long as the program runs."""
    if laboratory.handoff_out and laboratory.handoff_in:
        folders = (laboratory.handoff_out, laboratory.handoff_in)
        Thread(target=_answer_always, args=folders, daemon=True).start()


def _answer_always(packages: Path, receipts: Path) -> None:
    while True:
        answer_all(packages, receipts)
        sleep(PAUSE)
