"""Who may keep a trace and what it says: everybody else is refused first."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lims.access import ROLES, Actor, Permission
from lims.errors import NotPermitted
from lims.results import operations_traces
from tests.cast import PEOPLE, Cast

NOTHING: Any = None
DOORS: dict[str, Callable[[Session, Actor], object]] = {
    "keep a trace": lambda s, a: operations_traces.attach(
        s, a, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING
    ),
    "keep an opinion": lambda s, a: operations_traces.keep_opinion(
        s, a, NOTHING, [], NOTHING, NOTHING
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    shut = [
        login
        for login, (_, role) in PEOPLE.items()
        if Permission.IMPORT_FILE not in ROLES[role]
    ]
    assert shut
    for login in shut:
        with pytest.raises(NotPermitted, match=Permission.IMPORT_FILE):
            DOORS[door](session, getattr(cast, login))
