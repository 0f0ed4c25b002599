"""Places: how cold, how full, carried whole, taken out of use."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lims.audit.queries import chain_faults
from lims.audit.retold import row_faults
from lims.custody import operations_places, queries_places
from lims.custody.operations import derive, move
from lims.errors import BadInput, RuleBroken
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.samples.amounts import Derivation
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.queries import Place
from lims.samples.tables import PlaceKind, SampleKind, Stream, Temperature, Zone
from tests.cast import Cast
from tests.factories import in_hands, in_the_laboratory

BONE = Zone.PRE_PCR_BONE
K = PlaceKind


def freezer(name: str, degrees: Temperature, *inside: NewPlace) -> NewPlace:
    return NewPlace(name, BONE, inside, many=True, kind=K.FREEZER, temperature=degrees)


def furnished(session: Session, cast: Cast) -> dict[str, Place]:
    """A house with a warm cupboard, two cold freezers and a small box, by name."""
    box = NewPlace("Box", BONE, rows=1, columns=2)
    shelf = NewPlace("Shelf", BONE, (box,), kind=K.SHELF)
    cold = freezer("Cold", Temperature.FROZEN, shelf)
    deep = freezer("Deep", Temperature.DEEP_FROZEN)
    warm = NewPlace(
        "Warm", BONE, many=True, temperature=Temperature.AMBIENT, capacity=1
    )
    room = NewPlace("Room", BONE, (cold, deep, warm), kind=K.ROOM)
    house = NewPlace("House", BONE, (room,), kind=K.SITE)
    made = register_places(session, cast.manager, [house])
    return {one.name: one for one in made}


def powder(session: Session, cast: Cast) -> str:
    (code,) = in_hands(session)
    taken = Derivation(SampleKind.POWDER, Decimal(1), Decimal(1), "mg", "GRIND-1")
    return str(derive(session, cast.technician, code, taken).code)


def put(session: Session, cast: Cast, code: str, place: Place) -> None:
    move(session, cast.technician, code, "store", {"place": place.code})


def test_a_place_has_the_cold_of_what_it_stands_in(
    session: Session, cast: Cast
) -> None:
    made = furnished(session, cast)
    assert places.temperature(session, made["A1"]) == Temperature.FROZEN
    assert places.temperature(session, made["Room"]) is None
    way = [one.name for one in places.way(session, made["A2"])]
    assert way == ["House", "Room", "Cold", "Shelf", "Box", "A2"]


def test_powder_does_not_keep_at_room_temperature_and_bone_does(
    session: Session, cast: Cast
) -> None:
    made, code = furnished(session, cast), powder(session, cast)
    with pytest.raises(RuleBroken, match="'Warm' is kept at 'room temperature'"):
        put(session, cast, code, made["Warm"])
    put(session, cast, code, made["A1"])
    (bone,) = in_the_laboratory(session)
    put(session, cast, bone, made["Warm"])


def test_a_place_without_positions_holds_what_it_has_room_for(
    session: Session, cast: Cast
) -> None:
    made = furnished(session, cast)
    first, second = in_the_laboratory(session, 2)
    put(session, cast, first, made["Warm"])
    with pytest.raises(RuleBroken, match="is full: it holds 1 items"):
        put(session, cast, second, made["Warm"])


def test_the_database_itself_holds_one_item_a_position(
    session: Session, cast: Cast
) -> None:
    made = furnished(session, cast)
    first, second = in_the_laboratory(session, 2)
    put(session, cast, first, made["A1"])
    put(session, cast, second, made["A2"])
    row = samples.sample(session, cast.technician, second)
    wrong = "UPDATE holding SET position_id = :place WHERE sample_id = :row"
    with pytest.raises(IntegrityError):
        session.execute(text(wrong), {"place": made["A1"].id, "row": row.id})
    session.rollback()


def test_a_box_is_carried_and_its_content_goes_along(
    session: Session, cast: Cast
) -> None:
    made, code = furnished(session, cast), powder(session, cast)
    put(session, cast, code, made["A1"])
    box, deep = made["Box"], made["Deep"]
    operations_places.move_place(session, cast.technician, box.code, deep.code)
    way = [one.name for one in places.way(session, made["A1"])]
    assert way == ["House", "Room", "Deep", "Box", "A1"]
    assert queries_places.count_in(session, deep) == 1
    version = box.ver
    operations_places.move_place(session, cast.technician, box.code, deep.code)
    assert box.ver == version
    session.flush()
    assert chain_faults(session, [box.uid]) == {}
    assert list(row_faults(session)) == []


def test_a_box_is_not_carried_where_its_content_spoils(
    session: Session, cast: Cast
) -> None:
    made, code = furnished(session, cast), powder(session, cast)
    put(session, cast, code, made["A1"])
    with pytest.raises(RuleBroken, match="does not keep there: powder"):
        operations_places.move_place(
            session, cast.technician, made["Box"].code, made["Warm"].code
        )


@pytest.mark.parametrize(
    ("what", "into", "told"),
    [
        ("Shelf", "Box", "does not stand in 'Box'"),
        ("A1", "Deep", "stays where it is"),
        ("House", "Room", "stays where it is"),
        ("Shelf", "Shelf", "cannot stand inside itself"),
    ],
)
def test_what_cannot_stand_there_is_not_carried(
    session: Session, cast: Cast, what: str, into: str, told: str
) -> None:
    made = furnished(session, cast)
    with pytest.raises(RuleBroken, match=told):
        operations_places.move_place(
            session, cast.technician, made[what].code, made[into].code
        )


def test_nothing_crosses_zones_in_a_box(session: Session, cast: Cast) -> None:
    made = furnished(session, cast)
    other = NewPlace("Swabs", Zone.PRE_PCR_REFERENCE)
    (room,) = register_places(session, cast.manager, [other])
    with pytest.raises(RuleBroken, match="Nothing crosses zones"):
        operations_places.move_place(
            session, cast.technician, made["Box"].code, room.code
        )


def test_a_place_goes_out_of_use_when_it_is_empty_and_takes_nothing_then(
    session: Session, cast: Cast
) -> None:
    made = furnished(session, cast)
    first, second = in_the_laboratory(session, 2)
    put(session, cast, first, made["A1"])
    with pytest.raises(RuleBroken, match="holds 1 items"):
        operations_places.retire_place(session, cast.manager, made["Cold"].code)
    stated = {"purpose": "EXTRACTION"}
    move(session, cast.technician, first, "take out", stated)
    operations_places.retire_place(session, cast.manager, made["Cold"].code)
    assert all(made[name].retired_at for name in ("Cold", "Shelf", "Box", "A1", "A2"))
    with pytest.raises(RuleBroken, match="out of use"):
        put(session, cast, second, made["A2"])
    with pytest.raises(RuleBroken, match="out of use"):
        register_places(
            session, cast.manager, [NewPlace("New", BONE)], made["Cold"].code
        )
    with pytest.raises(RuleBroken, match="out of use"):
        operations_places.move_place(
            session, cast.technician, made["Deep"].code, made["Cold"].code
        )
    version = made["Cold"].ver
    operations_places.retire_place(session, cast.manager, made["Cold"].code)
    assert made["Cold"].ver == version
    assert list(row_faults(session)) == []


def test_one_position_is_not_taken_out_of_its_box(session: Session, cast: Cast) -> None:
    made = furnished(session, cast)
    with pytest.raises(RuleBroken, match="Take the box out of use"):
        operations_places.retire_place(session, cast.manager, made["A1"].code)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (NewPlace("Site", BONE, kind=K.SITE), "A site does not stand in a freezer"),
        (NewPlace("S", BONE, rows=1, columns=1, kind=K.SHELF), "has no rows"),
        (NewPlace("B", BONE, rows=1, columns=1, capacity=9), "has positions for"),
        (NewPlace("B", BONE, many=True, capacity=0), "at least one item"),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    session: Session, cast: Cast, new: NewPlace, told: str
) -> None:
    made = furnished(session, cast)
    with pytest.raises(BadInput, match=told):
        register_places(session, cast.manager, [new], made["Cold"].code)


def test_the_next_free_position_is_told_row_by_row(
    session: Session, cast: Cast
) -> None:
    made = furnished(session, cast)
    first, second = in_the_laboratory(session, 2, Stream.BONE)
    put(session, cast, first, made["A1"])
    free = queries_places.next_free(session, made["Box"])
    assert free is not None
    assert free.name == "A2"
    put(session, cast, second, made["A2"])
    assert queries_places.next_free(session, made["Box"]) is None
