"""Plates: laid out by the system, loaded with proof, run with controls only."""

import json

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import chain_faults, events_of
from lims.batches import operations, queries
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.batches.proof import Scanned, Witnessed
from lims.batches.tables import Well
from lims.codes import is_code
from lims.custody import operations as custody
from lims.custody import operations_holds as holding
from lims.custody import queries as custody_queries
from lims.db import Database
from lims.errors import NotFound, NotPermitted, RuleBroken
from lims.people import queries as people
from lims.samples import queries as samples
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.factories import accessioned
from tests.kits import ESX17, GLOBALFILER
from tests.plates import INSTRUMENT, extracts, loaded, planned, run, scans
from tests.statements import counted


def told(session: Session, uid: str) -> list[dict[str, object]]:
    session.flush()
    return [json.loads(event.body) for event in events_of(session, [uid])]


def test_the_system_places_every_control_of_a_plate(session: Session) -> None:
    wells = queries.wells(session, planned(session, extracts(session, 3)))
    roles = [well.role for well in wells]
    assert roles.count(WellRole.SAMPLE) == 3
    for role in set(WellRole) - {WellRole.SAMPLE, WellRole.EMPTY}:
        assert roles.count(role) == 1, role


def test_the_extraction_blank_is_named_like_any_tube(
    session: Session, cast: Cast
) -> None:
    wells = queries.wells(session, planned(session, extracts(session, 2)))
    (blank,) = [one for one in wells if one.role is WellRole.EXTRACTION_BLANK]
    assert is_code(blank.name)
    assert blank.name.startswith("S")
    assert samples.sample(session, cast.technician, blank.name).stream == Stream.BONE


def test_a_control_is_named_after_its_plate_and_its_well(session: Session) -> None:
    plate = planned(session, extracts(session))
    for well in queries.wells(session, plate):
        if not well.code:
            assert well.name.endswith(f"-{plate.code}-{well.position}")


def test_bone_and_reference_never_share_a_plate(session: Session) -> None:
    bone, (reference,) = extracts(session, 2), extracts(session, 1, Stream.REFERENCE)
    with pytest.raises(RuleBroken, match=f"'{reference}' is reference") as refusal:
        planned(session, [*bone, reference])
    assert bone[0] not in str(refusal.value)


def test_only_an_extract_goes_on_a_plate(session: Session) -> None:
    (code,) = accessioned(session)
    with pytest.raises(RuleBroken, match=f"'{code}' is bone sample"):
        planned(session, [code])


def test_a_tube_on_hold_goes_on_no_plate(session: Session, cast: Cast) -> None:
    free, held = extracts(session, 2)
    holding.hold(session, cast.quality, held, "CONTAMINATION")
    with pytest.raises(RuleBroken, match=f"'{held}' is on hold") as refusal:
        planned(session, [free, held])
    assert free not in str(refusal.value)


def test_a_tube_that_is_held_after_planning_is_not_loaded(
    session: Session, cast: Cast
) -> None:
    codes = extracts(session, 2)
    plate = planned(session, codes)
    holding.hold(session, cast.quality, codes[0], "CONTAMINATION")
    with pytest.raises(RuleBroken, match=f"'{codes[0]}' is on hold"):
        loaded(session, plate)


def test_a_tube_that_is_lost_goes_on_no_plate(session: Session, cast: Cast) -> None:
    (code,) = extracts(session)
    custody.move(session, cast.technician, code, "lost", {"reason": "NOT_FOUND"})
    with pytest.raises(RuleBroken, match=f"'{code}' is lost"):
        planned(session, [code])


def test_the_blank_is_in_the_hands_of_who_planned_the_plate(
    session: Session, cast: Cast
) -> None:
    wells = queries.wells(session, planned(session, extracts(session)))
    (blank,) = [one for one in wells if one.role is WellRole.EXTRACTION_BLANK]
    item = custody_queries.item(session, cast.technician, blank.code)
    assert item.holder_id == cast.technician.user_id


def test_one_tube_is_not_planned_into_two_wells(session: Session) -> None:
    (code,) = extracts(session)
    with pytest.raises(RuleBroken, match="stands twice"):
        planned(session, [code, code])


def test_a_tube_of_another_laboratory_is_as_unknown(
    session: Session, cast: Cast
) -> None:
    (code,) = extracts(session)
    with pytest.raises(NotFound, match=code):
        operations.plan(
            session, cast.foreign_technician, GLOBALFILER, Stream.BONE, [code]
        )


def test_the_record_tells_which_tube_was_planned_where(session: Session) -> None:
    plate = planned(session, extracts(session, 2))
    (event,) = told(session, plate.uid)
    wells = {one.position: one.name for one in queries.wells(session, plate)}
    assert event["tag"] == "plate:planned"
    facts = event["facts"]
    assert isinstance(facts, dict)
    assert facts["wells"] == wells
    assert facts["code"] == plate.code


def test_a_plate_is_loaded_when_each_tube_was_scanned_at_its_well(
    session: Session,
) -> None:
    plate = loaded(session, planned(session, extracts(session, 2)))
    assert plate.stage == "loaded"
    assert plate.loaded_at is not None


def test_a_wrong_tube_at_a_well_stops_the_loading(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session, 2))
    right = scans(session, plate).codes
    one, other, *_ = right
    swapped = {**right, one: right[other], other: right[one]}
    with pytest.raises(
        RuleBroken, match=f"found '{right[other]}', expected '{right[one]}'"
    ):
        operations.load(session, cast.technician, plate.code, Scanned(swapped))
    assert plate.stage == "planned"


def test_a_tube_without_a_scan_stops_the_loading(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session, 2))
    right = dict(scans(session, plate).codes)
    position, _ = right.popitem()
    with pytest.raises(RuleBroken, match=f"Well {position} has no scan"):
        operations.load(session, cast.technician, plate.code, Scanned(right))


def test_a_tube_in_a_well_that_is_to_stay_empty_stops_the_loading(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    right = scans(session, plate).codes
    more = {**right, "H12": next(iter(right.values()))}
    with pytest.raises(RuleBroken, match="Well H12"):
        operations.load(session, cast.technician, plate.code, Scanned(more))


def test_a_colleague_may_witness_the_transfer(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session))
    badge = people.person(session, cast.technician, cast.technician2.uid).badge
    operations.load(session, cast.technician, plate.code, Witnessed(badge))
    facts = told(session, plate.uid)[-1]["facts"]
    assert isinstance(facts, dict)
    assert facts["witness"] == cast.technician2.uid


def test_nobody_is_their_own_witness(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session))
    badge = people.person(session, cast.technician, cast.technician.uid).badge
    with pytest.raises(RuleBroken, match="somebody else"):
        operations.load(session, cast.technician, plate.code, Witnessed(badge))


def test_loading_stands_on_the_chain_of_each_tube(session: Session, cast: Cast) -> None:
    plate = loaded(session, planned(session, extracts(session, 2)))
    tubes = [one for one in queries.wells(session, plate) if one.code]
    for well in tubes:
        row = samples.sample(session, cast.technician, well.code)
        last = told(session, row.uid)[-1]
        assert last["tag"] == "sample:put on a plate"
        assert last["facts"] == {
            "code": well.code,
            "kit": plate.kit,
            "plate": plate.code,
            "well": well.position,
        }
        assert chain_faults(session, [row.uid]) == {}


@pytest.mark.parametrize(
    "role",
    [
        WellRole.EXTRACTION_BLANK,
        WellRole.NEGATIVE,
        WellRole.POSITIVE,
        WellRole.LADDER,
    ],
)
def test_a_plate_that_lacks_a_control_is_neither_loaded_nor_run(
    session: Session, cast: Cast, role: WellRole
) -> None:
    ready = planned(session, extracts(session))
    started = loaded(session, planned(session, extracts(session)))
    operations.amplify(session, cast.technician, started.code, GLOBALFILER)
    proof = scans(session, ready)
    session.execute(delete(Well).where(Well.role == role))
    with pytest.raises(RuleBroken, match=role):
        operations.load(session, cast.technician, ready.code, proof)
    with pytest.raises(RuleBroken, match=role):
        operations.run(session, cast.technician, started.code, INSTRUMENT)
    assert started.stage == "amplified"


def test_another_kit_than_planned_is_refused(session: Session, cast: Cast) -> None:
    plate = loaded(session, planned(session, extracts(session)))
    with pytest.raises(RuleBroken, match="expected 'GlobalFiler'"):
        operations.amplify(session, cast.technician, plate.code, ESX17)


def test_a_plate_is_not_run_before_it_is_amplified(
    session: Session, cast: Cast
) -> None:
    plate = loaded(session, planned(session, extracts(session)))
    with pytest.raises(RuleBroken, match="Possible now: amplify, void"):
        operations.run(session, cast.technician, plate.code, INSTRUMENT)


def test_every_step_of_a_plate_is_on_its_chain(session: Session) -> None:
    plate = run(session, extracts(session))
    events = told(session, plate.uid)
    stages = [one["facts"] for one in events[1:]]
    assert [isinstance(one, dict) and one["stage"] for one in stages] == [
        "loaded",
        "amplified",
        "run",
    ]
    assert chain_faults(session, [plate.uid]) == {}


def test_a_plate_is_voided_with_a_cause_and_keeps_its_wells(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    operations.void(session, cast.technician, plate.code, Cause.PLANNED_WRONGLY)
    assert plate.stage == "void"
    assert queries.wells(session, plate)
    with pytest.raises(RuleBroken, match="Possible now: nothing"):
        operations.void(session, cast.technician, plate.code, Cause.PLANNED_WRONGLY)


def test_a_held_plate_is_injected_again_with_a_cause(
    session: Session, cast: Cast
) -> None:
    plate = run(session, extracts(session))
    operations.take_results(session, cast.technician, plate, "0" * 64)
    operations.judge(session, cast.technician, plate, ["D1"])
    assert plate.stage == "held"
    again = ("inject again", Cause.INJECTION_FAILED)
    with pytest.raises(RuleBroken, match="instrument"):
        operations.again(session, cast.technician, plate.code, *again)
    operations.again(session, cast.technician, plate.code, *again, INSTRUMENT)
    assert plate.stage == "run"


def test_only_a_plate_in_hold_is_resolved(session: Session, cast: Cast) -> None:
    plate = run(session, extracts(session))
    operations.take_results(session, cast.technician, plate, "0" * 64)
    operations.judge(session, cast.technician, plate, [])
    assert plate.stage == "cleared"
    with pytest.raises(RuleBroken, match="resolve"):
        operations.resolve(session, cast.quality, plate, Cause.DROP_IN)


@pytest.mark.parametrize(
    "person", ["analyst", "reviewer", "manager", "quality", "trainee", "auditor"]
)
def test_only_the_bench_plans_plates(session: Session, cast: Cast, person: str) -> None:
    codes = extracts(session)
    actor: Actor = getattr(cast, person)
    with pytest.raises(NotPermitted):
        operations.plan(session, actor, GLOBALFILER, Stream.BONE, codes)


def test_a_plate_of_another_laboratory_is_as_unknown(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    for reader in (cast.foreign_technician, cast.foreign_quality):
        with pytest.raises(NotFound, match=plate.code):
            queries.plate(session, reader, plate.code)
    assert queries.plate(session, cast.auditor, plate.code) is plate


def test_planning_and_loading_take_as_many_statements_for_90_tubes_as_for_9(
    database: Database,
) -> None:
    with database.transaction() as session:
        few, many = extracts(session, 9), extracts(session, 87)
    numbers = []
    for codes in (few, many):
        with counted(database) as sent, database.transaction() as session:
            loaded(session, planned(session, codes))
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_the_database_admits_one_content_for_each_well(session: Session) -> None:
    plate = planned(session, extracts(session))
    first, *_ = queries.wells(session, plate)
    session.add(
        Well(
            plate_id=plate.id,
            position=first.position,
            role=WellRole.LADDER,
            instrument_name="another",
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_plates_of_a_tube_are_found_by_the_tube(
    session: Session, cast: Cast
) -> None:
    one, other = extracts(session, 2)
    plates = [planned(session, codes) for codes in ([one, other], [one])]
    tubes = samples.by_codes(session, cast.analyst, [one, other])
    found = queries.plates_holding(session, cast.analyst, [tubes[one].id])
    assert [plate.code for plate in found] == [plate.code for plate in plates]
    found = queries.plates_holding(session, cast.analyst, [tubes[other].id])
    assert [plate.code for plate in found] == [plates[0].code]
    assert queries.plates_holding(session, cast.foreign_analyst, [tubes[one].id]) == []
