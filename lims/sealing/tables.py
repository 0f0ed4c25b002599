"""The rows of what can be erased."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Moment


class SubjectKey(Base):
    """One subject's key, wrapped. Erased, the row stays and the key is gone.

    A subject is a random pseudonym: a donor, an accessioned sample, an import.
    """

    __tablename__ = "subject_key"
    __table_args__ = ({"info": {"unrecorded": "events tell what is sealed under it"}},)

    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    organisation: Mapped[int]
    """Whose it is; bound to the key, and by it to all that the key seals."""
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
    erased_at: Mapped[Moment | None]
