"""What goes wrong at the bench is found at the import, held, and its cause told."""

from dataclasses import replace

from sqlalchemy import select

from lims.batches.plate import WellRole
from lims.batches.turns import Turn, found_at
from lims.batches.wells import WellView
from lims.cases import operations as cases
from lims.db import Database
from lims.results.intake import Fate
from lims.results.tables import Finding
from lims.store import Store
from tests.exports import Row
from tests.factories import (
    CAST,
    a_body,
    a_consignment,
    accession,
    accessioned,
    an_element,
    an_incident,
    received,
)
from tests.plates import extract_of, extracts
from tests.scenes import a_scene, injections


def holds(database: Database) -> list[Finding]:
    with database.reading() as session:
        wanted = select(Finding).where(Finding.outcome.in_(("hold", "block")))
        found = list(session.scalars(wanted.order_by(Finding.id)))
        session.expunge_all()
        return found


def states(database: Database, wells: tuple[WellView, ...]) -> dict[str, str]:
    """The state of the calls, by position."""
    positions = {well.id: well.position for well in wells}
    return {
        positions[one.well_id]: one.state
        for one in injections(database)
        if one.well_id in positions
    }


def with_content(table: tuple[Row, ...], moves: dict[str, str]) -> list[Row]:
    """The wells of these names show the content of the others."""
    cells = {(row.name, row.marker): row.cells for row in table}
    return [
        replace(row, cells=cells[moves.get(row.name, row.name), row.marker])
        for row in table
    ]


def test_a_contaminated_blank_holds_the_whole_batch_and_names_the_source(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 5)
    scene = a_scene(database, store, codes)
    blank, source = scene.named(WellRole.EXTRACTION_BLANK), scene.named()
    receipt = scene.give(with_content(scene.table, {blank.name: source.name}))
    assert receipt.fate is Fate.LOADED
    assert "held by D1" in receipt.public
    assert scene.stage() == "held"
    assert set(states(database, scene.wells).values()) == {"held"}
    (hold,) = [one for one in holds(database) if one.rule == "D1"]
    assert hold.whole_batch
    assert source.position in hold.evidence
    assert f"Likely source: {source.position}" in hold.sentence


def test_two_swapped_tubes_that_were_re_extracted_are_held_with_the_swap(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        sources = accessioned(session, 4)
        first = [extract_of(session, code) for code in sources]
        second = [extract_of(session, code) for code in sources]
    before = a_scene(database, store, first)
    before.give(before.table)
    scene = a_scene(database, store, second)
    old = dict(zip(second, first, strict=True))
    cells = {(row.name, row.marker): row.cells for row in before.table}
    right = [
        replace(row, cells=cells[old[row.name], row.marker]) if row.name in old else row
        for row in scene.table
    ]
    one, other, *_ = second
    scene.give(with_content(tuple(right), {one: other, other: one}))
    wells = {well.name: well.position for well in scene.wells}
    held = {
        name for name, state in states(database, scene.wells).items() if state == "held"
    }
    assert held == {wells[one], wells[other]}
    (search,) = [hold for hold in holds(database) if hold.rule == "G1s"]
    assert "Likely cause: swap on" in search.sentence
    # Which of the two extractions went wrong, the profiles alone cannot tell.
    for plate in (before.plate, scene.plate):
        assert any(one.startswith(f"swap on {plate}") for one in search.evidence)
    assert scene.stage() == "cleared"


def test_a_plate_that_was_turned_by_180_degrees_is_held_as_turned(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 80)
    scene = a_scene(database, store, codes)
    by_position = {(row.well, row.marker): row.cells for row in scene.table}
    turned = [
        replace(
            row,
            cells=by_position.get((_opposite(row.well), row.marker), ()),
        )
        for row in scene.table
    ]
    scene.give(turned)
    assert scene.stage() == "held"
    (hold,) = [one for one in holds(database) if one.rule == "C4"]
    assert "turned by 180 degrees" in hold.sentence
    assert set(states(database, scene.wells).values()) == {"held"}


def _opposite(position: str) -> str:
    return found_at(Turn.TURNED, position) or ""


def test_profiles_that_agree_because_they_are_of_one_body_are_noted_as_explained(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        sent = a_consignment(session, 2)
        body = a_body(session, an_incident(session))
        elements = [an_element(session, body, name) for name in ("Femur", "Mandible")]
        subjects = dict(zip(sent.bags, elements, strict=True))
        cases.declare(session, CAST.mortuary, subjects)
        received(session, sent)
        sources = accession(session, sent).values()
        codes = [extract_of(session, code) for code in sources]
    scene = a_scene(database, store, codes)
    scene.give(with_content(scene.table, {codes[0]: codes[1]}))
    assert holds(database) == []
    with database.reading() as session:
        wanted = select(Finding).where(Finding.rule == "F3", Finding.outcome == "note")
        told = session.scalars(wanted).one().sentence
    assert "explained" in told
    for secret in ("body", "remains", "Femur", body):
        assert secret not in told


def test_the_same_profile_in_two_wells_holds_both_and_no_other(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 4)
    scene = a_scene(database, store, codes)
    scene.give(with_content(scene.table, {codes[0]: codes[1]}))
    wells = {well.name: well.position for well in scene.wells}
    held = {
        name for name, state in states(database, scene.wells).items() if state == "held"
    }
    assert held == {wells[codes[0]], wells[codes[1]]}
    assert {one.rule for one in holds(database)} == {"F3"}


def test_a_failed_positive_control_holds_the_whole_batch(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 2)
    scene = a_scene(database, store, codes)
    positive = scene.named(WellRole.POSITIVE)
    table = [
        replace(row, cells=()) if row.name == positive.name else row
        for row in scene.table
    ]
    scene.give(table)
    assert scene.stage() == "held"
    assert "D2" in {one.rule for one in holds(database)}
