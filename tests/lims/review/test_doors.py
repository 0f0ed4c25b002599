"""Who may sign, settle, review, release and send: everybody else is refused first."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.handoff import operations as handoff
from lims.profiles.method import Method
from lims.review import operations
from tests.cast import PASSWORD, Cast
from tests.doors import refuses

P = Permission
Door = Callable[[Session, Actor, Method], object]
DOORS: dict[str, tuple[Permission, Door]] = {
    "sign a reading": (
        P.READING_SIGN,
        lambda s, a, m: operations.sign_reading(s, a, "I", {}, {}, PASSWORD, m),
    ),
    "settle": (
        P.PROFILE_REVIEW,
        lambda s, a, m: operations.settle(s, a, "I", {}, "stutter", PASSWORD, m),
    ),
    "review": (
        P.PROFILE_REVIEW,
        lambda s, a, _: operations.review(s, a, "P", PASSWORD),
    ),
    "set aside": (
        P.PROFILE_REVIEW,
        lambda s, a, _: operations.set_aside(s, a, "P", "replicate", PASSWORD),
    ),
    "sign the release": (
        P.PROFILE_RELEASE,
        lambda s, a, m: operations.release(s, a, "P", PASSWORD, m.rules),
    ),
    "release": (
        P.PROFILE_RELEASE,
        lambda s, a, m: handoff.release(s, a, "P", PASSWORD, m.rules),
    ),
    "send": (P.HANDOFF_RUN, lambda s, a, _: handoff.mark_sent(s, a, "H")),
    "take a receipt": (P.HANDOFF_RUN, lambda s, a, _: handoff.take_receipt(s, a, b"")),
    "refuse a receipt": (
        P.HANDOFF_RUN,
        lambda s, a, _: handoff.refuse_receipt(s, a, b"", "not JSON"),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, method: Method, door: str
) -> None:
    permission, attempt = DOORS[door]
    refuses(session, cast, (permission, lambda s, a: attempt(s, a, method)))
