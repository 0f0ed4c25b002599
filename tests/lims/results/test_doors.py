"""Who may keep a trace and what it says: everybody else is refused first."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.results import looking, operations_traces
from tests.cast import Cast
from tests.doors import Door, refuses

NOTHING: Any = None
P = Permission
DOORS: dict[str, Door] = {
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
    refuses(session, cast, DOORS[door])
