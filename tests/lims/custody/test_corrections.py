"""A correction is a new event that names the one it corrects."""

import json

import pytest
from sqlalchemy.orm import Session

from lims.audit.queries import events_of
from lims.custody import line, manifests, operations_receiving, queries
from lims.custody.operations import move
from lims.custody.operations_corrections import correct
from lims.custody.receiving import Arrival
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.samples import queries as samples
from tests.cast import Cast
from tests.factories import CONDITIONS, Box, a_consignment, stored


def shelved(session: Session, cast: Cast) -> tuple[str, Box, int]:
    """A stored item, its box, and the number of the event that stored it."""
    (code,), box = stored(session)
    return code, box, samples.sample(session, cast.technician, code).ver


def test_an_item_that_was_put_elsewhere_is_put_right(
    session: Session, cast: Cast
) -> None:
    code, box, seq = shelved(session, cast)
    right = {"place": box.positions[1]}
    correct(session, cast.technician, code, seq, "WRONG_SCAN", right)
    assert queries.item(session, cast.technician, code).at == box.positions[1]
    row = samples.sample(session, cast.technician, code)
    wrong, mended = events_of(session, [row.uid])[-2:]
    facts = json.loads(mended.body)["facts"]
    assert (mended.tag, facts["corrects"]) == ("custody:corrected", seq)
    assert facts["leaf"] == wrong.leaf
    assert (facts["reason"], facts["right"]) == ("WRONG_SCAN", right)
    assert line.gaps(queries.custody_line(session, [row])) == []


def test_the_right_place_is_free_and_of_the_right_zone(
    session: Session, cast: Cast
) -> None:
    (one, other), box = stored(session, 2)
    seq = samples.sample(session, cast.technician, one).ver
    taken = {"place": box.positions[1]}
    with pytest.raises(RuleBroken, match="holds another item"):
        correct(session, cast.technician, one, seq, "WRONG_SCAN", taken)
    assert queries.item(session, cast.technician, other).at == box.positions[1]


def test_only_the_last_place_can_move_the_item(session: Session, cast: Cast) -> None:
    code, box, seq = shelved(session, cast)
    move(session, cast.technician, code, "take out", {"purpose": "EXTRACTION"})
    with pytest.raises(RuleBroken, match="was moved since"):
        correct(session, cast.technician, code, seq, "X1Y", {"place": box.positions[1]})


def test_a_seal_that_was_misread_is_put_right_on_the_manifest(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    bag = sent.bags[0]
    arrival = Arrival(bag, "MISREAD-1", "INTACT")
    operations_receiving.receive(
        session, cast.technician, sent.code, arrival, "courier", CONDITIONS
    )
    row = queries.named_sample(session, cast.technician, bag)
    seq = next(
        event.item_seq
        for event in events_of(session, [row.uid])
        if event.tag == "bag:received"
    )
    right = {"seal": f"{bag}-S"}
    correct(session, cast.technician, bag, seq, "MISREAD", right)
    (told,) = manifests.manifest(session, cast.technician, sent.code)
    assert told.seal_found == f"{bag}-S"
    assert told.held


@pytest.mark.parametrize(
    ("right", "error"),
    [
        ({}, BadInput),
        ({"stage": "stored"}, BadInput),
        ({"seal": "SEAL-1"}, BadInput),
        ({"place": "elsewhere"}, BadInput),
    ],
)
def test_only_what_the_event_tells_is_put_right(
    session: Session, cast: Cast, right: dict[str, str], error: type[Exception]
) -> None:
    code, _, seq = shelved(session, cast)
    with pytest.raises(error):
        correct(session, cast.technician, code, seq, "MISREAD", right)


def test_the_same_again_is_no_correction(session: Session, cast: Cast) -> None:
    code, box, seq = shelved(session, cast)
    with pytest.raises(RuleBroken, match="tells the same place"):
        correct(
            session, cast.technician, code, seq, "MISREAD", {"place": box.positions[0]}
        )


def test_an_event_that_is_not_there_is_not_corrected(
    session: Session, cast: Cast
) -> None:
    code, box, _ = shelved(session, cast)
    right = {"place": box.positions[1]}
    with pytest.raises(BadInput, match="no event 999"):
        correct(session, cast.technician, code, 999, "MISREAD", right)
    with pytest.raises(NotFound):
        correct(session, cast.foreign_technician, code, 1, "MISREAD", right)
    with pytest.raises(NotPermitted):
        correct(session, cast.analyst, code, 1, "MISREAD", right)
