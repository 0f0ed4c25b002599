"""Reads of the people. A query never changes anything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from lims.access import SIGNERS, Actor, Permission, Role
from lims.db import owned, pairs
from lims.errors import NotFound
from lims.people import throttle
from lims.people.tables import AuthSession, User, UserRole


@dataclass(frozen=True)
class Person:
    """A user as other slices and pages see one: nothing secret in it."""

    id: int
    uid: str
    login: str
    name: str
    badge: str
    organisation_id: int
    roles: frozenset[Role]
    active: bool
    machine: bool
    enrolled: bool
    """Whether a second factor is enrolled."""

    @property
    def actor(self) -> Actor:
        return Actor(self.uid, self.name, self.roles, self.id, self.organisation_id)


@dataclass(frozen=True)
class Visit:
    """A login that still holds, read at every request, with today's roles."""

    id: int
    person: Person
    seen_at: datetime
    second_factor: bool
    provisional: bool

    @property
    def lacks_second_factor(self) -> bool:
        """Who signs, administers or audits, and has shown no second factor yet."""
        return bool(self.person.roles & SIGNERS) and not self.second_factor


@dataclass(frozen=True)
class Credentials:
    """What the door compares with what was typed."""

    password_hash: str | None
    throttled: bool


def visit(
    session: Session,
    token_hash: str,
    now: datetime,
    idle: timedelta,
    absolute: timedelta,
) -> Visit | None:
    """Whose login this token is; None when it ended, idled or was never one."""
    found = session.execute(
        select(AuthSession, User, UserRole.role)
        .join(User, User.id == AuthSession.user_id)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .where(
            AuthSession.token_hash == token_hash,
            AuthSession.revoked_at.is_(None),
            AuthSession.seen_at > now - idle,
            AuthSession.created_at > now - absolute,
            User.active,
        )
    ).all()
    if not found:
        return None
    login, user, _ = found[0]
    person = _person(user, {Role(role) for _, _, role in found if role})
    return Visit(login.id, person, login.seen_at, login.second_factor, user.provisional)


def credentials(
    session: Session, login: str, address: str, now: datetime
) -> Credentials:
    """Alike for a name that is known and for one that is not."""
    user = session.scalar(select(User).where(*_may_enter(login)))
    throttled = throttle.spent(session, throttle.at_the_door(login, address), now)
    return Credentials(user.password_hash if user else None, throttled)


def own_credentials(session: Session, actor: Actor, now: datetime) -> Credentials:
    """What the actor's password is compared with when it is shown again."""
    kept = session.scalar(select(User.password_hash).where(User.id == actor.user_id))
    throttled = throttle.spent(session, [throttle.of_proofs(actor.uid)], now)
    return Credentials(kept, throttled)


def everybody(session: Session, actor: Actor) -> list[Person]:
    """The people of the actor's organisation, and those it looks after; by name."""
    found = _in_sight(select(User), actor).order_by(User.name, User.id)
    return _persons(session, session.scalars(found))


def person(session: Session, actor: Actor, uid: str) -> Person:
    return _one(session, actor, User.uid == uid, uid)


def person_with_badge(session: Session, actor: Actor, badge: str) -> Person:
    """Who wears this badge; nobody where it is foreign, or its wearer left."""
    return _one(session, actor, (User.badge == badge) & User.active, badge)


def wearer(session: Session, badge: str, organisation_id: int) -> Actor | None:
    """Who wears this badge in that organisation, for what asks without a login."""
    found = session.scalar(
        select(User.id).where(
            User.badge == badge,
            User.organisation_id == organisation_id,
            User.active,
            User.machine.is_(False),
        )
    )
    return None if found is None else actor_of(session, found)


def actor_named(session: Session, login: str) -> Actor:
    """For commands and machine accounts: they act under a login's own roles."""
    user = session.scalar(select(User).where(User.login == login, User.active))
    if user is None:
        raise NotFound(f"Nobody has the login '{login}'. The page People shows all.")
    return _persons(session, [user])[0].actor


def actor_of(session: Session, user_id: int) -> Actor:
    """For work that a person has asked for: it is done under the roles of today."""
    user = session.scalar(select(User).where(User.id == user_id, User.active))
    if user is None:
        raise NotFound("Who asked for this has no account any more.")
    return _persons(session, [user])[0].actor


def machines(session: Session, role: Role) -> list[Actor]:
    """The machine accounts of this role, one for each laboratory that has one."""
    found = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == role, User.machine, User.active)
        .order_by(User.id)
    )
    return [one.actor for one in _persons(session, session.scalars(found))]


def names_of(session: Session, uids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Uid to (name, badge), for the trail; what no person did is not in it."""
    found = select(User.uid, User.name, User.badge).where(User.uid.in_(list(uids)))
    return {uid: (name, badge) for uid, name, badge in session.execute(found)}


def badges(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The badge code of each of these people, by their rows' numbers."""
    found = select(User.id, User.badge).where(User.id.in_(list(ids)))
    return {row.id: row.badge for row in session.execute(found)}


def names_of_badges(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Badge code to whose it is, for papers that tell of custody."""
    found = select(User.badge, User.name).where(User.badge.in_(list(codes)))
    return pairs(session, found)


def names_by_id(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The name of each of these people, by their rows' numbers."""
    found = select(User.id, User.name).where(User.id.in_(list(ids)))
    return {row.id: row.name for row in session.execute(found)}


def nobody_yet(session: Session) -> bool:
    """Whether this laboratory has no user at all: the first may be set up."""
    return session.scalar(select(User.id).limit(1)) is None


def kept_by(actor: Actor) -> ColumnElement[bool]:
    """The accounts that this administrator looks after."""
    keeper = func.coalesce(User.keeper_id, User.organisation_id)
    return keeper == actor.organisation_id


def _may_enter(login: str) -> tuple[ColumnElement[bool], ...]:
    return (User.login == login, User.active.is_(True), User.machine.is_(False))


def _in_sight(found: Select[User], actor: Actor) -> Select[User]:
    if actor.may(Permission.USER_MANAGE):
        own = User.organisation_id == actor.organisation_id
        return found.where(or_(own, kept_by(actor)))
    return owned(found, User.organisation_id, actor.scope)


def _one(
    session: Session, actor: Actor, which: ColumnElement[bool], named: str
) -> Person:
    user = session.scalar(_in_sight(select(User), actor).where(which))
    if user is None:
        raise NotFound(f"Nobody here wears or has '{named}'. Scan the badge again.")
    return _persons(session, [user])[0]


def _persons(session: Session, users: Iterable[User]) -> list[Person]:
    rows = list(users)
    held: dict[int, set[Role]] = {user.id: set() for user in rows}
    given = select(UserRole).where(UserRole.user_id.in_(list(held)))
    for one in session.scalars(given):
        held[one.user_id].add(Role(one.role))
    return [_person(user, held[user.id]) for user in rows]


def _person(user: User, roles: Collection[Role]) -> Person:
    return Person(
        id=user.id,
        uid=user.uid,
        login=user.login,
        name=user.name,
        badge=user.badge,
        organisation_id=user.organisation_id,
        roles=frozenset(roles),
        active=user.active,
        machine=user.machine,
        enrolled=user.totp_secret is not None,
    )
