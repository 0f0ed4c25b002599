"""The rows of logins: opened, ended, never shown. Operations record what they do."""

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from lims import clock
from lims.people import tokens
from lims.people.tables import AuthSession, User


def begin(session: Session, user: User, *, second_factor: bool) -> str:
    """A new token, never one that a browser brought along."""
    token, now = tokens.draw(), clock.now()
    session.add(
        AuthSession(
            token_hash=tokens.hash_of(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            second_factor=second_factor,
        )
    )
    return token


def end(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(AuthSession)
        .where(AuthSession.revoked_at.is_(None), *which)
        .values(revoked_at=clock.now())
    )


def end_all_of(session: Session, user: User, *, but: int | None = None) -> None:
    """Every login of a person, less the one that asks for it."""
    end(session, AuthSession.user_id == user.id, AuthSession.id != (but or 0))


def confirm(session: Session, visit_id: int) -> None:
    """Note that this login has shown its second factor."""
    session.execute(
        update(AuthSession).where(AuthSession.id == visit_id).values(second_factor=True)
    )
