"""The package's own chain: what was prepared, that it left, and what came back."""

from dataclasses import replace
import json
from pathlib import Path
from typing import Any

import pytest

from app import laboratory
from config.settings import load
from lims import jobs
from lims.audit.queries import chain_faults, events_of, openings_of
from lims.audit.record import system
from lims.db import Database
from lims.handoff import operations, queries
from lims.handoff.package import digest
from lims.handoff.tables import Package
from lims.laboratory import Laboratory
from lims.screening.receiver import answer_all
from lims.store import Store
from tests.cast import Cast
from tests.objects import a_package


@pytest.fixture
def lab(database: Database, tmp_path: Path) -> Laboratory:
    return replace(
        laboratory(load(environment={})),
        database=database,
        store=Store(tmp_path / "originals"),
        handoff_out=tmp_path / "out",
        handoff_in=tmp_path / "in",
    )


def package(lab: Laboratory, cast: Cast) -> Package:
    with lab.database.reading() as session:
        found = queries.packages(session, cast.manager)[0]
        assert found.body  # opened while the keys are there
        session.expunge(found)
        return found


def opened(lab: Laboratory, sealed: dict[str, str]) -> str:
    """What a commitment of an event says, while it can be opened."""
    with lab.database.reading() as session:
        (opening,) = openings_of(session, [sealed["commitment"]]).values()
        return str(json.loads(opening.value))


def told(lab: Laboratory, uid: str) -> list[tuple[str, str, dict[str, Any]]]:
    with lab.database.reading() as session:
        assert chain_faults(session, [uid]) == {}
        return [
            (one.tag, one.actor_uid, json.loads(one.body)["facts"])
            for one in events_of(session, [uid])
        ]


def test_what_leaves_is_on_record_with_the_digest_of_its_bytes(
    lab: Laboratory, cast: Cast
) -> None:
    a_package(lab)
    sent = package(lab, cast)
    (first,) = told(lab, sent.uid)
    data = json.loads(sent.body)["data"]
    assert first == (
        "package:prepared",
        cast.manager.uid,
        {
            "number": sent.number,
            "code": data["code"],
            "version": 1,
            "digest": {"commitment": first[2]["digest"]["commitment"]},
        },
    )
    assert opened(lab, first[2]["digest"]) == digest(sent.body)


def test_that_it_left_and_each_answer_is_on_record(lab: Laboratory, cast: Cast) -> None:
    a_package(lab)
    sent = package(lab, cast)
    jobs.send_packages(lab, cast.worker)
    assert lab.handoff_out is not None
    assert lab.handoff_in is not None
    answer_all(lab.handoff_out, lab.handoff_in)
    receipts = {digest(one.read_bytes()) for one in lab.handoff_in.glob("*.json")}
    jobs.take_receipts(lab, cast.worker)
    _, left, *answers = told(lab, sent.uid)
    assert left == ("package:sent", cast.worker.uid, {})
    assert [(tag, by) for tag, by, _ in answers] == [
        ("package:answered", cast.worker.uid)
    ] * 2
    assert {facts["answer"] for *_, facts in answers} == {"received", "loaded"}
    assert {opened(lab, facts["receipt"]) for *_, facts in answers} == receipts
    assert list(lab.handoff_in.glob("*/*")) == [], "nothing is left in the folder"


@pytest.mark.parametrize("named", [True, False], ids=["of a package", "of none"])
def test_an_answer_that_could_not_be_taken_is_on_record(
    lab: Laboratory, cast: Cast, *, named: bool
) -> None:
    """On the package's chain where the answer names one, else on the system's."""
    a_package(lab)
    sent = package(lab, cast)
    body = json.dumps({"package": sent.uid}).encode() if named else b"no answer"
    with lab.database.transaction() as session:
        operations.refuse_receipt(session, cast.worker, body, "breaks the schema")
        where = sent.uid if named else system(session, "receipts").uid
    tag, by, facts = told(lab, where)[-1]
    assert (tag, by) == ("receipt:refused", cast.worker.uid)
    assert opened(lab, facts["receipt"]) == digest(body)
