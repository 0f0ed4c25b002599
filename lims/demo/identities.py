"""The identity zone of the demo: the wreck, its dead and missing, their families."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.cases import operations as cases
from lims.cases.operations import Happening, Person, Subject
from lims.cases.words import RemainsKind, Scope
from lims.demo.families import Family
from lims.demo.pedigree import Member
from lims.demo.people import People
from lims.demo.plan import COUNTRIES, Plan, Sender
from lims.demo.sources import Sources
from lims.demo.staff import SENDERS, Staff

SERIES = "IT-MED15"
FORM = "consent form of the demo, version 1"
SCOPES = (
    Scope.DNA_IDENTIFICATION,
    Scope.CONTACT_AGAIN,
    Scope.SHARE_COUNTRIES,
    Scope.SHARE_INTERNATIONAL,
)

Words = Mapping[str, Collection[Mapping[str, str]]]
"""The laboratory's vocabularies."""


@dataclass(frozen=True)
class Files:
    """What the identity zone calls the demo's samples, and what it allows."""

    people: People
    plan: Plan
    words: Words
    incident: str

    def declare_bones(self, session: Session, mortuary: Actor) -> None:
        """The mortuary's bodies, what was cut of each, and in which bag it lies."""
        sides = {
            row["code"]: row["side_options"].split("/")
            for row in self.words["skeletal_elements"]
        }
        tags: dict[int, str] = {}
        bags: dict[str, Subject] = {}
        for bone in self.people.bones:
            if bone.body not in tags:
                tags[bone.body] = cases.register_remains(
                    session,
                    mortuary,
                    self.incident,
                    SERIES,
                    RemainsKind.BODY,
                    f"PM3900{bone.body:03d}",
                ).tag
            element = cases.register_element(
                session, mortuary, tags[bone.body], bone.element, bone.side, sides
            )
            bags[self._bag(bone.key)] = Subject(element=element.uid)
        cases.declare(session, mortuary, bags)

    def open_families(self, session: Session, staff: Staff, sender: Sender) -> None:
        """The families that this sender speaks with, and what is in its bags."""
        collector = staff[SENDERS[sender]]
        bags: dict[str, Subject] = {}
        for one in self.people.families:
            if COUNTRIES[one.country] is sender:
                bags |= self._open(session, collector, one)
        cases.declare(session, collector, bags)

    def _open(
        self, session: Session, collector: Actor, family: Family
    ) -> dict[str, Subject]:
        """Whom the family misses, who gave a sample, and what each allowed."""
        missed = {
            key: cases.register_missing_person(
                session,
                collector,
                _person(family.tree[key], family.country),
                self.incident,
            ).code
            for key in family.missing
        }
        known = {row["code"] for row in self.words["donor_relations"]}
        bags: dict[str, Subject] = {}
        for reference in self.people.of_family(family):
            donor = cases.register_donor(
                session,
                collector,
                _person(family.tree[reference.donor]),
                {missed[key]: word for key, word in reference.claims.items()},
                known,
            )
            if reference.key != self.plan.without_consent:
                cases.give_consent(session, collector, donor.code, FORM, SCOPES)
            bags[self._bag(reference.key)] = Subject(donor=donor.code)
        return bags

    def _bag(self, sample: str) -> str:
        return self.plan.bags[sample].code


def register_incident(session: Session, coordinator: Actor, sources: Sources) -> str:
    """The wreck, as its register tells it; its number."""
    row = sources.incident
    made = cases.register_incident(
        session,
        coordinator,
        Happening(
            code=row["event_id"],
            kind="shipwreck",
            happened_on=row["incident_date"],
            place=row["location_text"],
            dead=int(row["dead"]),
            missing=int(row["missing_min_est"]),
            survivors=int(row["survivors"]),
            attribution=row["attribution"],
        ),
    )
    return made.code


def _person(member: Member, country: str = "") -> Person:
    return Person(
        name=member.name,
        sex=member.sex,
        birth_year=member.birth_year,
        fathers_name=member.fathers_name,
        nationality=country,
    )
