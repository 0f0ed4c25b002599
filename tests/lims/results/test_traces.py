"""A trace goes to its well, and what it says of the calls becomes a finding."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims import queue
from lims.audit.queries import all_faults
from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.db import Database
from lims.errors import NotFound
from lims.results import looking, originals, queries
from lims.results.intake import Fate, Receipt
from lims.results.queries_traces import LOOK, Standing, standing, trace_of
from lims.results.tables import Finding, Injection, Trace
from lims.store import Store
from tests import traces
from tests.kits import GLOBALFILER
from tests.plates import extracts
from tests.scenes import CAST, Scene, a_scene, events

Calls = Mapping[str, list[str]]


@pytest.fixture
def scene(database: Database, store: Store) -> Scene:
    with database.transaction() as session:
        codes = extracts(session, 2)
    return a_scene(database, store, codes)


def _calls(scene: Scene, well: WellView) -> dict[str, list[str]]:
    return {
        row.marker: [allele for allele, _ in row.cells]
        for row in scene.table
        if row.name == well.name
    }


def _own(well: WellView) -> looking.Own:
    """As of a well without calls."""
    return looking.Own(well, None, {})


def _source(well: WellView) -> str:
    return f"{well.name}_{well.position}.hid"


def _give(scene: Scene, well: WellView, calls: Calls | None = None) -> Receipt:
    shown = _calls(scene, well) if calls is None else calls
    return scene.give(traces.injected(well, shown), _source(well))


def _give_ladder(scene: Scene) -> Receipt:
    well = scene.named(WellRole.LADDER)
    return scene.give(traces.ladder(well), _source(well))


def _told(scene: Scene, well: WellView) -> list[tuple[str, str]]:
    """Outcome and sentence of each finding of a trace against the calls of a well."""
    scene.look()
    with scene.gate.database.reading() as session:
        found = session.scalars(
            select(Finding).where(Finding.rule == "T1").order_by(Finding.id)
        )
        return [
            (one.outcome, one.sentence)
            for one in found
            if one.wells == [well.position] and "read whole" not in one.sentence
        ]


def _injection(scene: Scene, well: WellView) -> Injection:
    with scene.gate.database.reading() as session:
        one = session.scalars(
            select(Injection).where(Injection.well_id == well.id)
        ).one()
        session.expunge_all()
        return one


def test_a_trace_that_bears_out_its_calls_passes(scene: Scene) -> None:
    scene.give(scene.table)
    _give_ladder(scene)
    well = scene.named()
    receipt = _give(scene, well)
    assert receipt.fate is Fate.LOADED
    assert receipt.plate == scene.plate
    (told,) = _told(scene, well)
    assert told == ("pass", f"Well {well.position}: the trace bears out the calls.")


def test_a_peak_without_a_call_is_a_finding_on_the_import_of_the_calls(
    scene: Scene, database: Database
) -> None:
    calls = scene.give(scene.table)
    _give_ladder(scene)
    well = scene.named()
    shown = _calls(scene, well)
    marker = next(
        one
        for one in traces.GLOBALFILER.markers
        if one.name == "D16S539" and one.name in shown
    )
    free = [one for one in marker.alleles if one not in shown[marker.name]]
    more = {**shown, marker.name: [*shown[marker.name], free[0]]}
    _give(scene, well, more)
    ((outcome, sentence),) = _told(scene, well)
    assert outcome == "warn"
    assert "peak above the threshold where no call stands at D16S539" in sentence
    with database.reading() as session:
        row = scene.row(session, calls)
        rules = [one.rule for one in queries.findings_of(session, row.id)]
    assert "T1" in rules
    assert scene.stage() == "cleared"  # a second opinion holds nothing


def test_whatever_comes_first_each_trace_is_looked_at_once(scene: Scene) -> None:
    well = scene.named()
    _give(scene, well)
    assert _told(scene, well) == []  # no calls yet
    scene.give(scene.table)
    ((outcome, sentence),) = _told(scene, well)
    assert outcome == "note"
    assert "has no ladder of its run" in sentence
    _give_ladder(scene)
    assert [outcome for outcome, _ in _told(scene, well)] == ["note", "pass"]
    assert looking.look(scene.gate, CAST.worker, scene.plate) == 0


def test_traces_are_looked_at_by_the_worker_and_not_by_who_brings_them(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    with database.reading() as session:
        assert not queue.unfinished(session, LOOK)  # no trace is there
    receipt = _give(scene, scene.named())
    with database.reading() as session:
        (promise,) = queue.unfinished(session, LOOK)
        assert promise.key == receipt.uid
        plate = batches.plate(session, scene.actor, scene.plate)
        assert standing(session, plate) == Standing(1, 0, waits=True, trouble="")
        assert _checked(session) == 0
    assert scene.look() == 1
    with database.reading() as session:
        plate = batches.plate(session, scene.actor, scene.plate)
        assert standing(session, plate) == Standing(1, 1, waits=False, trouble="")
        assert _checked(session) == 1


def _checked(session: Session) -> int:
    told = select(func.count()).where(Event.tag == Tag.TRACE_CHECKED)
    return session.scalar(told) or 0


def test_a_call_that_is_not_there_and_peaks_in_a_negative(scene: Scene) -> None:
    scene.give(scene.table)
    _give_ladder(scene)
    well, negative = scene.named(), scene.named(WellRole.NEGATIVE)
    shown = _calls(scene, well)
    _give(scene, well, {**shown, "FGA": []})
    assert "no peak where a call stands at FGA" in _told(scene, well)[0][1]
    _give(scene, negative, {"TH01": ["7"]})
    assert "peaks in a negative control at TH01" in _told(scene, negative)[0][1]


def test_the_points_of_an_injection_are_reached_by_a_query(
    scene: Scene, database: Database
) -> None:
    scene.give(scene.table)
    well = scene.named()
    _give(scene, well)
    injection = _injection(scene, well)
    with database.reading() as session:
        found = trace_of(session, injection)
        assert found is not None
        trace, _row = found
        assert (trace.dyes, trace.points) == (6, traces.POINTS)
        drawn = looking.picture(
            session, scene.gate.store, trace, _own(well), GLOBALFILER
        )
        assert [line.letter for line in drawn.lines] == ["B", "G", "Y", "R", "O", "P"]
        assert max(drawn.points[4]) >= 850
        blank = _injection(scene, scene.named(WellRole.NEGATIVE))
        assert trace_of(session, blank) is None


def test_the_bytes_are_sealed_under_the_samples_key(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    receipt = _give(scene, well)
    control = _give(scene, scene.named(WellRole.POSITIVE))
    with database.reading() as session:
        row = scene.row(session, receipt)
        (part,) = originals.parts_of(session, row)
        assert part.subject != row.uid
        whole = originals.content(session, scene.gate.store, row)
        assert whole == traces.injected(well, _calls(scene, well))
        own = scene.row(session, control)
        (part,) = originals.parts_of(session, own)
        assert part.subject == own.uid
    tags = [one["tag"] for one in events(database, receipt.uid)]
    assert tags == ["trace:kept"]
    with database.reading() as session:
        assert not list(all_faults(session))


def test_a_name_that_is_not_the_plates_waits_for_a_person(scene: Scene) -> None:
    well = scene.named()
    stranger = traces.injected(traces.other(well, name="Maria Rossi"), {})
    receipt = scene.give(stranger, "a.fsa")
    assert receipt.fate is Fate.QUARANTINED
    assert "Maria" not in receipt.public
    elsewhere = traces.injected(traces.other(well, position="H12"), {})
    assert scene.give(elsewhere, "b.fsa").fate is Fate.QUARANTINED
    nowhere = traces.injected(traces.other(well, plate=""), {})
    assert scene.give(nowhere, "c.fsa").fate is Fate.QUARANTINED


def test_a_damaged_trace_is_an_incident_with_a_sentence(scene: Scene) -> None:
    content = traces.injected(scene.named(), {})
    receipt = scene.give(content[:-100], "cut.fsa")
    assert receipt.fate is Fate.INCIDENT
    assert "it was cut" in receipt.public


def test_a_trace_that_was_erased_is_passed_over(
    scene: Scene, database: Database
) -> None:
    well = scene.named()
    receipt = _give(scene, well)
    with database.transaction() as session:
        row = scene.row(session, receipt)
        for part in originals.parts_of(session, row):
            part.sealed_key = None
            part.erased_at = part.erased_at or row.imported_at
    scene.give(scene.table)
    assert _told(scene, well) == []
    with database.reading() as session:
        trace = session.scalars(select(Trace)).one()
        with pytest.raises(NotFound):
            looking.picture(session, scene.gate.store, trace, _own(well), GLOBALFILER)
