"""Who withdraws is forgotten by the engine, too: it is told, and its answer is kept."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from lims import jobs
from lims.audit.queries import all_faults, events_of
from lims.cases import queries as cases
from lims.erasure import withdrawing
from lims.erasure.recalled import told_the_engine
from lims.errors import RuleBroken
from lims.handoff import operations, queries, recalling
from lims.handoff.package import digest
from lims.handoff.recall import Reason, check
from lims.handoff.tables import Package, Recall
from lims.handoff.transports import drop_folder
from lims.laboratory import Laboratory
from lims.profiles.tables import Profile
from lims.results.intake import Fate
from lims.screening.receiver import answer_all
from tests.lims.erasure.a_case import CAST, Case
from tests.lims.erasure.released import folders, release, the_package
from tests.lims.erasure.test_afterwards import analysed_again


@pytest.fixture
def lab(case: Case, tmp_path: Path) -> Laboratory:
    release(case)
    return folders(case, tmp_path)


def _out(lab: Laboratory) -> Path:
    assert lab.handoff_out is not None
    return lab.handoff_out


def _in(lab: Laboratory) -> Path:
    assert lab.handoff_in is not None
    return lab.handoff_in


def loaded(lab: Laboratory) -> None:
    """The engine has the package and searches by it."""
    assert jobs.send_packages(lab, CAST.worker) == 1
    answer_all(_out(lab), _in(lab))
    assert jobs.take_receipts(lab, CAST.worker) == 2


def state(case: Case) -> tuple[str, str]:
    with case.database.reading() as session:
        found = session.scalars(select(Recall)).one()
        return found.state, found.reason


def test_an_erasure_recalls_what_the_engine_was_given(
    case: Case, lab: Laboratory
) -> None:
    package = the_package(case)
    loaded(lab)
    assert (_out(lab) / "taken" / f"{package}.json").exists()
    case.erase()
    assert state(case) == ("pending", "erased")
    assert jobs.send_packages(lab, CAST.worker) == 1
    assert state(case) == ("sent", "erased")
    ((_, body),) = drop_folder.waiting(_out(lab))
    assert check(body)["data"]["package"] == package
    assert answer_all(_out(lab), _in(lab)) == 1
    assert not (_out(lab) / "taken" / f"{package}.json").exists(), "the copy is gone"
    assert jobs.take_receipts(lab, CAST.worker) == 1
    assert state(case) == ("recalled", "erased")
    with case.database.reading() as session:
        tags = [one.tag for one in events_of(session, [package])]
        assert tags[-3:] == ["package:recalled", "recall:sent", "recall:answered"]
        assert all_faults(session) == {}


def test_the_page_of_the_erasure_tells_what_was_recalled_and_what_came_back(
    case: Case, lab: Laboratory
) -> None:
    loaded(lab)
    case.erase()
    with case.database.reading() as session:
        donor = cases.donor(session, CAST.coordinator, case.donor)
        ((package, recall),) = told_the_engine(session, CAST.coordinator, donor)
        assert (package.uid, recall.state) == (the_package(case), "pending")


def test_a_withdrawal_recalls_in_its_own_transaction_without_any_erasure(
    case: Case, lab: Laboratory
) -> None:
    """As where a legal hold forbids to erase: the engine searches no more."""
    loaded(lab)
    with case.database.transaction() as session:
        withdrawing.withdraw_consent(session, CAST.collector, case.donor)
    assert state(case) == ("pending", "consent withdrawn")
    with case.database.reading() as session:
        assert session.scalars(select(Profile.state)).one() == "recalled"
        assert session.scalars(select(Package)).one().body, "kept until it is erased"


def test_a_recall_is_made_once(case: Case, lab: Laboratory) -> None:
    loaded(lab)
    with case.database.transaction() as session:
        withdrawing.withdraw_consent(session, CAST.collector, case.donor)
        codes = [case.code]
        again = recalling.of_codes(session, CAST.coordinator, codes, Reason.CONSENT)
        assert again == []
    case.erase()
    assert state(case) == ("pending", "consent withdrawn")


def test_what_waits_does_not_leave_and_is_recalled_all_the_same(
    case: Case, lab: Laboratory
) -> None:
    """The worker died between the folder and its commit: the engine may have it."""
    package = the_package(case)
    with case.database.reading() as session:
        body = queries.package(session, CAST.worker, package).body
    drop_folder.put(_out(lab), f"{package}.json", body)
    case.erase()
    assert jobs.send_packages(lab, CAST.worker) == 1
    ((path, _),) = drop_folder.waiting(_out(lab))
    assert path.stem != package, "the package was taken back from the folder"


def test_a_worker_that_is_killed_tells_the_engine_again_the_same(
    case: Case, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.erase()
    told: list[bytes] = []
    put = drop_folder.put

    class Killed(BaseException):
        pass

    def put_and_die(folder: Path, name: str, body: bytes) -> None:
        put(folder, name, body)
        told.append(body)
        raise Killed

    monkeypatch.setattr(drop_folder, "put", put_and_die)
    with pytest.raises(Killed):
        jobs.send_packages(lab, CAST.worker)
    monkeypatch.undo()
    assert state(case)[0] == "pending"
    answer_all(_out(lab), _in(lab))
    jobs.take_receipts(lab, CAST.worker)
    assert state(case)[0] == "recalled", "an answer proves that it left"
    with case.database.transaction() as session:
        recall = session.scalars(select(Recall)).one()
        assert recall.body == told[0]
        recalling.mark_told(session, CAST.worker, recall.uid)
    assert state(case)[0] == "recalled"


def test_the_same_answer_again_changes_nothing(case: Case, lab: Laboratory) -> None:
    case.erase()
    jobs.send_packages(lab, CAST.worker)
    answer_all(_out(lab), _in(lab))
    ((path, body),) = drop_folder.waiting(_in(lab))
    jobs.take_receipts(lab, CAST.worker)
    with case.database.reading() as session:
        before = len(events_of(session, [the_package(case)]))
    drop_folder.put(_in(lab), path.name, body)
    jobs.take_receipts(lab, CAST.worker)
    with case.database.reading() as session:
        assert len(events_of(session, [the_package(case)])) == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"digest": "0" * 64}, "names the digest"),
        ({"type": "org.nomen.receipt.loaded.v1"}, "cannot be answered by 'loaded'"),
    ],
)
def test_an_answer_that_is_none_to_this_recall_is_refused_and_told(
    case: Case, lab: Laboratory, changed: dict[str, str], says: str
) -> None:
    case.erase()
    jobs.send_packages(lab, CAST.worker)
    answer_all(_out(lab), _in(lab))
    ((path, body),) = drop_folder.waiting(_in(lab))
    other = json.dumps(json.loads(body) | changed).encode()
    drop_folder.put(_in(lab), path.name, other)
    jobs.take_receipts(lab, CAST.worker)
    assert state(case)[0] == "sent"
    assert (_in(lab) / "refused" / path.name).exists()
    answer = (_in(lab) / "refused" / path.name).read_bytes()
    with case.database.transaction() as session:
        last = events_of(session, [the_package(case)])[-1]
        assert last.tag == "receipt:refused"
        with pytest.raises(RuleBroken, match=says):
            operations.take_receipt(session, CAST.worker, answer)


def test_an_engine_that_refuses_at_first_may_forget_later(
    case: Case, lab: Laboratory
) -> None:
    case.erase()
    jobs.send_packages(lab, CAST.worker)
    answer_all(_out(lab), _in(lab))
    ((path, body),) = drop_folder.waiting(_in(lab))
    refused = json.loads(body) | {
        "type": "org.nomen.receipt.rejected.v1",
        "id": "other",
        "reason": "TH01 6, 9.3 is in use",
    }
    drop_folder.put(_in(lab), path.name, json.dumps(refused).encode())
    jobs.take_receipts(lab, CAST.worker)
    assert state(case)[0] == "rejected"
    with case.database.reading() as session:
        assert queries.troubled(session, CAST.manager) == 1
        told = [one.body for one in events_of(session, [the_package(case)])]
        assert "is in use" not in str(told)
    drop_folder.put(_in(lab), path.name, body)
    jobs.take_receipts(lab, CAST.worker)
    assert state(case)[0] == "recalled"


def test_a_package_cannot_be_answered_as_a_recall(case: Case, lab: Laboratory) -> None:
    package = the_package(case)
    jobs.send_packages(lab, CAST.worker)
    answer_all(_out(lab), _in(lab))
    path = _in(lab) / f"{package}.received.json"
    told = json.loads(path.read_bytes()) | {"type": "org.nomen.receipt.recalled.v1"}
    for other in _in(lab).glob("*.json"):
        other.unlink()
    drop_folder.put(_in(lab), path.name, json.dumps(told).encode())
    jobs.take_receipts(lab, CAST.worker)
    with case.database.reading() as session:
        found = session.scalars(select(Package)).one()
        assert found.state == "sent"
        assert digest(found.body) == told["digest"]


def test_a_package_that_comes_after_its_recall_is_not_kept_by_the_receiver(
    case: Case, lab: Laboratory
) -> None:
    package = the_package(case)
    with case.database.reading() as session:
        body = queries.package(session, CAST.worker, package).body
    case.erase()
    jobs.send_packages(lab, CAST.worker)
    answer_all(_out(lab), _in(lab))
    drop_folder.put(_out(lab), f"{package}.json", body)
    answer_all(_out(lab), _in(lab))
    left = [one for one in _out(lab).rglob("*") if one.is_file()]
    assert not [one for one in left if one.read_bytes() == body]
    told = json.loads((_in(lab) / f"{package}.rejected.json").read_bytes())
    assert "recalled" in told["reason"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_new_version_is_sent_after_the_recall_of_the_one_before(
    case: Case, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine never searches by two versions of one sample."""
    loaded(lab)
    again = analysed_again(case)
    assert case.scene.give(again, reason="NEW_SETTINGS").fate is Fate.LOADED
    release(case)
    assert state(case) == ("pending", "superseded")
    with case.database.reading() as session:
        first, second = session.scalars(select(Profile).order_by(Profile.version))
        assert (first.state, second.state) == ("superseded", "released")
        newer = session.scalars(
            select(Package).where(Package.profile_id == second.id)
        ).one()
        assert queries.waits_for_a_recall(session, newer)
    order: list[str] = []
    put = drop_folder.put

    def watched(folder: Path, name: str, body: bytes) -> None:
        order.append(json.loads(body)["type"])
        put(folder, name, body)

    monkeypatch.setattr(drop_folder, "put", watched)
    assert jobs.send_packages(lab, CAST.worker) == 2
    assert order == ["org.nomen.profile.recalled.v1", "org.nomen.profile.finalised.v1"]
    with case.database.reading() as session:
        recall = session.scalars(select(Recall)).one()
        assert check(recall.body)["data"]["replaced_by"] == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_recall_that_cannot_leave_holds_the_newer_version_back(
    case: Case, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(lab)
    case.scene.give(analysed_again(case), reason="NEW_SETTINGS")
    release(case)
    put = drop_folder.put

    def no_recall(folder: Path, name: str, body: bytes) -> None:
        if json.loads(body)["type"] == "org.nomen.profile.recalled.v1":
            raise OSError("the disk is full")
        put(folder, name, body)

    monkeypatch.setattr(drop_folder, "put", no_recall)
    assert jobs.send_packages(lab, CAST.worker) == 0
    assert list(drop_folder.waiting(_out(lab))) == []
