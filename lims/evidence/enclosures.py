"""The files that events name, as a bundle brings them: as they came, or what is left.

A photograph goes with the sample that it shows. A file of an instrument holds calls and
goes to who may read calls. Where a part of it was erased the other parts are brought,
each proven by its commitment; a workbook that was redacted is brought as its copy.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
import json
from typing import Any

from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.audit.queries import Event
from lims.custody import manifests
from lims.errors import LimsError, NotFound
from lims.evidence.verify import COPY, EXPORT, PHOTOGRAPH, named_files
from lims.results import naming, originals
from lims.results import queries as results
from lims.store import Store

MOST_BYTES = 200_000_000
"""Of all files together: a bundle is put together in memory, and sent by post."""
CLOSED = "Exports hold calls, which are closed to who asked for this bundle."
ERASED = "This photograph was erased after a withdrawal."
REPLACED = "This redacted copy was replaced by another one after a later withdrawal."
TOO_MUCH = (
    f"The files of this bundle would be more than {MOST_BYTES // 1_000_000} megabytes "
    "with it. Ask for fewer codes: their bundle holds it."
)


Named = Mapping[str, tuple[str, str]]
"""What names a file to what it is, and the item whose event names it."""
Sealed = Mapping[str, tuple[Event, str]]
"""A commitment to a file or a part of it, to the event and field that tell of it."""


@dataclass
class Enclosed:
    """What a bundle holds of the files that its events name."""

    originals: dict[str, bytes] = field(default_factory=dict)
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)
    """What is left of a file of which something was erased: its name and number."""
    sealed: dict[str, tuple[Event, str]] = field(default_factory=dict)
    """The commitments by which these files and parts are proven."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    room: int = MOST_BYTES

    def take(self, name: str, content: bytes) -> None:
        if self.has_room(name, content):
            self.originals[name] = content

    def has_room(self, name: str, content: bytes) -> bool:
        if len(content) > self.room:
            self.leave(name, TOO_MUCH)
            return False
        self.room -= len(content)
        return True

    def leave(self, name: str, why: str) -> None:
        if all(name != one for one, _ in self.left_out):
            self.left_out.append((name, why))


def enclosed(
    session: Session, actor: Actor, store: Store, events: Sequence[Event]
) -> Enclosed:
    """Each file once, in the order of the events that name them first."""
    found, named, sealed = Enclosed(), _named(events), _sealed(events)
    for name, (kind, uid) in named.items():
        if kind == PHOTOGRAPH:
            _photograph(session, found, store, name)
        elif not actor.may(Permission.PROFILE_READ):
            found.leave(name, CLOSED)
        elif kind == EXPORT:
            _original(session, actor, store, found, uid, named, sealed)
    for name, (kind, _) in named.items():
        if kind == COPY and name not in found.originals:
            found.leave(name, REPLACED)
    found.sealed |= {one: sealed[one] for one in found.originals if one in sealed}
    return found


def _named(events: Iterable[Event]) -> Named:
    found: dict[str, tuple[str, str]] = {}
    for one in events:
        for kind, name, _ in named_files(one.tag, facts(one)):
            found.setdefault(name, (kind, one.item_uid))
    return found


def _sealed(events: Iterable[Event]) -> Sealed:
    found: dict[str, tuple[Event, str]] = {}
    for one in events:
        told = facts(one)
        if original := told.get(naming.ORIGINAL):
            found[original["commitment"]] = one, naming.ORIGINAL
        for number, _, commitment in told.get("segments", ()):
            found[commitment] = one, originals.field(number)
    return found


def _photograph(session: Session, found: Enclosed, store: Store, name: str) -> None:
    if manifests.is_erased(session, name):
        return found.leave(name, ERASED)
    try:
        found.take(name, store.content(name))
    except LimsError as error:
        found.leave(name, str(error))
    return None


def _original(
    session: Session,
    actor: Actor,
    store: Store,
    found: Enclosed,
    uid: str,
    named: Named,
    sealed: Sealed,
) -> None:
    row = results.one(session, actor, uid)
    try:
        found.take(row.called, originals.content(session, store, row))
    except NotFound as error:
        found.leave(row.called, str(error))
        with suppress(NotFound):  # what the disk lost is told already
            for one in originals.standing(session, store, row):
                _left(found, row.called, one, named, sealed)


def _left(
    found: Enclosed, file: str, one: originals.Standing, named: Named, sealed: Sealed
) -> None:
    """The copy that took the place of the whole, or one part of it."""
    for name in (one.commitment, sha256(one.content).hexdigest()):
        if named.get(name, ("", ""))[0] == COPY:
            return found.take(name, one.content)
    if one.commitment in sealed and found.has_room(file, one.content):
        found.parts[file, one.number] = one.content
        found.sealed[one.commitment] = sealed[one.commitment]
    return None


def facts(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event.body)["facts"]
    return told
