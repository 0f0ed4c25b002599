"""Reads of weights: what an item weighed, and whether its parts add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import events_of
from lims.custody.tables import Weighing
from lims.custody.weighing import FRESH, MG, Weight, of_bench, whole_mg
from lims.errors import RuleBroken
from lims.samples import queries as samples
from lims.samples.amounts import in_ul
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind
from lims.stations.queries_scans import here
from lims.stations.queries_weights import weights

__all__ = [
    "Extraction", "Weighing", "children", "children_mg", "extractions", "heard",
    "is_used",
    "of_sample", "parent_of", "whole",
]  # fmt: skip


@dataclass(frozen=True)
class Extraction:
    """What one extraction took of an item, and how much extract it gave."""

    extract: Sample
    taken: Decimal
    """Milligrams."""
    volume: Decimal
    """Microlitres."""


def heard(session: Session, actor: Actor, bench: str = "") -> Weight:
    """The newest stable weight of this bench, or of the one at which the actor works.

    Where nobody told at which bench that is: of the only one that weighed.
    """
    now = clock.now()
    own = None if bench else here(session, actor)
    found = weights(session, actor, now - FRESH, bench or (own[0].uid if own else ""))
    if not found:
        raise RuleBroken(
            "No stable weight came from the bench in the last two minutes. Put it on "
            "the pan, wait for the tone, and try again; or type the weight and say why."
        )
    if len(found) > 1:
        named = ", ".join(f"'{one.name}'" for one in found)
        raise RuleBroken(
            f"More than one bench has just weighed: {named}. Choose yours."
        )
    (one,) = found
    if is_used(session, one.id):
        raise RuleBroken(
            "The last weight of this bench is on record already. Weigh again: each "
            "reading counts for one item."
        )
    return of_bench(one.text, one.id, now.date())


def is_used(session: Session, reading: int) -> bool:
    """Whether this reading of a bench counts for an item already."""
    wanted = select(Weighing.id).where(Weighing.reading_id == reading)
    return session.scalar(wanted) is not None


def of_sample(session: Session, sample_id: int) -> list[Weighing]:
    """The newest first, for who has found that the actor may see the sample."""
    wanted = select(Weighing).where(Weighing.sample_id == sample_id)
    return list(session.scalars(wanted.order_by(Weighing.id.desc())))


def parent_of(session: Session, actor: Actor, sample: Sample) -> Sample | None:
    """What it was made of; None for what came in a bag."""
    if sample.parent_id is None:
        return None
    return samples.by_ids(session, actor, [sample.parent_id])[sample.parent_id]


def whole(session: Session, sample: Sample) -> Decimal | None:
    """Milligrams before anything was taken of it, as the record tells."""
    return _wholes(session, [sample])[sample.uid]


def children(session: Session, actor: Actor, sample: Sample) -> list[Sample]:
    """What was made of this very item."""
    below = samples.lineage(session, actor, sample).descendants
    return [one for one in below if one.parent_id == sample.id]


def children_mg(session: Session, rows: Iterable[Sample]) -> dict[str, Decimal]:
    """Code to milligrams when it was made, of those children that are weighed."""
    own = [one for one in rows if one.unit in MG]
    wholes = _wholes(session, own)
    return {str(one.code): wholes[one.uid] or Decimal(0) for one in own}


def extractions(session: Session, rows: Sequence[Sample]) -> list[Extraction]:
    """Of the extracts among these children of a weighed item, the oldest first."""
    own = {one.uid: one for one in rows if one.kind == SampleKind.EXTRACT}
    found = {}
    for event in events_of(session, own) if own else ():
        facts = json.loads(event.body)["facts"]
        if facts.get("taken") and facts.get("amount"):
            volume = in_ul(Decimal(str(facts["amount"])), str(facts.get("unit")))
            taken = Decimal(str(facts["taken"]))
            found[event.item_uid] = (taken, volume)
    return [
        Extraction(own[uid], taken, volume)
        for uid, (taken, volume) in found.items()
        if volume
    ]


def _wholes(session: Session, rows: list[Sample]) -> dict[str, Decimal | None]:
    told: dict[str, list[dict[str, object]]] = {row.uid: [] for row in rows}
    for event in events_of(session, told) if told else ():
        told[event.item_uid].append(json.loads(event.body)["facts"])
    return {uid: whole_mg(facts) for uid, facts in told.items()}
