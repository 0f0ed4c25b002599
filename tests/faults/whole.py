"""What must hold whatever happened: nothing half, nothing doubled, nothing lost.

Each function gives sentences on what is wrong; none, where all is whole.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.batches.stages import PlateStage
from lims.batches.tables import Plate
from lims.handoff.operations import SEND
from lims.handoff.states import HandoffState
from lims.handoff.tables import Package, Receipt
from lims.profiles.states import OUT, ProfileState
from lims.profiles.tables import Profile
from lims.queue import Job
from lims.results.tables import Finding, Import, ImportState, Injection
from lims.review.tables import Part, Signatory

ONCE = (
    Tag.IMPORT_LOADED,
    Tag.INJECTION_CALLED,
    Tag.PACKAGE_PREPARED,
    Tag.PACKAGE_SENT,
    Tag.PROFILE_RELEASED,
)
ANALYSED = {PlateStage.IMPORTED, PlateStage.CLEARED, PlateStage.HELD}
TOGETHER = {
    HandoffState.PENDING: ProfileState.RELEASED,
    HandoffState.SENT: ProfileState.HANDED_OFF,
    HandoffState.RECEIVED: ProfileState.HANDED_OFF,
    HandoffState.LOADED: ProfileState.ACTIVE,
}
"""The state of a package and that of its profile change in one transaction."""


def half_steps(session: Session) -> list[str]:
    return [
        *_half_releases(session),
        *_half_hand_offs(session),
        *_half_imports(session),
    ]


def doubles(session: Session) -> list[str]:
    """What happened to one thing more than once, by the record or by the rows."""
    told = (
        select(Event.tag, Event.item_uid)
        .where(Event.tag.in_(ONCE))
        .group_by(Event.tag, Event.item_uid)
        .having(func.count() > 1)
    )
    found = [f"{tag} of {uid} stands twice." for tag, uid in session.execute(told)]
    answers = session.execute(select(Receipt.package_id, Receipt.state))
    found += [f"Receipt {one} is kept twice." for one in _repeated(map(tuple, answers))]
    wells = session.execute(select(Injection.well_id, Injection.analysis))
    found += [f"Well {one} was called twice." for one in _repeated(map(tuple, wells))]
    files = session.scalars(select(Import.mark))
    return found + [f"File {one} stands twice." for one in _repeated(files)]


def lost(session: Session, diary: Iterable[str]) -> list[str]:
    """What the worker told of as done, and what is not there."""
    there = {*_told_of_imports(session), *_told_of_releases(session)}
    now = dict(iter(session.execute(select(Package.uid, Package.state))))
    found = []
    for line in diary:
        match line.split():
            case ["import" | "release", *_] if line not in there:
                found.append(f"Lost: {line}")
            case ["package", uid, state] if _is_before(now.get(uid), state):
                found.append(f"Lost: {line}, now it is '{now.get(uid)}'")
    return found


def _told_of_imports(session: Session) -> Iterator[str]:
    for mark, uid in session.execute(select(Import.mark, Import.uid)):
        yield f"import {mark} {uid}"


def _told_of_releases(session: Session) -> Iterator[str]:
    pairs = select(Profile.uid, Package.uid)
    joined = pairs.join(Package, Package.profile_id == Profile.id)
    for profile, package in session.execute(joined):
        yield f"release {profile} {package}"


def _is_before(now: str | None, told: str) -> bool:
    order = [None, *HandoffState]
    return order.index(now and HandoffState(now)) < order.index(HandoffState(told))


def _half_releases(session: Session) -> Iterator[str]:
    """Signature, state, package: all three or none."""
    released = set(session.scalars(select(Profile.id).where(Profile.state.in_(OUT))))
    signed = set(
        session.scalars(
            select(Signatory.profile_id).where(Signatory.part == Part.RELEASER)
        )
    )
    packed = set(session.scalars(select(Package.profile_id)))
    for number in sorted(released ^ packed):
        yield f"Profile {number} is released or has a package, but not both."
    for number in sorted(released ^ signed):
        yield f"Profile {number} is released or signed for, but not both."


def _half_hand_offs(session: Session) -> Iterator[str]:
    """A package waits with a promise to send it; its profile goes along with it."""
    jobs = {
        job.key: job for job in session.scalars(select(Job).where(Job.kind == SEND))
    }
    pairs = select(Package, Profile).join(Profile, Package.profile_id == Profile.id)
    for package, profile in session.execute(pairs):
        if TOGETHER.get(HandoffState(package.state)) != profile.state:
            yield f"{package.number} is {package.state}, its profile {profile.state}."
        job = jobs.pop(package.uid, None)
        pending = package.state == HandoffState.PENDING
        if job is None or (pending and job.done_at is not None):
            yield f"{package.number} is {package.state} and nobody will send it."
        if pending == (package.sent_at is not None):
            yield f"{package.number} is {package.state}, sent at {package.sent_at}."
    for uid in jobs:
        yield f"There is a job to send {uid}, but no such package."


def _half_imports(session: Session) -> Iterator[str]:
    """A loaded file has its injections and findings, its plate's stage says so."""
    called = set(session.scalars(select(Injection.import_id)))
    checked = set(session.scalars(select(Finding.import_id)))
    is_loaded = Import.state == ImportState.LOADED
    loaded = {row.id: row for row in session.scalars(select(Import).where(is_loaded))}
    parsed = {row.id for row in loaded.values() if row.parser}
    for number in sorted(called ^ set(loaded) | checked ^ parsed):
        yield f"File {number} is loaded, called or checked, but not all of it."
    plates = {row.plate_id for row in loaded.values() if row.plate_id}
    analysed = select(Plate.id).where(Plate.stage.in_(ANALYSED))
    for number in plates ^ set(session.scalars(analysed)):
        yield f"Plate {number} is analysed or has a loaded file, but not both."


def _repeated(found: Iterable[object]) -> list[object]:
    return [one for one, count in Counter(found).items() if count > 1]
