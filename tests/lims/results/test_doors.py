"""Who may keep a trace and what it says: everybody else is refused first."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lims.access import ROLES, Actor, Permission
from lims.errors import NotPermitted
from lims.results import looking, operations_traces
from tests.cast import PEOPLE, Cast

NOTHING: Any = None
P = Permission
DOORS: dict[str, tuple[Permission, Callable[[Session, Actor], object]]] = {
    "keep a trace": (
        P.IMPORT_FILE,
        lambda s, a: operations_traces.attach(
            s, a, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING
        ),
    ),
    "keep an opinion": (
        P.TRACE_CHECK,
        lambda s, a: operations_traces.keep_opinion(
            s, a, NOTHING, [], NOTHING, NOTHING
        ),
    ),
    "look at a plate": (P.TRACE_CHECK, lambda _, a: looking.look(NOTHING, a, "P")),
    "keep a promise": (P.TRACE_CHECK, lambda _, a: looking.promised(NOTHING, a, "u")),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    needed, act = DOORS[door]
    shut = [login for login, (_, role) in PEOPLE.items() if needed not in ROLES[role]]
    assert shut
    for login in shut:
        with pytest.raises(NotPermitted, match=needed):
            act(session, getattr(cast, login))
