"""A quantification comes in by the one gate: each tube its own, the whole judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
import json

import pytest
from sqlalchemy import select

from lims.access import Actor
from lims.audit.queries import all_faults
from lims.batches.causes import Cause
from lims.custody import queries as custody
from lims.db import Database
from lims.demo.quantified import Plate, Tube, written
from lims.errors import NotFound, NotPermitted
from lims.evidence.family import beyond
from lims.quantities import queries
from lims.quantities.queries import Quantification, Quantity
from lims.results import operations_findings as findings
from lims.results import originals
from lims.results import queries as results
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Fate, Receipt
from lims.results.tables import Finding, Import
from lims.samples import queries as samples
from lims.store import Store
from tests.cast import PASSWORD, Cast
from tests.lims.erasure.a_case import a_case
from tests.plates import extracts
from tests.scenes import BENCH, events

CAST = Cast()
D = Decimal


@dataclass(frozen=True)
class Door:
    gate: Gate
    codes: Sequence[str]

    @property
    def database(self) -> Database:
        return self.gate.database

    def give(
        self, *tubes: Tube, name: str = "run.txt", actor: Actor = CAST.technician,
        **told: object,
    ) -> Receipt:  # fmt: skip
        plate = replace(Plate("run", tubes), **told)  # type: ignore[arg-type]
        return arrive(self.gate, actor, Parcel.of_bytes(name, written(plate)))

    def latest(self, code: str) -> list[tuple[str, dict[str, object]]]:
        """State of the run and summary of the tube, the newest first."""
        with self.database.reading() as session:
            tube = samples.sample(session, CAST.technician, code)
            found = queries.latest(session, CAST.technician, [tube.id])
            return [(its.state, one.measured["summary"]) for one, its in found]

    def stage(self, code: str) -> str:
        with self.database.reading() as session:
            tube = samples.sample(session, CAST.technician, code)
            return str(custody.holdings(session, [tube.id])[tube.id].stage)

    def outcomes(self, rule: str) -> list[str]:
        with self.database.reading() as session:
            wanted = select(Finding.outcome).where(Finding.rule == rule)
            return list(session.scalars(wanted.order_by(Finding.id)))


@pytest.fixture
def door(database: Database, store: Store) -> Door:
    with database.transaction() as session:
        codes = extracts(session, 3)
    return Door(Gate(database, store, BENCH), codes)


def test_each_tube_has_its_amounts_index_and_suggestion(door: Door) -> None:
    one, other, third = door.codes
    receipt = door.give(
        Tube(one, D("0.2"), D("0.1"), D("0.2")),
        Tube(other, D("0.001")),
        Tube(third, None),
    )
    assert receipt.fate is Fate.LOADED
    assert receipt.whole == "The quantities of 3 tubes are kept."
    ((state, summary),) = door.latest(one)
    assert state == "current"
    assert summary["amounts"] == {
        "small autosomal target": "0.2",
        "large autosomal target": "0.1",
        "male target": "0.2",
    }
    assert (summary["index"], summary["advice"], summary["volume"]) == (
        "2", "amplify", "2.5",
    )  # fmt: skip
    ((_, thin),) = door.latest(other)
    assert thin["advice"] == "amplify the most"
    with door.database.reading() as session:
        assert all_faults(session) == {}


def test_no_amount_ends_a_sample(door: Door) -> None:
    """Rule K1: of a tube in which nothing was measured no stage changes."""
    before = door.stage(door.codes[0])
    door.give(Tube(door.codes[0], None))
    assert door.stage(door.codes[0]) == before


def test_the_run_is_kept_with_instrument_kit_curve_and_standards(door: Door) -> None:
    door.give(Tube(door.codes[0], D("0.2")))
    with door.database.reading() as session:
        row = session.scalars(select(Quantification)).one()
        assert (row.kit, row.state) == ("Quantifiler Trio", "current")
        assert row.told["instrument"] == "QuantStudio(TM) 5 System"
        assert [one["slope"] for one in row.told["curves"]] == ["-3.34"] * 3
        assert len(row.told["standards"]) == 10 * 4
        assert len(row.told["negatives"]) == 2 * 4


def test_amounts_are_sealed_and_the_events_commit_to_them(door: Door) -> None:
    """The amount of the male target tells of a person's sex."""
    door.give(Tube(door.codes[0], D("0.20123"), D("0.1"), D("0.20123")))
    with door.database.reading() as session:
        row = session.scalars(select(Quantity)).one()
        assert b"0.20123" not in bytes(row.kept or b"")
        tube = samples.sample(session, CAST.technician, door.codes[0])
        run = session.scalars(select(Quantification)).one()
        uids = tube.uid, run.uid
    (quantified,) = [
        one
        for one in events(door.database, uids[0])
        if one["tag"] == "sample:quantified"
    ]
    assert "0.20123" not in json.dumps(quantified)
    assert quantified["facts"]["run"] == uids[1]
    assert "commitment" in quantified["facts"]["quantity"]
    (kept,) = events(door.database, uids[1])
    assert (kept["tag"], kept["facts"]["tubes"]) == ("quantification:kept", 1)


def test_the_thread_of_a_tube_runs_through_its_quantification(door: Door) -> None:
    """So that an evidence bundle brings the run with its file."""
    receipt = door.give(Tube(door.codes[0], D("0.2")), Tube(door.codes[1], D("0.2")))
    with door.database.reading() as session:
        tubes = samples.by_codes(session, CAST.technician, door.codes)
        uid = session.scalars(select(Quantification.uid)).one()
        measured = beyond(session, CAST.technician, [tubes[door.codes[0]]])
        stranger = beyond(session, CAST.technician, [tubes[door.codes[2]]])
    assert {uid, receipt.uid} <= measured.keys()
    assert stranger == {}


def test_the_account_tells_of_every_row(door: Door) -> None:
    receipt = door.give(Tube(door.codes[0], D("0.2")), Tube("2800M", D("0.5")))
    with door.database.reading() as session:
        row = results.one(session, CAST.technician, receipt.uid)
        fates = [what for _, what, _ in row.account]
        assert (row.rows, len(row.account)) == (14 * 4, 14 * 4)
    assert (fates.count("read"), fates.count("set aside")) == (13 * 4, 4)


def test_a_curve_out_of_bounds_holds_the_quantities_until_two_have_decided(
    door: Door,
) -> None:
    receipt = door.give(Tube(door.codes[0], D("0.2")), slope=D("-3.9"))
    assert "held by rule D4" in receipt.whole
    assert door.outcomes("D4") == ["hold"]
    assert [state for state, _ in door.latest(door.codes[0])] == ["held"]
    with door.database.reading() as session:
        assert results.count_waiting(session, CAST.technician) == 1
        number = session.scalars(select(Finding.id).where(Finding.rule == "D4")).one()
    why = "Standards pipetted anew on the same plate; the curve is read from those."
    with door.database.transaction() as session:
        findings.answer(
            session, CAST.quality, [number], Cause.CONTAMINATION, why, PASSWORD
        )
    assert [state for state, _ in door.latest(door.codes[0])] == ["held"]
    with door.database.transaction() as session:
        findings.confirm(session, CAST.reviewer, [number], PASSWORD)
    assert [state for state, _ in door.latest(door.codes[0])] == ["current"]
    with door.database.reading() as session:
        uid = session.scalars(select(Quantification.uid)).one()
        assert all_faults(session) == {}
    tags = [one["tag"] for one in events(door.database, uid)]
    assert tags == ["quantification:kept", "quantification:freed"]


def test_an_index_that_differs_is_a_warning_and_holds_nothing(door: Door) -> None:
    door.give(Tube(door.codes[0], D("0.2"), D("0.1"), index="5"))
    assert door.outcomes("Q1") == ["warn"]
    assert [state for state, _ in door.latest(door.codes[0])] == ["current"]


def test_a_second_run_stands_beside_the_first(door: Door) -> None:
    door.give(Tube(door.codes[0], D("0.2")))
    door.give(Tube(door.codes[0], D("0.3")))
    found = [str(one["amounts"]) for _, one in door.latest(door.codes[0])]
    assert ["0.3" in one for one in found] == [True, False]


def test_the_same_file_again_changes_nothing(door: Door) -> None:
    door.give(Tube(door.codes[0], D("0.2")))
    assert door.give(Tube(door.codes[0], D("0.2"))).fate is Fate.REPEATED
    assert len(door.latest(door.codes[0])) == 1


@pytest.mark.parametrize("name", ["S7K2-M9QX-AV", "S7K2M9QXAW"])
def test_what_looks_like_a_code_and_is_unknown_makes_the_file_wait(
    door: Door, name: str
) -> None:
    receipt = door.give(Tube(door.codes[0], D("0.2")), Tube(name, D("0.2")))
    assert receipt.fate is Fate.QUARANTINED
    assert "Sample Name" in receipt.public
    assert "S7K2" not in receipt.public
    assert door.latest(door.codes[0]) == []


def test_a_file_without_a_tube_waits(door: Door) -> None:
    receipt = door.give(Tube("Sample 1", D("0.2")))
    assert receipt.fate is Fate.QUARANTINED
    assert "names no tube of this laboratory" in receipt.public


def test_a_tube_is_known_by_its_code_as_people_write_it(door: Door) -> None:
    code = door.codes[0]
    door.give(Tube(f"{code[:4]}-{code[4:8]}-{code[8:]}", D("0.2")))
    assert len(door.latest(code)) == 1


def test_another_laboratory_sees_none_of_it(door: Door) -> None:
    door.give(Tube(door.codes[0], D("0.2")))
    stranger = replace(CAST.technician, organisation_id=CAST.mortuary.organisation_id)
    with door.database.reading() as session:
        uid = session.scalars(select(Quantification.uid)).one()
        assert queries.listing(session, stranger).rows == ()
        with pytest.raises(NotFound):
            queries.run(session, stranger, uid)
        assert queries.run(session, CAST.technician, uid).uid == uid


def test_only_who_imports_files_brings_quantities(door: Door) -> None:
    with pytest.raises(NotPermitted):
        door.give(Tube(door.codes[0], D("0.2")), actor=CAST.analyst)


def test_an_erasure_empties_the_tube_and_its_lines_and_no_other(
    database: Database, store: Store
) -> None:
    case = a_case(database, store)
    with database.reading() as session:
        source = samples.sample(session, CAST.technician, case.code)
        family = samples.lineage(session, CAST.technician, source).descendants
        mine = next(str(one.code) for one in family)
        others = [
            one.name
            for one in case.scene.wells
            if one.sample_id is not None and one.name != mine
        ]
    door = Door(case.scene.gate, [mine, *others])
    receipt = door.give(*(Tube(name, D("0.2")) for name in door.codes))
    assert receipt.fate is Fate.LOADED
    case.erase()
    with database.reading() as session:
        kept = {
            one.sample_id: one.measured for one in session.scalars(select(Quantity))
        }
        tube = samples.sample(session, CAST.technician, mine)
        assert kept.pop(tube.id) == {}
        assert all(kept.values())
        row = session.scalars(select(Import).where(Import.uid == receipt.uid)).one()
        left, (gap,) = originals.shown(session, store, row)
        assert mine.encode() not in left
        assert others[0].encode() in left
        assert gap.lines
        assert all_faults(session) == {}
