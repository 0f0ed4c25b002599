"""Each requirement's query passes on a clean laboratory and fails on a broken one."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lims import clock, jobs
from lims.access import SYSTEM
from lims.audit import verification
from lims.audit.checking import Fault
from lims.desk import operations_checks, queries
from lims.desk.asked import Asked
from lims.desk.evidence import ANSWERED, QUERIES, UNANSWERED
from lims.desk.requirements import CHAPTERS, REQUIREMENTS, texts
from lims.desk.tally import SHOWN, Tally
from lims.errors import BadInput
from lims.laboratory import Laboratory
from tests.cast import Cast
from tests.lims.desk.broken import BREAKS

TOLD_BELOW = {54, 59}
"""The record itself and its verification: they are broken in tests of their own."""


def test_each_requirement_passes_where_all_is_well(lab: Laboratory) -> None:
    """And each has something to look at: none passes on nothing."""
    with lab.database.sessions() as session:
        found = {n: query(Asked(session, lab.store)) for n, query in QUERIES.items()}
        session.rollback()
    assert {n: one.evidence for n, one in found.items() if one.failing} == {}
    assert [n for n, one in found.items() if not one.checked] == []


def test_each_requirement_fails_where_something_went_wrong(lab: Laboratory) -> None:
    """What went wrong, as a laboratory would tell it, and each is found by name."""
    assert set(BREAKS) | TOLD_BELOW == set(QUERIES)
    missed = []
    for number, (story, break_) in BREAKS.items():
        with lab.database.sessions() as session:
            break_(session)
            session.expire_all()
            found = QUERIES[number](Asked(session, lab.store))
            if not found.failing or not all(why for _, _, why in found.evidence):
                missed.append((number, story, found))
            session.rollback()
    assert missed == []


def test_the_record_itself_is_walked(lab: Laboratory) -> None:
    """An event that was put in beside the operations is found and named."""
    with lab.database.sessions() as session:
        asked = Asked(session, lab.store)
        session.execute(
            text(
                "INSERT INTO audit_event (item_kind, item_uid, item_seq, prev, leaf, "
                "at, actor_uid, tag, body) SELECT item_kind, item_uid, 99, prev, leaf, "
                "at, actor_uid, tag, body FROM audit_event WHERE id = 1"
            )
        )
        found = QUERIES[54](asked)
        assert found.failing > 0
        session.rollback()


def test_a_verification_that_is_old_or_found_faults_does_not_count(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(hours=49)
    with lab.database.sessions() as session, monkeypatch.context() as moved_on:
        moved_on.setattr(clock, "now", lambda: later)
        assert QUERIES[59](Asked(session, lab.store)).failing == 1
    with lab.database.sessions() as session:
        found = verification.verify(session)
        found.faults.append(Fault("here", "A fault."))
        verification.tell(session, found)
        session.flush()
        assert QUERIES[59](Asked(session, lab.store)).failing == 1
        session.rollback()


def test_every_requirement_is_answered_or_says_what_it_needs() -> None:
    assert [one.number for one in REQUIREMENTS] == list(range(1, 73))
    assert sum(map(len, CHAPTERS.values())) == 72
    assert all(one.asks and not one.needs for one in ANSWERED)
    assert all(one.needs and not (one.asks or one.unseen) for one in UNANSWERED)
    assert len(ANSWERED) + len(UNANSWERED) == 72


def test_all_failures_are_counted_and_the_first_are_kept() -> None:
    found = Tally()
    for number in range(SHOWN + 10):
        found.look(str(number), "", ["Wrong."])
    found.look("right", "", [])
    assert (found.checked, found.failing) == (SHOWN + 11, SHOWN + 10)
    assert len(found.evidence) == SHOWN


def test_the_worker_runs_what_was_asked_and_puts_it_on_record(
    lab: Laboratory, cast: Cast
) -> None:
    with lab.database.transaction() as session:
        made = operations_checks.ask(session, cast.auditor, [22, 24])
        uids = [one.uid for one in made]
        assert operations_checks.ask(session, cast.auditor, [22]) == []
    assert jobs.check_requirements(lab, SYSTEM) == 2
    assert jobs.check_requirements(lab, SYSTEM) == 0
    with lab.database.reading() as session:
        done = queries.checks(session)
        assert {number: one.failing for number, one in done.items()} == {22: 0, 24: 0}
        assert done[22].checked > 0
        assert queries.unfinished(session) == []
        tags = [one.tag for one in queries.events_of(session, uids)]
    assert (
        sorted(tags) == ["desk:check asked for"] * 2 + ["desk:requirement checked"] * 2
    )


@pytest.mark.parametrize("number", [6, 99])
def test_what_no_query_answers_cannot_be_asked(
    session: Session, cast: Cast, number: int
) -> None:
    with pytest.raises(BadInput, match=f"Requirement '{number}'"):
        operations_checks.ask(session, cast.auditor, [number])


def test_the_translators_get_every_text_of_the_table() -> None:
    told = set(texts())
    assert set(CHAPTERS) <= told
    for one in REQUIREMENTS:
        assert {one.words, one.asks, one.unseen, one.needs} - {""} <= told
