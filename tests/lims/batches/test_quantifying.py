"""Plates to quantify: planned with standards, told to the instrument, and taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from instruments.plate_record import Kind
from lims.audit.queries import all_faults
from lims.batches import operations, operations_quantifying, queries, telling
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.batches.proof import Scanned
from lims.batches.quantifying import KITS, SERIES, layout
from lims.batches.stages import QUANTIFICATION, PlateStage
from lims.db import Database
from lims.demo.quantified import Control, Tube, written
from lims.demo.quantified import Plate as Run
from lims.errors import BadInput, LimsError, NotPermitted, RuleBroken
from lims.quantities.tables import Quantification
from lims.results import operations_findings as findings
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Fate, Receipt, Stated
from lims.results.operations import void_plate
from lims.results.tables import Finding, Import
from lims.samples.tables import Stream
from lims.store import Store
from tests.cast import PASSWORD, Cast
from tests.plates import INSTRUMENT, extracts, planned
from tests.scenes import BENCH
from tests.written_tables import (
    assert_one_step_a_cell,
    cells_of,
    hold_against,
)
from tests.written_tables import written as table

CAST = Cast()
D = Decimal
TRIO = "Quantifiler Trio"
TABLE = table(
    """
planned                        | load               | loaded    | proof of transfer
loaded                         | run                | run       | instrument
run                            | import             | imported  | file
imported, cleared, held        | import re-analysis | imported  | file, reason
imported                       | clear              | cleared   |
imported, cleared              | hold               | held      | reason
held                           | resolve            | cleared   | cause
held                           | quantify again     | planned   | cause
planned, loaded, amplified     | void               | void      | reason
run, imported, cleared, held   | void               | void      | reason
"""
)


@pytest.mark.parametrize(("stage", "action"), cells_of(QUANTIFICATION, PlateStage))
def test_every_cell_of_the_table(stage: PlateStage, action: str) -> None:
    hold_against(QUANTIFICATION, TABLE, stage, action)


def test_each_action_leads_to_one_stage() -> None:
    assert_one_step_a_cell(QUANTIFICATION, PlateStage)


class TestLayout:
    @pytest.mark.parametrize("kit", KITS)
    def test_every_kit_has_its_dilution_series_twice(self, kit: str) -> None:
        found = layout(kit, ["S1"])
        assert [one.quantity for one in found.standards] == [*SERIES[kit] * 2]
        assert len(found.negatives) == 2

    def test_each_well_holds_one_thing(self) -> None:
        found = layout(TRIO, [f"S{n}" for n in range(84)])
        places = [one.position for one in (*found.standards, *found.negatives)]
        places += found.tubes.values()
        assert len(set(places)) == len(places) == 96

    def test_what_does_not_fit_is_refused_with_what_does(self) -> None:
        with pytest.raises(RuleBroken, match="At most 84 fit"):
            layout(TRIO, [f"S{n}" for n in range(85)])

    @pytest.mark.parametrize("codes", [[], ["S1", "S1"]])
    def test_nothing_and_twice_are_refused(self, codes: Sequence[str]) -> None:
        with pytest.raises(RuleBroken):
            layout(TRIO, codes)


@dataclass(frozen=True)
class Bench:
    gate: Gate
    code: str
    tubes: Sequence[str]
    wells: Mapping[str, str]
    """Name to well: tubes, standards, negative controls."""
    controls: Sequence[Control]
    scans: Scanned

    def start(self) -> None:
        """Load it with proof, and run it."""
        with self.database.transaction() as session:
            operations.load(session, CAST.technician, self.code, self.scans)
            operations.run(session, CAST.technician, self.code, INSTRUMENT)

    @property
    def database(self) -> Database:
        return self.gate.database

    def give(
        self, change: Mapping[str, str] | None = None, reason: str = "",
        **told: object,
    ) -> Receipt:  # fmt: skip
        """The export of the plate's run; `change` puts names into other wells."""
        tubes = [Tube(code, D("0.2"), D("0.1")) for code in self.tubes]
        places = {**self.wells, **(change or {})}
        run = Run(self.code, tubes, controls=self.controls, places=places)
        run = replace(run, **told)  # type: ignore[arg-type]
        content = written(run)
        parcel = Parcel.of_bytes("run.txt", content)
        return arrive(self.gate, CAST.technician, parcel, Stated(reason=reason))

    @property
    def stage(self) -> str:
        with self.database.reading() as session:
            return queries.plate(session, CAST.technician, self.code).stage


@pytest.fixture
def bench(database: Database, store: Store) -> Bench:
    with database.transaction() as session:
        tubes = extracts(session, 3)
        plate = operations_quantifying.plan(
            session, CAST.technician, TRIO, Stream.BONE, tubes
        )
        code, series = plate.code, queries.standards(session, plate)
        wells = queries.wells(session, plate)
        scans = Scanned({one.position: one.code for one in wells if one.code})
        names = {one.name: one.position for one in wells}
        names |= {one.instrument_name: one.position for one in series}
        controls = [
            *(
                Control(one.instrument_name, one.position, one.quantity)
                for one in series
            ),
            *(Control(one.name, one.position, None) for one in wells if not one.code),
        ]
    gate = Gate(database, store, BENCH)
    made = Bench(gate, code, tubes, names, controls, scans)
    made.start()
    return made


def test_the_set_up_tells_standards_with_amounts_and_tasks(bench: Bench) -> None:
    """Read back by our own reader: nothing is lost on the way to the instrument."""
    for name in ("quantstudio", "7500"):
        form = telling.format_named(name)
        with bench.database.transaction() as session:
            settings = {one.name: one.usual for one in form.settings}
            file = telling.tell(session, CAST.technician, bench.code, form, settings)
        told = {one.name: one for one in form.read(file.content).wells}
        assert {name: one.position for name, one in told.items()} == bench.wells
        amounts = [one.quantity for one in told.values() if one.kind is Kind.STANDARD]
        assert sorted(filter(None, amounts)) == sorted(SERIES[TRIO] * 2)
        kinds = [one.kind for one in told.values()]
        assert (kinds.count(Kind.NEGATIVE), kinds.count(Kind.SAMPLE)) == (2, 3)
        assert b"STANDARD" in file.content
        assert b"NTC" in file.content


def test_the_kit_of_the_set_up_is_the_planned_one(bench: Bench) -> None:
    form = telling.format_named("quantstudio")
    settings = {one.name: one.usual for one in form.settings} | {"kit": "PowerQuant"}
    with bench.database.transaction() as session:
        file = telling.tell(session, CAST.technician, bench.code, form, settings)
    assert b"T.Small Autosomal" in file.content


def test_a_plate_is_told_to_the_instruments_that_know_its_wells() -> None:
    assert [one.name for one in telling.formats_of(TRIO)] == ["quantstudio", "7500"]
    assert "3500" in [one.name for one in telling.formats_of("GlobalFiler")]


def test_the_run_of_a_planned_plate_clears_it(bench: Bench) -> None:
    receipt = bench.give()
    assert (receipt.fate, receipt.plate) == (Fate.LOADED, bench.code)
    assert bench.stage == "cleared"
    with bench.database.reading() as session:
        assert session.scalars(select(Quantification)).one().plate_id is not None
        assert all_faults(session) == {}


def test_a_curve_out_of_bounds_holds_the_plate_until_two_have_decided(
    bench: Bench,
) -> None:
    bench.give(slope=D("-3.9"))
    assert bench.stage == "held"
    with bench.database.reading() as session:
        number = session.scalars(select(Finding.id).where(Finding.rule == "D4")).one()
    with bench.database.transaction() as session:
        findings.answer(
            session, CAST.quality, [number], Cause.CONTAMINATION, "Seen.", PASSWORD
        )
    with bench.database.transaction() as session:
        findings.confirm(session, CAST.reviewer, [number], PASSWORD)
    assert bench.stage == "cleared"
    assert states(bench) == ["current"]


def test_a_held_plate_is_quantified_again_and_both_runs_stay_on_record(
    bench: Bench,
) -> None:
    bench.give(slope=D("-3.9"))
    with bench.database.transaction() as session:
        operations.again(
            session,
            CAST.technician,
            bench.code,
            "quantify again",
            Cause.CONTROL_FAILED,
        )
    assert (bench.stage, states(bench)) == ("planned", ["held"])
    bench.start()
    receipt = bench.give(ended="2026-11-22 10:00:00 AM CET")
    assert receipt.fate is Fate.LOADED
    assert (bench.stage, states(bench)) == ("cleared", ["superseded", "current"])
    with bench.database.reading() as session:
        first, second = session.scalars(select(Import).order_by(Import.id))
        assert (first.state, second.state) == ("superseded", "loaded")
        assert (second.supersedes_id, second.analysis) == (first.id, 1)
        assert all_faults(session) == {}


def test_tubes_in_each_others_wells_make_the_file_wait(bench: Bench) -> None:
    one, other = bench.tubes[:2]
    receipt = bench.give({one: bench.wells[other], other: bench.wells[one]})
    assert receipt.fate is Fate.QUARANTINED
    assert f"Expected '{other}' in well {bench.wells[other]}" in receipt.public
    assert bench.stage == "run"


def test_a_well_that_is_missing_makes_the_file_wait(bench: Bench) -> None:
    receipt = replace(bench, tubes=bench.tubes[:2]).give()
    assert receipt.fate is Fate.QUARANTINED
    assert "is not in the file" in receipt.public


def test_another_file_of_the_plate_needs_a_reason_and_supersedes(bench: Bench) -> None:
    bench.give()
    again = bench.give(ended="2026-11-21 10:00:00 AM CET")
    assert again.fate is Fate.QUARANTINED
    assert "the reason of a re-analysis" in again.public
    third = bench.give(ended="2026-11-22 10:00:00 AM CET", reason="THRESHOLD_CHANGED")
    assert third.fate is Fate.LOADED
    assert states(bench) == ["superseded", "current"]
    with bench.database.reading() as session:
        found = [
            one.state for one in session.scalars(select(Import).order_by(Import.id))
        ]
    assert found == ["superseded", "quarantined", "loaded"]


def test_a_void_plate_takes_its_quantities_along(bench: Bench) -> None:
    bench.give()
    with bench.database.transaction() as session:
        void_plate(session, CAST.technician, bench.code, Cause.CONTAMINATION)
    assert states(bench) == ["superseded"]


def test_a_plate_that_is_typed_takes_no_quantities(
    database: Database, store: Store, bench: Bench
) -> None:
    with database.transaction() as session:
        typed = planned(session, extracts(session)).code
    receipt = replace(bench, code=typed).give()
    assert receipt.fate is Fate.QUARANTINED
    assert "and not quantified" in receipt.public


def test_blanks_are_quantified_like_extracts(database: Database) -> None:
    with database.transaction() as session:
        typed = planned(session, extracts(session))
        blank = next(
            one.code
            for one in queries.wells(session, typed)
            if one.role is WellRole.EXTRACTION_BLANK
        )
        made = operations_quantifying.plan(
            session, CAST.technician, TRIO, Stream.BONE, [blank]
        )
        roles = {one.name: one.role for one in queries.wells(session, made)}
    assert roles[blank] is WellRole.EXTRACTION_BLANK


def test_who_may_not_plan_and_what_is_no_kit_are_refused(database: Database) -> None:
    cases: list[tuple[object, str, type[LimsError]]] = [
        (CAST.analyst, TRIO, NotPermitted),
        (CAST.technician, "GlobalFiler", BadInput),
    ]
    for actor, kit, kind in cases:
        with database.transaction() as session, pytest.raises(kind):
            operations_quantifying.plan(session, actor, kit, Stream.BONE, ["S1"])  # type: ignore[arg-type]


def states(bench: Bench) -> list[str]:
    with bench.database.reading() as session:
        rows = session.scalars(select(Quantification).order_by(Quantification.id))
        return [one.state for one in rows]
