"""A sequencer's reports come in as calls do: names matched, rules run."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lims.batches import queries as batches
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.db import Database
from lims.results.arrival import Gate
from lims.results.intake import Bench, Fate, Receipt
from lims.results.offsets import FLAG
from lims.results.tables import Finding
from lims.samples.tables import Stream
from lims.store import Store
from tests.cast import Cast
from tests.exports import people
from tests.instruments.uas_made import archive
from tests.plates import extracts, run
from tests.rules import RULES
from tests.scenes import KITS, Scene, injections
from tests.sequenced import FORENSEQ, OFFSETS, reports

NAME = "run.zip"


@pytest.fixture
def scene(database: Database, store: Store) -> Scene:
    """A plate of three samples for the sequencer; its table is not used."""
    with database.transaction() as session:
        plate = run(session, extracts(session, 3), FORENSEQ, Stream.BONE)
        wells = batches.wells(session, plate)
        code = plate.code
    bench = Bench({**KITS, FORENSEQ.name: FORENSEQ}, RULES, OFFSETS)
    gate = Gate(database, store, bench)
    return Scene(gate, Cast().technician, code, wells, ())


def _reports(wells: tuple[WellView, ...], version: str = "2.7.0") -> dict[str, bytes]:
    return reports(wells, people(wells, FORENSEQ), version)


def _told(scene: Scene, receipt: Receipt) -> str:
    with scene.gate.database.reading() as session:
        row = scene.row(session, receipt)
        return " ".join(str(fault["sentence"]) for fault in row.faults)


def test_the_reports_of_a_run_are_loaded_well_by_well(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(archive(_reports(scene.wells)), NAME)
    assert receipt.fate is Fate.LOADED, _told(scene, receipt)
    wells = {one.id for one in scene.wells if one.role is not WellRole.LADDER}
    assert {one.well_id for one in injections(database)} == wells
    assert scene.stage() == "cleared"
    with database.reading() as session:
        rules = set(session.scalars(select(Finding.rule)))
    assert {"C4", "D1", "D2", "E7", "G1"} <= rules


def test_markers_beside_the_profile_are_accounted_for_and_not_kept(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(archive(_reports(scene.wells)), NAME)
    with database.reading() as session:
        account = scene.row(session, receipt).account
    beside = [what for _, what, why in account if why == "typed beside the profile"]
    assert beside == ["set aside"] * (len(scene.wells) - 1)
    assert not any("rs1490413" in one.calls for one in injections(database))


@pytest.mark.parametrize(
    ("version", "written", "kept", "flag"),
    [("1.3.1", "29", "35", "29"), ("2.7.0", "35", "35", "")],
)
def test_an_allele_is_kept_under_its_comparable_name(
    scene: Scene, database: Database, version: str, written: str, kept: str, flag: str
) -> None:
    contents = dict(people(scene.wells, FORENSEQ))
    well = scene.named(WellRole.POSITIVE)
    call = contents[well.name]["DYS612"][0]
    contents[well.name] = {
        **contents[well.name],
        "DYS612": (replace(call, allele=written),),
    }
    scene.give(archive(reports(scene.wells, contents, version)), NAME)
    (found,) = [one for one in injections(database) if one.well_id == well.id]
    assert found.calls["DYS612"] == [[kept, None]]
    assert found.flags.get("DYS612", {}).get(FLAG, "") == flag


def test_one_report_alone_waits_and_says_what_is_wanted(scene: Scene) -> None:
    name, content = next(iter(_reports(scene.wells).items()))
    receipt = scene.give(content, name)
    assert receipt.fate is Fate.QUARANTINED
    assert "in one .zip archive" in receipt.public


def test_a_report_that_is_missing_is_missed(scene: Scene, database: Database) -> None:
    found = _reports(scene.wells)
    found.popitem()
    receipt = scene.give(archive(found), NAME)
    assert receipt.fate is Fate.QUARANTINED
    assert "is not in the file" in receipt.public
    assert injections(database) == []


def test_a_name_that_was_not_sent_waits(scene: Scene) -> None:
    found = _reports(scene.wells)
    stranger = replace(scene.named(), name="somebody-else")
    found |= _reports((stranger,))
    receipt = scene.give(archive(found), NAME)
    assert receipt.fate is Fate.QUARANTINED
    assert "worklist" in receipt.public
