"""Samples and places as an auditor's queries walk them, of every organisation."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lims.samples.tables import Sample


class Descent(NamedTuple):
    uid: str
    code: str | None
    kind: str
    stream: str
    parent: str | None
    """The code of what it was made from."""
    parent_stream: str | None
    source_id: int | None


def descents(session: Session) -> Iterator[Descent]:
    """Every item with what it was made from."""
    above = aliased(Sample)
    wanted = select(
        Sample.uid,
        Sample.code,
        Sample.kind,
        Sample.stream,
        above.code,
        above.stream,
        Sample.source_id,
    ).outerjoin(above, above.id == Sample.parent_id)
    for row in session.execute(wanted.execution_options(yield_per=1000)):
        yield Descent(*row)


def names(session: Session) -> dict[int, tuple[str, str]]:
    """Row to (code or empty, pseudonym), of every item."""
    wanted = select(Sample.id, Sample.code, Sample.uid)
    return {number: (code or "", uid) for number, code, uid in session.execute(wanted)}
