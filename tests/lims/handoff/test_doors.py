"""Who may send, recall and take answers: everybody else is refused first."""

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.handoff import operations, recalling
from lims.handoff.recall import Reason
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission
WHY = next(iter(Reason))
DOORS: dict[str, Door] = {
    "mark sent": (P.HANDOFF_RUN, lambda s, a: operations.mark_sent(s, a, "u")),
    "take a receipt": (
        P.HANDOFF_RUN,
        lambda s, a: operations.take_receipt(s, a, b"{}"),
    ),
    "refuse a receipt": (
        P.HANDOFF_RUN,
        lambda s, a: operations.refuse_receipt(s, a, b"{}", "no JSON"),
    ),
    "recall by codes": (
        P.HANDOFF_RECALL,
        lambda s, a: recalling.of_codes(s, a, [], WHY),
    ),
    "recall": (P.HANDOFF_RECALL, lambda s, a: recalling.recall(s, a, [], WHY)),
    "mark told": (P.HANDOFF_RUN, lambda s, a: recalling.mark_told(s, a, "u")),
    "take an answer": (
        P.HANDOFF_RUN,
        lambda s, a: recalling.take_answer(s, a, {"package": "u"}, b""),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
