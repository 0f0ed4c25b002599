"""UNDO takes back what was scanned last: a new event that names the wrong one."""

import json

import pytest
from sqlalchemy.orm import Session

from lims.audit.queries import all_faults, events_of
from lims.custody import operations, queries
from lims.custody.line import gaps
from lims.custody.operations_undoing import undo
from lims.custody.stages import Stage
from lims.errors import NotPermitted, RuleBroken
from tests import factories
from tests.cast import Cast

WHY = "MISSCANNED"


@pytest.fixture
def stored(session: Session, cast: Cast) -> tuple[str, str]:
    """The code of a bone, and the position in which it stands."""
    (code,) = factories.in_the_laboratory(session)
    place = factories.a_box(session).positions[0]
    operations.move(session, cast.technician, code, "store", {"place": place})
    return code, place


def test_what_was_taken_out_by_mistake_stands_where_it_stood(
    session: Session, cast: Cast, stored: tuple[str, str]
) -> None:
    code, place = stored
    operations.move(
        session, cast.technician, code, "take out", {"purpose": "EXTRACTION"}
    )
    undo(session, cast.technician, code, WHY)
    now = queries.item(session, cast.technician, code)
    assert (now.at, now.stage, now.holder_id) == (place, Stage.STORED, None)
    row = queries.named_sample(session, cast.technician, code)
    line = queries.custody_line(session, [row])
    assert gaps(line) == []
    wrong, right = events_of(session, [row.uid])[-2:]
    facts = json.loads(right.body)["facts"]
    assert (facts["corrects"], facts["leaf"]) == (wrong.item_seq, wrong.leaf)
    assert facts["right"] == {"place": place}
    assert all_faults(session) == {}
    with pytest.raises(RuleBroken, match="nothing that you can undo"):
        undo(session, cast.technician, code, WHY)


def test_what_was_offered_by_mistake_is_offered_to_nobody(
    session: Session, cast: Cast, stored: tuple[str, str]
) -> None:
    code, _ = stored
    operations.move(
        session, cast.technician, code, "take out", {"purpose": "EXTRACTION"}
    )
    badge = queries.badge_of(session, cast.technician2)
    operations.offer(session, cast.technician, code, badge)
    undo(session, cast.technician, code, WHY)
    now = queries.item(session, cast.technician, code)
    assert (now.offered_to, now.holder_id) == (None, cast.technician.user_id)
    operations.offer(session, cast.technician, code, badge)
    operations.accept(session, cast.technician2, code)
    with pytest.raises(RuleBroken, match="nothing that you can undo"):
        undo(session, cast.technician, code, WHY)


def test_nobody_undoes_what_another_did_or_without_the_right_to_correct(
    session: Session, cast: Cast, stored: tuple[str, str]
) -> None:
    code, _ = stored
    operations.move(
        session, cast.technician, code, "take out", {"purpose": "EXTRACTION"}
    )
    with pytest.raises(RuleBroken, match="nothing that you can undo"):
        undo(session, cast.technician2, code, WHY)
    with pytest.raises(NotPermitted):
        undo(session, cast.analyst, code, WHY)
