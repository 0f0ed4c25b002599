"""Out too long (rule B10): whom it is asked of, when, and how it is answered."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import all_faults, events_of
from lims.custody import operations_overdue, queries, queries_overdue, reminding
from lims.custody.operations import move, offer
from lims.custody.overdue import LONGEST, PATIENCE, out_before
from lims.custody.queries_overdue import Out
from lims.custody.tables_overdue import Reminder
from lims.errors import BadInput, NotFound, NotPermitted
from lims.samples import queries as samples
from tests.cast import Cast
from tests.factories import in_hands, stored

ROME = ZoneInfo("Europe/Rome")
MINUTE = timedelta(minutes=1)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> datetime:
    then = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: then)
    return then


def look(session: Session) -> int:
    return reminding.remind(session, out_before(clock.now(), ROME, None))


def asked(session: Session, actor: Actor) -> list[Out]:
    return queries_overdue.waiting(session, actor)


def tags(session: Session, cast: Cast, code: str) -> list[str]:
    session.flush()
    row = samples.sample(session, cast.technician, code)
    assert all_faults(session) == {}
    return [one.tag for one in events_of(session, [row.uid])]


@pytest.mark.parametrize(
    ("now", "ends", "before"),
    [
        # Rome is two hours ahead of UTC in summer.
        ("2026-07-01 15:59", time(18), "2026-07-01 03:59"),
        ("2026-07-01 16:00", time(18), "2026-07-01 16:00"),
        ("2026-07-01 20:00", time(18), "2026-07-01 16:00"),
        ("2026-07-02 05:00", time(18), "2026-07-01 17:00"),
        ("2026-07-01 16:00", None, "2026-07-01 04:00"),
    ],
)
def test_out_too_long_is_over_the_end_of_the_shift_or_for_twelve_hours(
    now: str, ends: time | None, before: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(before).replace(tzinfo=UTC)
    assert out_before(at, ROME, ends) == expected


def test_the_holder_is_asked_once_however_often_the_worker_looks(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = in_hands(session)
    assert look(session) == 0
    later(monkeypatch, LONGEST + MINUTE)
    assert reminding.is_due(session, out_before(clock.now(), ROME, None))
    assert [look(session), look(session), look(session)] == [1, 0, 0]
    assert not reminding.is_due(session, out_before(clock.now(), ROME, None))
    (mine,) = asked(session, cast.technician)
    assert (mine.code, mine.mine) == (code, True)
    assert asked(session, cast.technician2) == []
    assert asked(session, cast.manager) == []
    assert tags(session, cast, code)[-1] == "custody:out too long"


def test_an_hour_later_the_manager_is_asked_too(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = in_hands(session)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    later(monkeypatch, PATIENCE)
    assert [look(session), look(session)] == [1, 0]
    (told,) = asked(session, cast.manager)
    assert (told.code, told.mine) == (code, False)
    assert tags(session, cast, code)[-1] == "custody:out too long, manager told"
    operations_overdue.answer_reminder(session, cast.manager, told.id, "GOES_BACK")
    assert asked(session, cast.manager) == asked(session, cast.technician) == []


def test_what_is_stored_is_not_asked_for_any_more(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, box = stored(session, 1)
    stated = {"purpose": "EXTRACTION"}
    move(session, cast.technician, codes[0], "take out", stated)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    (mine,) = asked(session, cast.technician)
    place = {"place": box.positions[0]}
    move(session, cast.technician, codes[0], "store", place)
    assert asked(session, cast.technician) == []
    with pytest.raises(NotFound, match="not out any more"):
        operations_overdue.answer_reminder(
            session, cast.technician, mine.id, "GOES_BACK"
        )


def test_an_answer_holds_for_twelve_hours_and_then_it_is_asked_anew(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = in_hands(session)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    (mine,) = asked(session, cast.technician)
    operations_overdue.answer_reminder(
        session, cast.technician, mine.id, "STILL_AT_WORK"
    )
    operations_overdue.answer_reminder(
        session, cast.technician, mine.id, "STILL_AT_WORK"
    )
    assert tags(session, cast, code).count("custody:out too long, answered") == 1
    assert asked(session, cast.technician) == []
    later(monkeypatch, PATIENCE)
    assert look(session) == 0
    later(monkeypatch, LONGEST)
    assert [look(session), look(session)] == [1, 0]
    assert len(asked(session, cast.technician)) == 1
    assert session.scalar(select(func.max(Reminder.nth))) == 2


def test_who_does_not_have_it_opens_a_gap_in_custody(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = in_hands(session)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    (mine,) = asked(session, cast.technician)
    operations_overdue.answer_reminder(session, cast.technician, mine.id, "NOT_WITH_ME")
    assert queries.item(session, cast.technician, code).holds == ("CUSTODY_GAP",)


def test_only_the_holder_answers_and_in_a_word_of_the_laboratory(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_hands(session)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    (mine,) = asked(session, cast.technician)
    for other in (cast.technician2, cast.manager):
        with pytest.raises(NotPermitted, match="Whoever holds the item answers"):
            operations_overdue.answer_reminder(session, other, mine.id, "GOES_BACK")
    with pytest.raises(NotPermitted):
        operations_overdue.answer_reminder(
            session, cast.foreign_manager, mine.id, "GOES_BACK"
        )
    with pytest.raises(BadInput):
        operations_overdue.answer_reminder(
            session, cast.technician, mine.id, "my dog ate it"
        )


def test_a_hand_over_begins_anew(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = in_hands(session)
    later(monkeypatch, LONGEST + MINUTE)
    look(session)
    badge = queries.badge_of(session, cast.technician2)
    offer(session, cast.technician, code, badge)
    assert len(asked(session, cast.technician)) == 1
