"""Labels that are torn or on each other's tubes, put right by two people.

One proposes and says why, another looks at the tubes and agrees. Nothing that was
recorded is changed: each sample's chain gets one event that names the other's code and
how far its chain had come, so that both histories can be read on.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, kind, shown
from lims.errors import BadInput, RuleBroken
from lims.printing import operations, queries
from lims.printing import queries_repairs as repairs
from lims.printing.drawing import Sheet, require_reason
from lims.printing.tables import LabelRepair, Mishap, RepairState

NEEDED = {Mishap.TORN: 1, Mishap.SWAPPED: 2}


def propose(
    session: Session, actor: Actor, mishap: Mishap, codes: Collection[str], reason: str
) -> LabelRepair:
    """From now on a scan of these codes does not count, until it is decided."""
    require(actor, Permission.LABEL_REPRINT)
    require_reason(reason)
    given = list(codes)
    if len(given) != NEEDED[mishap]:
        raise BadInput("A torn label is one code; swapped labels are two.")
    if odd := [code for code in given if kind(code) is not Kind.SAMPLE]:
        raise BadInput(f"{shown(odd[0])} is no sample. Print its label again instead.")
    items = queries.wearers(session, actor, given, ())
    worn = queries.latest(session, given)
    if bare := [code for code in given if code not in worn]:
        raise RuleBroken(f"{shown(bare[0])} has no label yet. Print its first label.")
    if waiting := repairs.waiting(session, given):
        raise RuleBroken(f"{shown(waiting.first)} waits for a second person already.")
    made = LabelRepair(
        organisation_id=actor.organisation_id,
        mishap=mishap,
        first=given[0],
        second=given[1] if len(given) > 1 else None,
        reason=reason,
        state=RepairState.PROPOSED,
        proposed_by=actor.user_id,
        proposed_at=clock.now(),
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.LABEL_REPAIR_PROPOSED,
        made,
        mishap=str(mishap),
        codes=given,
        reason=reason,
    )
    for code, item in items.items():
        record(
            session, actor, Tag.LABEL_REPAIR_PROPOSED, item, code=code, reason=reason
        )
    session.flush()
    return made


def agree(session: Session, actor: Actor, uid: str, stock: str, skip: int = 0) -> Sheet:
    """A second person has looked: new labels, and the ones before are void.

    The new ones count when each was stuck on and scanned.
    """
    require(actor, Permission.LABEL_REPRINT)
    found = _open(session, actor, uid)
    if found.proposed_by == actor.user_id:
        raise RuleBroken("A second person must look at the tubes and agree.")
    codes = repairs.codes_of(found)
    items = queries.wearers(session, actor, codes, ())
    before = {code: (item.uid, item.ver) for code, item in items.items()}
    sheet = operations.reprint(session, actor, codes, stock, found.reason, skip)
    found.state, found.agreed_by = RepairState.AGREED, actor.user_id
    found.agreed_at = clock.now()
    told = {"mishap": found.mishap, "reason": found.reason, "repair": found.uid}
    record(session, actor, Tag.LABEL_REPAIRED, found, sheet=sheet.sha256, codes=codes)
    for code, item in items.items():
        others = [other for other in codes if other != code]
        beside = [
            {"code": other, "item": before[other][0], "seq": before[other][1]}
            for other in others
        ]
        record(
            session,
            actor,
            Tag.LABEL_REPAIRED,
            item,
            code=code,
            others=beside,
            told=told,
        )
    session.flush()
    return sheet


def withdraw(session: Session, actor: Actor, uid: str) -> LabelRepair:
    """It was no mishap after all: the labels count as before."""
    require(actor, Permission.LABEL_REPRINT)
    found = _open(session, actor, uid)
    found.state = RepairState.WITHDRAWN
    codes = repairs.codes_of(found)
    record(session, actor, Tag.LABEL_REPAIR_WITHDRAWN, found, codes=codes)
    for item in queries.wearers(session, actor, codes, ()).values():
        record(session, actor, Tag.LABEL_REPAIR_WITHDRAWN, item, repair=found.uid)
    session.flush()
    return found


def _open(session: Session, actor: Actor, uid: str) -> LabelRepair:
    found = repairs.one(session, actor, uid)
    if found.state != RepairState.PROPOSED:
        raise RuleBroken(f"This repair is {found.state} already.")
    return found
