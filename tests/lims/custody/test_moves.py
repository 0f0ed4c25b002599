"""The bench: store, take out, hand over, derive, lose and find, one scan each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.queries import chain_faults, events_of
from lims.codes import Kind, draw
from lims.custody import line, operations, operations_holds, queries
from lims.custody.changes import Moved
from lims.custody.operations import accept, derive, move, offer
from lims.custody.stages import Stage
from lims.custody.tables import Holding
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.samples import queries as samples
from lims.samples.amounts import Derivation
from lims.samples.tables import SampleKind, Stream
from tests.cast import Cast
from tests.factories import a_box, a_consignment, in_hands, in_the_laboratory, stored

OUT = {"purpose": "EXTRACTION"}
LOST = {"reason": "NOT_FOUND_IN_PLACE"}


def powder(taken: int = 100) -> Derivation:
    amount = Decimal(taken)
    return Derivation(SampleKind.POWDER, amount, amount, "mg", "GRIND-1")


def badge(session: Session, actor: Actor) -> str:
    return queries.badge_of(session, actor)


def later(monkeypatch: pytest.MonkeyPatch, seconds: int = 60) -> None:
    then = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: then)


def told(session: Session, cast: Cast, code: str) -> list[tuple[str, str]]:
    row = samples.sample(session, cast.technician, code)
    return [(one.action, one.went_to) for one in queries.custody_line(session, [row])]


def test_one_scan_of_a_free_position_stores_the_item(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    box = a_box(session)
    done = move(session, cast.technician, code, "store", {"place": box.positions[0]})
    assert done == Moved(code, Stage.STORED, box.positions[0])
    item = queries.item(session, cast.technician, code)
    assert (item.stage, item.at, item.holder_id) == (
        Stage.STORED,
        box.positions[0],
        None,
    )


def test_taking_out_puts_it_into_the_hands_of_who_scans(
    session: Session, cast: Cast
) -> None:
    (code,), _ = stored(session)
    done = move(session, cast.technician2, code, "take out", OUT)
    assert (done.stage, done.at) == (Stage.IN_USE, badge(session, cast.technician2))
    (mine,) = queries.my_items(session, cast.technician2)
    assert (mine.code, mine.stage) == (code, Stage.IN_USE)
    assert queries.my_items(session, cast.technician) == []


def test_one_position_holds_one_item(session: Session, cast: Cast) -> None:
    codes = in_the_laboratory(session, 2)
    (position, *_) = a_box(session).positions
    move(session, cast.technician, codes[0], "store", {"place": position})
    with pytest.raises(RuleBroken, match=f"{position}.* holds another item"):
        move(session, cast.technician, codes[1], "store", {"place": position})


def test_a_position_that_was_left_is_free_again(session: Session, cast: Cast) -> None:
    codes, box = stored(session, 2)
    move(session, cast.technician, codes[0], "take out", OUT)
    move(session, cast.technician, codes[1], "take out", OUT)
    done = move(
        session, cast.technician, codes[1], "store", {"place": box.positions[0]}
    )
    assert done.at == box.positions[0]


def test_a_bone_does_not_stand_in_the_reference_zone(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    box = a_box(session, Stream.REFERENCE)
    with pytest.raises(RuleBroken, match="in the zone 'pre-PCR reference'"):
        move(session, cast.technician, code, "store", {"place": box.positions[0]})


def test_a_box_with_positions_is_not_a_place_for_one_item(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    with pytest.raises(RuleBroken, match="has positions"):
        move(session, cast.technician, code, "store", {"place": a_box(session).code})


def test_a_bag_that_may_not_be_opened_yet_has_a_place_too(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    position = a_box(session).positions[0]
    with pytest.raises(RuleBroken, match="Cannot store"):
        move(session, cast.technician, sent.bags[0], "store", {"place": position})


@pytest.mark.parametrize("code", ["S1", "SMW61ZHNED", "BAG-1"])
def test_an_unknown_item_has_its_own_answer(
    session: Session, cast: Cast, code: str
) -> None:
    with pytest.raises(NotFound, match=code):
        move(session, cast.technician, code, "take out", OUT)


def test_another_laboratorys_item_is_as_unknown(session: Session, cast: Cast) -> None:
    (code,), _ = stored(session)
    with pytest.raises(NotFound, match="No sample has the code"):
        move(session, cast.foreign_technician, code, "take out", OUT)


def test_a_place_of_another_laboratory_is_unknown(session: Session, cast: Cast) -> None:
    (code,) = in_the_laboratory(session)
    with pytest.raises(NotFound, match="No place"):
        move(session, cast.technician, code, "store", {"place": draw(Kind.PLACE)})


@pytest.mark.parametrize(
    ("action", "stated", "why"),
    [
        ("take out", {}, "state: purpose"),
        ("take out", {"purpose": "for Fatou"}, "the purpose"),
        ("take out", {**OUT, "place": "X1"}, "'place' is not stated"),
        ("lost", {}, "state: reason"),
        ("hand over", {}, "not a move of one scan"),
        ("destroy", {}, "not a move of one scan"),
    ],
)
def test_what_is_stated_is_what_the_step_asks(
    session: Session, cast: Cast, action: str, stated: dict[str, str], why: str
) -> None:
    (code,), _ = stored(session)
    with pytest.raises((BadInput, RuleBroken), match=why):
        move(session, cast.technician, code, action, stated)


def test_the_same_scan_again_does_nothing_twice(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,), _ = stored(session)
    move(session, cast.technician, code, "take out", OUT)
    before = told(session, cast, code)
    again = move(session, cast.technician, code, "take out", OUT)
    assert again.already
    assert told(session, cast, code) == before
    later(monkeypatch)
    with pytest.raises(RuleBroken, match="Cannot take out"):
        move(session, cast.technician, code, "take out", OUT)


def test_a_second_person_who_scans_at_once_is_told_no(
    session: Session, cast: Cast
) -> None:
    (code,), _ = stored(session)
    move(session, cast.technician, code, "take out", OUT)
    with pytest.raises(RuleBroken, match="you must hold it"):
        move(session, cast.technician2, code, "take out", OUT)


def test_storing_at_the_same_place_twice_is_one_act(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    place = {"place": a_box(session).positions[0]}
    assert not move(session, cast.technician, code, "store", place).already
    assert move(session, cast.technician, code, "store", place).already


def test_twenty_at_once_take_out_one_tube_and_one_wins(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        (code,), _ = stored(session)
    people = [cast.technician, cast.technician2] * 10

    def attempt(actor: Actor) -> str:
        try:
            with database.transaction() as session:
                done = move(session, actor, code, "take out", OUT)
        except RuleBroken:
            return "refused"
        return "again" if done.already else "won"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, people))
    assert outcomes.count("won") == 1
    assert outcomes.count("refused") == 10
    with database.reading() as session:
        out = [one for one in told(session, cast, code) if one[0] == "take out"]
        assert len(out) == 1
        row = samples.sample(session, cast.technician, code)
        assert chain_faults(session, [row.uid]) == {}


def test_twenty_at_once_want_one_position_and_one_gets_it(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        codes = in_the_laboratory(session, 10)
        place = {"place": a_box(session).positions[0]}

    def attempt(code: str) -> bool:
        try:
            with database.transaction() as session:
                move(session, cast.technician, code, "store", place)
        except RuleBroken:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, codes)) == 1


def test_a_hand_over_takes_two_scans_by_two_people(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    offer(session, cast.technician, code, badge(session, cast.technician2))
    assert queries.item(session, cast.technician, code).holder_id == (
        cast.technician.user_id
    )
    assert queries.my_items(session, cast.technician2)[0].code == code
    done = accept(session, cast.technician2, code)
    assert done.at == badge(session, cast.technician2)
    assert queries.my_items(session, cast.technician) == []
    assert told(session, cast, code)[-2:] == [
        ("offer", badge(session, cast.technician)),
        ("hand over", badge(session, cast.technician2)),
    ]
    row = samples.sample(session, cast.technician, code)
    assert line.gaps(queries.custody_line(session, [row])) == []


def test_nobody_accepts_what_is_not_offered(session: Session, cast: Cast) -> None:
    (code,) = in_hands(session)
    with pytest.raises(RuleBroken, match="Nobody hands"):
        accept(session, cast.technician2, code)
    offer(session, cast.technician, code, badge(session, cast.technician2))
    with pytest.raises(RuleBroken, match="Nobody hands"):
        accept(session, cast.manager, code)


def test_nobody_hands_over_to_themselves(session: Session, cast: Cast) -> None:
    (code,) = in_hands(session)
    with pytest.raises(RuleBroken, match="two people"):
        offer(session, cast.technician, code, badge(session, cast.technician))


def test_nobody_hands_over_what_another_holds(session: Session, cast: Cast) -> None:
    (code,) = in_hands(session)
    with pytest.raises(RuleBroken, match="you must hold it"):
        offer(session, cast.technician2, code, badge(session, cast.manager))


def test_nothing_is_handed_over_to_another_laboratory_by_hand(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    foreign = badge(session, cast.foreign_technician)
    with pytest.raises(NotFound, match="Nobody here wears"):
        offer(session, cast.technician, code, foreign)


def test_an_offer_ends_when_the_giver_stores_the_item(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    offer(session, cast.technician, code, badge(session, cast.technician2))
    place = {"place": a_box(session).positions[0]}
    move(session, cast.technician, code, "store", place)
    with pytest.raises(RuleBroken, match="Nobody hands"):
        accept(session, cast.technician2, code)


def test_both_scans_of_a_hand_over_may_bleep_twice(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    colleague = badge(session, cast.technician2)
    assert not offer(session, cast.technician, code, colleague).already
    assert offer(session, cast.technician, code, colleague).already
    assert not accept(session, cast.technician2, code).already
    assert accept(session, cast.technician2, code).already


def test_a_stored_item_is_taken_out_not_handed_over(
    session: Session, cast: Cast
) -> None:
    (code,), _ = stored(session)
    with pytest.raises(RuleBroken, match="Cannot hand over"):
        offer(session, cast.technician, code, badge(session, cast.technician2))


def test_a_child_is_made_of_what_one_holds_and_is_held_by_its_maker(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    child = derive(session, cast.technician, code, powder())
    assert child.code is not None
    made = queries.item(session, cast.technician, child.code)
    assert (made.stage, made.at) == (Stage.IN_USE, badge(session, cast.technician))
    assert queries.item(session, cast.technician, code).stage == Stage.PROCESSED
    assert told(session, cast, child.code) == [("derive", made.at)]
    assert told(session, cast, code)[-1] == ("derive", made.at)


def test_nothing_is_made_of_what_another_holds_or_what_is_stored(
    session: Session, cast: Cast
) -> None:
    (held,) = in_hands(session)
    with pytest.raises(RuleBroken, match="you must hold it"):
        derive(session, cast.technician2, held, powder())
    (shelved,), _ = stored(session)
    with pytest.raises(RuleBroken, match="Cannot derive"):
        derive(session, cast.technician, shelved, powder())


def test_a_form_that_is_sent_twice_makes_one_child(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    first = derive(session, cast.technician, code, powder(), once="form 1")
    again = derive(session, cast.technician, code, powder(), once="form 1")
    other = derive(session, cast.technician, code, powder(), once="form 2")
    assert first.id == again.id != other.id
    assert samples.sample(session, cast.technician, code).amount == Decimal(800)


def test_a_refused_child_leaves_its_parent_as_it_was(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        (code,) = in_hands(session)
    with pytest.raises(RuleBroken, match="are left"), database.transaction() as session:
        derive(session, cast.technician, code, powder(1001))
    with database.reading() as session:
        assert queries.item(session, cast.technician, code).stage == Stage.IN_USE


def test_a_blank_is_held_by_who_made_it(session: Session, cast: Cast) -> None:
    blanks = operations.make_blanks(session, cast.technician, Stream.REFERENCE, 2)
    for blank in blanks:
        assert blank.code is not None
        here = badge(session, cast.technician)
        assert told(session, cast, blank.code) == [("derive", here)]
        place = a_box(session, Stream.REFERENCE).positions[0]
        move(session, cast.technician, blank.code, "store", {"place": place})
        move(session, cast.technician, blank.code, "take out", OUT)


def test_what_is_lost_is_nowhere_and_what_is_found_is_where_it_was_found(
    session: Session, cast: Cast
) -> None:
    (code,), box = stored(session)
    move(session, cast.technician, code, "lost", LOST)
    item = queries.item(session, cast.technician, code)
    assert (item.stage, item.at) == (Stage.LOST, "")
    move(session, cast.technician2, code, "found", {"place": box.positions[1]})
    item = queries.item(session, cast.technician, code)
    assert (item.stage, item.at) == (Stage.IN_USE, box.positions[1])
    row = samples.sample(session, cast.technician, code)
    (gap,) = line.gaps(queries.custody_line(session, [row]))
    assert "lost" in gap.why


def test_a_colleague_may_say_that_what_another_held_is_lost(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    assert move(session, cast.technician2, code, "lost", LOST).stage == Stage.LOST


def test_nobody_stores_what_another_holds(session: Session, cast: Cast) -> None:
    (code,) = in_hands(session)
    place = {"place": a_box(session).positions[0]}
    with pytest.raises(RuleBroken, match="you must hold it"):
        move(session, cast.technician2, code, "store", place)


def test_a_held_item_is_stored_but_not_worked_with(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    operations_holds.hold(session, cast.quality, code, "CONTAMINATION")
    for attempt in (
        lambda: derive(session, cast.technician, code, powder()),
        lambda: offer(session, cast.technician, code, badge(session, cast.technician2)),
    ):
        with pytest.raises(RuleBroken, match=r"is held \(CONTAMINATION\)"):
            attempt()
    assert queries.item(session, cast.technician, code).actions == ("store", "lost")
    place = {"place": a_box(session).positions[0]}
    assert move(session, cast.technician, code, "store", place).stage == Stage.STORED
    with pytest.raises(RuleBroken, match="is held"):
        move(session, cast.technician, code, "take out", OUT)


def test_a_hold_is_opened_once_for_one_reason_and_closed_once(
    session: Session, cast: Cast
) -> None:
    (code,), _ = stored(session)
    first = operations_holds.hold(session, cast.technician, code, "CONTAMINATION")
    assert operations_holds.hold(session, cast.quality, code, "CONTAMINATION") is first
    session.flush()
    operations_holds.hold(session, cast.quality, code, "SWAP_SUSPECTED")
    session.flush()
    operations_holds.release_hold(session, cast.manager, first.id, "CLEARED")
    operations_holds.release_hold(session, cast.manager, first.id, "CLEARED")
    session.flush()
    assert queries.item(session, cast.technician, code).holds == ("SWAP_SUSPECTED",)
    row = samples.sample(session, cast.technician, code)
    tags = [event.tag for event in events_of(session, [row.uid])]
    assert (tags.count("hold:opened"), tags.count("hold:closed")) == (2, 1)


def test_whoever_works_at_the_bench_does_not_close_holds(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(NotPermitted):
        operations_holds.release_hold(session, cast.technician, 1, "CLEARED")
    with pytest.raises(NotFound):
        operations_holds.release_hold(session, cast.foreign_manager, 1, "CLEARED")


def test_another_laboratorys_hold_is_unknown(session: Session, cast: Cast) -> None:
    (code,), _ = stored(session)
    held = operations_holds.hold(session, cast.technician, code, "CONTAMINATION")
    session.flush()
    with pytest.raises(NotFound, match="No such hold"):
        operations_holds.release_hold(session, cast.foreign_manager, held.id, "CLEARED")
    assert queries.open_holds(session, cast.foreign_manager) == []


def test_a_refused_bag_goes_back_and_its_sender_confirms(
    session: Session, cast: Cast
) -> None:
    (code,) = in_the_laboratory(session)
    steps = [
        ("refuse", {"reason": "ITEM_NOT_ACCEPTED"}),
        ("return", {"reason": "OWNER_ASKS"}),
        ("send back", {"seal": "SEAL-99", "courier": "Planted the driver"}),
        ("confirm return", {"giver": "driver", "receiver": "mortuary clerk"}),
    ]
    stages = [
        move(session, cast.technician, code, action, stated).stage
        for action, stated in steps
    ]
    assert stages == [
        Stage.REFUSED,
        Stage.RETURN_PENDING,
        Stage.RETURNING,
        Stage.RETURNED,
    ]
    row = samples.sample(session, cast.technician, code)
    assert line.gaps(queries.custody_line(session, [row])) == []
    assert not any(b"Planted" in one.body for one in events_of(session, [row.uid]))


@pytest.mark.parametrize("who", ["analyst", "auditor", "coordinator", "trainee"])
@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(
            lambda session, actor: move(session, actor, "S1", "take out", OUT),
            id="move",
        ),
        pytest.param(
            lambda session, actor: offer(session, actor, "S1", "B1"), id="offer"
        ),
        pytest.param(lambda session, actor: accept(session, actor, "S1"), id="accept"),
        pytest.param(
            lambda session, actor: derive(session, actor, "S1", powder()), id="derive"
        ),
        pytest.param(
            lambda session, actor: operations.make_blanks(session, actor, Stream.BONE),
            id="blanks",
        ),
    ],
)
def test_who_may_not_move_is_refused(
    session: Session, cast: Cast, who: str, attempt: Callable[[Session, Actor], object]
) -> None:
    with pytest.raises(NotPermitted):
        attempt(session, getattr(cast, who))


@pytest.mark.parametrize("stream", list(Stream))
def test_each_move_goes_as_the_table_says_and_nowhere_else(
    embedded: Database, cast: Cast, stream: Stream
) -> None:
    """Every stage and every move, through the operation, each undone again."""
    with embedded.transaction() as session:
        (code,) = in_the_laboratory(session, 1, stream)
        row = samples.sample(session, cast.technician, code)
        number = row.id
        position = a_box(session, stream).positions[0]
    stated = {
        "place": position,
        "purpose": "EXTRACTION",
        "reason": "OWNER_ASKS",
        "seal": "SEAL-1",
        "courier": "driver",
        "giver": "driver",
        "receiver": "clerk",
        "order": "O-1",
    }
    workflow = queries.WORKFLOWS[stream]
    for stage in Stage:
        for action, way in operations.MOVES.items():
            needed = {name: stated[name] for name in way.takes}
            expected = next(
                (
                    step.target
                    for step in workflow.steps
                    if step.action == action and stage in step.sources
                ),
                None,
            )
            got = _try_from(embedded, cast, number, code, stage, action, needed)
            assert got == expected, (stage, action)


def _try_from(
    database: Database,
    cast: Cast,
    number: int,
    code: str,
    stage: Stage,
    action: str,
    stated: dict[str, str],
) -> Stage | None:
    """What the move leads to from this stage; it is never kept."""
    actor = cast.manager if action in {"order destruction", "keep"} else cast.technician
    with database.sessions() as session:
        now = session.get_one(Holding, number)
        now.stage, now.holder_id = stage, None
        session.flush()
        try:
            return move(session, actor, code, action, stated).stage
        except RuleBroken:
            return None
