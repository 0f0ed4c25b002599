"""Who may do what with an item: every operation, and everybody who may not."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission
from lims.custody import (
    operations,
    operations_accession,
    operations_consignments,
    operations_corrections,
    operations_ends,
    operations_found,
    operations_holds,
    operations_inventory,
    operations_overdue,
    operations_places,
    operations_receiving,
)
from lims.custody.operations import MOVES
from lims.custody.receiving import Arrival
from lims.samples.amounts import Derivation
from lims.samples.tables import Sample, SampleKind, Stream
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission
ONE = Decimal(1)
POWDER = Derivation(SampleKind.POWDER, ONE, ONE, "mg", "GRIND-1")
BAG = Arrival("CY-1", "S-1", "INTACT")


def _move(action: str) -> Callable[[Session, Actor], object]:
    return lambda session, actor: operations.move(session, actor, "S1", action)


DOORS: dict[str, Door] = {
    "answer a reminder": (
        P.CUSTODY_HOLD,
        lambda s, a: operations_overdue.answer_reminder(s, a, 1, "X"),
    ),
    "start an inventory": (
        P.CUSTODY_MOVE,
        lambda s, a: operations_inventory.start(s, a, "X1"),
    ),
    "see an item": (
        P.CUSTODY_MOVE,
        lambda s, a: operations_inventory.see(s, a, "0", "S1"),
    ),
    "end a count": (
        P.CUSTODY_MOVE,
        lambda s, a: operations_inventory.end_count(s, a, "0"),
    ),
    "found elsewhere": (
        P.CUSTODY_MOVE,
        lambda s, a: operations_found.found_elsewhere(s, a, "S1", "X1"),
    ),
    "carry": (
        P.CUSTODY_MOVE,
        lambda s, a: operations_places.move_place(s, a, "X1", "X2"),
    ),
    "retire": (
        P.PLACE_MANAGE,
        lambda s, a: operations_places.retire_place(s, a, "X1"),
    ),
    "announce": (
        P.CONSIGNMENT_ANNOUNCE,
        lambda s, a: operations_consignments.announce(s, a, "LAB", Stream.BONE, []),
    ),
    "release": (
        P.CONSIGNMENT_ANNOUNCE,
        lambda s, a: operations_consignments.release(s, a, "C1", "c", clock.now()),
    ),
    "receive": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations_receiving.receive(s, a, "C1", BAG, "c", {}),
    ),
    "receive many": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations_receiving.receive_many(s, a, "C1", [BAG], "c", {}),
    ),
    "close": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations_receiving.close(s, a, "C1"),
    ),
    "photograph": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations_receiving.attach_photograph(s, a, "CY-1", "0", "x"),
    ),
    "accession": (
        P.SAMPLE_ACCESSION,
        lambda s, a: operations_accession.accessioned(s, a, []),
    ),
    "wait for consent": (
        P.SAMPLE_ACCESSION,
        lambda s, a: operations_accession.wait_for_consent(s, a, []),
    ),
    "withdraw": (
        P.SAMPLE_ACCESSION,
        lambda s, a: operations_accession.withdraw(s, a, []),
    ),
    "offer": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations.offer(s, a, "S1", "B1"),
    ),
    "accept": (P.CONSIGNMENT_RECEIVE, lambda s, a: operations.accept(s, a, "S1")),
    "derive": (P.SAMPLE_DERIVE, lambda s, a: operations.derive(s, a, "S1", POWDER)),
    "blanks": (
        P.BATCH_PLAN,
        lambda s, a: operations.make_blanks(s, a, Stream.BONE, 0),
    ),
    "consume": (
        P.CUSTODY_DESTROY,
        lambda s, a: operations_ends.consume(s, a, "S1", "A", "B1", "p"),
    ),
    "destroy": (
        P.CUSTODY_DESTROY,
        lambda s, a: operations_ends.destroy(s, a, "S1", "O", "B1", "B2", "p"),
    ),
    "correct": (
        P.CUSTODY_CORRECT,
        lambda s, a: operations_corrections.correct(s, a, "S1", 1, "R", {}),
    ),
    "open a hold": (
        P.CUSTODY_HOLD,
        lambda s, a: operations_holds.open_hold(s, a, Sample(), "X"),
    ),
    "hold": (P.CUSTODY_HOLD, lambda s, a: operations_holds.hold(s, a, "S1", "R1")),
    "hold at the door": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations_holds.hold_at_the_door(s, a, {}, "R1"),
    ),
    "release hold": (
        P.FINDING_CLOSE,
        lambda s, a: operations_holds.release_hold(s, a, 1, "R1"),
    ),
    **{action: (way.permission, _move(action)) for action, way in MOVES.items()},
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
