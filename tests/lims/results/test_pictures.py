"""What a page draws of a trace was drawn where the file was read; it lies sealed."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.picture import Picture
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.db import Database
from lims.results import erasing, looking, originals, pictures
from lims.results.tables import Import, Injection, Trace
from lims.sealing import keys
from lims.store import Store
from tests import traces
from tests.kits import GLOBALFILER
from tests.plates import extracts
from tests.scenes import CAST, Scene, a_scene


@dataclass(frozen=True)
class Looked:
    scene: Scene
    well: WellView

    def trace(self, session: Session) -> Trace:
        wanted = select(Trace).where(Trace.well_id == self.well.id)
        return session.scalars(wanted).one()

    def picture(self, session: Session) -> Picture:
        wanted = select(Injection).where(Injection.well_id == self.well.id)
        one = session.scalars(wanted).one()
        own = looking.Own(self.well, one.import_id, one.calls)
        store = self.scene.gate.store
        return looking.picture(session, store, self.trace(session), own, GLOBALFILER)

    def kept(self, session: Session) -> Picture | None:
        return pictures.opened(session, self.scene.gate.store, self.trace(session))

    def files(self) -> int:
        return sum(1 for _ in self.scene.gate.store.folder.glob("??/*"))


@pytest.fixture
def looked(database: Database, store: Store) -> Looked:
    """A well whose trace was held against its calls, with the run's ladder."""
    with database.transaction() as session:
        codes = extracts(session, 2)
    scene = a_scene(database, store, codes)
    scene.give(scene.table)
    ladder = scene.named(WellRole.LADDER)
    scene.give(traces.ladder(ladder), "ladder.hid")
    well = scene.named()
    rows = [one for one in scene.table if one.name == well.name]
    calls = {one.marker: [allele for allele, _ in one.cells] for one in rows}
    scene.give(traces.injected(well, calls), "well.hid")
    scene.look()
    return Looked(scene, well)


def _no_process(*_: object, **__: object) -> None:
    raise AssertionError("a file was read")


def test_a_page_opens_no_file_of_an_instrument(
    looked: Looked, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "second_opinion", _no_process)
    with database.reading() as session:
        drawn = looked.picture(session)
    assert drawn.is_sized
    assert not drawn.told
    assert {one.marker for one in drawn.spots} >= {"TH01", "FGA"}
    bins = {one.marker: [name for name, _ in one.bins] for one in drawn.ranges}
    assert "9.3" in bins["TH01"]


def test_on_the_disk_nothing_of_it_can_be_read(
    looked: Looked, database: Database
) -> None:
    with database.reading() as session:
        name = looked.trace(session).picture
        (lying,) = looked.scene.gate.store.parts(str(name))
    assert b"TH01" not in lying
    assert len(lying) < 100_000


def test_later_calls_are_not_shown_with_what_was_said_of_earlier_ones(
    looked: Looked, database: Database
) -> None:
    store = looked.scene.gate.store
    with database.reading() as session:
        other = looking.Own(looked.well, None, {"TH01": [["5", 1500]]})
        trace = looked.trace(session)
        drawn = looking.picture(session, store, trace, other, GLOBALFILER)
    assert "call without peak" in {str(one.kind) for one in drawn.told}


def test_what_is_not_on_the_disk_is_drawn_anew(
    looked: Looked, database: Database
) -> None:
    with database.transaction() as session:
        kept = looked.picture(session)
        looked.scene.gate.store.drop(str(looked.trace(session).picture))
        assert looked.kept(session) is None
        assert looked.picture(session) == kept


def test_looked_at_again_one_picture_is_left(
    looked: Looked, database: Database
) -> None:
    before = looked.files()
    with database.transaction() as session:
        looked.trace(session).against_id = None
    looking.look(looked.scene.gate, CAST.worker, looked.scene.plate)
    assert looked.files() == before
    with database.reading() as session:
        assert looked.kept(session) is not None


def test_an_erasure_takes_away_what_opens_it(
    looked: Looked, database: Database
) -> None:
    with database.transaction() as session:
        row = session.get_one(Import, looked.trace(session).import_id)
        (part,) = originals.parts_of(session, row)
        erasing.parts(session, [part.subject], "event")
    with database.transaction() as session:
        assert looked.trace(session).picture_key is None
        assert looked.kept(session) is None


def test_a_destroyed_key_opens_it_no_more_and_keeps_no_other(
    looked: Looked, database: Database
) -> None:
    with database.transaction() as session:
        trace = looked.trace(session)
        row = session.get_one(Import, trace.import_id)
        (part,) = originals.parts_of(session, row)
        keys.destroy(session, [part.subject])
        assert looked.kept(session) is None
        trace.picture = trace.picture_key = None
        pictures.enter(session, trace, row, pictures.Laid("0" * 32, b"k" * 32))
        assert trace.picture is None
