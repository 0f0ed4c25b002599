"""Who may erase, and who may order that nothing is erased: all others are refused."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.cases import legal, operations_legal
from lims.cases.tables import Donor
from lims.erasure import operations, recalled, withdrawing
from lims.store import Store
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission
STORE = Store(Path("nowhere"))
CONSENT = operations.Basis.CONSENT
DOORS: dict[str, Door] = {
    "erase": (
        P.IDENTITY_ERASE,
        lambda s, a: operations.erase(s, a, "FR-1", CONSENT, "x", STORE),
    ),
    "what was recalled": (
        P.IDENTITY_ERASE,
        lambda s, a: recalled.told_the_engine(s, a, Donor()),
    ),
    "withdraw a consent": (
        P.IDENTITY_WRITE,
        lambda s, a: withdrawing.withdraw_consent(s, a, "FR-1"),
    ),
    "place a hold": (
        P.LEGAL_HOLD,
        lambda s, a: operations_legal.place_hold(s, a, "FR-1", "Order 1/26"),
    ),
    "lift a hold": (
        P.LEGAL_HOLD,
        lambda s, a: operations_legal.lift_hold(s, a, "u", "Order 2/26"),
    ),
    "whom a hold is about": (P.LEGAL_HOLD, lambda s, a: legal.subject(s, a, "FR-1")),
    "holds that stand": (P.LEGAL_HOLD, legal.standing),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
