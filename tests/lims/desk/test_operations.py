"""What auditors write: draws, findings and searches, each on record."""

from datetime import date
import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lims.access import Actor, Role
from lims.audit.queries import chain_faults, events_of
from lims.db import Chained
from lims.desk import draws, operations, queries
from lims.desk.populations import Narrowed, Population
from lims.desk.searching import Wanted
from lims.desk.tables import Finding, FindingKind, FindingState
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.factories import in_the_laboratory

DUE = date(2027, 1, 31)
EVERYONE = Narrowed()


def told(session: Session, of: Chained) -> list[dict[str, Any]]:
    assert chain_faults(session, [of.uid]) == {}
    return [json.loads(one.body) for one in events_of(session, [of.uid])]


def a_finding(session: Session, cast: Cast, about: str = "") -> Finding:
    kind = FindingKind.ITEM if about else FindingKind.FREE
    return operations.record_finding(
        session,
        cast.auditor,
        cast.quality.organisation_id,
        (kind, about),
        "minor",
        "The seal is not on the photograph.",
        (Role.QUALITY, DUE),
    )


def test_a_draw_tells_all_that_is_needed_to_draw_it_again(
    session: Session, cast: Cast
) -> None:
    codes = in_the_laboratory(session, 5)
    made = operations.draw(
        session, cast.auditor, " Year  2026 ", Population.SAMPLES, EVERYONE, 3
    )
    cases = [one.code for one in queries.cases_of(session, made.id)]
    (event,) = told(session, made)
    facts = event["facts"]
    assert facts["cases"] == cases == draws.drawn(facts["seed"], made.codes, 3)
    assert facts["digest"] == draws.digest(made.codes)
    assert facts["size"] == made.size >= len(codes)
    assert set(codes) <= set(made.codes.split())
    assert made.title == "Year 2026"


def test_a_population_is_narrowed_to_a_stream_and_a_time(
    session: Session, cast: Cast
) -> None:
    (bone,) = in_the_laboratory(session)
    (card,) = in_the_laboratory(session, 1, Stream.REFERENCE)
    narrowed = Narrowed(stream=Stream.REFERENCE)
    made = operations.draw(
        session, cast.auditor, "Cards", Population.SAMPLES, narrowed, 1
    )
    assert card in made.codes.split()
    assert bone not in made.codes.split()
    with pytest.raises(BadInput, match="Of 0 cases"):
        operations.draw(session, cast.auditor, "None", Population.RELEASED, EVERYONE, 1)


def test_a_case_is_looked_at_once_with_or_without_a_finding(
    session: Session, cast: Cast
) -> None:
    in_the_laboratory(session, 2)
    made = operations.draw(
        session, cast.auditor, "Two", Population.SAMPLES, EVERYONE, 2
    )
    operations.look(session, cast.auditor, made.uid, 1)
    case = operations.find_in_case(
        session, cast.auditor, made.uid, 2, "No photograph.", DUE
    )
    assert [one["tag"] for one in told(session, made)] == [
        "desk:cases drawn",
        "desk:case looked at",
        "desk:case looked at",
    ]
    assert case.finding_id is not None
    (finding,) = [
        one
        for one in queries.findings(session, cast.quality)
        if one.id == case.finding_id
    ]
    assert (finding.subject, finding.organisation_id) == (
        case.code,
        cast.quality.organisation_id,
    )
    with pytest.raises(RuleBroken, match="looked at before"):
        operations.look(session, cast.auditor, made.uid, 1)
    with pytest.raises(BadInput, match="cases 1 to 2"):
        operations.look(session, cast.auditor, made.uid, 3)


def test_a_finding_is_recorded_answered_and_closed(
    session: Session, cast: Cast
) -> None:
    made = a_finding(session, cast)
    operations.note(session, cast.auditor, made.uid, "Asked by telephone.")
    operations.answer(session, cast.quality, made.uid, "Photographed again.")
    assert made.state == FindingState.ANSWERED
    operations.close(session, cast.auditor, made.uid, "Seen.")
    assert made.state == FindingState.CLOSED
    assert [one.kind for one in queries.notes_of(session, made.id)] == [
        "note",
        "answer",
        "closing",
    ]
    events = told(session, made)
    assert [one["tag"].rpartition(" ")[2] for one in events] == [
        "recorded",
        "noted",
        "answered",
        "closed",
    ]
    bodies = json.dumps(events)
    assert "photograph" not in bodies.lower()
    assert "Seen." not in bodies
    with pytest.raises(RuleBroken, match="is closed"):
        operations.answer(session, cast.quality, made.uid, "Once more.")


def test_a_laboratory_sees_its_own_findings_alone(session: Session, cast: Cast) -> None:
    made = a_finding(session, cast)
    assert made in queries.findings(session, cast.quality)
    assert queries.count_to_answer(session, cast.quality) == 1
    assert queries.findings(session, cast.foreign_quality) == []
    with pytest.raises(NotFound):
        operations.answer(session, cast.foreign_quality, made.uid, "Not mine.")


@pytest.mark.parametrize("name", ["quality", "manager", "administrator", "technician"])
def test_nobody_but_an_auditor_closes_a_finding(
    session: Session, cast: Cast, name: str
) -> None:
    made = a_finding(session, cast)
    other: Actor = getattr(cast, name)
    with pytest.raises(NotPermitted):
        operations.close(session, other, made.uid, "Closed by the laboratory.")


def test_a_closed_finding_is_not_closed_again(session: Session, cast: Cast) -> None:
    """The evidence and the day of its end stay those of the first closing."""
    made = a_finding(session, cast)
    operations.close(session, cast.auditor, made.uid, "Seen on the shelf.")
    ended = made.closed_at
    with pytest.raises(RuleBroken, match="is closed"):
        operations.close(session, cast.auditor, made.uid, "Seen again.")
    assert made.closed_at == ended


def test_the_auditor_does_not_answer_for_the_laboratory(
    session: Session, cast: Cast
) -> None:
    made = a_finding(session, cast)
    with pytest.raises(NotPermitted):
        operations.answer(session, cast.auditor, made.uid, "All is well.")


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_finding_says_in_words_what_was_found(
    session: Session, cast: Cast, words: str
) -> None:
    made = a_finding(session, cast)
    with pytest.raises(BadInput, match="in words"):
        operations.note(session, cast.auditor, made.uid, words)


def test_a_saved_search_shows_what_is_new_since_it_was_run(
    session: Session, cast: Cast
) -> None:
    in_the_laboratory(session)
    wanted = Wanted(actor=cast.technician.uid)
    saved = operations.save_search(session, cast.auditor, "Technician", wanted)
    _, _, new = operations.run_again(session, cast.auditor, saved.uid)
    assert new == ()
    in_the_laboratory(session)
    _, before, new = operations.run_again(session, cast.auditor, saved.uid)
    assert {one.actor_uid for one in new} == {cast.technician.uid}
    assert before <= saved.run_at
    _, _, again = operations.run_again(session, cast.auditor, saved.uid)
    assert again == ()
    assert len(told(session, saved)) == 4


def test_the_custody_line_of_an_item_reaches_back_to_its_consignment(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    found = queries.custody_line(session, cast.auditor, code)
    tags = [row.act.tag for row in found.rows]
    assert tags[0] == "consignment:announced"
    assert {"bag:announced", "bag:received", "sample:accessioned"} <= set(tags)
    assert not [row for row in found.rows if row.faulty]
    by_uid = queries.custody_line(session, cast.auditor, found.sample.uid)
    assert by_uid.rows == found.rows
