"""The donor's profile as the laboratory released it, and the folders to the engine."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import laboratory
from config.settings import load
from lims.handoff import operations as handoff
from lims.handoff.tables import Package
from lims.laboratory import Laboratory
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.results.tables import Injection
from lims.review import operations as review
from lims.samples.tables import Sample
from tests.cast import PASSWORD
from tests.kits import GLOBALFILER
from tests.lims.erasure.a_case import CAST, Case
from tests.rules import RULES

METHOD = Method({GLOBALFILER.name: GLOBALFILER}, RULES)


def release(case: Case) -> dict[str, list[str]]:
    """Read twice, reviewed, released: what was read, marker by marker."""
    uid, calls = injection_of(case)
    read = {marker: [one for one, _ in found] for marker, found in calls.items()}
    for reader in (CAST.analyst, CAST.analyst2):
        with case.database.transaction() as session:
            review.sign_reading(session, reader, uid, read, {}, PASSWORD, METHOD)
    with case.database.transaction() as session:
        newest = select(Profile).order_by(Profile.version.desc())
        profile = session.scalars(newest).first()
        assert profile is not None
        review.review(session, CAST.reviewer, profile.uid, PASSWORD)
        named = profile.uid
    with case.database.transaction() as session:
        handoff.release(session, CAST.manager, named, PASSWORD, RULES)
    return read


def injection_of(case: Case) -> tuple[str, dict[str, Any]]:
    """The donor's newest injection that stands, and its calls."""
    with case.database.transaction() as session:
        own = select(Sample.id).where(Sample.code == case.code)
        wanted = select(Injection).where(
            Injection.sample_id == session.scalar(own),
            Injection.state == "current",
        )
        injection = session.scalars(wanted.order_by(Injection.id.desc())).first()
        assert injection is not None
        return injection.uid, injection.calls


def folders(case: Case, tmp_path: Path) -> Laboratory:
    """The laboratory of the case, with a folder each way."""
    settings = replace(load(environment={}), database_url="sqlite://")
    return replace(
        laboratory(settings),
        database=case.database,
        store=case.scene.gate.store,
        handoff_out=tmp_path / "out",
        handoff_in=tmp_path / "in",
    )


def the_package(case: Case) -> str:
    with case.database.reading() as session:
        return session.scalars(select(Package.uid)).one()
