"""The rows of reminders: which items were out too long, and what was answered."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Key, Moment


class Reminder(Base):
    """An item that is out too long. It is over when the item moves, or is answered."""

    __tablename__ = "reminder"
    # However often the worker looks, nobody is reminded twice of one thing.
    __table_args__ = (UniqueConstraint("sample_id", "since", "nth"),)

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[Moment]
    """As of the holding: another one is another reminder."""
    nth: Mapped[int]
    raised_at: Mapped[Moment]
    escalated_at: Mapped[Moment | None]
    """From then on the manager sees it, too."""
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(String(64))
