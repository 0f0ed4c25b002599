"""The rows of label jobs and the labels they made."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment
from lims.printing.sending import SendState, Way
from lims.workflow import stage_check


class LabelState(StrEnum):
    CONFIRMED = "confirmed"
    PRINTED = "printed"
    VOID = "void"


class Mishap(StrEnum):
    """What is wrong with labels that two people put right."""

    TORN = "torn"
    SWAPPED = "swapped"


class RepairState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


class LabelJob(Chained, Base):
    """One sheet that was drawn and read back before it left."""

    __tablename__ = "label_job"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stock: Mapped[str] = mapped_column(String(32))
    """The name of the template that it was drawn by."""
    template: Mapped[str] = mapped_column(String(64), default="")
    """That template's hash; empty before templates were kept."""
    form: Mapped[str] = mapped_column(String(8), default="pdf")
    """`pdf`, or the language of a label printer."""
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(64))
    """Why it was printed again; empty for a first print."""
    printed_at: Mapped[Moment]
    printed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class LabelTemplate(Chained, Base):
    """A template of the laboratory's own. Its events name each version's hash."""

    __tablename__ = "label_template"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    """The newest, by which is printed."""
    retired_at: Mapped[Moment | None]


class LabelTemplateVersion(Base):
    """One version of a template, as it was checked; it never changes."""

    __tablename__ = "label_template_version"
    __table_args__ = (
        UniqueConstraint("template_id", "version"),
        {
            "info": {
                "append_only": True,
                "unrecorded": "the template's own event holds its hash",
            }
        },
    )

    id: Mapped[Key]
    template_id: Mapped[int] = mapped_column(ForeignKey("label_template.id"))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    """The template as JSON, by labels/template.py."""
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Moment]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Printer(Chained, Base):
    """A printer of the laboratory, and how it is reached."""

    __tablename__ = "printer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint(stage_check("way", Way), name="way_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(255))
    """`host:port`, an IPP address, or the device's name at its bench."""
    language: Mapped[str] = mapped_column(String(8))
    dpi: Mapped[int]
    tells: Mapped[bool]
    """Whether it answers when it is asked how it is."""
    bench: Mapped[str] = mapped_column(String(32), default="")
    """The uid of the bench that it hangs at."""
    retired_at: Mapped[Moment | None]


class LabelSending(Chained, Base):
    """A print job on its way to a printer; it is sent again by a person alone."""

    __tablename__ = "label_sending"
    __table_args__ = (
        CheckConstraint(stage_check("state", SendState), name="state_known"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    printer_id: Mapped[int] = mapped_column(ForeignKey("printer.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("label_job.id"))
    """The sheet; none for a test page."""
    labels: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """What is sent, as the printer takes it; emptied at the end."""
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), index=True)
    told: Mapped[str] = mapped_column(Text)
    """What came of it, in a sentence."""
    tries: Mapped[int]
    queued_at: Mapped[Moment]
    queued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    command: Mapped[str | None] = mapped_column(String(32))
    """What a bench was asked, by its uid."""


class Label(Base):
    """One physical label. A reprint voids the copy before it."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("code", "copy"),
        CheckConstraint(stage_check("state", LabelState), name="state_known"),
    )

    id: Mapped[Key]
    job_id: Mapped[int] = mapped_column(ForeignKey("label_job.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    copy: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))


class LabelRepair(Chained, Base):
    """Torn or swapped labels put right: one proposes, another agrees."""

    __tablename__ = "label_repair"
    __table_args__ = (
        CheckConstraint(stage_check("mishap", Mishap), name="mishap_known"),
        CheckConstraint(stage_check("state", RepairState), name="state_known"),
        CheckConstraint("agreed_by <> proposed_by", name="two_persons"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    mishap: Mapped[str] = mapped_column(String(16))
    first: Mapped[str] = mapped_column(String(10), index=True)
    second: Mapped[str | None] = mapped_column(String(10), index=True)
    """The other of two swapped ones."""
    reason: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[Moment]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[Moment | None]
