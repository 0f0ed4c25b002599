"""A worker that may be killed at any moment: imports, releases, carries, answers.

It does what is left to do, round after round. After each committed step it tells of
it in a line of its diary: what stands there must not be lost. Before each step it
notes the step's name, so that afterwards is known in what it was killed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import configure_mappers

from app import laboratory
from config.settings import load
from lims import queue
from lims.audit.record import watch
from lims.db import Database
from lims.handoff import operations as handoff
from lims.handoff.tables import Package
from lims.handoff.transports import drop_folder
from lims.jobs import send_packages, take_receipts
from lims.laboratory import Laboratory
from lims.profiles.states import ProfileState
from lims.profiles.tables import Profile
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench
from lims.screening.receiver import answer_all
from lims.store import Store
from tests.cast import PASSWORD, Cast

CAST = Cast()
FURNISHED = laboratory(replace(load(environment={}), database_url="sqlite://"))
"""Kits and rules, read once for all lives."""
configure_mappers()
queue.LEASE = timedelta(milliseconds=20)
"""What a dead worker had taken is free again at once: the test need not wait."""

Line = tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """Where the work lies: a database, and a folder for all that is in files."""

    address: str
    folder: Path
    keys: Path | None = None
    """The folder of the wrapping keys; beside an embedded database."""

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def out(self) -> Path:
        return self.folder / "to-engine"

    @property
    def back(self) -> Path:
        return self.folder / "from-engine"

    @property
    def diary(self) -> Path:
        return self.folder / "diary"

    def laboratory(self) -> Laboratory:
        """The laboratory of app.py, on this database and these folders."""
        database = Database(self.address, self.keys)
        watch(database.sessions)
        return replace(
            FURNISHED,
            database=database,
            store=Store(self.folder / "originals"),
            handoff_out=self.out,
            handoff_in=self.back,
        )


def live(desk: Desk) -> None:
    """Work until killed."""
    worker = Worker(desk)
    for step in cycle(STEPS):
        worker.do(step)


def finish(desk: Desk) -> None:
    """Work until nothing is left to do."""
    worker = Worker(desk)
    while sum(worker.do(step) for step in STEPS):
        pass
    worker.laboratory.database.close()


class Worker:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.laboratory = desk.laboratory()
        self._diary = os.open(desk.diary, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._told: set[Line] = set()

    def do(self, step: "Step") -> int:
        """Take one step and tell of it; how much was done."""
        self._tell("begin", step.__name__)
        done = 0
        for line in step(self):
            self._tell(*line)
            done += 1
        self._tell("end", step.__name__)
        return done

    def packages(self) -> Iterator[Line]:
        """The state of each package as it is committed, where it was not told yet."""
        wanted = select(Package.uid, Package.state)
        with self.laboratory.database.reading() as session:
            found = {("package", *one) for one in session.execute(wanted)}
        yield from sorted(found - self._told)
        self._told |= found

    def _tell(self, *words: str) -> None:
        os.write(self._diary, (" ".join(words) + "\n").encode())


Step = Callable[[Worker], Iterator[Line]]


def import_a_file(worker: Worker) -> Iterator[Line]:
    """As a watched folder does: what was taken in is set aside after the commit."""
    own = worker.laboratory
    gate = Gate(own.database, own.store, Bench(own.kits, own.rules))
    for path in sorted(worker.desk.exports.glob("*.txt"))[:1]:
        parcel = Parcel.of_path(path)
        receipt = arrive(gate, CAST.instrument, parcel)
        yield "import", own.database.ring.mark(parcel.sha256), receipt.uid
        drop_folder.set_aside(path, "taken")


def release_a_profile(worker: Worker) -> Iterator[Line]:
    own = worker.laboratory
    ready = select(Profile.uid).where(Profile.state == ProfileState.TECH_OK).limit(1)
    with own.database.reading() as session:
        uids = list(session.scalars(ready))
    for uid in uids:
        with own.database.transaction() as session:
            made = handoff.release(session, CAST.manager, uid, PASSWORD, own.rules)
            package = made.uid
        yield "release", uid, package


def send(worker: Worker) -> Iterator[Line]:
    if send_packages(worker.laboratory, CAST.worker):
        yield from worker.packages()


def answer(worker: Worker) -> Iterator[Line]:
    """As the engine does; nothing of it is the laboratory's promise."""
    if count := answer_all(worker.desk.out, worker.desk.back):
        yield "answered", str(count)


def take(worker: Worker) -> Iterator[Line]:
    if take_receipts(worker.laboratory, CAST.worker):
        yield from worker.packages()


STEPS: tuple[Step, ...] = (release_a_profile, send, answer, take, import_a_file)
