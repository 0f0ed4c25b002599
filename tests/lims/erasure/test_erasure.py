"""Who withdraws is erased for good; the proof of all that was done stays whole."""

import os
from pathlib import Path
import shutil

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit import merkle
from lims.audit.merkle import Tree, check_inclusion
from lims.audit.queries import all_faults, events_of
from lims.audit.record import watch
from lims.audit.tables import Event, Opening
from lims.cases import legal
from lims.cases import operations_legal as orders
from lims.cases.tables import CodeLink, Donor, LegalHold
from lims.db import Database
from lims.erasure import operations, remembered
from lims.erasure.operations import Basis
from lims.erasure.remembered import Entry
from lims.erasure.replaying import Replayed, replay
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.keyring import UnsafeKeys
from lims.people.errors import NotProven
from lims.results import originals
from lims.results.tables import Import, Injection
from lims.samples.tables import Sample
from lims.sealing import keys
from tests.cast import PASSWORD
from tests.lims.erasure.a_case import CAST, NAME, Case


def test_the_proof_stands_and_nothing_opens(case: Case) -> None:
    with case.database.reading() as session:
        before = list(session.scalars(select(Event.body).order_by(Event.id)))
        donor = session.scalars(select(Donor).where(Donor.code == case.donor)).one()
        uid = donor.uid
        own = select(Sample.uid).where(Sample.code == case.code)
        sample = session.scalars(own).one()
        assert set(session.scalars(select(Opening.subject_uid))) >= {uid, sample}
    assert case.erase() == []
    with case.database.reading() as session:
        bodies = list(session.scalars(select(Event.body).order_by(Event.id)))
        assert bodies[: len(before)] == before
        tree = Tree()
        for event in session.scalars(select(Event).order_by(Event.id)):
            tree.append(bytes.fromhex(event.leaf))
        first = session.scalars(select(Event).order_by(Event.id)).first()
        assert first is not None
        check_inclusion(
            0,
            len(bodies),
            bytes.fromhex(first.leaf),
            merkle.inclusion(tree.node, 0, len(bodies)),
            merkle.root(tree.node, len(bodies)),
        )
        assert all_faults(session) == {}
        left = set(session.scalars(select(Opening.subject_uid)))
        assert not left & {uid, sample}
        assert set(keys.known(session, [uid, sample]).values()) == {None}
        told = [one.tag for one in events_of(session, [uid])]
        assert "subject:erased" in told


def test_calls_name_and_lines_of_this_donor_go_and_those_of_others_stay(
    case: Case,
) -> None:
    case.erase()
    with case.database.reading() as session:
        assert names(session) == ["", "Somebody Else"]
        source = session.scalars(select(Sample).where(Sample.code == case.code)).one()
        for one in session.scalars(select(Injection)):
            mine = one.sample_id == source.id
            assert (one.calls == {}) is mine, one.source
        row = session.scalars(select(Import)).one()
        _, (gap,) = originals.shown(session, case.scene.gate.store, row)
        assert gap.event == _last(session, source.uid)
        links = session.scalars(select(CodeLink.code)).all()
        assert case.code in links, "that a code was linked stays on record"


def names(session: Session) -> list[str]:
    return [one.name for one in session.scalars(select(Donor).order_by(Donor.id))]


def _last(session: Session, uid: str) -> str:
    chain = events_of(session, [uid])
    return next(one.leaf for one in chain if one.tag == "subject:erased")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_planted_name_is_in_no_byte_of_the_embedded_laboratory_at_any_time(
    case: Case, tmp_path: Path
) -> None:
    source = case.database.url.database
    assert source is not None

    def lies_about() -> bool:
        files = [Path(source), Path(f"{source}-wal"), *tmp_path.rglob("*")]
        return any(NAME.encode() in one.read_bytes() for one in files if one.is_file())

    with case.database.reading() as session:
        assert NAME in names(session), "it is there, and sealed"
    assert not lies_about()
    case.erase()
    assert not lies_about()


def test_a_legal_hold_comes_first(case: Case) -> None:
    for about in (case.donor, case.missing):
        with case.database.transaction() as session:
            made = orders.place_hold(session, CAST.quality, about, "RG 12/2026")
            uid = made.uid
        with pytest.raises(RuleBroken, match="RG 12/2026"):
            case.erase()
        with case.database.transaction() as session:
            (held,) = legal.standing(session, CAST.quality)
            assert held.code == about
            orders.lift_hold(session, CAST.quality, uid, "RG 12/2026 bis")
            with pytest.raises(RuleBroken):
                orders.lift_hold(session, CAST.quality, uid, "RG 12/2026 bis")
    assert case.erase() == []
    with case.database.reading() as session:
        for row in session.scalars(select(LegalHold)):
            tags = [one.tag for one in events_of(session, [row.uid])]
            assert tags == ["legal hold:placed", "legal hold:lifted"]


@pytest.mark.parametrize("document", ["", "?", "order of Judge Müller"])
def test_a_hold_names_a_file_number_and_no_person(case: Case, document: str) -> None:
    with case.database.transaction() as session, pytest.raises(BadInput):
        orders.place_hold(session, CAST.coordinator, case.donor, document)


def test_a_hold_on_nobody_is_refused(case: Case) -> None:
    with case.database.transaction() as session, pytest.raises(NotFound):
        orders.place_hold(session, CAST.coordinator, "FR-0000-0", "RG 1/2026")


def test_a_wrong_password_or_ground_erases_nothing(case: Case) -> None:
    with pytest.raises(NotProven):
        case.erase(password="wrong")
    with pytest.raises(BadInput):
        case.erase(basis="because")
    with case.database.reading() as session:
        assert NAME in names(session)
    assert remembered.entries(case.database.ring.folder) == []


def test_only_the_coordinator_erases(case: Case) -> None:
    for other in (CAST.collector, CAST.manager, CAST.quality):
        with case.database.transaction() as session, pytest.raises(NotPermitted):
            operations.erase(
                session,
                other,
                case.donor,
                Basis.CONSENT,
                PASSWORD,
                case.scene.gate.store,
            )


def test_who_is_erased_is_erased_once(case: Case) -> None:
    case.erase()
    with pytest.raises(RuleBroken, match="erased before"):
        case.erase()


def test_what_is_not_kept_is_not_remembered(case: Case) -> None:
    def fail() -> None:
        with case.database.transaction() as session:
            operations.erase(
                session,
                CAST.coordinator,
                case.donor,
                Basis.CONSENT,
                PASSWORD,
                case.scene.gate.store,
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert remembered.entries(case.database.ring.folder) == []
    assert replay(case.database, case.scene.gate.store) == Replayed()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_restored_database_erases_again_before_its_doors_open(
    case: Case, tmp_path: Path
) -> None:
    case.database.forget()
    source, copy = str(case.database.url.database), tmp_path / "restored.db"
    shutil.copy(source, copy)
    case.erase()
    restored = Database(f"sqlite:///{copy}", case.database.ring.folder)
    watch(restored.sessions)
    assert NAME.encode() not in copy.read_bytes()
    with restored.reading() as session:
        assert NAME in names(session)
    assert replay(restored, case.scene.gate.store) == Replayed(1)
    assert replay(restored, case.scene.gate.store) == Replayed()
    assert NAME.encode() not in copy.read_bytes()
    with restored.reading() as session:
        assert NAME not in names(session)
        replayed = select(Event.item_kind).where(Event.tag == "erasure:replayed")
        assert "audit_system" in set(session.scalars(replayed))
        assert all_faults(session) == {}
    restored.close()


@pytest.mark.parametrize("failing", [{1}, {2}, {1, 2, 3, 4, 5, 6}])
def test_a_disk_that_does_not_keep_the_list_keeps_the_donor(
    case: Case, monkeypatch: pytest.MonkeyPatch, failing: set[int]
) -> None:
    """The line was written, and the disk did not take it: the erasure never was."""
    syncs, real = [], os.fsync

    def sync(handle: int) -> None:
        syncs.append(handle)
        if len(syncs) in failing:
            raise OSError("no space left")
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(OSError, match="no space left"):
        case.erase()
    monkeypatch.undo()
    assert syncs
    assert remembered.entries(case.database.ring.folder) == []
    assert replay(case.database, case.scene.gate.store) == Replayed()
    with case.database.reading() as session:
        assert NAME in names(session)
    assert case.erase() == []


def test_a_replay_asks_for_legal_holds_and_waits_until_they_are_lifted(
    case: Case,
) -> None:
    """A line whose erasure was never kept, and an order that came before the start."""
    with case.database.transaction() as session:
        made = orders.place_hold(session, CAST.quality, case.missing, "RG 12/2026")
        uid = made.uid
        donor = session.scalars(select(Donor).where(Donor.code == case.donor)).one()
        entry = Entry(
            "1" * 32, "T", Basis.CONSENT, donor.organisation_id, donor.uid, (donor.uid,)
        )
    remembered.append(case.database.ring.folder, entry)
    assert replay(case.database, case.scene.gate.store) == Replayed(0, ("RG 12/2026",))
    with case.database.transaction() as session:
        assert NAME in names(session)
        tags = session.scalars(select(Event.tag)).all()
        assert "erasure:held back" in tags
        orders.lift_hold(session, CAST.quality, uid, "RG 12/2026 bis")
    assert replay(case.database, case.scene.gate.store) == Replayed(1)
    with case.database.reading() as session:
        assert NAME not in names(session)
        assert all_faults(session) == {}


def test_a_list_of_erasures_that_others_may_write_is_refused(tmp_path: Path) -> None:
    entry = remembered.Entry("1" * 32, "T", "consent withdrawn", 1, "2" * 32, ("3",))
    remembered.append(tmp_path, entry)
    (tmp_path / remembered.NAME).chmod(0o666)
    with pytest.raises(UnsafeKeys, match="0600"):
        remembered.entries(tmp_path)


def test_a_line_that_a_power_cut_broke_off_counts_for_nothing(tmp_path: Path) -> None:
    entry = remembered.Entry("1" * 32, "T", "consent withdrawn", 1, "2" * 32, ("3",))
    remembered.append(tmp_path, entry)
    path = tmp_path / remembered.NAME
    with path.open("ab") as file:
        file.write(b'{"id": "half')
    assert remembered.entries(tmp_path) == [entry]
    remembered.append(tmp_path, entry)
    remembered.undo(tmp_path, entry)
    assert remembered.entries(tmp_path) == []
