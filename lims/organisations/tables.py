"""The organisations' rows."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key
from lims.workflow import stage_check


class OrganisationKind(StrEnum):
    ASSOCIATION = "association"
    AUDITOR = "auditor"
    AUTHORITY = "authority"
    COORDINATION = "coordination office"
    FOCAL_POINT = "focal point"
    LABORATORY = "laboratory"
    MORTUARY = "mortuary"


class Organisation(Chained, Base):
    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(stage_check("kind", OrganisationKind), name="kind_known"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(16), unique=True, info={"told": ("code",)})
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    country: Mapped[str] = mapped_column(String(2))
