"""Samples: codes are given once, children are known to their parents, places stand."""

from decimal import Decimal
import json

import pytest
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import chain_faults, events_of
from lims.codes import Kind, draw, is_code
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.samples import operations, queries
from lims.samples.amounts import Derivation, Measure
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import SampleKind, Stream, Zone
from tests.cast import Cast
from tests.factories import a_box, accessioned
from tests.statements import counted


def powder(taken: int, made: int | None = None) -> Derivation:
    amount = Decimal(taken if made is None else made)
    return Derivation(SampleKind.POWDER, Decimal(taken), amount, "mg", "GRIND-1")


def facts(session: Session, uid: str) -> list[dict[str, object]]:
    session.flush()
    return [json.loads(event.body) for event in events_of(session, [uid])]


def test_the_chain_goes_on_from_the_bag_to_the_code(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    row = queries.sample(session, cast.technician, code)
    told = facts(session, row.uid)
    assert [one["tag"] for one in told] == ["sample:registered", "sample:accessioned"]
    assert [one["seq"] for one in told] == [1, 2]
    assert chain_faults(session, [row.uid]) == {}


def test_a_code_is_never_given_twice_to_one_sample(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    row = queries.sample(session, cast.coordinator, code)
    with pytest.raises(RuleBroken, match=f"already has the code '{code}'"):
        operations.accession(session, cast.coordinator, {row.id: draw(Kind.SAMPLE)})


@pytest.mark.parametrize("code", ["S123456789", "PARHMSHG92", "s7k2m9qxa4"])
def test_only_a_blind_code_for_samples_is_given(
    session: Session, cast: Cast, code: str
) -> None:
    with pytest.raises(BadInput, match="not a code for samples"):
        operations.accession(session, cast.coordinator, {1: code})


def test_one_code_is_not_given_to_two_samples(session: Session, cast: Cast) -> None:
    code = draw(Kind.SAMPLE)
    with pytest.raises(BadInput, match="two samples"):
        operations.accession(session, cast.coordinator, {1: code, 2: code})


def test_a_child_has_its_own_code_and_stands_on_both_chains(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    child = operations.derive(session, cast.technician, code, powder(300, 250))
    parent = queries.sample(session, cast.technician, code)
    assert child.code is not None
    assert is_code(child.code)
    assert (parent.amount, child.amount) == (Decimal(700), Decimal(250))
    assert child.stream == parent.stream
    of_parent, of_child = facts(session, parent.uid)[-1], facts(session, child.uid)[-1]
    assert of_parent["facts"] == {
        "child": child.code,
        "taken": "300",
        "left": "700",
        "unit": "mg",
        "method": "GRIND-1",
    }
    assert of_child["tag"] == "sample:registered"


def test_the_third_child_cannot_take_what_the_first_two_took(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    for _ in range(2):
        operations.derive(session, cast.technician, code, powder(400))
    with pytest.raises(RuleBroken, match="200 mg are left"):
        operations.derive(session, cast.technician, code, powder(201))


def test_a_bone_is_not_made_of_a_sample(session: Session, cast: Cast) -> None:
    (code,) = accessioned(session)
    bone = Derivation(SampleKind.BONE, Decimal(1), Decimal(1), "mg", "GRIND-1")
    with pytest.raises(BadInput, match="'bone sample' is not made"):
        operations.derive(session, cast.technician, code, bone)


def test_what_came_without_a_weight_is_weighed_once(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session, measure=Measure())
    row = operations.measure(session, cast.technician, code, Decimal("12.5"), "mg")
    assert row.amount == Decimal("12.5")
    with pytest.raises(RuleBroken, match=r"12.5 mg are on record"):
        operations.measure(session, cast.technician, code, Decimal(99), "mg")


def test_that_something_was_weighed_stands_on_its_chain(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session, measure=Measure())
    row = operations.measure(session, cast.technician, code, Decimal("12.5"), "mg")
    told = facts(session, row.uid)[-1]
    assert (told["tag"], told["actor"]) == ("sample:measured", cast.technician.uid)


@pytest.mark.parametrize(("amount", "unit"), [("0", "mg"), ("-1", "mg"), ("1", "oz")])
def test_what_is_no_weight_is_not_written_down(
    session: Session, cast: Cast, amount: str, unit: str
) -> None:
    (code,) = accessioned(session, measure=Measure())
    with pytest.raises(BadInput):
        operations.measure(session, cast.technician, code, Decimal(amount), unit)


def test_no_place_stands_inside_a_position(session: Session, cast: Cast) -> None:
    box = a_box(session)
    held = queries.place(session, cast.technician, box.code)
    position, *_ = queries.places(session, cast.technician, held.id)
    with pytest.raises(RuleBroken, match="is a position"):
        register_places(
            session, cast.manager, [NewPlace("Tray", Zone(held.zone))], position.code
        )


def test_no_place_stands_inside_another_zone(session: Session, cast: Cast) -> None:
    bones = NewPlace("Bone room", Zone.PRE_PCR_BONE)
    (room,) = register_places(session, cast.manager, [bones])
    other = NewPlace("Freezer", Zone.PRE_PCR_REFERENCE)
    with pytest.raises(RuleBroken, match="is in the zone"):
        register_places(session, cast.manager, [other], room.code)


def test_the_lineage_reaches_up_and_down(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        (code,) = accessioned(session)
        line = [code]
        for amount in (500, 400, 300):
            child = operations.derive(
                session, cast.technician, line[-1], powder(amount)
            )
            assert child.code is not None
            line.append(child.code)
    with database.reading() as session:
        middle = queries.sample(session, cast.auditor, line[1])
        with counted(database) as sent:
            found = queries.lineage(session, cast.auditor, middle)
        assert [one.code for one in found.ancestors] == line[:1]
        assert [one.code for one in found.descendants] == line[2:]
        assert len(sent) == 2
        assert queries.sources(session, cast.auditor, line) == dict.fromkeys(line, code)


def test_a_blank_looks_like_any_other_tube(session: Session, cast: Cast) -> None:
    (blank,) = operations.make_blanks(session, cast.technician, Stream.BONE)
    assert blank.code is not None
    assert is_code(blank.code)
    assert blank.code.startswith("S")


def test_a_box_has_its_positions(session: Session, cast: Cast) -> None:
    box = a_box(session, rows=8, columns=12)
    place = queries.place(session, cast.technician, box.code)
    inside = queries.places(session, cast.technician, place.id)
    assert [one.name for one in inside][:2] == ["A1", "A2"]
    assert inside[-1].name == "H12"
    assert all(one.is_position and one.zone == Zone.PRE_PCR_BONE for one in inside)
    assert not place.is_position
    assert [one.name for one in queries.places(session, cast.technician)] == ["Room"]


def test_what_another_laboratory_has_is_as_unknown_as_what_is_not(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    box = a_box(session)
    unknown = draw(Kind.SAMPLE)
    with pytest.raises(NotFound) as foreign:
        queries.sample(session, cast.foreign_technician, code)
    with pytest.raises(NotFound) as never:
        queries.sample(session, cast.foreign_technician, unknown)
    assert str(foreign.value) == str(never.value).replace(unknown, code)
    with pytest.raises(NotFound):
        queries.place(session, cast.foreign_technician, box.code)
    with pytest.raises(NotFound):
        operations.derive(session, cast.foreign_technician, code, powder(1))
    assert queries.places(session, cast.foreign_technician) == []
    assert queries.sample(session, cast.auditor, code).code == code


@pytest.mark.parametrize("who", ["analyst", "auditor", "trainee", "coordinator"])
def test_who_may_not_derive_is_refused(session: Session, cast: Cast, who: str) -> None:
    actor: Actor = getattr(cast, who)
    with pytest.raises(NotPermitted):
        operations.derive(session, actor, "S1", powder(1))


def test_only_the_coordinator_gives_codes(session: Session, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        operations.accession(session, cast.technician, {1: draw(Kind.SAMPLE)})


def test_only_the_manager_enters_places(session: Session, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        register_places(session, cast.technician, [])


def test_nobody_announces_an_amount_of_nothing(session: Session, cast: Cast) -> None:
    for measure in (Measure(Decimal(0), "mg"), Measure(Decimal(1), "handful")):
        with pytest.raises(BadInput, match=r"not an amount|not a unit"):
            operations.expect(session, cast.mortuary, Stream.BONE, 1, [measure])
