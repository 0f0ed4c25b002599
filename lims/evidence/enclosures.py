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
from lims.errors import LimsError, NotFound
from lims.evidence.verify import COPY, EXPORT, PHOTOGRAPH, named_files
from lims.results import originals
from lims.results import queries as results
from lims.store import Store

MOST_BYTES = 200_000_000
"""Of all files together: a bundle is put together in memory, and sent by post."""
CLOSED = "Exports hold calls, which are closed to who asked for this bundle."
REPLACED = "This redacted copy was replaced by another one after a later withdrawal."
TOO_MUCH = (
    f"The files of this bundle would be more than {MOST_BYTES // 1_000_000} megabytes "
    "with it. Ask for fewer codes: their bundle holds it."
)


Named = Mapping[str, tuple[str, str]]
"""SHA-256 of a file to what it is, and the item whose event names it."""
Sealed = Mapping[str, tuple[Event, str]]
"""A commitment to a part of a file, to the event and the field that tell of it."""


@dataclass
class Enclosed:
    """What a bundle holds of the files that its events name."""

    originals: dict[str, bytes] = field(default_factory=dict)
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)
    """What is left of a file of which something was erased: SHA-256 and number."""
    sealed: dict[str, tuple[Event, str]] = field(default_factory=dict)
    """The commitments to these parts."""
    left_out: list[tuple[str, str]] = field(default_factory=list)
    room: int = MOST_BYTES

    def take(self, sha: str, content: bytes) -> None:
        if self.has_room(sha, content):
            self.originals[sha] = content

    def has_room(self, sha: str, content: bytes) -> bool:
        if len(content) > self.room:
            self.leave(sha, TOO_MUCH)
            return False
        self.room -= len(content)
        return True

    def leave(self, sha: str, why: str) -> None:
        if all(sha != one for one, _ in self.left_out):
            self.left_out.append((sha, why))


def enclosed(
    session: Session, actor: Actor, store: Store, events: Sequence[Event]
) -> Enclosed:
    """Each file once, in the order of the events that name them first."""
    found, named, sealed = Enclosed(), _named(events), _sealed(events)
    for sha, (kind, uid) in named.items():
        if kind == PHOTOGRAPH:
            _photograph(found, store, sha)
        elif not actor.may(Permission.PROFILE_READ):
            found.leave(sha, CLOSED)
        elif kind == EXPORT:
            _original(session, actor, store, found, uid, named, sealed)
    for sha, (kind, _) in named.items():
        if kind == COPY and sha not in found.originals:
            found.leave(sha, REPLACED)
    return found


def _named(events: Iterable[Event]) -> Named:
    found: dict[str, tuple[str, str]] = {}
    for one in events:
        for kind, sha in named_files(one.tag, facts(one)):
            found.setdefault(sha, (kind, one.item_uid))
    return found


def _sealed(events: Iterable[Event]) -> Sealed:
    return {
        commitment: (one, originals.field(number))
        for one in events
        for number, _, commitment in facts(one).get("segments", ())
    }


def _photograph(found: Enclosed, store: Store, sha: str) -> None:
    try:
        found.take(sha, store.content(sha))
    except LimsError as error:
        found.leave(sha, str(error))


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
        found.take(row.sha256, originals.content(session, store, row))
    except NotFound as error:
        found.leave(row.sha256, str(error))
        with suppress(NotFound):  # what the disk lost is told already
            for one in originals.standing(session, store, row):
                _left(found, row.sha256, one, named, sealed)


def _left(
    found: Enclosed, sha: str, one: originals.Standing, named: Named, sealed: Sealed
) -> None:
    """The copy that took the place of the whole, or one part of it."""
    digest = sha256(one.content).hexdigest()
    if named.get(digest, ("", ""))[0] == COPY:
        found.take(digest, one.content)
    elif one.commitment in sealed and found.has_room(sha, one.content):
        found.parts[sha, one.number] = one.content
        found.sealed[one.commitment] = sealed[one.commitment]


def facts(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event.body)["facts"]
    return told
