"""Erase what results hold of a subject. For the erasure alone, which records it.

Calls and flags are gone, and the keys of the parts of originals. What is told in words
is emptied by `results.emptying`.
"""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lims import clock
from lims.results import naming
from lims.results.tables import (
    Import,
    Injection,
    InjectionState,
    OriginalPart,
    Trace,
)


def calls(session: Session, sample_ids: Collection[int]) -> None:
    """Empty every injection of these accessioned samples; none is read any more.

    How the instrument named it goes, too: its pseudonym stands instead.
    """
    session.execute(
        update(Injection)
        .where(Injection.sample_id.in_(list(sample_ids)))
        .values(kept=None, source=Injection.uid, state=InjectionState.SUPERSEDED)
    )


def parts(session: Session, subjects: Collection[str], event: str) -> None:
    """Take away what opens the parts of originals that are of these subjects.

    And what opens the pictures that were drawn of them, and the openings of the whole
    files: no guess at a part can be tried against those.
    """
    own = OriginalPart.subject.in_(list(subjects))
    of_them = select(OriginalPart.import_id).where(own)
    session.execute(
        update(Trace).where(Trace.import_id.in_(of_them)).values(picture_key=None)
    )
    files = session.scalars(select(Import).where(Import.id.in_(of_them)))
    naming.close(session, files.all())
    session.execute(
        update(OriginalPart)
        .where(own, OriginalPart.erased_at.is_(None))
        .values(sealed_key=None, erased_at=clock.now(), erased_by=event)
    )
