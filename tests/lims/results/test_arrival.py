"""Files come in: loaded whole, or waiting whole; the same bytes are recognised."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lims.access import Actor
from lims.audit.queries import all_faults
from lims.audit.tables import Event
from lims.batches import operations as batch_operations
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.db import Database
from lims.errors import BadInput, NotPermitted, RuleBroken
from lims.results import operations, originals, queries
from lims.results.arrival import Parcel, arrive, retry
from lims.results.intake import Fate, Receipt, Stated
from lims.results.tables import Finding, ImportState, InjectionState
from lims.store import Store
from tests.cast import Cast
from tests.exports import Row, changed, export_of, people, rows, written
from tests.kits import ESX17
from tests.plates import extracts, planned, run
from tests.rules import RULES
from tests.scenes import BENCH, Scene, a_scene, events, injections

SECRET = "Maria Rossi"


@pytest.fixture
def scene(database: Database, store: Store) -> Scene:
    with database.transaction() as session:
        codes = extracts(session, 3)
    return a_scene(database, store, codes)


def sentences(database: Database, receipt: Receipt, actor: Actor) -> str:
    with database.reading() as session:
        row = queries.one(session, actor, receipt.uid)
        return " ".join(str(fault["sentence"]) for fault in row.faults)


def waits(scene: Scene, receipt: Receipt, fate: Fate = Fate.QUARANTINED) -> str:
    """The file waits whole: original, row and event, and nothing else. Its faults."""
    database = scene.gate.database
    assert receipt.fate is fate
    assert injections(database) == []
    assert scene.stage() == "run"
    with database.reading() as session:
        row = scene.row(session, receipt)
        assert row.state == fate
        assert originals.content(session, scene.gate.store, row)
        assert session.scalar(select(func.count()).select_from(Finding)) == 0
    tag = events(database, receipt.uid)[-1]["tag"]
    assert tag == f"import:{fate}"
    return sentences(database, receipt, scene.actor)


def test_a_file_that_fits_its_plate_is_loaded_well_by_well(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(scene.table)
    assert receipt.fate is Fate.LOADED
    assert receipt.plate == scene.plate
    found = injections(database)
    assert {one.well_id for one in found} == {well.id for well in scene.wells}
    assert {one.state for one in found} == {InjectionState.CURRENT}
    assert scene.stage() == "cleared"


def test_the_calls_are_kept_as_text_with_their_heights(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    well = scene.named(WellRole.POSITIVE)
    (found,) = [one for one in injections(database) if one.well_id == well.id]
    assert found.calls["TH01"] == [["7", 1000], ["9.3", 1000]]
    assert found.sample_id is None


def test_an_injection_belongs_to_the_source_of_its_extract(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    sources = {one.sample_id for one in injections(database)} - {None}
    extract_ids = {one.sample_id for one in scene.wells if one.code}
    assert len(sources) == 3
    assert not sources & extract_ids


def test_every_row_is_accounted_for_with_its_line(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(scene.table)
    with database.reading() as session:
        row = scene.row(session, receipt)
        assert row.rows == len(scene.table)
        lines = [line for line, _, _ in row.account]
        assert lines == list(range(2, len(scene.table) + 2))
        first = scene.table[0]
        assert row.account[0] == [2, "read", first.well]


def test_findings_are_kept_when_they_pass_too(scene: Scene, database: Database) -> None:
    scene.give(scene.table)
    with database.reading() as session:
        found = list(session.scalars(select(Finding)))
        passed = {one.rule for one in found if one.outcome == "pass"}
        assert passed == {"C4", "D1", "D2", "E1", "E2", "E7", "E8", "F3", "G1", "G1s"}
        assert {one.rule_version for one in found} == {"1"}


def test_the_original_is_kept_as_it_came(scene: Scene, database: Database) -> None:
    receipt = scene.give(scene.table)
    with database.reading() as session:
        row = scene.row(session, receipt)
        assert originals.content(session, scene.gate.store, row) == written(scene.table)


def test_no_event_tells_an_allele_or_the_name_of_the_file(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    marked = [
        replace(row, cells=(("14.1", "777"), ("14.2", "777")))
        if row.name == well.name
        else row
        for row in scene.table
    ]
    scene.give(marked, name=f"{SECRET}.txt")
    with database.reading() as session:
        bodies = b"".join(session.scalars(select(Event.body)))
    for secret in (b'"14.1"', b'"14.2"', b",777]", SECRET.encode(), b".hid"):
        assert secret not in bodies


def test_each_injection_has_a_chain_and_a_sealed_commitment(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    for one in injections(database):
        (event,) = events(database, one.uid)
        assert event["tag"] == "injection:called"
        assert set(event["facts"]["calls"]) == {"commitment"}
    with database.reading() as session:
        assert all_faults(session) == {}


def test_the_record_tells_of_the_import_and_its_checks(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(scene.table)
    loaded, checked = events(database, receipt.uid)
    assert loaded["tag"] == "import:loaded"
    assert loaded["facts"]["plate"] == scene.plate
    assert loaded["facts"]["rows"] == len(scene.table)
    assert checked["tag"] == "import:checked"
    assert checked["facts"]["rules"] == RULES.name


def test_the_same_file_again_is_recognised_and_changes_nothing(
    scene: Scene, database: Database
) -> None:
    first = scene.give(scene.table)
    before = injections(database)
    again = scene.give(scene.table, name="the same under another name.txt")
    assert again.fate is Fate.REPEATED
    assert (again.uid, again.plate) == (first.uid, scene.plate)
    assert len(injections(database)) == len(before)
    assert events(database, first.uid)[-1]["tag"] == "import:repeated"


def test_two_injections_of_one_well_stay_apart(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    second = [
        replace(row, source="second.hid")
        for row in scene.table
        if row.name == well.name
    ]
    scene.give([*scene.table, *second])
    found = [one for one in injections(database) if one.well_id == well.id]
    assert {one.source for one in found} == {
        second[0].source,
        f"{well.name}_{well.position}.hid",
    }


def test_a_file_without_wells_and_run_names_is_matched_by_the_names_alone(
    scene: Scene,
) -> None:
    table = [replace(row, well="", run="", source="") for row in scene.table]
    assert scene.give(table).fate is Fate.LOADED


def test_a_kit_and_its_markers_are_known_by_their_aliases(scene: Scene) -> None:
    names = {"AMEL": "Amelogenin", "vWA": "VWA", "D3S1358": "d3s1358"}
    table = [
        replace(
            row, panel="GlobalFiler_Panel_v1", marker=names.get(row.marker, row.marker)
        )
        for row in scene.table
    ]
    assert scene.give(table).fate is Fate.LOADED


def _extra(scene: Scene) -> list[Row]:
    strange = changed(scene.table, scene.named().name, name=SECRET, well="H12")
    return [*scene.table, *(row for row in strange if row.name == SECRET)]


def _missing(scene: Scene) -> list[Row]:
    return [row for row in scene.table if row.name != scene.named().name]


def _doubled(scene: Scene) -> list[Row]:
    own = [row for row in scene.table if row.name == scene.named().name]
    return [*scene.table, *own]


def _elsewhere(scene: Scene) -> list[Row]:
    return changed(scene.table, scene.named().name, well="H12")


def _other_kit(scene: Scene) -> list[Row]:
    return rows(scene.wells, people(scene.wells, ESX17), ESX17)


def _other_panel(scene: Scene) -> list[Row]:
    return changed(scene.table, scene.named().name, panel="PowerPlex ESX 17")


def _unknown_marker(scene: Scene) -> list[Row]:
    (first, *rest) = scene.table
    return [replace(first, marker=SECRET), *rest]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_extra, "'Sample Name': Expected a name of the plate's worklist"),
        (_missing, "is not in the file"),
        (_doubled, "stands in the file twice"),
        (_elsewhere, "'Well': Expected"),
        (_other_kit, "The file lacks "),
        (_other_panel, "'Panel': Expected a panel of GlobalFiler"),
        (_unknown_marker, "'Marker': Expected a marker of GlobalFiler"),
    ],
)
def test_a_file_that_does_not_fit_its_plate_waits_whole(
    scene: Scene, spoil: Callable[[Scene], list[Row]], told: str
) -> None:
    assert told in waits(scene, scene.give(spoil(scene)))


def test_a_strange_value_is_shown_to_the_importer_alone(
    scene: Scene, database: Database
) -> None:
    receipt = scene.give(_extra(scene))
    assert SECRET in receipt.whole
    assert SECRET not in receipt.public
    with database.reading() as session:
        row = scene.row(session, receipt)
        assert any(SECRET in str(fault["value"]) for fault in row.faults)
        assert all(SECRET not in fault["sentence"] for fault in row.faults)
    (event,) = events(database, receipt.uid)
    line = len(scene.table) + 2
    assert event["facts"]["faults"] == [{"column": "Sample Name", "line": line}]
    assert set(event["facts"]["values"]) == {"commitment"}


def test_a_file_that_names_no_plate_waits_until_a_person_states_it(
    scene: Scene, database: Database
) -> None:
    table = [
        replace(row, run="", source="", name=row.name.replace(scene.plate, "X"))
        for row in scene.table
    ]
    assert "names no plate" in waits(scene, scene.give(table))


def test_the_name_of_the_file_may_tell_the_plate(scene: Scene) -> None:
    table = [replace(row, run="Run 1") for row in scene.table if row.name != "x"]
    assert scene.give(table, name=f"{scene.plate} export.txt").fate is Fate.LOADED


def test_a_plate_that_is_not_known_here_makes_the_file_wait(
    scene: Scene, cast: Cast
) -> None:
    foreign = replace(scene, actor=cast.foreign_technician)
    receipt = foreign.give(scene.table)
    assert "is not known here" in waits(foreign_view(scene, foreign), receipt)


def foreign_view(scene: Scene, foreign: Scene) -> Scene:
    """Looks at imports as the other laboratory, at the plate as its own."""

    class _Both(Scene):
        def stage(self) -> str:
            return scene.stage()

    return _Both(foreign.gate, foreign.actor, scene.plate, scene.wells, scene.table)


def test_a_file_of_two_plates_waits(scene: Scene, database: Database) -> None:
    with database.transaction() as session:
        other = run(session, extracts(session)).code
    table = [replace(scene.table[0], run=f"{other}_run1"), *scene.table[1:]]
    told = waits(scene, scene.give(table))
    assert "more than one plate" in told
    assert other in told


def test_a_person_decides_which_of_two_plates_a_file_is_of(
    scene: Scene, database: Database
) -> None:
    with database.transaction() as session:
        other = run(session, extracts(session)).code
    table = [replace(row, run=f"{other}_run1") for row in scene.table]
    waiting = scene.give(table)
    assert waiting.fate is Fate.QUARANTINED
    done = retry(scene.gate, scene.actor, waiting.uid, Stated(plate=scene.plate))
    assert done.fate is Fate.LOADED
    with database.reading() as session:
        row = scene.row(session, done)
        assert (row.state, row.faults) == (ImportState.LOADED, [])


def test_a_kit_that_is_not_set_up_here_makes_the_file_wait(scene: Scene) -> None:
    without = replace(scene.gate, bench=replace(BENCH, kits={"Other kit": ESX17}))
    bare = replace(scene, gate=without)
    assert "'Other kit'" in waits(bare, bare.give(scene.table))


def test_nothing_of_a_voided_plate_is_read_any_more(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    with database.transaction() as session:
        operations.void_plate(session, scene.actor, scene.plate, Cause.TURNED)
    assert scene.stage() == "void"
    assert {one.state for one in injections(database)} == {InjectionState.SUPERSEDED}
    with database.reading() as session:
        assert all_faults(session) == {}


def test_the_export_of_a_plate_that_was_not_run_waits(
    scene: Scene, database: Database
) -> None:
    with database.transaction() as session:
        plate = planned(session, extracts(session))
        content = export_of(session, plate)
    assert "is 'planned'. Expected 'run'" in waits(scene, scene.give(content))


def test_another_file_for_the_same_run_is_an_incident(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    well = scene.named()
    table = [
        replace(row, cells=row.cells[:1]) if row.name == well.name else row
        for row in scene.table
    ]
    receipt = scene.give(table)
    assert receipt.fate is Fate.INCIDENT
    assert "imported from another file" in receipt.public
    assert len(injections(database)) == len(scene.wells)
    assert scene.stage() == "cleared"


def test_a_re_analysis_with_its_reason_is_a_new_version_of_the_calls(
    scene: Scene, database: Database
) -> None:
    first = scene.give(scene.table)
    table = [replace(row, source=f"{row.name}.hid") for row in scene.table]
    receipt = scene.give(table, reason="SETTINGS_CHANGED")
    assert receipt.fate is Fate.LOADED
    old, new = (
        [one for one in injections(database) if one.analysis == number]
        for number in (1, 2)
    )
    assert {one.state for one in old} == {InjectionState.SUPERSEDED}
    assert {one.state for one in new} == {InjectionState.CURRENT}
    assert len(old) == len(new) == len(scene.wells)
    with database.reading() as session:
        before, after = (scene.row(session, one) for one in (first, receipt))
        assert before.state == ImportState.SUPERSEDED
        assert (after.supersedes_id, after.analysis) == (before.id, 2)
    assert events(database, old[0].uid)[-1]["tag"] == "injection:superseded"
    assert events(database, receipt.uid)[0]["facts"]["reason"] == "SETTINGS_CHANGED"


def test_a_reason_is_a_code_and_no_free_text(scene: Scene) -> None:
    scene.give(scene.table)
    with pytest.raises(BadInput, match="chosen from the list"):
        scene.give(written(scene.table) + b"\r\n", reason=f"because of {SECRET}")


def test_a_changed_file_that_waits_is_taken_in_once_a_reason_is_stated(
    scene: Scene,
) -> None:
    scene.give(scene.table)
    table = [replace(row, source=f"{row.name}.hid") for row in scene.table]
    waiting = scene.give(table)
    stated = Stated(reason="ANALYST_CORRECTED")
    done = retry(scene.gate, scene.actor, waiting.uid, stated)
    assert (done.fate, done.uid) == (Fate.LOADED, waiting.uid)


def test_a_file_that_names_no_plate_is_loaded_once_a_person_states_it(
    scene: Scene,
) -> None:
    table = [replace(row, run="", source="") for row in scene.table]
    controls = [row for row in table if scene.plate not in row.name]
    waiting = scene.give(controls)
    stated = Stated(plate=scene.plate)
    done = retry(scene.gate, scene.actor, waiting.uid, stated)
    assert done.fate is Fate.QUARANTINED
    assert "is not in the file" in done.public


def test_a_stated_plate_does_not_overrule_the_file(
    scene: Scene, database: Database
) -> None:
    with database.transaction() as session:
        other = run(session, extracts(session)).code
    waiting = scene.give(_missing(scene))
    done = retry(scene.gate, scene.actor, waiting.uid, Stated(plate=other))
    assert f"'{other}' was stated" in done.public


def test_a_voided_file_never_comes_back(scene: Scene, database: Database) -> None:
    waiting = scene.give(_missing(scene))
    with database.transaction() as session:
        operations.withdraw(session, scene.actor, waiting.uid, Cause.PLANNED_WRONGLY)
    assert events(database, waiting.uid)[-1]["tag"] == "import:withdrawn"
    assert scene.give(_missing(scene)).fate is Fate.REPEATED
    with pytest.raises(RuleBroken, match="no longer waits"):
        retry(scene.gate, scene.actor, waiting.uid, Stated())


def test_only_a_file_that_waits_is_voided(scene: Scene, database: Database) -> None:
    loaded = scene.give(scene.table)
    with database.transaction() as session, pytest.raises(RuleBroken):
        operations.withdraw(session, scene.actor, loaded.uid, Cause.PLANNED_WRONGLY)


def test_a_row_that_cannot_be_read_holds_its_well_and_no_other(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    first = next(
        place for place, row in enumerate(scene.table) if row.name == well.name
    )
    table = list(scene.table)
    table[first] = replace(table[first], cells=(("14", "not a number"),))
    receipt = scene.give(table)
    assert receipt.fate is Fate.LOADED
    held = [one.well_id for one in injections(database) if one.state == "held"]
    assert held == [well.id]
    assert scene.stage() == "cleared"
    with database.reading() as session:
        row = scene.row(session, receipt)
        assert row.account[first][:2] == [first + 2, "refused"]
        (hold,) = queries.open_holds_of(session, row.id)
        told = (hold.rule, hold.outcome, hold.wells)
        assert told == ("C3", "block", [well.position])
        assert "not a number" not in hold.sentence


def test_an_impossible_allele_holds_its_well_and_no_other(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    table = [
        replace(row, cells=(("9.33", "900"),))
        if row.name == well.name and row.marker == "TH01"
        else row
        for row in scene.table
    ]
    scene.give(table)
    held = [one.well_id for one in injections(database) if one.state == "held"]
    assert held == [well.id]


def test_a_marker_that_stands_twice_in_a_well_holds_that_well(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    twice = next(row for row in scene.table if row.name == well.name)
    scene.give([*scene.table, twice])
    held = [one.well_id for one in injections(database) if one.state == "held"]
    assert held == [well.id]


@pytest.mark.parametrize("person", ["analyst", "reviewer", "auditor", "trainee"])
def test_who_may_not_import_leaves_nothing_behind(
    scene: Scene, cast: Cast, tmp_path: Path, person: str
) -> None:
    other = replace(scene, actor=getattr(cast, person))
    with pytest.raises(NotPermitted):
        other.give(scene.table)
    assert not (tmp_path / "originals").exists()


def test_a_plate_is_injected_again_as_a_new_run(
    scene: Scene, database: Database
) -> None:
    blank = scene.named(WellRole.EXTRACTION_BLANK)
    person = next(row for row in scene.table if row.name == scene.named().name)
    dirty = [
        replace(row, cells=person.cells) if row.name == blank.name else row
        for row in scene.table
    ]
    scene.give(dirty)
    if scene.stage() == "held":
        with database.transaction() as session:
            batch_operations.again(
                session,
                scene.actor,
                scene.plate,
                "inject again",
                Cause.INJECTION_FAILED,
                "N000000001",
            )
    receipt = scene.give(scene.table)
    assert receipt.fate is Fate.LOADED
    assert scene.stage() == "cleared"
    with database.reading() as session:
        assert scene.row(session, receipt).analysis == 1
    states = {one.state for one in injections(database)}
    assert states == {InjectionState.SUPERSEDED, InjectionState.CURRENT}


SUMMARY = (
    b"Kit Name:\tIdentifiler\n\nSample Name\tILS\tChannels\tTH01-2\tFGA-4\n"
    b"/run/S1.fsa\tOK\t\t6,9.3\t21\n"
)
"""Without its first line, by which OSIRIS's summary is known."""


def test_a_file_that_no_parser_claims_is_read_by_the_one_that_a_person_names(
    scene: Scene, database: Database
) -> None:
    waiting = arrive(scene.gate, scene.actor, Parcel.of_bytes("s.tab", SUMMARY))
    assert waiting.fate is Fate.INCIDENT
    stated = Stated(parser="OSIRIS summary")
    done = retry(scene.gate, scene.actor, waiting.uid, stated)
    assert done.fate is Fate.QUARANTINED  # it names no plate
    with database.reading() as session:
        row = scene.row(session, done)
        assert (row.parser, row.rows) == ("OSIRIS summary", 1)
    chosen = [e for e in events(database, done.uid) if "parser-chosen" in e["tag"]]
    assert len(chosen) == 1


def test_what_the_named_parser_cannot_read_still_waits(scene: Scene) -> None:
    waiting = arrive(scene.gate, scene.actor, Parcel.of_bytes("s.tab", SUMMARY))
    stated = Stated(parser="Names of trace files")
    done = retry(scene.gate, scene.actor, waiting.uid, stated)
    assert done.fate is Fate.INCIDENT
    assert "'Names of trace files' was chosen and cannot read this file" in done.whole
