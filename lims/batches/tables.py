"""The rows of plates and wells."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.batches.labware import LabwareKind
from lims.batches.plate import WellRole
from lims.batches.stages import PlateStage
from lims.db import Amount, Base, Chained, Key, Moment
from lims.workflow import stage_check


class Plate(Chained, Base):
    """One batch on a 96-well plate; all its samples are of one stream."""

    __tablename__ = "plate"
    __table_args__ = (
        CheckConstraint(stage_check("stage", PlateStage), name="stage_known"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True, info={"told": ("code",)})
    stream: Mapped[str] = mapped_column(String(16), info={"told": ("stream",)})
    kit: Mapped[str] = mapped_column(String(64), info={"told": ("kit",)})
    stage: Mapped[str] = mapped_column(
        String(16), index=True, info={"told": ("stage",)}
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    planned_at: Mapped[Moment]
    planned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    loaded_at: Mapped[Moment | None]


class Well(Base):
    """One well that holds something; an empty well has no row."""

    __tablename__ = "well"
    __table_args__ = (
        UniqueConstraint("plate_id", "position"),
        UniqueConstraint("plate_id", "instrument_name"),
        CheckConstraint(stage_check("role", WellRole), name="role_known"),
        CheckConstraint(
            "(role IN ('sample', 'extraction blank')) = (sample_id IS NOT NULL)",
            name="tube_in_tube_well",
        ),
    )

    id: Mapped[Key]
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"))
    position: Mapped[str] = mapped_column(String(3))
    role: Mapped[str] = mapped_column(String(24))
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("sample.id"), index=True)
    instrument_name: Mapped[str] = mapped_column(String(32))
    """What the plate record gives the analyzer and the export gives back."""


class Standard(Base):
    """A well of known amount, by which a quantification reads all others."""

    __tablename__ = "standard"
    __table_args__ = (
        UniqueConstraint("plate_id", "position"),
        {"info": {"unrecorded": "the plate's event tells of it"}},
    )

    id: Mapped[Key]
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"))
    position: Mapped[str] = mapped_column(String(3))
    quantity: Mapped[Amount]
    """In ng/µl."""
    instrument_name: Mapped[str] = mapped_column(String(32))


class PlateRecord(Base):
    """What an instrument was told of a plate; the file can be made again from it."""

    __tablename__ = "plate_record"
    __table_args__ = ({"info": {"unrecorded": "the plate's event tells of it"}},)

    id: Mapped[Key]
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), index=True)
    format: Mapped[str] = mapped_column(String(16))
    settings: Mapped[dict[str, str]] = mapped_column(JSON)
    """Words of the instrument's own software, as typed: results group, protocol."""
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Moment]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Labware(Base):
    """A piece of single-use labware and where it was used, by its maker's code."""

    __tablename__ = "labware"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint(stage_check("kind", LabwareKind), name="kind_known"),
        {"info": {"unrecorded": "the plate's event tells of it"}},
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    plate_id: Mapped[int] = mapped_column(ForeignKey("plate.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    """The stage in which the plate was then."""
    used_at: Mapped[Moment]
    used_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
