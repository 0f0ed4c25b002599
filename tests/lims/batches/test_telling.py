"""What is planned is told to the instrument: blind, proven, on record."""

from hashlib import sha256
import json

import pytest
from sqlalchemy.orm import Session

from instruments.plate_record import Kind
from lims.audit.queries import events_of
from lims.audit.tags import Tag
from lims.batches import queries, telling
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.batches.tables import Plate
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.results.operations import void_plate
from tests.cast import Cast
from tests.plates import extracts, planned

WORDS = {"assay": "GF_29", "naming": "HID_names", "group": "HID_group"}
LAYOUT = telling.format_named("3500")


def on_record(session: Session, plate: Plate) -> list[dict[str, object]]:
    session.flush()
    told = [one for one in events_of(session, [plate.uid]) if one.tag == Tag.PLATE_TOLD]
    return [json.loads(one.body)["facts"] for one in told]


def test_every_well_is_told_by_its_code_and_the_blank_as_a_sample(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session, 5))
    file = telling.tell(session, cast.technician, plate.code, LAYOUT, WORDS)
    told = {one.position: one for one in LAYOUT.read(file.content).wells}
    wells = queries.wells(session, plate)
    assert {one.position: one.name for one in wells} == {
        position: one.name for position, one in told.items()
    }
    blank = next(one for one in wells if one.role is WellRole.EXTRACTION_BLANK)
    assert told[blank.position].kind is Kind.SAMPLE
    assert b"lank" not in file.content
    assert file.name == f"{plate.code}-3500.txt"


def test_making_a_record_is_an_event_with_the_hash_of_the_file(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    file = telling.tell(session, cast.technician, plate.code, LAYOUT, WORDS)
    (event,) = on_record(session, plate)
    assert event["sha256"] == sha256(file.content).hexdigest()
    assert "HID_group" not in json.dumps(event)  # free text stays out of the record
    (row,) = telling.records_of(session, plate)
    assert (row.format, row.sha256) == ("3500", event["sha256"])
    assert row.settings == WORDS


def test_the_words_used_last_are_offered_again_to_the_same_laboratory(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    before = telling.usual(session, cast.technician, LAYOUT)
    assert (before["group"], before["polymer"]) == ("", "POP4")
    telling.tell(session, cast.technician, plate.code, LAYOUT, WORDS)
    after = telling.usual(session, cast.technician2, LAYOUT)
    assert (after["group"], after["polymer"]) == ("HID_group", "POP4")
    assert telling.usual(session, cast.foreign_technician, LAYOUT)["group"] == ""


def test_a_setting_the_instrument_would_refuse_is_refused_and_nothing_is_on_record(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    with pytest.raises(BadInput, match="Results group"):
        telling.tell(
            session, cast.technician, plate.code, LAYOUT, {**WORDS, "group": ""}
        )
    assert telling.records_of(session, plate) == []
    assert on_record(session, plate) == []


def test_no_instrument_is_told_of_a_void_plate(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session))
    void_plate(session, cast.technician, plate.code, Cause.CONTAMINATION)
    with pytest.raises(RuleBroken, match="is void"):
        telling.tell(session, cast.technician, plate.code, LAYOUT, WORDS)


def test_who_plans_no_plates_tells_no_instrument(session: Session, cast: Cast) -> None:
    plate = planned(session, extracts(session))
    with pytest.raises(NotPermitted):
        telling.tell(session, cast.analyst, plate.code, LAYOUT, WORDS)


def test_a_plate_of_another_laboratory_and_an_unknown_format_are_not_found(
    session: Session, cast: Cast
) -> None:
    plate = planned(session, extracts(session))
    with pytest.raises(NotFound):
        telling.tell(session, cast.foreign_technician, plate.code, LAYOUT, WORDS)
    with pytest.raises(NotFound, match="called 'abacus'"):
        telling.format_named("abacus")
