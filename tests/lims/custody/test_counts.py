"""What the pages count and where they find it, on both engines."""

from sqlalchemy.orm import Session

from lims.custody import operations, operations_holds, queries
from lims.custody.manifests import count_uncoded, uncoded
from lims.custody.stages import Stage
from lims.people.queries import badges
from lims.samples.queries import place
from lims.samples.tables import Stream
from tests import factories
from tests.cast import Cast


def test_bags_without_a_code_are_counted_by_consignment(
    session: Session, cast: Cast
) -> None:
    bones = factories.a_consignment(session, 3)
    factories.received(session, bones)
    cards = factories.a_consignment(session, 1, Stream.REFERENCE)
    factories.declared(session, cards, Stream.REFERENCE, consents=False)
    factories.received(session, cards)
    factories.accession(session, cards)
    bag = bones.bags[0]
    operations_holds.hold(session, cast.technician, bag, "CUSTODY_GAP")
    session.flush()
    first, second = uncoded(session, cast.coordinator)
    assert (first.code, first.ready, first.waiting, first.held) == (bones.code, 2, 0, 1)
    assert (second.code, second.ready, second.waiting) == (cards.code, 0, 1)
    assert count_uncoded(session, cast.coordinator) == 3
    assert uncoded(session, cast.foreign_coordinator) == []
    assert count_uncoded(session, cast.foreign_coordinator) == 0


def test_each_stage_and_the_holds_are_counted(session: Session, cast: Cast) -> None:
    codes = factories.in_hands(session, 3)
    operations_holds.hold(session, cast.technician, codes[0], "CONTAMINATION")
    session.flush()
    wanted = (Stage.IN_USE, Stage.STORED)
    found = queries.waiting(session, cast.manager, wanted)
    assert found == {Stage.IN_USE: 3, Stage.STORED: 0}
    assert queries.count_held(session, cast.manager) == 1
    foreign = queries.waiting(session, cast.foreign_manager, wanted)
    assert foreign == {Stage.IN_USE: 0, Stage.STORED: 0}
    assert queries.count_held(session, cast.foreign_manager) == 0


def test_what_is_offered_counts_as_one_s_own(session: Session, cast: Cast) -> None:
    code, other = factories.in_hands(session, 2)
    worn = badges(session, [cast.technician2.user_id])[cast.technician2.user_id]
    operations.offer(session, cast.technician, code, worn)
    assert queries.count_mine(session, cast.technician2) == 1
    assert queries.count_mine(session, cast.technician) == 2
    items, after = queries.listing(session, cast.technician2, mine=True)
    assert ([item.code for item in items], after) == ([code], None)
    items, _ = queries.listing(
        session, cast.technician, mine=True, stage=Stage.IN_USE, prefix=other[:6]
    )
    assert [item.code for item in items] == [other]


def test_a_bag_in_one_s_hands_is_listed_without_a_code(
    session: Session, cast: Cast
) -> None:
    sent = factories.a_consignment(session, 1)
    factories.received(session, sent)
    items, _ = queries.listing(session, cast.technician, mine=True)
    assert [item.code for item in items] == list(sent.bags)
    assert queries.listing(session, cast.technician)[0] == []


def test_what_stands_at_a_place_is_found_with_it(session: Session, cast: Cast) -> None:
    codes, box = factories.stored(session, 2)
    rows = [place(session, cast.technician, code).id for code in box.positions]
    there = queries.items_at(session, cast.technician, rows)
    found = {row: items[0].code for row, items in there.items()}
    assert found == dict(zip(rows[:2], codes, strict=True))
