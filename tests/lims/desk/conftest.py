"""A laboratory in which every requirement of the auditor has something to look at."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import laboratory
from config.settings import load
from lims import clock
from lims.access import Role
from lims.audit import verification
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches.tables import Plate
from lims.custody import queries as custody
from lims.custody.operations_corrections import correct
from lims.db import Database
from lims.demo.quantified import Plate as MeasuredPlate
from lims.demo.quantified import Tube, written
from lims.desk import operations
from lims.desk.tables import FindingKind
from lims.laboratory import Laboratory
from lims.profiles.method import Method
from lims.profiles.queries import subject_of
from lims.profiles.states import ProfileState
from lims.profiles.tables import Profile
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Fate
from lims.results.tables import Finding, Import, Injection
from lims.review import operations as review
from lims.samples.tables import Stream
from lims.sealing.rows import Whose
from lims.store import Store
from tests.cast import PASSWORD, Cast
from tests.factories import in_the_laboratory, stored
from tests.injections import GENOTYPE, an_injection
from tests.objects import a_made_bundle, a_package
from tests.plates import extracts
from tests.scenes import BENCH, a_scene

CAST = Cast()


@pytest.fixture
def lab(database: Database, tmp_path: Path) -> Laboratory:
    """Two released profiles, of a bone and of a card, and all that led to them.

    Beside them: a bone on its place, a card, a plate with its import, a file that was
    refused, a correction, a difference that was settled, a second version of a profile,
    a finding that waits for its answer, and a bundle.
    """
    store, bundles = Store(tmp_path / "originals"), Store(tmp_path / "bundles")
    made = replace(
        laboratory(load(environment={})),
        database=database,
        store=store,
        bundles=bundles,
    )
    with database.transaction() as session:
        (code,), box = stored(session)
        wrong = {"place": box.positions[1]}
        correct(session, CAST.technician, code, _last(session, code), "MISREAD", wrong)
        in_the_laboratory(session, 1, Stream.REFERENCE)
        codes = extracts(session, 3)
        _wait(session)
    _measure(database, store, codes)
    scene = a_scene(database, store, codes)
    scene.give(scene.table)
    scene.give(b"no export at all", "broken.txt")
    for stream in (Stream.BONE, Stream.REFERENCE):
        a_package(made, stream)
    a_made_bundle(made)
    _settle(made)
    _give_files(made)
    with database.transaction() as session:
        verification.tell(session, verification.verify(session))
    return made


def _measure(database: Database, store: Store, codes: list[str]) -> None:
    tubes = tuple(Tube(code, Decimal("0.2")) for code in codes)
    parcel = Parcel.of_bytes("run.txt", written(MeasuredPlate("run", tubes)))
    given = arrive(Gate(database, store, BENCH), CAST.technician, parcel)
    assert given.fate is Fate.LOADED


def _last(session: Session, code: str) -> int:
    return custody.named_sample(session, CAST.technician, code).ver


def _wait(session: Session) -> None:
    """A finding that is not due yet."""
    operations.record_finding(
        session,
        CAST.auditor,
        CAST.quality.organisation_id,
        (FindingKind.FREE, ""),
        "minor",
        "The door stood open.",
        (Role.QUALITY, date(2100, 1, 1)),
    )


def _settle(lab: Laboratory) -> None:
    """Two readers differ, and the reviewer settles it; then a second version."""
    method = Method(lab.kits, lab.rules)
    with lab.database.transaction() as session:
        injection = an_injection(session).uid
    other = {**GENOTYPE, "TH01": ["6"]}
    reasons = {CAST.analyst: {}, CAST.analyst2: {"TH01": "STUTTER"}}
    for reader, why in reasons.items():
        calls = other if why else GENOTYPE
        with lab.database.transaction() as session:
            review.sign_reading(
                session, reader, injection, calls, why, PASSWORD, method
            )
    with lab.database.transaction() as session:
        review.settle(
            session,
            CAST.reviewer,
            injection,
            {"TH01": ["6", "9.3"]},
            "Balanced in height.",
            PASSWORD,
            method,
        )
        first = session.scalars(select(Profile).order_by(Profile.id.desc())).first()
        assert first is not None
        again = Profile(
            sample_id=first.sample_id,
            version=2,
            organisation_id=first.organisation_id,
            state=ProfileState.QC_CLEAR,
            opened_at=clock.now(),
            supersedes_id=first.id,
            whose=Whose(subject_of(session, first), first.organisation_id),
        )
        session.add(again)
        record(session, CAST.analyst, Tag.PROFILE_OPENED, again)


def _give_files(lab: Laboratory) -> None:
    """What the readings' imports lack: no file, and no loaded plate."""
    with lab.database.sessions.begin() as session:
        loaded = session.scalars(select(Plate.id).where(Plate.loaded_at.is_not(None)))
        plate = loaded.one()
        wanted = select(Import).where(Import.name == "export.txt", Import.size == 1)
        for row in session.scalars(wanted).all():
            row.mark, row.rows = lab.store.keep(row.uid.encode()), 0
            row.parser, row.parser_version = "genemapper", "1"
            for one in session.scalars(select(Injection).filter_by(import_id=row.id)):
                one.plate_id = plate
            session.add(_verdict(row))
        session.info["recorded"] = True
        session.flush()
        session.info.pop("owing", None)


def _verdict(row: Import) -> Finding:
    return Finding(
        plate_id=row.plate_id,
        import_id=row.id,
        rule="C1",
        rule_version="1",
        outcome="pass",
        wells=[],
        numbers={},
        evidence=[],
        whole_batch=False,
        sentence="Every row is accounted for.",
        found_at=clock.now(),
    )
