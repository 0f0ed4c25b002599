"""Things for the matrix of tests/authz.yaml, each made anew, by the name it has there.

A maker gets the laboratory and opens its own transactions; it gives the values for the
address and the form. What it makes belongs to the cast's first laboratory, or to the
mortuary and the association that send to it.
"""

from collections.abc import Callable, Mapping
from itertools import count

from lims.access import Role
from lims.laboratory import Laboratory
from lims.people.operations import register_user
from tests.cast import Cast

Made = Mapping[str, object]
Maker = Callable[[Laboratory], Made]

CAST = Cast()
OBJECTS: dict[str, Maker] = {}
_numbers = count(1)


def named(maker: Maker) -> Maker:
    """Enter a maker under its own name."""
    OBJECTS[maker.__name__] = maker
    return maker


@named
def unknown(_: Laboratory) -> Made:
    """Nothing has this name: for pages whose things have no maker yet."""
    return dict.fromkeys(("uid", "code", "injection"), "f" * 32)


@named
def stylesheet(_: Laboratory) -> Made:
    return {"filename": "nomen.css"}


@named
def own_laboratory(_: Laboratory) -> Made:
    return {"organisation": CAST.administrator.organisation_id}


@named
def colleague(laboratory: Laboratory) -> Made:
    number = next(_numbers)
    with laboratory.database.transaction() as session:
        user, _password = register_user(
            session,
            CAST.administrator,
            login=f"colleague{number}",
            name=f"Colleague Number {number}",
            organisation_id=CAST.administrator.organisation_id,
            roles={Role.TECHNICIAN},
        )
        return {"uid": user.uid, "name": user.name}
