"""Who may take evidence out of the house: everybody else is refused first."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from lims.access import ROLES, Permission
from lims.anchors.policy import Policy
from lims.errors import NotPermitted
from lims.evidence import operations
from lims.evidence.asking import Packed, Shop
from lims.evidence.assembling import assemble
from lims.evidence.scope import of_codes
from lims.evidence.tables import Bundle
from lims.store import Store
from tests.cast import PEOPLE, Cast
from tests.doors import Door, refuses

P = Permission
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SHOP = Shop(Store(Path("x")), ZoneInfo("UTC"), Policy(quorum="none"), None, Path("x"))
PACKED = Packed(b"", "", 0, 0, "")
DOORS: dict[str, Door] = {
    "ask": (
        P.EVIDENCE_EXPORT,
        lambda s, a: operations.ask(s, a, of_codes(["S1"]), SHOP),
    ),
    "ask for a case": (
        P.EVIDENCE_EXPORT,
        lambda s, a: operations.ask_case(s, a, "T", SHOP),
    ),
    "make": (
        P.EVIDENCE_EXPORT,
        lambda s, a: assemble(s, a, Bundle(), SHOP, lambda *_: None),
    ),
    "finish": (
        P.EVIDENCE_EXPORT,
        lambda s, a: operations.finish(s, a, "u", PACKED, "0" * 64, NOW),
    ),
    "fetch": (P.EVIDENCE_EXPORT, lambda s, a: operations.fetch(s, a, "u")),
    "remove": (P.EVIDENCE_EXPORT, lambda s, a: operations.remove(s, a, "u")),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])


def test_who_may_take_evidence_but_sees_no_case_asks_for_none(
    session: Session, cast: Cast
) -> None:
    blind = [
        login
        for login, (_, role) in PEOPLE.items()
        if P.EVIDENCE_EXPORT in ROLES[role] and P.IDENTITY_LINK not in ROLES[role]
    ]
    assert blind
    for login in blind:
        with pytest.raises(NotPermitted, match=P.IDENTITY_LINK):
            operations.ask_case(session, getattr(cast, login), "T", SHOP)
