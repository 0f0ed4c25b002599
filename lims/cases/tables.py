"""The rows of the identity zone."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.audit.tags import Tag
from lims.db import Base, Chained, Key, Moment
from lims.sealing.rows import Sealed, Secret, Whose

ONE_SUBJECT = "(element_id IS NULL) <> (donor_id IS NULL)"
ONE_HELD = "(missing_person_id IS NULL) <> (donor_id IS NULL)"


class Incident(Chained, Base):
    """What happened: a wreck, a grave. `code` is the register's own number."""

    __tablename__ = "incident"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(32), unique=True, info={"told": ("code",)})
    kind: Mapped[str] = mapped_column(String(32))
    happened_on: Mapped[str] = mapped_column(String(32))
    """As the register writes it; a date may be known to the month only."""
    place: Mapped[str] = mapped_column(String(300))
    dead: Mapped[int | None]
    missing: Mapped[int | None]
    survivors: Mapped[int | None]
    attribution: Mapped[str] = mapped_column(String(300))


class Remains(Chained, Base):
    __tablename__ = "remains"

    id: Mapped[Key]
    tag: Mapped[str] = mapped_column(String(32), unique=True, info={"told": ("tag",)})
    """Our own number, printed on tag and headstone; never used again."""
    mortuary_tag: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32), info={"told": ("kind",)})
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class Element(Chained, Base):
    """One skeletal element of the remains; `name` from the vocabulary."""

    __tablename__ = "element"

    id: Mapped[Key]
    remains_id: Mapped[int] = mapped_column(ForeignKey("remains.id"), index=True)
    name: Mapped[str] = mapped_column(String(64), info={"told": ("name",)})
    side: Mapped[str] = mapped_column(String(16), info={"told": ("side",)})


class OwnSubject(Chained, Sealed):
    """A row that is a subject itself: its secrets are sealed under its own key."""

    organisation_id: Mapped[int]

    @property
    def owner(self) -> Whose:
        return Whose(self.uid, self.organisation_id)

    @property
    def place(self) -> str:
        return self.uid


class MissingPerson(OwnSubject, Base):
    __tablename__ = "missing_person"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name = Secret("")
    fathers_name = Secret("")
    sex = Secret("unknown")
    birth_year = Secret[int | None](None)
    nationality = Secret("")
    """Two letters of a country."""
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class Donor(OwnSubject, Base):
    __tablename__ = "donor"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name = Secret("")
    sex = Secret("unknown")
    birth_year = Secret[int | None](None)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class Relation(Base):
    """What the donor says to be to the missing person; claimed until tested."""

    __tablename__ = "relation"

    id: Mapped[Key]
    donor_id: Mapped[int] = mapped_column(ForeignKey("donor.id"), index=True)
    missing_person_id: Mapped[int] = mapped_column(
        ForeignKey("missing_person.id"), index=True
    )
    claimed: Mapped[str] = mapped_column(String(64))


class Consent(Chained, Base):
    """What a living donor allows; `scopes` is what exports read."""

    __tablename__ = "consent"

    id: Mapped[Key]
    donor_id: Mapped[int] = mapped_column(ForeignKey("donor.id"), index=True)
    form: Mapped[str] = mapped_column(String(64), info={"told": ("form",)})
    scopes: Mapped[list[str]] = mapped_column(JSON, info={"told": ("scopes",)})
    given_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None] = mapped_column(
        info={"told_by": Tag.CONSENT_WITHDRAWN}
    )


class Declaration(Base):
    """What the sender says is in a bag. The mortuary's tag stands here alone."""

    __tablename__ = "declaration"
    __table_args__ = (CheckConstraint(ONE_SUBJECT, name="one_subject"),)

    id: Mapped[Key]
    bag: Mapped[str] = mapped_column(String(64), unique=True)
    element_id: Mapped[int | None] = mapped_column(ForeignKey("element.id"))
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("donor.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


class CodeLink(Chained, Base):
    """The only place where a blind code and a subject meet."""

    __tablename__ = "code_link"
    __table_args__ = (CheckConstraint(ONE_SUBJECT, name="one_subject"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True, info={"told": ("code",)})
    bag: Mapped[str] = mapped_column(String(64), unique=True, info={"told": ("bag",)})
    element_id: Mapped[int | None] = mapped_column(
        ForeignKey("element.id"),
        index=True,
        info={"told": ("subject",), "by": "uid", "or_empty": True},
    )
    donor_id: Mapped[int | None] = mapped_column(
        ForeignKey("donor.id"),
        index=True,
        info={"told": ("subject",), "by": "uid", "or_empty": True},
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The laboratory whose coordinator made the link, and may look behind it."""


class LegalHold(Chained, Base):
    """An order to keep: nothing of the subject is erased while it stands.

    Of a missing person it holds for every donor who misses that person.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint(ONE_HELD, name="one_held"),)

    id: Mapped[Key]
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("donor.id"), index=True)
    missing_person_id: Mapped[int | None] = mapped_column(
        ForeignKey("missing_person.id"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    document: Mapped[str] = mapped_column(String(100))
    """The reference of the order: a file number, never a name."""
    placed_at: Mapped[Moment]
    placed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[Moment | None] = mapped_column(
        info={"told_by": Tag.LEGAL_HOLD_LIFTED}
    )
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_document: Mapped[str | None] = mapped_column(String(100))


class Question(Chained, Base):
    """What the lab zone asked and the yes or no that it was told."""

    __tablename__ = "question"

    id: Mapped[Key]
    asked_at: Mapped[Moment]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(32), info={"told": ("kind",)})
    asked: Mapped[list[Any]] = mapped_column(JSON)
    answer: Mapped[list[Any]] = mapped_column(JSON)
