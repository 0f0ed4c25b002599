"""Work for the worker: plates that ran, with their exports, and reviewed profiles."""

from pathlib import Path

from sqlalchemy import select

from lims.db import Database
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.review import operations as review
from tests.cast import PASSWORD, Cast
from tests.exports import export_of
from tests.factories import in_the_laboratory
from tests.faults.worker import FURNISHED
from tests.injections import GENOTYPE, an_injection
from tests.plates import extracts, run

CAST = Cast()


def prepare(database: Database, exports: Path, plates: int, profiles: int) -> None:
    """Plates of one sample each, and profiles that wait for their release."""
    exports.mkdir(parents=True)
    with database.transaction() as session:
        for code in extracts(session, plates):
            plate = run(session, [code])
            (exports / f"{plate.code}.txt").write_bytes(export_of(session, plate))
    with database.transaction() as session:
        codes = in_the_laboratory(session, profiles)
        injections = [an_injection(session, code).uid for code in codes]
    _read(database, injections)
    with database.transaction() as session:
        for uid in list(session.scalars(select(Profile.uid))):
            review.review(session, CAST.reviewer, uid, PASSWORD)


def _read(database: Database, injections: list[str]) -> None:
    method = Method(FURNISHED.kits, FURNISHED.rules)
    for reader in (CAST.analyst, CAST.analyst2):
        with database.transaction() as session:
            for uid in injections:
                review.sign_reading(
                    session, reader, uid, GENOTYPE, {}, PASSWORD, method
                )
