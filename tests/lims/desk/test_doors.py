"""Who may work at the auditor's desk: every operation, and who is refused first."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission, Role
from lims.desk import operations, operations_checks, searching
from lims.desk.populations import Narrowed, Population
from lims.desk.searching import Wanted
from lims.desk.tables import FindingKind
from lims.desk.tally import Tally
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission
ALL = Population.SAMPLES
DUE = date(2026, 12, 24)
ABOUT = (FindingKind.ITEM, "S")
CHARGE = (Role.QUALITY, DUE)
DOORS: dict[str, Door] = {
    "draw": (P.DESK_WORK, lambda s, a: operations.draw(s, a, "", ALL, Narrowed(), 1)),
    "look": (P.DESK_WORK, lambda s, a: operations.look(s, a, "D", 1)),
    "find in a case": (
        P.DESK_WORK,
        lambda s, a: operations.find_in_case(s, a, "D", 1, "Torn.", DUE),
    ),
    "record a finding": (
        P.DESK_WORK,
        lambda s, a: operations.record_finding(s, a, 1, ABOUT, "minor", "T", CHARGE),
    ),
    "note": (P.DESK_WORK, lambda s, a: operations.note(s, a, "F", "Seen.")),
    "answer": (P.DESK_ANSWER, lambda s, a: operations.answer(s, a, "F", "Mended.")),
    "close": (P.DESK_WORK, lambda s, a: operations.close(s, a, "F", "Seen.")),
    "save a search": (
        P.DESK_WORK,
        lambda s, a: operations.save_search(s, a, "Mine", Wanted()),
    ),
    "run again": (P.DESK_WORK, lambda s, a: operations.run_again(s, a, "W")),
    "ask for checks": (P.DESK_WORK, lambda s, a: operations_checks.ask(s, a, [0])),
    "finish a check": (
        P.DESK_WORK,
        lambda s, a: operations_checks.finish(s, a, "C", Tally()),
    ),
    "search": (P.DESK_READ, lambda s, a: searching.search(s, a, Wanted(code="S"))),
    "what is newer": (
        P.DESK_READ,
        lambda s, a: searching.newer(s, a, Wanted(code="S"), 0),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
