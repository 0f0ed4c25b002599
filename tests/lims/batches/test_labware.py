"""Single-use labware is used once (rule B14)."""

import json

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lims.audit.queries import all_faults, events_of
from lims.batches import queries_labware
from lims.batches.labware import LabwareKind, labware_codes
from lims.batches.operations_labware import use_labware
from lims.batches.tables import Labware
from lims.errors import BadInput, NotFound, RuleBroken
from tests import plates
from tests.cast import Cast

COMB = LabwareKind.TIP_COMB


def test_the_makers_code_is_kept_without_the_scanners_mark() -> None:
    assert labware_codes(["]C0TC-0815", " TC-0816 ", ""]) == ["TC-0815", "TC-0816"]


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        ([], "Scan the code"),
        (["TC-1", "TC-1"], "scanned twice"),
        (["T" * 65], "no code of labware"),
        (["TC\x001"], "no code of labware"),
    ],
)
def test_what_is_no_code_of_labware_is_refused(scanned: list[str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        labware_codes(scanned)


def test_a_piece_is_on_record_with_its_plate(session: Session, cast: Cast) -> None:
    plate = plates.planned(session, plates.extracts(session))
    use_labware(session, cast.technician, plate.code, COMB, ["TC-1", "TC-2"])
    kept = queries_labware.of_plate(session, plate)
    assert [(one.code, one.kind, one.stage) for one in kept] == [
        ("TC-1", "tip comb", "planned"),
        ("TC-2", "tip comb", "planned"),
    ]
    facts = json.loads(events_of(session, [plate.uid])[-1].body)["facts"]
    assert facts == {
        "code": plate.code,
        "kind": "tip comb",
        "labware": ["TC-1", "TC-2"],
    }
    assert all_faults(session) == {}


def test_its_second_use_is_refused_with_where_and_when(
    session: Session, cast: Cast
) -> None:
    first = plates.planned(session, plates.extracts(session))
    second = plates.planned(session, plates.extracts(session))
    use_labware(session, cast.technician, first.code, COMB, ["TC-1"])
    again = f"'TC-1' was used already: as tip comb for plate {first.code}"
    for plate in (first, second):
        with pytest.raises(RuleBroken, match=again):
            use_labware(
                session,
                cast.technician2,
                plate.code,
                LabwareKind.TRAY,
                ["TC-9", "TC-1"],
            )
    assert queries_labware.of_plate(session, second) == []


def test_the_database_holds_each_code_of_a_laboratory_once(
    session: Session, cast: Cast
) -> None:
    plate = plates.planned(session, plates.extracts(session))
    (row,) = use_labware(session, cast.technician, plate.code, COMB, ["TC-1"])
    session.add(
        Labware(
            organisation_id=row.organisation_id, code="TC-1", kind=COMB,
            plate_id=plate.id, stage="loaded", used_at=row.used_at, used_by=row.used_by,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_another_laboratorys_plate_is_unknown(session: Session, cast: Cast) -> None:
    plate = plates.planned(session, plates.extracts(session))
    with pytest.raises(NotFound):
        use_labware(session, cast.foreign_technician, plate.code, COMB, ["TC-1"])
