"""Originals: sealed in parts on the disk, each opened by its subject's key alone.

Put together they are the bytes that came, and are held against what the import's event
commits to. Where a part was erased its lines are named instead, and every other part
still proves against a commitment of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
import secrets
from typing import Any, cast

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lims import boxes, clock
from lims.access import Actor
from lims.audit import openings
from lims.audit.record import commit
from lims.errors import NotFound
from lims.results import naming
from lims.results.cutting import Piece, joined
from lims.results.intake import Kept, Part
from lims.results.mentions import ALWAYS, Keyed, tokens
from lims.results.tables import Import, ImportState, OriginalPart
from lims.sealing import keys
from lims.sealing.rows import Whose
from lims.store import Store

WAITING = (ImportState.INCIDENT, ImportState.QUARANTINED)


@dataclass(frozen=True)
class Gap:
    """What is missing of an original, and the event that tells of it."""

    lines: tuple[tuple[int, int], ...]
    """Runs of lines, first and last; none where the whole file is gone."""
    on: str
    """The day, in UTC."""
    event: str
    segment: int = 0
    redacted: bool = False
    """Whether a copy without the erased stands in its place."""


@dataclass(frozen=True)
class Standing:
    """A piece that is left of an original, and the commitment of its event."""

    number: int
    commitment: str
    content: bytes


def keep(store: Store, pieces: Sequence[Piece], keyed: Keyed) -> Kept:
    """Seal each piece under a key of its own and keep them all in one file."""
    name = secrets.token_hex(16)
    parts = tuple(
        Part(
            one.name,
            one.spans,
            one.digest,
            boxes.new_secret(),
            tokens(one.content, keyed),
        )
        for one in pieces
    )
    sealed = [
        boxes.encrypted(part.key, _place(name, number), piece.content)
        for number, (part, piece) in enumerate(zip(parts, pieces, strict=True))
    ]
    store.keep_parts(name, sealed)
    return Kept(name, parts)


def enter(
    session: Session,
    actor: Actor,
    row: Import,
    kept: Kept | None,
    subjects: Mapping[str, str],
) -> dict[str, Any]:
    """Keep what opens the parts, each under its subject's key; what the event tells.

    `subjects` are names in the file with whose they are. What is nobody's, and all of
    a file that waits, is the file's own; of what was loaded it has a key that seals
    nothing else, so that it can go or a redacted copy take its place. Parts that stood
    for the file before fall.
    """
    if kept is None:
        return {}
    session.flush()
    _drop(session, row)
    whole = row.uid if row.state in WAITING else secrets.token_hex(16)
    whose = [subjects.get(part.name, whole) for part in kept.parts]
    return _enter(session, actor, row, kept, whose, frozenset(subjects.values()))


def add(session: Session, actor: Actor, row: Import, kept: Kept) -> dict[str, Any]:
    """A redacted copy beside what it replaces, under a key of its own."""
    return _enter(session, actor, row, kept, [secrets.token_hex(16)])


def _enter(
    session: Session,
    actor: Actor,
    row: Import,
    kept: Kept,
    whose: Sequence[str],
    others: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """`others` are subjects whose lines name nobody else."""
    found = keys.of(session, set(whose), actor.organisation_id)
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "original": kept.original,
            "number": number,
            "import_id": row.id,
            "subject": subject,
            "spans": [list(span) for span in part.spans],
            "commitment": commit(
                session,
                Whose(subject, actor.organisation_id),
                field(number),
                part.digest,
            ),
            "sought": None if subject in others else part.tokens,
            "sealed_key": _sealed(found.get(subject), kept.original, number, part.key),
            "erased_at": None if subject in found else now,
        }
        for number, (part, subject) in enumerate(zip(kept.parts, whose, strict=True))
    ]
    session.execute(insert(OriginalPart).execution_options(render_nulls=True), rows)
    if any(one["erased_at"] for one in rows):
        naming.close(session, [row])
    told = [[one["number"], _lines(one["spans"]), one["commitment"]] for one in rows]
    return {"segments": told}


def field(number: int) -> str:
    """How the commitment to a part names it."""
    return f"segment {number}"


def parts_of(session: Session, row: Import) -> list[OriginalPart]:
    wanted = select(OriginalPart).where(OriginalPart.import_id == row.id)
    return list(
        session.scalars(wanted.order_by(OriginalPart.number, OriginalPart.erased_at))
    )


def content(session: Session, store: Store, row: Import) -> bytes:
    """The bytes as they came; NotFound where a part was erased or the disk lies."""
    parts = parts_of(session, row)
    if not parts:
        return store.content(row.mark)
    if found := [one for one in gaps(parts) if one.redacted]:
        raise NotFound(
            "This original was replaced by a redacted copy after a withdrawal, on "
            f"{found[-1].on}. The event {found[-1].event} names both."
        )
    if any(one.erased_at for one in parts):
        raise NotFound(
            "Of this original a part was erased after a withdrawal. What is left of it "
            "is shown with its gaps."
        )
    whole = joined([(one.spans, b, b"") for one, b in _opened(session, store, parts)])
    if sha256(whole).hexdigest() != naming.digest(session, row):
        raise _changed(row.called)
    return whole


def shown(session: Session, store: Store, row: Import) -> tuple[bytes, list[Gap]]:
    """What is left of an original, each gap named in its place; and the gaps."""
    parts = parts_of(session, row)
    lost = gaps(parts)
    if not lost:
        return content(session, store, row), []
    opened = [
        (one.spans, found, _instead(one).encode())
        for one, found in _opened(session, store, _without_replaced(parts))
    ]
    return joined(opened), lost


def standing(session: Session, store: Store, row: Import) -> list[Standing]:
    """What is left where a part was erased, or the copy that took the whole's place."""
    parts = _without_replaced(parts_of(session, row))
    return [
        Standing(one.number, one.commitment, found)
        for one, found in _opened(session, store, parts)
        if found is not None
    ]


def intact(session: Session, store: Store, row: Import) -> int:
    """How many parts stand and open; NotFound where the disk lies."""
    parts = _without_replaced(parts_of(session, row))
    return sum(found is not None for _, found in _opened(session, store, parts))


def gaps(parts: Sequence[OriginalPart]) -> list[Gap]:
    standing = _without_replaced(parts)
    return [
        Gap(
            tuple((first, last) for first, last, _ in one.spans),
            f"{one.erased_at:%Y-%m-%d}",
            one.erased_by or "",
            one.number,
            one not in standing,
        )
        for one in parts
        if one.erased_at
    ]


def _without_replaced(parts: Sequence[OriginalPart]) -> list[OriginalPart]:
    """A file that is not cut has one part: what was erased beside it was replaced."""
    copies = {one.import_id for one in parts if not one.spans and not one.erased_at}
    return [
        one
        for one in parts
        if one.spans or not one.erased_at or one.import_id not in copies
    ]


def piece(session: Session, store: Store, part: OriginalPart) -> bytes:
    """One part that was not erased, opened."""
    ((_, found),) = _opened(session, store, [part])
    return cast("bytes", found)


def _opened(
    session: Session, store: Store, parts: Sequence[OriginalPart]
) -> list[tuple[OriginalPart, bytes | None]]:
    """The content of each part; None where it was erased."""
    found = keys.known(session, {one.subject for one in parts})
    sealed = {name: store.parts(name) for name in {one.original for one in parts}}
    opened: list[tuple[OriginalPart, bytes | None]] = []
    for one in parts:
        key = found.get(one.subject)
        if one.sealed_key is None or key is None:
            opened.append((one, None))
            continue
        secret = boxes.opened(key, _key_place(one.original, one.number), one.sealed_key)
        where = _place(one.original, one.number)
        try:
            lying = sealed[one.original][one.number]
            opened.append((one, boxes.decrypted(secret, where, lying)))
        except (boxes.DoesNotOpen, IndexError) as error:
            raise _changed(one.original) from error
    return opened


def move(session: Session, row: Import, subject: str, without: Collection[int]) -> None:
    """Give what stands under this subject's key a new one, but for these parts."""
    parts = [
        one
        for one in parts_of(session, row)
        if one.subject == subject and one.sealed_key and one.number not in without
    ]
    if not parts:
        return
    to = Whose(secrets.token_hex(16), row.organisation_id)
    found = keys.of(session, [subject, to.subject], row.organisation_id)
    for one in parts:
        where = _key_place(one.original, one.number)
        secret = boxes.opened(found[subject], where, one.sealed_key or b"")
        one.sealed_key = boxes.seal(found[to.subject], where, secret)
        one.subject = to.subject
        one.sought = ALWAYS if one.sought is None else one.sought
    openings.move(session, [one.commitment for one in parts], to)


def _sealed(
    key: boxes.Key | None, original: str, number: int, secret: bytes
) -> bytes | None:
    """Nothing where its subject was erased before the file came."""
    if key is None:
        return None
    return boxes.seal(key, _key_place(original, number), secret)


def _drop(session: Session, row: Import) -> None:
    """What stood for the file until now: read anew, it is cut anew."""
    before = [one.commitment for one in parts_of(session, row)]
    if before:
        openings.drop(session, before)
        session.execute(delete(OriginalPart).where(OriginalPart.import_id == row.id))


def _instead(part: OriginalPart) -> str:
    if part.erased_at is None:
        return ""
    told = f", event {part.erased_by}" if part.erased_by else ""
    return f"erased on {part.erased_at:%Y-%m-%d}{told}"


def _lines(spans: Iterable[Sequence[int]]) -> list[list[int]]:
    return [[first, last] for first, last, _ in spans]


def _place(original: str, number: int) -> bytes:
    return boxes.place("original", "part", f"{original}.{number}")


def _key_place(original: str, number: int) -> bytes:
    return boxes.place("original_part", "sealed_key", f"{original}.{number}")


def _changed(name: str) -> NotFound:
    return NotFound(
        f"The original '{name[:12]}…' has changed on the disk since it was kept. "
        "Restore it from a backup."
    )
