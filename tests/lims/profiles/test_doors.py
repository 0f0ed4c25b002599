"""Who may move a profile on: every operation and every step, and who may not."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.profiles import operations
from lims.profiles.states import ProfileState
from lims.profiles.tables import Profile
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission


def _profile() -> Profile:
    return Profile(sample_id=1, version=1, state=ProfileState.QC_CLEAR)


def _step(action: str) -> Callable[[Session, Actor], object]:
    return lambda s, a: operations.advance(s, a, _profile(), action)


DOORS: dict[str, Door] = {
    "open": (P.READING_SIGN, lambda s, a: operations.open_profile(s, a, 1, [])),
    "consensus": (
        P.PROFILE_READ,
        lambda s, a: operations.keep_consensus(s, a, _profile(), {}, "full"),
    ),
    **{
        f"step '{action}'": (needed, _step(action))
        for action, needed in operations.NEEDED.items()
    },
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
