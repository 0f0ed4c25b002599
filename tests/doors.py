"""The doors of a slice: each operation with its permission, and all others refused."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lims.access import ROLES, Actor, Permission
from lims.errors import NotPermitted
from tests.cast import PEOPLE, Cast

Door = tuple[Permission, Callable[[Session, Actor], object]]
"""What the operation requires, and an attempt at it with things that do not exist."""


def refuses(session: Session, cast: Cast, door: Door) -> None:
    """Whoever has not the permission is refused before anything is looked up."""
    permission, attempt = door
    shut = [
        login for login, (_, role) in PEOPLE.items() if permission not in ROLES[role]
    ]
    assert shut
    for login in shut:
        with pytest.raises(NotPermitted, match=permission):
            attempt(session, getattr(cast, login))
