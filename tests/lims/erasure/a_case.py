"""A donor with one sample, typed on a plate beside another donor's."""

from dataclasses import dataclass
from decimal import Decimal

from lims.cases import operations as cases
from lims.db import Database
from lims.erasure import operations
from lims.erasure.operations import Basis
from lims.samples.amounts import Measure
from lims.samples.tables import Stream
from lims.store import Store
from tests.cast import PASSWORD, Cast
from tests.factories import (
    a_consignment,
    a_donor,
    a_missing_person,
    accession,
    received,
)
from tests.plates import extract_of
from tests.scenes import Scene, a_scene

CAST = Cast()
NAME = "Awa Planted Diop"


@dataclass(frozen=True)
class Case:
    """A donor with one sample, typed on a plate beside another donor's."""

    scene: Scene
    missing: str
    donor: str
    other: str
    code: str

    @property
    def database(self) -> Database:
        return self.scene.gate.database

    def erase(self, basis: str = Basis.CONSENT, password: str = PASSWORD) -> list[str]:
        with self.database.transaction() as session:
            return operations.erase(
                session,
                CAST.coordinator,
                self.donor,
                basis,
                password,
                self.scene.gate.store,
            )


def a_case(database: Database, store: Store) -> Case:
    with database.transaction() as session:
        sent = a_consignment(
            session, 2, Stream.REFERENCE, measure=Measure(Decimal(1000), "mg")
        )
        missing = a_missing_person(session)
        donors = [a_donor(session, missing, name) for name in (NAME, "Somebody Else")]
        cases.declare(
            session, CAST.collector, dict(zip(sent.bags, donors, strict=True))
        )
        received(session, sent)
        codes = list(accession(session, sent).values())
        extracts = [extract_of(session, code) for code in codes]
    scene = a_scene(database, store, extracts, Stream.REFERENCE)
    scene.give(scene.table)
    mine, other = (one.donor for one in donors)
    return Case(scene, missing, mine, other, codes[0])
