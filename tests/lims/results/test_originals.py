"""A plate's export can lose one sample's lines: the others still prove."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit import openings
from lims.audit.chain import canonical, commitment
from lims.audit.queries import all_faults
from lims.audit.tables import Opening
from lims.boxes import DoesNotOpen
from lims.db import Database
from lims.errors import NotFound, NotPermitted
from lims.results import erasing, operations, originals
from lims.results.arrival import Parcel, prepared, prepared_again
from lims.results.cutting import Piece
from lims.results.intake import Fate, Receipt
from lims.results.originals import content, parts_of, piece, shown
from lims.results.tables import OriginalPart
from lims.samples.tables import Sample
from lims.sealing import keys
from lims.store import Store
from tests.cast import Cast
from tests.exports import written
from tests.plates import extracts
from tests.scenes import Scene, a_scene, events


@pytest.fixture
def scene(database: Database, store: Store) -> Scene:
    with database.transaction() as session:
        codes = extracts(session, 3)
    return a_scene(database, store, codes)


@pytest.fixture
def loaded(scene: Scene) -> Receipt:
    receipt = scene.give(scene.table)
    assert receipt.fate is Fate.LOADED
    return receipt


def _source(session: Session, scene: Scene) -> str:
    """Whose the first sample's well is."""
    extract = select(Sample).where(Sample.code == scene.named().name)
    source = session.scalars(extract).one().source_id
    return session.get_one(Sample, source).uid


def _erase(scene: Scene) -> str:
    with scene.gate.database.transaction() as session:
        whose = _source(session, scene)
        erasing.parts(session, [whose], "e" * 64)
        openings.erase(session, [whose])
        keys.destroy(session, [whose])
    return whose


def _proves(session: Session, part: OriginalPart, found: bytes) -> bool:
    """Whether the event's commitment opens, and to these bytes."""
    opening = session.get(Opening, part.commitment)
    if opening is None:
        return False
    digest = Piece("", (), found).digest
    told = commitment(opening.salt, originals.field(part.number), digest)
    return told == part.commitment and opening.value == canonical(digest)


def test_the_bytes_come_back_as_they_came(
    scene: Scene, loaded: Receipt, tmp_path: Path
) -> None:
    name = scene.named().name.encode()
    with scene.gate.database.reading() as session:
        row = scene.row(session, loaded)
        assert content(session, scene.gate.store, row) == written(scene.table)
    lying = [one for one in (tmp_path / "originals").rglob("*") if one.is_file()]
    assert lying
    assert not any(name in one.read_bytes() for one in lying)


def test_each_sample_is_a_segment_that_the_event_commits_to(
    scene: Scene, loaded: Receipt
) -> None:
    told = events(scene.gate.database, loaded.uid)[0]["facts"]["segments"]
    with scene.gate.database.reading() as session:
        row = scene.row(session, loaded)
        found = parts_of(session, row)
        assert len(found) == len(scene.wells) + 1
        assert told == [
            [one.number, [span[:2] for span in one.spans], one.commitment]
            for one in found
        ]
        for one in found:
            assert _proves(session, one, piece(session, scene.gate.store, one))
        mine = [one for one in found if one.subject == _source(session, scene)]
        assert len(mine) == 1


def test_after_erasure_the_gap_is_named_and_all_other_segments_prove(
    scene: Scene, loaded: Receipt
) -> None:
    whose = _erase(scene)
    with scene.gate.database.reading() as session:
        row = scene.row(session, loaded)
        left, (gap,) = shown(session, scene.gate.store, row)
        ((first, last),) = gap.lines
        lines = written(scene.table).splitlines(keepends=True)
        told = f"[lines {first}-{last}: erased on {gap.on}, event {gap.event}]\n"
        assert left == b"".join([*lines[: first - 1], told.encode(), *lines[last:]])
        assert scene.named().name.encode() not in left
        for one in parts_of(session, row):
            if one.subject == whose:
                assert not _proves(session, one, b"")
            else:
                assert _proves(session, one, piece(session, scene.gate.store, one))
        with pytest.raises(NotFound, match="erased"):
            content(session, scene.gate.store, row)
        assert all_faults(session) == {}


def test_the_lines_of_who_was_erased_before_are_never_kept(scene: Scene) -> None:
    _erase(scene)
    receipt = scene.give(scene.table)
    assert receipt.fate is Fate.LOADED
    with scene.gate.database.reading() as session:
        row = scene.row(session, receipt)
        left, (gap,) = shown(session, scene.gate.store, row)
        assert scene.named().name.encode() not in left
        assert gap.event == ""


def test_a_byte_changed_on_the_disk_is_told(
    scene: Scene, loaded: Receipt, tmp_path: Path
) -> None:
    (path,) = [one for one in (tmp_path / "originals").rglob("*") if one.is_file()]
    bent = bytearray(path.read_bytes())
    bent[-20] ^= 1
    path.write_bytes(bent)
    with scene.gate.database.reading() as session:
        row = scene.row(session, loaded)
        with pytest.raises(NotFound, match="has changed on the disk"):
            content(session, scene.gate.store, row)


def test_a_part_under_another_number_does_not_open(
    scene: Scene, loaded: Receipt
) -> None:
    with scene.gate.database.transaction() as session:
        one, other = parts_of(session, scene.row(session, loaded))[1:3]
        one.sealed_key, other.sealed_key = other.sealed_key, one.sealed_key
    with scene.gate.database.reading() as session, pytest.raises(DoesNotOpen):
        content(session, scene.gate.store, scene.row(session, loaded))


def test_a_file_that_waits_is_all_its_own(scene: Scene) -> None:
    stray = [*scene.table, replace(scene.table[0], name="STRANGER", well="")]
    receipt = scene.give(stray)
    assert receipt.fate is Fate.QUARANTINED
    with scene.gate.database.reading() as session:
        row = scene.row(session, receipt)
        assert {one.subject for one in parts_of(session, row)} == {receipt.uid}
        assert content(session, scene.gate.store, row) == written(stray)


def test_a_file_that_waited_is_cut_anew_when_it_is_taken_in(scene: Scene) -> None:
    """Its segments are then each their subject's; nothing opens the first ones."""
    receipt = scene.give(b"Dear colleagues, the export follows.")
    assert receipt.fate is Fate.INCIDENT
    with scene.gate.database.reading() as session:
        (whole,) = parts_of(session, scene.row(session, receipt))
        assert whole.spans == []
        first = whole.commitment
    arrived = prepared_again(scene.gate, scene.actor, receipt.uid)
    read = prepared(scene.gate, scene.actor, Parcel.of_bytes("x", written(scene.table)))
    with scene.gate.database.transaction() as session:
        operations.retry(
            session,
            scene.actor,
            receipt.uid,
            replace(arrived, read=read.read, kept=read.kept),
            scene.gate.bench,
        )
    with scene.gate.database.reading() as session:
        parts = parts_of(session, scene.row(session, receipt))
        assert len(parts) == len(scene.wells) + 1
        assert session.get(Opening, first) is None


@pytest.mark.parametrize("person", ["analyst", "quality", "auditor"])
def test_no_original_is_read_for_who_may_not_import(
    scene: Scene, cast: Cast, person: str
) -> None:
    """Refused before the file is opened, not only when it is taken in."""
    actor = getattr(cast, person)
    receipt = scene.give(scene.table)
    with pytest.raises(NotPermitted):
        prepared_again(scene.gate, actor, receipt.uid)
    with pytest.raises(NotPermitted):
        prepared(scene.gate, actor, Parcel.of_bytes("x", b"x"))
