"""Torn and swapped labels: two people, one reason, and both histories stay."""

import json
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lims.audit.queries import chain_faults, events_of
from lims.codes import Kind, draw, shown
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.printing import operations, queries
from lims.printing import operations_repairs as repairs
from lims.printing.tables import LabelRepair, LabelState, Mishap
from lims.samples import queries as samples
from tests.cast import Cast
from tests.factories import a_box, accessioned

SWAPPED = "LABEL_SWAPPED"


def labelled(session: Session, cast: Cast, count: int = 2) -> list[str]:
    codes = list(accessioned(session, count))
    operations.print_labels(session, cast.coordinator, codes, "tube")
    return codes


def proposed(session: Session, cast: Cast, *codes: str) -> LabelRepair:
    mishap = Mishap.SWAPPED if len(codes) > 1 else Mishap.TORN
    return repairs.propose(session, cast.technician, mishap, codes, SWAPPED)


def history(session: Session, cast: Cast, code: str) -> list[dict[str, Any]]:
    uid = samples.sample(session, cast.technician, code).uid
    session.flush()
    assert list(chain_faults(session, uid)) == []
    return [json.loads(event.body) for event in events_of(session, [uid])]


def test_swapped_labels_are_put_right_by_a_second_person(
    session: Session, cast: Cast
) -> None:
    one, other = labelled(session, cast)
    before = {code: history(session, cast, code) for code in (one, other)}
    made = proposed(session, cast, one, other)
    sheet = repairs.agree(session, cast.technician2, made.uid, "tube")
    assert sorted(sheet.codes) == sorted([one, other])
    for code, beside in ((one, other), (other, one)):
        now = history(session, cast, code)
        assert now[: len(before[code])] == before[code]
        tags = [event["tag"] for event in now[len(before[code]) :]]
        assert tags == ["label repair:proposed", "label:reprinted", "label:repaired"]
        (named,) = now[-1]["facts"]["others"]
        assert named["code"] == beside
        assert named["item"] == samples.sample(session, cast.technician, beside).uid
        assert named["seq"] == len(before[beside]) + 1
        states = [(copy.copy, copy.state) for copy in queries.copies(session, code)]
        assert states == [(2, LabelState.PRINTED), (1, LabelState.VOID)]


def test_no_scan_counts_until_it_is_decided_and_the_new_label_was_scanned(
    session: Session, cast: Cast
) -> None:
    one, other = labelled(session, cast)
    made = proposed(session, cast, one, other)
    for code in (one, other):
        told = queries.refusal(session, code)
        assert told is not None
        assert "a second person has not agreed yet" in told
    repairs.agree(session, cast.manager, made.uid, "tube")
    told = queries.refusal(session, one)
    assert told is not None
    assert "has a new label, copy 2" in told
    operations.confirm(session, cast.technician, one)
    assert queries.refusal(session, one) is None


def test_one_person_alone_puts_nothing_right(session: Session, cast: Cast) -> None:
    (code,) = labelled(session, cast, 1)
    made = proposed(session, cast, code)
    with pytest.raises(RuleBroken, match="A second person must look"):
        repairs.agree(session, cast.technician, made.uid, "tube")
    made.agreed_by = made.proposed_by
    with pytest.raises(DBAPIError, match="two_persons"):
        session.flush()


def test_what_was_right_after_all_counts_as_before(
    session: Session, cast: Cast
) -> None:
    (code,) = labelled(session, cast, 1)
    made = proposed(session, cast, code)
    with pytest.raises(RuleBroken, match="waits for a second person already"):
        proposed(session, cast, code)
    repairs.withdraw(session, cast.technician, made.uid)
    assert queries.refusal(session, code) is None
    with pytest.raises(RuleBroken, match="is withdrawn already"):
        repairs.agree(session, cast.technician2, made.uid, "tube")


def test_what_cannot_be_put_right_so_is_refused(session: Session, cast: Cast) -> None:
    one, other = labelled(session, cast)
    place = a_box(session).positions[0]
    for mishap, codes, told in (
        (Mishap.TORN, [one, other], "A torn label is one code"),
        (Mishap.SWAPPED, [one], "swapped labels are two"),
        (Mishap.SWAPPED, [one, one], "stands twice"),
        (Mishap.TORN, [place], "is no sample"),
    ):
        with pytest.raises(BadInput, match=told):
            repairs.propose(session, cast.technician, mishap, codes, SWAPPED)
    with pytest.raises(BadInput, match="chosen from the list"):
        repairs.propose(session, cast.technician, Mishap.TORN, [one], "by mistake")
    (bare,) = accessioned(session)
    with pytest.raises(RuleBroken, match=f"{shown(bare)} has no label yet"):
        proposed(session, cast, bare)


def test_another_laboratory_and_who_may_not_reprint_are_refused(
    session: Session, cast: Cast
) -> None:
    (code,) = labelled(session, cast, 1)
    made = proposed(session, cast, code)
    with pytest.raises(NotFound):
        repairs.agree(session, cast.foreign_technician, made.uid, "tube")
    with pytest.raises(NotFound):
        repairs.propose(
            session, cast.technician, Mishap.TORN, [draw(Kind.SAMPLE)], SWAPPED
        )
    for refused in (
        lambda: repairs.agree(session, cast.coordinator, made.uid, "tube"),
        lambda: repairs.withdraw(session, cast.auditor, made.uid),
        lambda: repairs.propose(session, cast.analyst, Mishap.TORN, [code], SWAPPED),
    ):
        with pytest.raises(NotPermitted):
            refused()
