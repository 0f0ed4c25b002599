"""The rows of users, their sessions and what they signed."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lims.db import Base, Chained, Key, Moment


class User(Chained, Base):
    """A person or a machine account. Events name the uid, pages show the badge."""

    __tablename__ = "person"

    id: Mapped[Key]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    badge: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """Whose administrators look after the account; None: its own organisation's."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    provisional: Mapped[bool] = mapped_column(default=False)
    """The password came from an administrator: its first use is to replace it."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last: Mapped[int] = mapped_column(default=0)
    """The counter of the last code used: a code works once."""
    active: Mapped[bool] = mapped_column(default=True)
    machine: Mapped[bool] = mapped_column(default=False)


class UserRole(Base):
    __tablename__ = "person_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class AuthSession(Base):
    """A login at one browser. Only the hash of its token is stored."""

    __tablename__ = "auth_session"
    __table_args__ = (
        {"info": {"unrecorded": "logins and logouts are events of the user"}},
    )

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    second_factor: Mapped[bool] = mapped_column(default=False)
    revoked_at: Mapped[Moment | None]


class LoginAttempt(Base):
    """How often a name or an address tried to log in within its window."""

    __tablename__ = "login_attempt"
    __table_args__ = ({"info": {"unrecorded": "each failed login is an event"}},)

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    since: Mapped[Moment]
    count: Mapped[int]


class Signature(Base):
    """Who signed what, meaning what: the digest is of the exact record shown."""

    __tablename__ = "signature"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    meaning: Mapped[str] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_uid: Mapped[str] = mapped_column(String(32), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(32))
    signed_at: Mapped[Moment]
