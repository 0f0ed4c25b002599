"""Coming and going: what can be asked before it is known who asks."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lims import clock
from lims.access import SYSTEM, Actor, Permission, require
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.errors import NotPermitted
from lims.people import logins, second_factor, throttle
from lims.people.errors import NotProven
from lims.people.passwords import Proof
from lims.people.tables import AuthSession, User


def login(
    session: Session,
    name: str,
    proof: Proof,
    code: str,
    address: str,
    replaces: str | None = None,
) -> str | None:
    """The token of a new login, or None: nothing tells which part was wrong.

    `proof` was made before the transaction, so that nobody waits while it is computed.
    `replaces` is the hash of a token that the browser brought: it dies with this.
    """
    now = clock.now()
    keys = throttle.at_the_door(name, address)
    user = session.scalar(select(User).where(User.login == name).with_for_update())
    if user is None or not _enters(session, user, proof, code, now):
        throttle.count(session, keys, now)
        where = user or system(session, "door")
        record(session, SYSTEM, Tag.LOGIN_FAILED, where, sealed={"address": address})
        return None
    throttle.forget(session, keys[:1], now)
    logins.end(session, AuthSession.token_hash == replaces)
    user.password_hash = proof.renewed or user.password_hash
    enrolled = user.totp_secret is not None
    token = logins.begin(session, user, second_factor=enrolled)
    entering = Actor(user.uid, user.login, frozenset(), user.id, user.organisation_id)
    record(
        session,
        entering,
        Tag.LOGIN_SUCCEEDED,
        user,
        second_factor=enrolled,
        sealed={"address": address},
    )
    return token


def logout(session: Session, actor: Actor, visit_id: int) -> None:
    """End one login: its cookie, and every copy of it, is dead from now on."""
    logins.end(session, AuthSession.id == visit_id)
    user = session.get_one(User, actor.user_id, with_for_update=True)
    record(session, actor, Tag.LOGOUT, user)


def touch(session: Session, visit_id: int) -> None:
    """Somebody is there: the idle time begins anew."""
    seen = update(AuthSession).where(AuthSession.id == visit_id)
    session.execute(seen.values(seen_at=clock.now()))


def refuse(session: Session, actor: Actor, endpoint: str, error: NotPermitted) -> None:
    """Record that somebody was refused; a wrong password costs one of few tries."""
    user = session.get_one(User, actor.user_id, with_for_update=True)
    tag = Tag.ACCESS_REFUSED
    if isinstance(error, NotProven):
        throttle.count(session, [throttle.of_proofs(user.uid)], clock.now())
        tag = Tag.PROOF_REFUSED
    record(session, actor, tag, user, endpoint=endpoint)


def look(session: Session, actor: Actor, page: str, seen: Collection[str]) -> None:
    """Record that somebody looked into the identity zone, and at whom: pseudonyms.

    The event stands on the chain of whoever looked, so that nobody waits for it.
    """
    require(actor, Permission.IDENTITY_READ)
    user = session.get_one(User, actor.user_id, with_for_update=True)
    record(session, actor, Tag.IDENTITY_SEEN, user, page=page, seen=sorted(set(seen)))


def _enters(
    session: Session, user: User, proof: Proof, code: str, now: datetime
) -> bool:
    known = user.active and not user.machine and user.password_hash is not None
    if not (known and proof.right and proof.of == user.password_hash):
        return False
    return user.totp_secret is None or _shows_code(session, user, code, now)


def _shows_code(session: Session, user: User, code: str, now: datetime) -> bool:
    """Uses the code up: the row is locked, so that two logins cannot share it."""
    assert user.totp_secret is not None  # noqa: S101 - the caller looked
    tries = throttle.of_codes(user.uid)
    if throttle.spent(session, [tries], now):
        return False
    counter = second_factor.counter_of(user.totp_secret, code, user.totp_last, now)
    if counter is None:
        throttle.count(session, [tries], now)
        return False
    user.totp_last = counter
    throttle.forget(session, [tries], now)
    return True
