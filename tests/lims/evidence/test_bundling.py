"""From the record to the stranger's answer: asked for, made by the worker, checked."""

from dataclasses import replace
from datetime import timedelta
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock, queue
from lims.access import Actor
from lims.anchors import queries as anchors
from lims.anchors.authority import Authority
from lims.anchors.policy import Policy, parse
from lims.anchors.tables import Cosignature, Timestamp
from lims.audit import log
from lims.audit.integrator import Integrator
from lims.audit.notes import Note
from lims.audit.queries import events_of
from lims.audit.record import record, system
from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.cases import operations as cases
from lims.db import Database
from lims.errors import NotFound, NotPermitted, RuleBroken
from lims.evidence import making, operations, queries, verify
from lims.evidence.asking import Shop
from lims.evidence.assembling import assemble
from lims.evidence.queries import KEPT
from lims.evidence.scope import Asked, Scope, of_codes, of_period
from lims.evidence.tables import Bundle, BundleState
from lims.samples.tables import Sample
from lims.sealing import keys
from lims.store import Store
from tests import factories
from tests.cast import Cast
from tests.factories import in_the_laboratory
from tests.lims.evidence import bundles
from tests.plates import extracts
from tests.scenes import a_scene

CAST = Cast()
ZONE = ZoneInfo("Europe/Rome")


class Bench:
    """A laboratory with its log, its store and its signing key."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.bundles = Store(folder / "bundles")
        self.shop = Shop(
            Store(folder / "originals"), ZONE, Policy(quorum="none"), None,
            folder / "signing",
        )  # fmt: skip
        self.integrator = Integrator(database, folder / "log", "lab.example/record")
        self.path = folder / "bundle.zip"

    def ask(self, wanted: Scope, actor: Actor = CAST.auditor) -> str:
        with self.database.transaction() as session:
            return operations.ask(session, actor, wanted, self.shop).uid

    def make(self, uid: str) -> None:
        with self.database.transaction() as session:
            job = queue.take(session, {queries.MAKE: None})
            assert job is not None
            assert job.key == uid
            number = job.id
        making.make(self.database, self.bundles, self.shop, uid, number)

    def bundle(self, wanted: Scope, actor: Actor = CAST.auditor) -> bytes:
        uid = self.ask(wanted, actor)
        self.integrator.round()
        self.make(uid)
        with self.database.transaction() as session:
            row = operations.fetch(session, actor, uid)
            return self.bundles.content(row.sha256 or "")

    def answer(self, packed: bytes) -> dict[str, Any]:
        self.path.write_bytes(packed)
        return verify.examine(self.path, verify.Trust())

    def bones(self, count: int) -> list[str]:
        with self.database.transaction() as session:
            return in_the_laboratory(session, count)


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    return Bench(database, tmp_path)


def about(packed: bytes) -> Any:
    return json.loads(bundles.files(packed)["bundle.json"])


def bodies(packed: bytes) -> list[dict[str, Any]]:
    with ZipFile(io.BytesIO(packed)) as inside:
        names = [n for n in inside.namelist() if n.endswith(".json")]
        events = [n for n in names if n.startswith("events/")]
        return [json.loads(inside.read(name)) for name in sorted(events)]


def test_a_bundle_of_one_code_is_proven_and_says_that_nobody_witnessed(
    bench: Bench,
) -> None:
    (code,) = bench.bones(1)
    packed = bench.bundle(of_codes([code]))
    answer = bench.answer(packed)
    assert answer["broken"] == []
    assert answer["answer"] == verify.UNANCHORED
    kinds = {one["kind"] for one in about(packed)["items"]}
    assert kinds == {"sample", "consignment"}


def test_it_holds_every_event_of_the_item_and_none_of_another(bench: Bench) -> None:
    one, two = bench.bones(2)
    packed = bench.bundle(of_codes([one]))
    items = {body["item"] for body in bodies(packed)}
    with bench.database.reading() as session:
        whole = events_of(session, items)
        assert len(bodies(packed)) == len(whole)
    codes = {item["code"] for item in about(packed)["items"]}
    assert one in codes
    assert two not in codes


def test_a_plate_s_story_comes_with_its_original_for_who_may_read_calls(
    database: Database, tmp_path: Path
) -> None:
    bench = Bench(database, tmp_path)
    with database.transaction() as session:
        codes = extracts(session, 3)
    scene = a_scene(database, bench.shop.store, codes)
    scene.give(scene.table)
    code = codes[0]
    packed = bench.bundle(of_codes([code]))
    assert bench.answer(packed)["broken"] == []
    with ZipFile(io.BytesIO(packed)) as inside:
        originals = [n for n in inside.namelist() if n.startswith("originals/")]
        opened = json.loads(inside.read("openings.json"))
    assert len(originals) == 1
    assert "calls" in {one["field"] for one in opened}
    closed = bench.bundle(of_codes([code]), CAST.coordinator)
    assert bench.answer(closed)["broken"] == []
    with ZipFile(io.BytesIO(closed)) as inside:
        assert not [n for n in inside.namelist() if n.startswith("originals/")]
        opened = json.loads(inside.read("openings.json"))
    assert "calls" not in {one["field"] for one in opened}
    assert "closed to who asked" in str(about(closed)["left_out"])


def test_a_period_is_shown_without_a_gap_and_in_order(bench: Bench) -> None:
    bench.bones(2)
    today = clock.now().astimezone(ZONE).date().isoformat()
    packed = bench.bundle(of_period(today, today))
    answer = bench.answer(packed)
    assert answer["broken"] == []
    samples = [i for i in about(packed)["items"] if i["kind"] == "sample"]
    assert len(samples) == 2
    with pytest.raises(RuleBroken, match="Nothing of that is on record"):
        bench.ask(of_period("2001-01-01", "2001-12-31"))


def test_a_consignment_brings_all_that_came_in_it(bench: Bench) -> None:
    (code,) = bench.bones(1)
    with bench.database.reading() as session:
        row = session.scalars(
            select(Event).where(Event.tag == Tag.CONSIGNMENT_ANNOUNCED)
        ).one()
        sent = json.loads(row.body)["facts"]["code"]
    packed = bench.bundle(Scope(Asked.CONSIGNMENT, (sent,)))
    assert bench.answer(packed)["broken"] == []
    assert code in {item["code"] for item in about(packed)["items"]}


def test_making_it_again_gives_the_same_proof(bench: Bench) -> None:
    """All but the signed copy of the certificate, whose signature holds its time."""
    (code,) = bench.bones(1)
    uid = bench.ask(of_codes([code]))
    bench.integrator.round()
    made = []
    for _ in range(2):
        with bench.database.reading() as session:
            asked, actor = queries.asking(session, uid)
            made.append(assemble(session, actor, asked, bench.shop, lambda *_: None))
    one, two = (ZipFile(io.BytesIO(packed.content)) for packed in made)
    changed = {n for n in one.namelist() if one.read(n) != two.read(n)}
    assert changed <= {"certificate-signed.pdf", "MANIFEST.sha256"}


def test_while_the_log_is_behind_it_waits(bench: Bench) -> None:
    (code,) = bench.bones(1)
    bench.integrator.round()
    with bench.database.transaction() as session:
        in_the_laboratory(session, 1)
    more = bench.bones(1)
    uid = bench.ask(of_codes(more))
    with pytest.raises(RuleBroken, match="has not reached"):
        bench.make(uid)
    with bench.database.reading() as session:
        row = queries.bundle(session, CAST.auditor, uid)
        assert row.state == BundleState.ASKED
    assert code


def test_asking_making_and_taking_are_events_with_the_manifest(bench: Bench) -> None:
    (code,) = bench.bones(1)
    packed = bench.bundle(of_codes([code]))
    with bench.database.reading() as session:
        row = session.scalars(select(Bundle)).one()
        manifest = row.manifest
        told = {
            Tag(event.tag): json.loads(event.body)["facts"]
            for event in session.scalars(
                select(Event).where(Event.item_uid == row.uid).order_by(Event.id)
            )
        }
    assert list(told) == [Tag.EVIDENCE_ASKED, Tag.EVIDENCE_MADE, Tag.EVIDENCE_FETCHED]
    assert told[Tag.EVIDENCE_ASKED]["asked"] == [code]
    assert told[Tag.EVIDENCE_MADE]["digest"] == bench.answer(packed)["digest"]
    assert told[Tag.EVIDENCE_MADE]["manifest"] == manifest


def test_a_copy_is_handed_out_for_seven_days_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = bench.bones(1)
    bench.bundle(of_codes([code]))
    with bench.database.reading() as session:
        uid = session.scalars(select(Bundle)).one().uid
        assert queries.outdated(session) == []
    later = clock.now() + KEPT + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with bench.database.reading() as session:
        assert len(queries.outdated(session)) == 1
    with (
        pytest.raises(RuleBroken, match="after its time"),
        bench.database.transaction() as session,
    ):
        operations.fetch(session, CAST.auditor, uid)


def test_a_bundle_goes_to_the_one_who_asked_alone(bench: Bench) -> None:
    """It holds what that person may read; another one asks for himself."""
    uid = bench.ask(of_codes(bench.bones(1)), CAST.manager)
    bench.integrator.round()
    bench.make(uid)
    for other in (CAST.coordinator, CAST.quality, CAST.auditor):
        with (
            pytest.raises(NotFound),
            bench.database.transaction() as session,
        ):
            operations.fetch(session, other, uid)
    with bench.database.transaction() as session:
        assert operations.fetch(session, CAST.manager, uid).sha256


def test_who_may_not_export_asks_in_vain(session: Session, tmp_path: Path) -> None:
    shop = Shop(Store(tmp_path), ZONE, Policy(quorum="none"), None, tmp_path)
    codes = in_the_laboratory(session, 1)
    for stranger in (CAST.technician, CAST.analyst, CAST.mortuary):
        with pytest.raises(NotPermitted):
            operations.ask(session, stranger, of_codes(codes), shop)
    with pytest.raises(NotFound):
        operations.ask(session, CAST.foreign_manager, of_codes(codes), shop)


def test_a_case_is_the_coordinator_s_and_is_named_nowhere(bench: Bench) -> None:
    """Two bones of one body: that they belong together is the coordinator's alone."""
    with bench.database.transaction() as session:
        sent = factories.a_consignment(session, 2)
        body = factories.a_body(session, factories.an_incident(session))
        parts = [factories.an_element(session, body, n) for n in ("Femur", "Mandible")]
        declared = dict(zip(sent.bags, parts, strict=True))
        cases.declare(session, CAST.mortuary, declared)
        factories.received(session, sent)
        codes = set(factories.accession(session, sent).values())
        asked = operations.ask_case(session, CAST.coordinator, body, bench.shop)
        uid = asked.uid
        assert set(asked.asked) == codes
    bench.integrator.round()
    bench.make(uid)
    with bench.database.transaction() as session:
        with pytest.raises(NotFound):
            queries.bundle(session, CAST.auditor, uid)
        assert queries.listing(session, CAST.manager, None) == []
        row = operations.fetch(session, CAST.coordinator, uid)
        packed = bench.bundles.content(row.sha256 or "")
        told = [
            event.body
            for event in session.scalars(select(Event).where(Event.item_uid == uid))
        ]
    assert bench.answer(packed)["broken"] == []
    for inside in (packed, *told, *bundles.files(packed).values()):
        assert body.encode() not in inside
    with (
        pytest.raises(NotPermitted),
        bench.database.transaction() as session,
    ):
        operations.ask_case(session, CAST.auditor, body, bench.shop)


def test_a_copy_made_before_an_erasure_goes_at_once(bench: Bench) -> None:
    (code,) = bench.bones(1)
    bench.bundle(of_codes([code]))
    with bench.database.transaction() as session:
        row = session.scalars(select(Bundle)).one()
        keys.destroy(session, ["0" * 32])
        record(session, CAST.auditor, Tag.EVIDENCE_REMOVED, system(session, "x"))
        assert queries.outdated(session) == [row.sha256]
        assert not queries.kept(session)(row)


def test_what_was_erased_is_not_told_and_the_proof_stays_whole(bench: Bench) -> None:
    (code,) = bench.bones(1)
    before = bundles.files(bench.bundle(of_codes([code])))
    with bench.database.transaction() as session:
        sample = session.scalars(select(Sample).where(Sample.code == code)).one()
        for subject in json.loads(before["bundle.json"])["items"]:
            keys.destroy(session, [subject["uid"]])
        record(session, CAST.auditor, Tag.EVIDENCE_REMOVED, system(session, "x"))
        assert sample.code == code
    after = bench.bundle(of_codes([code]))
    assert json.loads(before["openings.json"])
    assert json.loads(bundles.files(after)["openings.json"]) == []
    assert bench.answer(after)["broken"] == []


def test_a_witnessed_and_stamped_log_makes_a_bundle_that_is_proven(
    bench: Bench,
) -> None:
    """An earlier checkpoint was cosigned and stamped, and the newest one too."""
    authority = bundles.Authority()
    root = bench.path.with_name("root.pem")
    root.write_bytes(authority.root)
    vkey = bundles.WITNESS.verifier.vkey
    policy = parse(f"witness ministry {vkey} https://w/\nquorum ministry\n".encode())
    bench.shop = replace(
        bench.shop, policy=policy, authority=Authority("https://tsa/", root)
    )
    for _ in range(2):
        (code,) = bench.bones(1)
        uid = bench.ask(of_codes([code]))
        bench.integrator.round()
        with bench.database.transaction() as session:
            newest = log.newest(session)
            assert newest is not None
            text = Note.parse(newest.note).text
            signature = bundles.WITNESS.sign(text, bundles.COSIGNED)
            session.add(
                Cosignature(
                    checkpoint_id=newest.id,
                    key=anchors.number(bundles.WITNESS.verifier),
                    line=signature.line,
                    at=clock.now(),
                )
            )
            session.add(
                Timestamp(
                    checkpoint_id=newest.id,
                    authority="CN=Time stamps",
                    token=authority.stamp(newest.note),
                    at=clock.now(),
                )
            )
        bench.make(uid)
    with bench.database.transaction() as session:
        row = operations.fetch(session, CAST.auditor, uid)
        packed = bench.bundles.content(row.sha256 or "")
    answer = bench.answer(packed)
    assert (answer["answer"], answer["broken"]) == (verify.PROVEN, [])
    assert "The log only grew" in str(answer["proven"])
    mine = parse(bundles.files(packed)["policy"])
    assert [one.key.vkey for one in mine.witnesses.values()] == [vkey]
