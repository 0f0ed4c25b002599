"""Redact the originals that name an erased sample or person. For the erasure alone.

A workbook is one piece and cannot be cut. It is opened once more and written anew
without the sample; the copy is sealed under a key of its own, and what opened the first
one is destroyed: its row stays and names the gap. Of any other file the pieces that
show a name go whole: of a text that was cut the lines of one sample, else all of it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import String, cast, exists, or_, select
from sqlalchemy.orm import Session

from instruments import InstrumentError
from instruments.redaction import names_any, redacted
from instruments.redaction_run import is_run, redacted_run
from instruments.workbook_cells import is_workbook
from lims import clock
from lims.access import Actor
from lims.audit import openings
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import NotFound
from lims.results import mentions, naming, originals
from lims.results.cutting import Piece
from lims.results.emptying import without_values
from lims.results.mentions import Sought
from lims.results.tables import Import, ImportState, Injection, OriginalPart, Trace
from lims.sealing import keys
from lims.store import Store

UNUSED = (ImportState.INCIDENT, ImportState.QUARANTINED, ImportState.WITHDRAWN)
"""Nothing but the original was kept under the import's own key."""


@dataclass(frozen=True)
class _Hit:
    """A piece that names somebody, and what may be left of it."""

    row: Import
    part: OriginalPart
    left: bytes | None


def names(session: Session, sample_ids: Collection[int]) -> frozenset[str]:
    """How instruments named the injections of these accessioned samples."""
    wanted = select(Injection.source).where(
        Injection.sample_id.in_(list(sample_ids)),
        Injection.source != Injection.uid,  # of who was erased before
    )
    return frozenset(session.scalars(wanted))


def files(
    session: Session,
    actor: Actor,
    store: Store,
    organisations: Collection[int],
    named: frozenset[str],
    persons: frozenset[str] = frozenset(),
    after: int = 0,
) -> int:
    """Take out of the files of these laboratories what names one; of how many files.

    Of those that came `after` this one, and not of lines sealed as another sample's.
    Each file tells of it on its own chain: commitments and segments, and no name.
    """
    looked = mentions.sought(named, persons, keys.ring(session).token)
    parts = _parts(session, _candidates(session, organisations, looked, after))
    hits = _hits(session, store, parts, named | persons)
    done = 0
    for row, found in groupby(hits, key=lambda one: one.row):
        there = replace(actor, organisation_id=row.organisation_id)
        _take_out(session, there, store, row, list(found))
        done += 1
    return done


def _candidates(
    session: Session, organisations: Collection[int], looked: Sought, after: int
) -> list[int]:
    """The imports with a piece that may name somebody, by its tokens.

    A piece without any is a sample's own, unless it was kept before there were tokens.
    """
    wanted = (
        select(Import.id, OriginalPart.sought)
        .join(OriginalPart, OriginalPart.import_id == Import.id)
        .where(
            Import.organisation_id.in_(list(organisations)),
            Import.id > after,
            _stands(),
        )
        .order_by(Import.id)
    )
    return sorted(
        {
            number
            for number, tokens in session.execute(wanted)
            if looked.may_be_in(tokens)
        }
    )


def _stands() -> Any:
    return (
        OriginalPart.erased_at.is_(None)
        & OriginalPart.sealed_key.is_not(None)
        & ~exists().where(Trace.import_id == Import.id)
        & or_(
            OriginalPart.sought.is_not(None),
            OriginalPart.subject == Import.uid,
            cast(OriginalPart.spans, String) == "[]",
        )
    )


def _parts(
    session: Session, ids: Sequence[int]
) -> Iterator[tuple[Import, OriginalPart]]:
    """These imports with their pieces, locked."""
    wanted = (
        select(Import, OriginalPart)
        .join(OriginalPart, OriginalPart.import_id == Import.id)
        .where(Import.id.in_(ids), _stands())
        .order_by(Import.id, OriginalPart.number)
        .with_for_update()
    )
    rows = session.execute(wanted.execution_options(populate_existing=True))
    yield from ((row, part) for row, part in rows)


def _hits(
    session: Session,
    store: Store,
    parts: Iterator[tuple[Import, OriginalPart]],
    named: frozenset[str],
) -> list[_Hit]:
    found = []
    for row, part in parts:
        try:
            content = originals.piece(session, store, part)
        except NotFound:
            continue  # lost on the disk: an auditor's query tells of it
        if (left := _left(content, named)) is not content:
            found.append(_Hit(row, part, left))
    return found


def _take_out(
    session: Session, actor: Actor, store: Store, row: Import, hits: Sequence[_Hit]
) -> None:
    parts = originals.parts_of(session, row)
    told: dict[str, Any] = dict(naming.facts(row))
    if hits[0].part.spans:
        told["gone"] = [one.part.number for one in hits]
    else:
        told |= _replaced(session, actor, store, row, hits[0], parts)
    naming.close(session, [row])
    row.faults = without_values(row.faults)
    session.flush()
    gone = [one.part for one in hits]
    _destroy(session, row, gone)
    record(session, actor, Tag.IMPORT_REDACTED, row, **told)
    for part in gone:
        part.sealed_key, part.sought, part.erased_at = None, None, clock.now()
        part.erased_by = row.head_hash


def _replaced(
    session: Session,
    actor: Actor,
    store: Store,
    row: Import,
    hit: _Hit,
    parts: Sequence[OriginalPart],
) -> dict[str, Any]:
    """The copy in place of the original; none where nothing could be left."""
    gone = any(one.erased_at for one in parts)
    told = {"replaced": hit.part.commitment if gone else row.called}
    if hit.left is None:
        return told
    kept = originals.keep(store, [Piece("", (), hit.left)], keys.ring(session).token)
    copy = originals.add(session, actor, row, kept)
    ((_, _, committed),) = copy["segments"]
    size = len(hit.left)
    return {**told, **copy, "redacted": {"commitment": committed}, "size": size}


def _destroy(session: Session, row: Import, gone: Sequence[OriginalPart]) -> None:
    """What opens these pieces. What is left under the same key gets another first.

    The key of a file that was loaded seals calls of controls, too: of a file that was
    cut before its common lines had a key of their own, it stays.
    """
    openings.drop(session, [one.commitment for one in gone])
    for subject in {one.subject for one in gone}:
        if subject == row.uid and row.state not in UNUSED:
            continue
        originals.move(session, row, subject, [one.number for one in gone])
        openings.erase(session, [subject])
        keys.destroy(session, [subject])


def _left(content: bytes, named: frozenset[str]) -> bytes | None:
    """A piece as it may stay: itself where it names nobody, None where all of it goes.

    An archive of workbooks shows their marks, too.
    """
    try:
        if is_run(content):
            return redacted_run(content, named)
        if is_workbook(content):
            return redacted(content, named)
    except InstrumentError:
        pass
    return None if names_any(mentions.texts(content), named) else content
