"""Inventories (rule B9): two counts by two people, and what neither of them found."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import all_faults, events_of
from lims.audit.retold import row_faults
from lims.custody import operations_inventory as inventories
from lims.custody import queries, queries_inventory
from lims.custody.line import gaps
from lims.custody.operations import move
from lims.custody.operations_inventory import Saw, Seen
from lims.custody.queries_inventory import Inventory, InventoryStage
from lims.custody.stages import Stage
from lims.errors import NotFound, RuleBroken
from lims.samples import queries as samples
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import Stream, Zone
from tests.cast import Cast
from tests.factories import Box, a_box, in_hands, in_the_laboratory, stored


@dataclass
class Counting:
    """A box with three items, and its inventory, begun by the technician."""

    session: Session
    cast: Cast
    codes: list[str]
    box: Box
    uid: str

    def see(self, *codes: str, by: Actor | None = None) -> Seen:
        seen = [
            inventories.see(self.session, by or self.cast.technician, self.uid, code)
            for code in codes
        ]
        return seen[-1]

    def end(self, by: Actor | None = None) -> Inventory:
        actor = by or self.cast.technician
        return inventories.end_count(self.session, actor, self.uid)

    def item(self, code: str) -> queries.Item:
        return queries.item(self.session, self.cast.technician, code)


@pytest.fixture
def counting(session: Session, cast: Cast) -> Counting:
    codes, box = stored(session, 3)
    begun = inventories.start(session, cast.technician, box.code)
    return Counting(session, cast, codes, box, begun.uid)


def test_where_everything_is_seen_one_count_is_enough(counting: Counting) -> None:
    assert counting.see(*counting.codes) == Seen(Saw.EXPECTED)
    ended = counting.end()
    assert (ended.stage, ended.missing) == (InventoryStage.ENDED, 0)
    assert all(counting.item(one).stage == Stage.STORED for one in counting.codes)


def test_the_same_item_twice_is_told_and_changes_nothing(counting: Counting) -> None:
    counting.see(counting.codes[0])
    assert counting.see(counting.codes[0]) == Seen(Saw.AGAIN)


def test_what_the_first_misses_and_the_second_finds_is_there(
    counting: Counting,
) -> None:
    counting.see(*counting.codes[:2])
    assert counting.end().stage == InventoryStage.WAITING
    assert counting.item(counting.codes[2]).stage == Stage.STORED
    other = counting.cast.technician2
    counting.see(counting.codes[2], by=other)
    assert counting.end(by=other).missing == 0


def test_what_neither_found_is_lost_and_held(counting: Counting) -> None:
    gone, other = counting.codes[2], counting.cast.technician2
    counting.see(*counting.codes[:2])
    counting.end()
    counting.see(counting.codes[0], by=other)
    assert counting.end(by=other).missing == 1
    item = counting.item(gone)
    assert (item.stage, item.at, item.holds) == (Stage.LOST, "", ("LOST_AT_COUNTS",))
    kept = counting.item(counting.codes[1])
    assert (kept.stage, kept.holds) == (Stage.STORED, ())
    session = counting.session
    session.flush()
    row = queries_inventory.inventory(session, other, counting.uid)
    tags = [one.tag for one in events_of(session, [row.uid])]
    assert tags == [
        "inventory:started", "inventory:item seen", "inventory:item seen",
        "inventory:count ended", "inventory:second count begun",
        "inventory:item seen", "inventory:count ended",
    ]  # fmt: skip
    assert all_faults(session) == {}
    assert list(row_faults(session)) == []


def test_the_second_count_is_another_person_s(counting: Counting) -> None:
    counting.end()
    with pytest.raises(RuleBroken, match="The second is another person's"):
        counting.see(counting.codes[0])
    with pytest.raises(RuleBroken, match="The second is another person's"):
        counting.end()


def test_the_database_itself_refuses_one_person_for_both_counts(
    counting: Counting,
) -> None:
    wrong = "UPDATE inventory SET second_by = first_by WHERE uid = :uid"
    counting.session.flush()
    with pytest.raises(IntegrityError):
        counting.session.execute(text(wrong), {"uid": counting.uid})
    counting.session.rollback()


def test_nobody_joins_a_count_that_another_makes(counting: Counting) -> None:
    with pytest.raises(RuleBroken, match="Somebody else counts here"):
        counting.see(counting.codes[0], by=counting.cast.technician2)


def test_a_count_is_gone_on_with_where_it_was_left(counting: Counting) -> None:
    counting.see(counting.codes[0])
    again = inventories.start(
        counting.session, counting.cast.technician, counting.box.code
    )
    assert again.uid == counting.uid
    told = queries_inventory.told(
        counting.session, counting.cast.technician, counting.uid
    )
    assert (told.expected, told.seen, told.missing) == (3, 1, 2)
    assert [one.code for one in told.still] == sorted(
        counting.codes[1:], key=[one.code for one in told.still].index
    )


def test_an_item_that_the_record_has_in_another_box_is_found_here(
    counting: Counting,
) -> None:
    session, cast = counting.session, counting.cast
    (code,), box = stored(session, 1)
    seen = counting.see(code)
    assert seen == Seen(Saw.ELSEWHERE, box.positions[0])
    item = counting.item(code)
    assert (item.at, item.stage, item.holds) == (counting.box.code, Stage.STORED, ())
    row = samples.sample(session, cast.technician, code)
    session.flush()
    assert gaps(queries.custody_line(session, [row])) == []


def test_what_was_in_somebody_s_hands_is_stored_where_it_is_found(
    counting: Counting,
) -> None:
    (code,) = in_hands(counting.session)
    assert counting.see(code).saw is Saw.ELSEWHERE
    item = counting.item(code)
    assert (item.stage, item.holder_id) == (Stage.STORED, None)


def test_a_lost_item_turns_up(counting: Counting) -> None:
    (code,) = in_the_laboratory(counting.session)
    stated = {"reason": "NOT_FOUND_IN_PLACE"}
    move(counting.session, counting.cast.technician, code, "lost", stated)
    seen = counting.see(code)
    assert seen == Seen(Saw.ELSEWHERE, "lost")
    assert counting.item(code).stage == Stage.STORED


def test_what_does_not_belong_here_is_recorded_here_and_held(
    counting: Counting,
) -> None:
    (swab,) = in_the_laboratory(counting.session, 1, Stream.REFERENCE)
    assert counting.see(swab).held == "STORED_WRONG"
    item = counting.item(swab)
    assert (item.at, item.holds) == (counting.box.code, ("STORED_WRONG",))


def test_what_is_taken_out_meanwhile_is_not_missing(counting: Counting) -> None:
    counting.see(*counting.codes[:2])
    stated = {"purpose": "EXTRACTION"}
    move(
        counting.session,
        counting.cast.technician,
        counting.codes[2],
        "take out",
        stated,
    )
    assert counting.end().missing == 0


def test_what_was_stored_meanwhile_is_not_missing(counting: Counting) -> None:
    (code,) = in_the_laboratory(counting.session)
    place = {"place": counting.box.positions[3]}
    move(counting.session, counting.cast.technician, code, "store", place)
    counting.see(*counting.codes)
    assert counting.end().missing == 0


def test_a_freezer_is_counted_with_all_that_is_in_it(
    session: Session, cast: Cast
) -> None:
    codes, box = stored(session, 2)
    row = samples.place(session, cast.technician, box.code)
    above = samples.places_by_ids(session, [row.parent_id or 0])[row.parent_id or 0]
    begun = inventories.start(session, cast.technician, above.code)
    for code in codes:
        seen = inventories.see(session, cast.technician, begun.uid, code)
        assert seen == Seen(Saw.EXPECTED)
    assert inventories.end_count(session, cast.technician, begun.uid).missing == 0


def test_an_inventory_that_ended_takes_no_scan(counting: Counting) -> None:
    counting.see(*counting.codes)
    counting.end()
    with pytest.raises(RuleBroken, match="This inventory has ended"):
        counting.see(counting.codes[0])
    again = inventories.start(
        counting.session, counting.cast.technician, counting.box.code
    )
    assert again.uid != counting.uid


def test_one_position_is_not_counted(session: Session, cast: Cast) -> None:
    box = a_box(session)
    with pytest.raises(RuleBroken, match="Count the box it is in"):
        inventories.start(session, cast.technician, box.positions[0])


def test_an_empty_place_is_counted_at_once(session: Session, cast: Cast) -> None:
    shelf = NewPlace("Shelf", Zone.PRE_PCR_BONE)
    (place,) = register_places(session, cast.manager, [shelf])
    begun = inventories.start(session, cast.technician, place.code)
    assert inventories.end_count(session, cast.technician, begun.uid).missing == 0


def test_another_laboratory_knows_nothing_of_it(counting: Counting) -> None:
    with pytest.raises(NotFound, match="No inventory here"):
        queries_inventory.told(
            counting.session, counting.cast.foreign_manager, counting.uid
        )
