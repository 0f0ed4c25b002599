"""Reads of the log: its size, its newest checkpoint, and proofs from stored nodes."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.audit import merkle
from lims.audit.log_checking import STEP, TOP
from lims.audit.tables import Event, Leaf, LogKey, Node, SignedCheckpoint
from lims.db import pairs

__all__ = ["STEP", "TOP", "LogKey", "SignedCheckpoint"]


class Reader:
    """The complete nodes of the stored tree, each block of them read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._blocks: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of the index-th complete subtree of 2**level leaves."""
        base = min(level // STEP * STEP, TOP)
        width = 1 << (level - base)
        first = index * width
        return self._fold(base, first, width)

    def _fold(self, base: int, first: int, width: int) -> bytes:
        found: list[bytes] = []
        for number in range(first >> STEP, ((first + width - 1) >> STEP) + 1):
            found += self._block(base, number)
        start = first - (first >> STEP << STEP)
        row = found[start : start + width]
        if len(row) != width:
            raise merkle.BadProof(f"the log has no subtree {first} at level {base}")
        while len(row) > 1:
            pairs = zip(row[::2], row[1::2], strict=True)
            row = [merkle.node_hash(*pair) for pair in pairs]
        return row[0]

    def _block(self, base: int, number: int) -> list[bytes]:
        """The 256 nodes from this block on, or those there are."""
        if (base, number) not in self._blocks:
            low, high = number << STEP, (number + 1) << STEP
            rows = (
                select(Leaf.leaf)
                .where(Leaf.seq >= low, Leaf.seq < high)
                .order_by(Leaf.seq)
                if base == 0
                else select(Node.hash)
                .where(Node.level == base, Node.position >= low, Node.position < high)
                .order_by(Node.position)
            )
            self._blocks[base, number] = list(self._session.scalars(rows))
        return self._blocks[base, number]


def size(session: Session) -> int:
    """How many events have their place in the log."""
    last = session.scalar(select(func.max(Leaf.seq)))
    return 0 if last is None else last + 1


def newest(session: Session) -> SignedCheckpoint | None:
    """The checkpoint that was signed last; None before the first."""
    found = select(SignedCheckpoint).order_by(SignedCheckpoint.id.desc()).limit(1)
    return session.scalar(found)


def checkpoint(session: Session, origin: str, size: int) -> SignedCheckpoint | None:
    """The signed checkpoint of this size."""
    return session.scalar(
        select(SignedCheckpoint).where(
            SignedCheckpoint.origin == origin, SignedCheckpoint.size == size
        )
    )


def log_keys(session: Session) -> list[LogKey]:
    """Every key that the log has signed with, the oldest first."""
    return list(session.scalars(select(LogKey).order_by(LogKey.id)))


def root(session: Session, size: int) -> bytes:
    """The root over the first leaves, from stored nodes."""
    return merkle.root(Reader(session), size)


def places(session: Session, event_ids: Iterable[int]) -> dict[int, int]:
    """Event id to its place in the log; events that have none yet are left out."""
    found = select(Leaf.event_id, Leaf.seq).where(Leaf.event_id.in_(list(event_ids)))
    return pairs(session, found)


def events_from(session: Session, place: int, most: int) -> list[Event]:
    """So many events from this place of the log on, in its order."""
    found = select(Event).join(Leaf, Leaf.event_id == Event.id)
    inside = found.where(Leaf.seq >= place, Leaf.seq < place + most)
    return list(session.scalars(inside.order_by(Leaf.seq)))


def inclusion(session: Session, place: int, size: int) -> list[bytes]:
    """That the event at this place stands in the log of this size."""
    return merkle.inclusion(Reader(session), place, size)


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """That the log of the old size begins the one of the new size."""
    return merkle.consistency(Reader(session), old, new)
