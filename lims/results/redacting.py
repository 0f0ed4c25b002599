"""Redact the workbooks that name an erased sample. For the erasure alone.

A workbook is one piece and cannot be cut. It is opened once more and written anew
without the sample; the copy is sealed under a key of its own, and what opened the first
one is destroyed: its row stays and names the gap. What cannot be read is erased whole
where its bytes show the name.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from instruments import InstrumentError
from instruments.redaction import redacted
from instruments.redaction_run import is_run, redacted_run
from instruments.workbook_cells import is_workbook
from lims import clock
from lims.access import Actor
from lims.audit import openings
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import NotFound
from lims.results import naming, originals
from lims.results.cutting import Piece
from lims.results.emptying import without_values
from lims.results.tables import Import, ImportState, Injection, OriginalPart, Trace
from lims.sealing import keys
from lims.store import Store

UNUSED = (ImportState.INCIDENT, ImportState.QUARANTINED, ImportState.WITHDRAWN)
"""Nothing but the original was kept under the import's own key."""


def names(session: Session, sample_ids: Collection[int]) -> frozenset[str]:
    """How instruments named the injections of these accessioned samples."""
    wanted = select(Injection.source).where(Injection.sample_id.in_(list(sample_ids)))
    return frozenset(session.scalars(wanted))


def workbooks(
    session: Session,
    actor: Actor,
    store: Store,
    organisations: Collection[int],
    named: frozenset[str],
) -> int:
    """Redact every workbook of these laboratories that names one; how many.

    Each tells of it on its own chain: a commitment to both, and no name.
    """
    done = 0
    for row, part in _whole(session, organisations):
        try:
            content = originals.piece(session, store, part)
        except NotFound:
            continue  # lost on the disk: an auditor's query tells of it
        if _is_opened(content) and (left := _left(content, named)) is not content:
            there = replace(actor, organisation_id=row.organisation_id)
            _exchange(session, there, store, row, part, left)
            done += 1
    return done


def _whole(
    session: Session, organisations: Collection[int]
) -> list[tuple[Import, OriginalPart]]:
    """Originals that are one piece and no trace, with their imports, locked."""
    wanted = (
        select(Import, OriginalPart)
        .join(OriginalPart, OriginalPart.import_id == Import.id)
        .where(
            Import.organisation_id.in_(list(organisations)),
            OriginalPart.erased_at.is_(None),
            OriginalPart.sealed_key.is_not(None),
            ~exists().where(Trace.import_id == Import.id),
        )
        .order_by(Import.id)
        .with_for_update()
    )
    rows = session.execute(wanted.execution_options(populate_existing=True))
    return [(row, part) for row, part in rows if not part.spans]


def _exchange(
    session: Session,
    actor: Actor,
    store: Store,
    row: Import,
    part: OriginalPart,
    left: bytes | None,
) -> None:
    """The copy in place of the original; none where nothing could be left."""
    gone = any(one.erased_at for one in originals.parts_of(session, row))
    replaced = part.commitment if gone else row.called
    told: dict[str, Any] = {**naming.facts(row), "replaced": replaced}
    if left is not None:
        copy = originals.add(session, actor, row, originals.keep(store, [_one(left)]))
        ((_, _, committed),) = copy["segments"]
        told |= {**copy, "redacted": {"commitment": committed}, "size": len(left)}
    naming.close(session, [row])
    row.faults = without_values(row.faults)
    session.flush()
    openings.drop(session, [part.commitment])
    if part.subject != row.uid or row.state in UNUSED:
        openings.erase(session, [part.subject])
        keys.destroy(session, [part.subject])
    record(session, actor, Tag.IMPORT_REDACTED, row, **told)
    part.sealed_key, part.erased_at = None, clock.now()
    part.erased_by = row.head_hash


def _is_opened(content: bytes) -> bool:
    """A workbook, or the reports of a run in one archive."""
    return is_workbook(content) or is_run(content)


def _one(content: bytes) -> Piece:
    return Piece("", (), content)


def _left(content: bytes, named: frozenset[str]) -> bytes | None:
    try:
        # An archive of workbooks shows their marks, too.
        if is_run(content):
            return redacted_run(content, named)
        return redacted(content, named)
    except InstrumentError:
        return None if _shows(content, named) else content


def _shows(content: bytes, named: Collection[str]) -> bool:
    plain = content.lower()
    return any(
        name.lower().encode(how, "replace") in plain
        for name in named
        for how in ("utf-8", "utf-16-le")
    )
