"""What rows tell in words of who was erased is empty, and his pictures are wiped."""

from pathlib import Path
import shutil

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.audit.queries import all_faults
from lims.audit.record import record, watch
from lims.audit.tables import Opening
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.cases import answers
from lims.cases.tables import Question
from lims.cases.words import Scope
from lims.custody import manifests, operations_receiving
from lims.custody.tables import Photograph
from lims.db import Database
from lims.erasure.replaying import Replayed, replay
from lims.errors import RuleBroken
from lims.profiles.tables import Profile
from lims.results import emptying
from lims.results.intake import Fate
from lims.results.tables import Finding, Import, Injection
from lims.samples.tables import Sample
from lims.store import Store
from tests.exports import written
from tests.lims.erasure.a_case import CAST, Case
from tests.lims.erasure.released import release
from tests.scenes import events

PICTURE = b"\xff\xd8\xff a bag with a name on it"


def row_of(session: Session, uid: str) -> Import:
    return session.scalars(select(Import).where(Import.uid == uid)).one()


def test_a_file_that_is_named_after_a_sample_loses_name_and_values(case: Case) -> None:
    """By an event of its own, which tells nothing of them."""
    table = written(case.scene.table).replace(b"Marker", b"Markers")
    mine = case.scene.give(table, f"run of {case.code.lower()}.TXT")
    other = case.scene.give(table + b"\n", "run of somebody.txt")
    assert mine.fate is other.fate is Fate.INCIDENT
    with case.database.reading() as session:
        assert row_of(session, mine.uid).faults
    case.erase()
    with case.database.reading() as session:
        row = row_of(session, mine.uid)
        assert row.name == "erased.TXT"
        assert {one["value"] for one in row.faults} == {None}
        own = select(Opening.field).where(Opening.subject_uid == mine.uid)
        assert "values" not in set(session.scalars(own))
        assert row_of(session, other.uid).name == "run of somebody.txt"
        assert all_faults(session) == {}
    told = events(case.database, mine.uid)[-1]
    assert told["tag"] == "import:emptied"
    assert set(told["facts"]) == {"original"}


def test_a_fault_that_names_a_sample_is_emptied_whatever_the_file_is_called(
    case: Case,
) -> None:
    rows = list(case.scene.table)
    stranger = written(rows).replace(case.scene.plate.encode(), case.code.encode())
    receipt = case.scene.give(stranger, "run.txt")
    with case.database.transaction() as session:
        row = row_of(session, receipt.uid)
        row.faults = [{"sentence": "Odd.", "line": 2, "value": f"'{case.code}'"}]
        record(session, CAST.technician, Tag.IMPORT_REPEATED, row)
    case.erase()
    with case.database.reading() as session:
        row = row_of(session, receipt.uid)
        assert row.faults == [{"sentence": "Odd.", "line": 2, "value": None}]


def test_what_was_found_of_its_wells_is_empty_and_that_it_was_found_stays(
    case: Case,
) -> None:
    with case.database.transaction() as session:
        own = select(Sample.id).where(Sample.code == case.code)
        source = session.scalars(own).one()
        of_samples = Injection.sample_id.is_not(None)
        rows = session.scalars(select(Injection).where(of_samples)).all()
        for one in rows:
            session.add(_finding(session, one))
        record(session, CAST.technician, Tag.INJECTION_SUPERSEDED, rows[0])
        mine = {one.plate_id: _position(session, one) for one in rows
                if one.sample_id == source}  # fmt: skip
    case.erase()
    with case.database.reading() as session:
        odd = session.scalars(select(Finding).where(Finding.rule == "E8x")).all()
        gone = [one for one in odd if one.sentence == emptying.ERASED]
        assert [one.wells for one in gone] == [[one] for one in mine.values()]
        assert (gone[0].numbers, gone[0].evidence) == ({}, [])
        assert len(odd) > len(gone)
        assert {one.sentence for one in odd} == {emptying.ERASED, "An XY female."}


def _finding(session: Session, injection: Injection) -> Finding:
    return Finding(
        plate_id=injection.plate_id,
        import_id=injection.import_id,
        rule="E8x",
        rule_version="1",
        outcome="note",
        wells=[_position(session, injection)],
        numbers={"peaks": 3},
        evidence=["AMEL"],
        whole_batch=False,
        sentence="An XY female.",
        found_at=clock.now(),
    )


def _position(session: Session, injection: Injection) -> str:
    wells = batches.wells_by_ids(session, {injection.well_id})
    return wells[injection.well_id].position


def test_how_the_instrument_named_it_and_the_class_of_its_profile_go(
    case: Case,
) -> None:
    release(case)
    case.erase()
    with case.database.reading() as session:
        own = select(Sample.id).where(Sample.code == case.code)
        source = session.scalars(own).one()
        for one in session.scalars(select(Injection)):
            assert (one.source == one.uid) is (one.sample_id == source)
        (quality,) = session.scalars(select(Profile.quality))
        assert quality is None
        assert all_faults(session) == {}


def test_the_answers_about_its_body_go_and_those_about_consent_stay(
    case: Case,
) -> None:
    with case.database.transaction() as session:
        codes = list(session.scalars(select(Sample.code).where(Sample.code.is_not(None),
                                     Sample.source_id.is_(None))))  # fmt: skip
        other = next(one for one in codes if one and one != case.code)
        pairs = [(case.code, other), (other, other)]
        answers.same_body(session, CAST.technician, pairs)
        answers.consent_allows(
            session, CAST.manager, case.code, Scope.DNA_IDENTIFICATION
        )
    case.erase()
    with case.database.reading() as session:
        asked = session.scalars(select(Question).order_by(Question.id)).all()
        told = [(one.kind, one.answer) for one in asked[-2:]]
        assert told == [("same body", [None, True]), (Scope.DNA_IDENTIFICATION, [True])]
        own = select(Opening).where(Opening.subject_uid == asked[-2].uid)
        assert session.scalars(own).all() == []
        uid = asked[-2].uid
        assert all_faults(session) == {}
    assert events(case.database, uid)[-1]["tag"] == "code:answer emptied"


def pictured(case: Case, content: bytes = PICTURE, code: str = "") -> str:
    digest = case.scene.gate.store.keep(content)
    with case.database.transaction() as session:
        operations_receiving.attach_photograph(
            session, CAST.technician, code or case.code, digest, "image/jpeg"
        )
    return digest


def lying(store: Store) -> bytes:
    files = [one for one in store.folder.rglob("*") if one.is_file()]
    return b"".join(one.read_bytes() for one in files)


def test_photographs_of_its_samples_are_wiped_and_shown_to_nobody(case: Case) -> None:
    digest = pictured(case)
    store = case.scene.gate.store
    assert PICTURE in lying(store)
    case.erase()
    assert PICTURE not in lying(store)
    with case.database.reading() as session:
        assert manifests.photographs(session, CAST.technician, case.code) == []
        assert manifests.is_erased(session, digest)
    with pytest.raises(RuleBroken, match="was erased"):
        pictured(case)


def test_a_picture_that_shows_another_sample_too_stays_with_that(case: Case) -> None:
    with case.database.reading() as session:
        codes = session.scalars(select(Sample.code).where(Sample.source_id.is_(None)))
        other = next(one for one in codes if one and one != case.code)
    digest = pictured(case)
    pictured(case, code=other)
    case.erase()
    assert case.scene.gate.store.content(digest) == PICTURE
    with case.database.reading() as session:
        assert manifests.photographs(session, CAST.technician, case.code) == []
        assert len(manifests.photographs(session, CAST.technician, other)) == 1


def test_who_died_between_database_and_disk_wipes_at_the_next_start(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured(case)
    store = case.scene.gate.store

    def die(*_: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(Store, "wipe", die)
    case.erase()
    monkeypatch.undo()
    assert PICTURE in lying(store)
    assert replay(case.database, store) == Replayed()
    assert PICTURE not in lying(store)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_restored_database_with_restored_pictures_wipes_them_again(
    case: Case, tmp_path: Path
) -> None:
    pictured(case)
    store = case.scene.gate.store
    case.database.forget()
    copy = tmp_path / "restored.db"
    shutil.copy(str(case.database.url.database), copy)
    case.erase()
    store.keep(PICTURE)
    restored = Database(f"sqlite:///{copy}", case.database.ring.folder)
    watch(restored.sessions)
    assert replay(restored, store) == Replayed(1)
    assert PICTURE not in lying(store)
    with restored.reading() as session:
        assert all(session.scalars(select(Photograph.erased_at)))
    restored.close()
