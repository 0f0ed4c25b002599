"""What others said of our checkpoints, and what is wrong with asking them.

No event tells of these rows: an event would need a new checkpoint, which would need
new cosignatures, without end. Each row proves itself by the signature that it holds.
"""

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, BigKey, Moment

_ITSELF = {
    "append_only": True,
    "unrecorded": "it holds a signature over the record, which is its proof",
}


class Cosignature(Base):
    """One line of a witness below a checkpoint."""

    __tablename__ = "audit_cosignature"
    __table_args__ = ({"info": _ITSELF},)

    checkpoint_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("audit_checkpoint.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    """The witness's name and the number of its key: `name+1a2b3c4d`."""
    line: Mapped[str] = mapped_column(Text)
    """As it stands below a note, with its newline."""
    at: Mapped[Moment]
    """The time that the witness states."""


class Timestamp(Base):
    """An answer of a time-stamping authority (RFC 3161) over a checkpoint's note."""

    __tablename__ = "audit_timestamp"
    __table_args__ = ({"info": _ITSELF},)

    checkpoint_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("audit_checkpoint.id"), primary_key=True
    )
    authority: Mapped[str] = mapped_column(String(300), primary_key=True)
    """The subject of the certificate that signed."""
    token: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole response as it came, as `openssl ts` reads it."""
    at: Mapped[Moment]
    """The time that the authority states."""


class Trouble(Base):
    """Why an anchor could not be had when it was last asked for; none: it could."""

    __tablename__ = "audit_anchor_trouble"
    __table_args__ = (
        {"info": {"unrecorded": "a state of the network, not of the laboratory"}},
    )

    url: Mapped[str] = mapped_column(String(300), primary_key=True)
    """The address that was asked."""
    sentence: Mapped[str] = mapped_column(String(500))
    since: Mapped[Moment]
