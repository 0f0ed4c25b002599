"""What the pages of the bench are told."""

import pytest
from sqlalchemy.orm import Session

from lims.custody import manifests, operations_receiving, queries
from lims.custody.operations import move
from lims.custody.stages import Stage
from lims.custody.tables import ConsignmentStage
from lims.db import Database
from lims.errors import NotFound
from lims.samples import queries as samples
from lims.samples.tables import SampleKind, Stream
from tests.cast import Cast
from tests.factories import (
    a_box,
    a_consignment,
    accessioned,
    arrivals,
    in_hands,
    in_the_laboratory,
    received,
    stored,
)
from tests.statements import counted


def codes(items: list[queries.Item]) -> set[str]:
    return {item.code for item in items}


def test_the_list_is_narrowed_by_stage_and_stream(session: Session, cast: Cast) -> None:
    shelved, _ = stored(session, 2)
    held = in_hands(session, 1)
    references = in_the_laboratory(session, 1, Stream.REFERENCE)
    actor = cast.technician
    assert codes(queries.listing(session, actor)[0]) == {*shelved, *held, *references}
    assert codes(queries.listing(session, actor, stage=Stage.STORED)[0]) == {*shelved}
    found, _ = queries.listing(session, actor, stage=Stage.IN_USE, stream=Stream.BONE)
    assert codes(found) == {*held}
    found, _ = queries.listing(session, actor, kind=SampleKind.REFERENCE)
    assert codes(found) == {*references}
    found, _ = queries.listing(session, actor, prefix=held[0][:9])
    assert codes(found) == {*held}
    assert queries.listing(session, cast.foreign_technician) == ([], None)


def test_pages_of_one_stage_follow_each_other(session: Session, cast: Cast) -> None:
    wanted = set(in_the_laboratory(session, queries.PAGE + 3))
    stored(session, 1)
    first, after = queries.listing(session, cast.technician, stage=Stage.ACCESSIONED)
    assert after is not None
    second, end = queries.listing(
        session, cast.technician, stage=Stage.ACCESSIONED, after=after
    )
    assert (len(first), len(second), end) == (queries.PAGE, 3, None)
    assert codes(first) | codes(second) == wanted


def test_a_page_of_items_takes_a_constant_number_of_statements(
    embedded: Database, cast: Cast
) -> None:
    counts = []
    for number in (2, 20):
        with embedded.transaction() as session:
            in_the_laboratory(session, number)
        with embedded.reading() as session, counted(embedded) as sent:
            queries.listing(session, cast.technician)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6


def test_what_no_custody_is_told_of_is_nowhere(session: Session, cast: Cast) -> None:
    (code,) = accessioned(session)
    with pytest.raises(NotFound, match="Nobody ever took custody"):
        move(session, cast.technician, code, "take out", {"purpose": "EXTRACTION"})


def test_my_items_are_counted_by_stage(session: Session, cast: Cast) -> None:
    in_hands(session, 2)
    in_the_laboratory(session, 1)
    assert queries.stages(session, cast.technician) == {
        Stage.IN_USE: 2,
        Stage.ACCESSIONED: 1,
    }
    assert queries.stages(session, cast.technician2) == {}


def test_a_bag_without_a_code_is_named_by_its_number(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 2)
    received(session, sent)
    mine = queries.my_items(session, cast.technician)
    assert [item.code for item in mine] == list(sent.bags)


def test_open_consignments_are_those_not_yet_closed(
    session: Session, cast: Cast
) -> None:
    one, other = a_consignment(session, 1), a_consignment(session, 2)
    received(session, one)
    operations_receiving.close(session, cast.technician, one.code)
    every = manifests.consignments(session, cast.technician)
    assert [shipment.code for shipment in every] == [other.code, one.code]
    assert [(s.bags, s.received) for s in every] == [(2, 0), (1, 1)]
    assert every[1].stage == ConsignmentStage.RECEIVED
    (waiting,) = manifests.consignments(session, cast.technician, opened=True)
    assert waiting.code == other.code
    (older,) = manifests.consignments(session, cast.technician, before=every[0].row)
    assert older.code == one.code


def test_the_pictures_of_a_bag_are_named_by_their_hashes(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    digests = [f"{number:064x}" for number in range(2)]
    for digest in digests:
        operations_receiving.attach_photograph(
            session, cast.technician, sent.bags[0], digest, "image/png"
        )
    found = manifests.photographs(session, cast.technician, sent.bags[0])
    assert [one.sha256 for one in found] == digests
    with pytest.raises(NotFound):
        manifests.photographs(session, cast.foreign_technician, sent.bags[0])


def test_the_sender_alone_closes_nothing(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1, receiver="LAB2")
    with pytest.raises(NotFound):
        operations_receiving.close(session, cast.technician, sent.code)
    assert arrivals(sent)


def test_a_box_tells_its_places_by_their_rows(session: Session, cast: Cast) -> None:
    box = a_box(session)
    place = samples.place(session, cast.technician, box.positions[0])
    assert samples.places_by_ids(session, [place.id]) == {place.id: place}
    assert samples.places_by_ids(session, []) == {}
