"""What an erasure does, whether it is signed now or replayed after a restore.

Rows are emptied, openings and keys are destroyed, and the events stand. The subjects
are the donor and each accessioned sample; all that was derived shares the sample's key.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit import openings
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import erasing as identities
from lims.cases.queries import Donor
from lims.custody import erasing as pictures
from lims.custody import operations_accession as custody
from lims.handoff import erasing as packages
from lims.profiles import erasing as profiles
from lims.quantities import erasing as quantities
from lims.results import emptying, mentions
from lims.results import erasing as results
from lims.review import erasing as readings
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.sealing import keys
from lims.store import Store

CLASSES = ("identity", "genotype", "original lines", "photographs")
"""The classes of data that go, as the events name them."""


@dataclass(frozen=True)
class Reach:
    """Whom an erasure is about, in every laboratory of this installation."""

    donor: Donor
    samples: tuple[Sample, ...]
    """The accessioned samples, from which all others were derived."""

    @property
    def subjects(self) -> tuple[str, ...]:
        return (self.donor.uid, *(one.uid for one in self.samples))


def reach(
    session: Session, actor: Actor, donor: Donor, *, locked: bool = True
) -> Reach:
    found: list[Sample] = []
    for organisation, worn in codes(session, donor).items():
        there = replace(actor, organisation_id=organisation)
        found += samples.by_codes(session, there, worn, locked=locked).values()
    return Reach(donor, tuple(found))


def wipe(
    session: Session, actor: Actor, store: Store, about: Reach, tag: Tag, **facts: Any
) -> list[str]:
    """Erase; the numbers of the packages that had left before.

    Samples are frozen, profiles withdrawn. Each subject's chain tells of it, and none
    tells which donor a sample is of.
    """
    from lims.results import redacting  # noqa: PLC0415 - 3 MB, at the first erasure

    worn_by = codes(session, about.donor)
    for organisation, worn in worn_by.items():
        custody.withdraw(session, replace(actor, organisation_id=organisation), worn)
    rows = [one.id for one in about.samples]
    emptied = profiles.rows(session, rows)
    # Locked in the order of the worker.
    gone = packages.packages(session, actor, emptied)
    profiles.profiles(session, actor, rows)
    readings.readings(session, emptied)
    family = made(session, actor, worn_by)
    pictures.photographs(session, [one.id for one in family])
    named = redacting.names(session, rows) | {one.code for one in family if one.code}
    persons = mentions.spellings(about.donor.name)
    redacting.files(session, actor, store, list(worn_by), named, persons)
    told = named | persons
    emptying.files(session, actor, list(worn_by), told, about.subjects)
    emptying.findings(session, rows)
    results.calls(session, rows)
    quantities.quantities(session, rows)
    identities.person(session, actor, about.donor)
    for worn in worn_by.values():
        identities.answers(session, actor, worn)
    facts["classes"] = list(CLASSES)
    record(session, actor, tag, about.donor, **facts)
    for one in about.samples:
        record(session, actor, tag, one, **facts)
        results.parts(session, [one.uid], one.head_hash)
    shred(session, about.subjects)
    return gone


def made(
    session: Session, actor: Actor, worn_by: Mapping[int, list[str]]
) -> list[Sample]:
    """The samples and what was made of them, in every laboratory."""
    found: list[Sample] = []
    for organisation, worn in worn_by.items():
        there = replace(actor, organisation_id=organisation)
        found += samples.family(session, there, worn).values()
    return found


def wipe_pictures(store: Store, digests: Collection[str]) -> None:
    """After the transaction that erased them, and at each start: it may have died."""
    for one in digests:
        store.wipe(one)


def shred(session: Session, subjects: Collection[str]) -> None:
    """Destroy salts, values and keys. What waits to be sealed is sealed first."""
    session.flush()
    openings.erase(session, subjects)
    keys.destroy(session, subjects)


def codes(session: Session, donor: Donor) -> dict[int, list[str]]:
    """Organisation to its codes of the donor; a code may have no sample yet."""
    found: dict[int, list[str]] = {}
    for one in identities.links(session, donor):
        if samples.is_worn(session, one.code):
            found.setdefault(one.organisation_id, []).append(one.code)
    return found
