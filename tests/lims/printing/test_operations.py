"""Labels: one valid label a code, every print on record, nothing leaves unread."""

from collections.abc import Sequence
import json
from typing import Any

from pypdfium2 import PdfDocument
import pytest
from sqlalchemy.orm import Session

from labels.stock import STOCKS
from labels.template import digest
from lims.audit.queries import chain_faults, events_of
from lims.codes import Kind, draw, shown
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.printing import operations, queries
from lims.printing.queries import LabelState
from lims.printing.tables import LabelJob
from lims.samples import queries as samples
from tests.cast import Cast, user
from tests.factories import a_box, accessioned
from tests.statements import counted

TORN = "LABEL_TORN"


def told(session: Session, uid: str) -> list[dict[str, Any]]:
    session.flush()
    return [json.loads(event.body) for event in events_of(session, [uid])]


def labelled(session: Session, cast: Cast, count: int = 1) -> Sequence[str]:
    codes = accessioned(session, count)
    operations.print_labels(session, cast.coordinator, codes, "tube")
    return codes


def states(session: Session, code: str) -> list[tuple[int, LabelState]]:
    return [(one.copy, one.state) for one in queries.copies(session, code)]


def test_a_print_is_told_on_the_sheets_chain_and_on_each_samples(
    session: Session, cast: Cast
) -> None:
    codes = accessioned(session, 3)
    sheet = operations.print_labels(session, cast.coordinator, codes, "tube", skip=2)
    job = session.query(LabelJob).one()
    assert (job.sha256, job.stock, job.reason) == (sheet.sha256, "tube", None)
    (event,) = told(session, job.uid)
    assert event["tag"] == "label:printed"
    assert event["facts"] == {
        "stock": "tube",
        "template": digest(STOCKS["tube"]),
        "form": "pdf",
        "sheet": sheet.sha256,
        "codes": sorted(codes),
        "reason": None,
    }
    for code in codes:
        row = samples.sample(session, cast.technician, code)
        last = told(session, row.uid)[-1]
        assert (last["tag"], last["facts"]["copy"]) == ("label:printed", 1)
        assert last["facts"]["sheet"] == sheet.sha256
        assert chain_faults(session, [row.uid, job.uid]) == {}
        assert states(session, code) == [(1, LabelState.PRINTED)]
        assert queries.refusal(session, code) is None


def test_a_second_print_without_a_reason_is_refused(
    session: Session, cast: Cast
) -> None:
    (code,) = labelled(session, cast)
    with pytest.raises(RuleBroken, match=f"{shown(code)} has a label already"):
        operations.print_labels(session, cast.technician, [code], "tube")


def test_a_reprint_voids_the_label_before_it(session: Session, cast: Cast) -> None:
    code, other = labelled(session, cast, 2)
    sheet = operations.reprint(session, cast.technician, [code], "tube", TORN)
    assert states(session, code) == [(2, LabelState.PRINTED), (1, LabelState.VOID)]
    assert states(session, other) == [(1, LabelState.PRINTED)]
    row = samples.sample(session, cast.technician, code)
    last = told(session, row.uid)[-1]
    assert last["tag"] == "label:reprinted"
    assert (last["facts"]["reason"], last["facts"]["copy"]) == (TORN, 2)
    with PdfDocument(sheet.content) as document:
        assert "copy 2" in document[0].get_textpage().get_text_range()


def test_a_reprinted_label_counts_only_when_it_was_confirmed(
    session: Session, cast: Cast
) -> None:
    (code,) = labelled(session, cast)
    operations.reprint(session, cast.manager, [code], "tube", TORN)
    refusal = queries.refusal(session, code)
    assert refusal is not None
    assert f"{shown(code)} has a new label, copy 2" in refusal
    operations.confirm(session, cast.technician, code)
    assert queries.refusal(session, code) is None
    assert states(session, code)[0] == (2, LabelState.CONFIRMED)
    row = samples.sample(session, cast.technician, code)
    assert told(session, row.uid)[-1]["tag"] == "label:confirmed"


def test_a_repeated_confirmation_changes_nothing(session: Session, cast: Cast) -> None:
    (code,) = labelled(session, cast)
    operations.confirm(session, cast.technician, code)
    row = samples.sample(session, cast.technician, code)
    before = len(told(session, row.uid))
    operations.confirm(session, cast.technician, code)
    assert len(told(session, row.uid)) == before


def test_a_void_label_has_an_answer_of_its_own(session: Session, cast: Cast) -> None:
    (code,) = labelled(session, cast)
    operations.void(session, cast.manager, code, TORN)
    refusal = queries.refusal(session, code)
    assert refusal is not None
    assert f"{shown(code)} is void" in refusal
    row = samples.sample(session, cast.technician, code)
    assert told(session, row.uid)[-1]["tag"] == "label:voided"
    with pytest.raises(RuleBroken, match="is void and cannot be confirmed"):
        operations.confirm(session, cast.technician, code)
    with pytest.raises(RuleBroken, match="is void already"):
        operations.void(session, cast.manager, code, TORN)
    operations.reprint(session, cast.manager, [code], "tube", TORN)
    assert states(session, code) == [(2, LabelState.PRINTED), (1, LabelState.VOID)]


@pytest.mark.parametrize("reason", ["", "torn at the mortuary of Catania"])
def test_a_reprint_needs_a_reason_of_the_list(
    session: Session, cast: Cast, reason: str
) -> None:
    (code,) = labelled(session, cast)
    with pytest.raises(BadInput, match="chosen from the list"):
        operations.reprint(session, cast.technician, [code], "tube", reason)


@pytest.mark.parametrize("reason", ["", "torn at the mortuary of Catania"])
def test_a_label_is_made_void_for_a_reason_of_the_list(
    session: Session, cast: Cast, reason: str
) -> None:
    """What is written stands in the event for ever: no free text, no place, no name."""
    (code,) = labelled(session, cast)
    with pytest.raises(BadInput, match="chosen from the list"):
        operations.void(session, cast.technician, code, reason)
    assert states(session, code) == [(1, LabelState.PRINTED)]


def test_a_code_stands_once_in_the_list_and_is_a_code(
    session: Session, cast: Cast
) -> None:
    """Whoever asks, and though the page above says that it knows them."""
    (code,) = accessioned(session)
    with pytest.raises(BadInput, match=f"'{code}' stands twice"):
        operations.print_labels(session, cast.technician, [code, code], "tube")
    with pytest.raises(BadInput, match="'CY-0001' is not a code"):
        operations.print_labels(
            session, cast.technician, ["CY-0001"], "tube", known=["CY-0001"]
        )
    assert session.query(LabelJob).all() == []


def test_what_was_never_printed_is_not_printed_again(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    for again in (
        lambda: operations.confirm(session, cast.technician, code),
        lambda: operations.void(session, cast.technician, code, TORN),
        lambda: operations.reprint(session, cast.technician, [code], "tube", TORN),
    ):
        with pytest.raises(NotFound, match="has no label yet"):
            again()


def test_the_samples_of_another_laboratory_are_as_unknown(
    session: Session, cast: Cast
) -> None:
    known, unknown = labelled(session, cast)[0], draw(Kind.SAMPLE)
    for code in (known, unknown):
        with pytest.raises(NotFound, match=f"No sample has the code '{code}'"):
            operations.print_labels(session, cast.foreign_technician, [code], "tube")
        with pytest.raises(NotFound, match=f"No sample has the code '{code}'"):
            operations.reprint(session, cast.foreign_technician, [code], "tube", TORN)


def test_places_and_badges_get_labels_when_they_exist(
    session: Session, cast: Cast
) -> None:
    box = a_box(session)
    sheet = operations.print_labels(session, cast.technician, box.positions, "bag")
    assert sheet.codes == box.positions
    badge = user(session, cast.analyst).badge = draw(Kind.BADGE)
    sheet = operations.print_labels(session, cast.technician, [badge], "paper")
    assert sheet.codes == (badge,)
    for nobodys in (draw(Kind.PLACE), draw(Kind.BADGE)):
        with pytest.raises(NotFound):
            operations.print_labels(session, cast.technician, [nobodys], "paper")


def test_a_plate_gets_a_label_when_its_slice_knows_it(
    session: Session, cast: Cast
) -> None:
    plate = draw(Kind.PLATE)
    with pytest.raises(NotFound, match="gets no label"):
        operations.print_labels(session, cast.technician, [plate], "plate")
    sheet = operations.print_labels(
        session, cast.technician, [plate], "plate", known=[plate]
    )
    assert sheet.codes == (plate,)


@pytest.mark.parametrize("login", ["trainee", "auditor", "analyst", "mortuary"])
def test_who_may_not_print_is_refused(session: Session, cast: Cast, login: str) -> None:
    (code,) = labelled(session, cast)
    actor = getattr(cast, login)
    for refused in (
        lambda: operations.print_labels(session, actor, [code], "tube"),
        lambda: operations.reprint(session, actor, [code], "tube", TORN),
        lambda: operations.confirm(session, actor, code),
        lambda: operations.void(session, actor, code, TORN),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_a_sheet_takes_as_many_statements_for_many_labels_as_for_few(
    database: Database, cast: Cast
) -> None:
    counts = []
    for number in (2, 80):
        with database.transaction() as session:
            codes = accessioned(session, number)
        with database.transaction() as session, counted(database) as sent:
            operations.print_labels(session, cast.coordinator, codes, "tube")
            session.flush()
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12
