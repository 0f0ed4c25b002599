"""Whether what others said of our checkpoints still stands as they said it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.anchors.policy import Policy
from lims.anchors.queries import number
from lims.anchors.tables import Cosignature
from lims.audit.checking import Fault
from lims.audit.log import SignedCheckpoint
from lims.audit.notes import BadNote, Note, Signature, Verifier

AHEAD = 500
"""Rows read at a time."""


def cosignature_faults(session: Session, policy: Policy) -> Iterator[Fault]:
    """Every stored line of a witness, by the keys that the policy names.

    A line of a witness that is no longer in the policy is counted, not judged.
    """
    keys = {number(one.key): one.key for one in policy.witnesses.values()}
    found = (
        select(Cosignature, SignedCheckpoint.size, SignedCheckpoint.note)
        .join(SignedCheckpoint, SignedCheckpoint.id == Cosignature.checkpoint_id)
        .order_by(Cosignature.checkpoint_id, Cosignature.key)
        .execution_options(yield_per=AHEAD)
    )
    for row, size, note in session.execute(found):
        key = keys.get(row.key)
        if key is None:
            continue
        try:
            _expect(row, key, Note.parse(note).text)
        except BadNote as error:
            yield Fault(f"checkpoint {size}", f"Cosigned by '{row.key}': {error}")


def _expect(row: Cosignature, key: Verifier, text: str) -> None:
    line = Signature.parse(row.line)
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise BadNote("the line is of another key.")
    at = key.check(text, line.blob)
    if at != int(row.at.timestamp()):
        raise BadNote("the line states another time than its row.")
