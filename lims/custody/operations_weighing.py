"""Weigh a bag, an item or its rest, by the bench's balance or typed (rule B8)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes, queries_weighing
from lims.custody.changes import Load
from lims.custody.receiving import word
from lims.custody.stages import Stage
from lims.custody.tables import Weighing
from lims.custody.weighing import (
    MG,
    WeighedPart,
    Weight,
    differs,
    part_of,
    require_balance,
)
from lims.errors import RuleBroken
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind
from lims.samples.weights import amount_weighed

WEIGHED = frozenset({SampleKind.BONE, SampleKind.CUT, SampleKind.POWDER})
AT_THE_BENCH = frozenset(
    {Stage.RECEIVED, Stage.ACCESSIONED, Stage.IN_USE, Stage.PROCESSED}
)


@dataclass(frozen=True)
class Weighed:
    """What was put on record."""

    part: WeighedPart
    weight: Weight
    remark: bool
    """It differs from what its sender stated, or from what was reckoned."""


def weigh(session: Session, actor: Actor, named: str, weight: Weight) -> Weighed:
    """Put a weight on record. What is on the balance follows from what it is.

    A bag, before its content has a code; else the item, and once something was made of
    it, its rest. The parts must not weigh more than the whole.
    """
    require(actor, Permission.SAMPLE_DERIVE)
    item = changes.load(session, actor, named)
    _require_weighable(item, actor)
    made_of_it = queries_weighing.children(session, actor, item.sample)
    part = part_of(item.sample.code, divided=bool(made_of_it))
    before = _stated(item)
    if part is WeighedPart.REST:
        _require_rest(session, item, made_of_it, weight.mg)
    elif part is WeighedPart.ITEM:
        _require_of_parent(session, actor, item, weight.mg)
    if weight.reason:
        word(weight.reason, "the reason")
    made = _kept(session, actor, item, part, weight)
    told: dict[str, object] = {
        "part": part,
        "weight": f"{made.value:f} {made.unit}",
        "balance": made.balance or None,
        "due": weight.due.isoformat() if weight.due else None,
        "reading": made.reading_id,
        "reason": made.reason or None,
    }
    if part is not WeighedPart.BAG:
        told |= amount_weighed(item.sample, weight.mg, left=part is WeighedPart.REST)
    facts: dict[str, Any] = {
        name: value for name, value in told.items() if value is not None
    }
    record(session, actor, Tag.SAMPLE_WEIGHED, item.sample, **facts)
    session.flush()
    remark = part is WeighedPart.ITEM and differs(before, weight.mg)
    return Weighed(part, weight, remark)


def _require_weighable(item: Load, actor: Actor) -> None:
    sample = item.sample
    if sample.kind not in WEIGHED:
        raise RuleBroken(
            f"{item.name} is weighed no more: its kind is '{sample.kind}'. Bags, bone, "
            "cuts and powder are."
        )
    if item.holding.stage not in AT_THE_BENCH:
        raise RuleBroken(
            f"{item.name} is '{item.holding.stage}'. Take it out, then weigh it."
        )
    changes.refuse_if_held_by_another(item, actor, "weigh")


def _stated(item: Load) -> Decimal | None:
    sample = item.sample
    if sample.amount is None or sample.unit not in MG:
        return None
    return sample.amount * MG[sample.unit]


def _require_rest(
    session: Session, item: Load, made_of_it: list[Sample], mg: Decimal
) -> None:
    """What was made of it and its rest weigh no more than it did."""
    whole = queries_weighing.whole(session, item.sample)
    children = queries_weighing.children_mg(session, made_of_it)
    require_balance(item.name, whole, children.values(), mg)


def _require_of_parent(session: Session, actor: Actor, item: Load, mg: Decimal) -> None:
    """Beside its siblings and the rest it weighs no more than its parent did."""
    parent = queries_weighing.parent_of(session, actor, item.sample)
    if parent is None or parent.unit not in MG:
        return
    beside = queries_weighing.children(session, actor, parent)
    children = queries_weighing.children_mg(session, beside)
    children[str(item.sample.code)] = mg
    left = (parent.amount or Decimal(0)) * MG[parent.unit]
    whole = queries_weighing.whole(session, parent)
    require_balance(str(parent.code), whole, children.values(), left)


def _kept(
    session: Session, actor: Actor, item: Load, part: WeighedPart, weight: Weight
) -> Weighing:
    made = Weighing(
        sample_id=item.sample.id,
        part=part,
        value=weight.value,
        unit=weight.unit,
        balance=weight.balance,
        due=weight.due,
        reading_id=weight.reading,
        reason=weight.reason,
        weighed_at=clock.now(),
        weighed_by=actor.user_id,
    )
    session.add(made)
    return made
