"""What is done to accounts, and the act of signing. Each records its event."""

from collections.abc import Collection
import re

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from lims import clock, codes
from lims.access import SYSTEM, Actor, Permission, Role, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.db import Chained
from lims.errors import BadInput, NotFound, RuleBroken
from lims.people import logins, passwords, second_factor, throttle
from lims.people.errors import NotProven
from lims.people.meanings import Meaning
from lims.people.queries import kept_by, nobody_yet
from lims.people.roles import fault
from lims.people.shown import Shown
from lims.people.tables import Signature, User, UserRole

OWN_PASSWORD, OWN_SECOND_FACTOR = "own password", "own second factor"
"""What a password is shown again for, where nothing is signed."""


def register_user(
    session: Session,
    actor: Actor,
    *,
    login: str,
    name: str,
    organisation_id: int,
    roles: Collection[Role],
    password: str | None = None,
    machine: bool = False,
) -> tuple[User, str]:
    """A new account and its password, to be told to its owner once.

    Without a `password` one is drawn, and its owner must replace it at first login.
    A machine account has none: it acts where the program runs, and never logs in.
    """
    require(actor, Permission.USER_MANAGE)
    _refuse_foreign(session, actor, organisation_id)
    user = _new_user(session, login, name, organisation_id)
    user.keeper_id, user.machine = actor.organisation_id, machine
    told = "" if machine else _give_password(user, password)
    _enter(session, actor, user, roles)
    return user, told


def set_up(
    session: Session, *, login: str, name: str, organisation_id: int
) -> tuple[User, str]:
    """The first administrator of a laboratory that has nobody yet."""
    if not nobody_yet(session):
        raise RuleBroken(
            "This laboratory has its people already. An administrator adds others."
        )
    user = _new_user(session, login, name, organisation_id)
    told = _give_password(user, None)
    _enter(session, SYSTEM, user, {Role.ADMINISTRATOR})
    return user, told


def change_roles(
    session: Session, actor: Actor, uid: str, roles: Collection[Role]
) -> None:
    """From the person's next request on, these roles and no others."""
    require(actor, Permission.USER_MANAGE)
    user = _other(session, actor, uid)
    if wrong := fault(roles, machine=user.machine):
        raise RuleBroken(wrong)
    session.execute(delete(UserRole).where(UserRole.user_id == user.id))
    session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
    record(session, actor, Tag.USER_CHANGED, user, roles=frozenset(roles))


def reset_access(session: Session, actor: Actor, uid: str) -> str:
    """For who lost password or telephone: a new password, to be replaced at once."""
    require(actor, Permission.USER_MANAGE)
    user = _other(session, actor, uid)
    told = _give_password(user, None)
    user.totp_secret, user.totp_last, user.active = None, 0, True
    logins.end_all_of(session, user)
    record(session, actor, Tag.PASSWORD_CHANGED, user, reset=True)
    return told


def deactivate(session: Session, actor: Actor, uid: str) -> None:
    """Who left: every login ends now, none begins again."""
    require(actor, Permission.USER_MANAGE)
    user = _other(session, actor, uid)
    user.active = False
    logins.end_all_of(session, user)
    record(session, actor, Tag.USER_CHANGED, user, active=False)


def set_password(
    session: Session, actor: Actor, *, old: Shown | str, new: str, visit_id: int
) -> None:
    """One's own: the old one is shown again, and every other login ends."""
    require(actor, Permission.SELF)
    user = _proven(session, actor, old, OWN_PASSWORD)
    if wrong := passwords.fault(new, user.login):
        raise BadInput(wrong)
    if passwords.is_right(user.password_hash, new):
        raise BadInput("The new password is the old one. Choose another.")
    user.password_hash, user.provisional = passwords.hash_of(new), False
    logins.end_all_of(session, user, but=visit_id)
    record(session, actor, Tag.PASSWORD_CHANGED, user, reset=False)


def enrol_second_factor(
    session: Session,
    actor: Actor,
    *,
    secret: str,
    code: str,
    password: Shown | str,
    visit_id: int,
) -> None:
    """A telephone that shows codes; its first code proves that it does.

    Replacing one needs an administrator's reset: who holds a telephone for a minute
    must not be able to enrol another.
    """
    require(actor, Permission.SELF)
    user = _proven(session, actor, password, OWN_SECOND_FACTOR)
    if user.totp_secret is not None:
        raise RuleBroken(
            "A second factor is enrolled already. If the telephone is lost, an "
            "administrator resets the account."
        )
    if not second_factor.is_secret(secret):
        raise BadInput("The square was not made by this page. Load it again.")
    counter = second_factor.counter_of(secret, code, 0, clock.now())
    if counter is None:
        raise BadInput(
            "The six digits do not fit. Scan the square again, check that the "
            "telephone's clock is right, and type the digits that it shows now."
        )
    user.totp_secret, user.totp_last = secret, counter
    logins.end_all_of(session, user, but=visit_id)
    logins.confirm(session, visit_id)
    record(session, actor, Tag.SECOND_FACTOR_ENROLLED, user)


def sign(
    session: Session,
    actor: Actor,
    meaning: Meaning,
    subject: Chained,
    digest: str,
    password: Shown | str,
    code: str | None = None,
    *,
    named: str | None = None,
) -> Signature:
    """Show the password again and sign the record that has this digest.

    The password was shown before the transaction, about what the signer saw `named`
    (the subject itself, unless told), or is tried here while others wait. A `code` of
    the second factor, where the page asked for one, must be right too.
    The caller has loaded the subject locked, showed its signer what the digest is of,
    and has required the permission that goes with the meaning.
    """
    require(actor, Permission.SELF)
    user = _proven(session, actor, password, named or subject.uid)
    if code and not _uses_up(user, code):
        raise NotProven("That code is wrong or was used already. Wait for the next.")
    made = Signature(
        user_id=user.id,
        meaning=meaning,
        subject_kind=str(inspect(type(subject)).local_table.name),
        subject_uid=subject.uid,
        digest=digest,
        method="password and code" if code else "password",
        signed_at=clock.now(),
    )
    session.add(made)
    record(
        session,
        actor,
        Tag.SIGNATURE_MADE,
        subject,
        meaning=meaning,
        digest=digest,
        method=made.method,
    )
    return made


def _proven(session: Session, actor: Actor, password: Shown | str, named: str) -> User:
    """The actor's own row, locked, once the password is shown again.

    Shown once it serves for the whole transaction: forty profiles released with one
    signature act do not compute forty hashes.
    """
    user = session.get_one(User, actor.user_id, with_for_update=True)
    known = session.info.get("proven") == (user.id, password)
    if not known and throttle.spent(
        session, [throttle.of_proofs(user.uid)], clock.now()
    ):
        raise RuleBroken("Too many wrong passwords. Wait five minutes and try again.")
    if isinstance(password, Shown):
        right = password.serves(session, actor, named, user.password_hash)
    else:
        right = known or passwords.is_right(user.password_hash, password)
    if not right:
        raise NotProven("That is not your password. Nothing was kept; type it again.")
    session.info["proven"] = (user.id, password)
    return user


def _uses_up(user: User, code: str) -> bool:
    """Whether the code is right; its row is locked, so that it works once."""
    counter = user.totp_secret and second_factor.counter_of(
        user.totp_secret, code, user.totp_last, clock.now()
    )
    user.totp_last = counter or user.totp_last
    return bool(counter)


def _refuse_foreign(session: Session, actor: Actor, organisation_id: int) -> None:
    """Where others look after the people already, nobody else adds any."""
    if organisation_id == actor.organisation_id:
        return
    others = select(User.id).where(
        User.organisation_id == organisation_id, ~kept_by(actor)
    )
    if session.scalar(others.limit(1)) is not None:
        raise NotFound(
            "That organisation looks after its own people. Ask its administrator."
        )


def _other(session: Session, actor: Actor, uid: str) -> User:
    """An account that this administrator looks after, locked; never one's own."""
    found = select(User).where(User.uid == uid, kept_by(actor)).with_for_update()
    user = session.scalar(found)
    if user is None:
        raise NotFound(f"You look after no account '{uid}'.")
    if user.uid == actor.uid:
        raise RuleBroken("Nobody changes the own account here. Ask a colleague.")
    return user


def _new_user(session: Session, login: str, name: str, organisation_id: int) -> User:
    login = login.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._]{1,63}", login):
        raise BadInput(
            f"'{login[:64]}' cannot be a login name; expected: 2 to 64 letters a to z, "
            "digits, dots and underscores."
        )
    if session.scalar(select(User.id).where(User.login == login)) is not None:
        raise BadInput(f"The login name '{login}' is taken. Choose another.")
    if not 0 < len(name.strip()) <= 200:  # noqa: PLR2004 - as wide as its column
        raise BadInput("A person's name has 1 to 200 characters.")
    return User(
        login=login,
        name=name.strip(),
        badge=codes.draw(codes.Kind.BADGE),
        organisation_id=organisation_id,
        machine=False,
    )


def _give_password(user: User, chosen: str | None) -> str:
    if chosen is not None and (wrong := passwords.fault(chosen, user.login)):
        raise BadInput(wrong)
    told = chosen or passwords.random_password()
    user.password_hash, user.provisional = passwords.hash_of(told), chosen is None
    return told


def _enter(session: Session, actor: Actor, user: User, roles: Collection[Role]) -> None:
    if wrong := fault(roles, machine=user.machine):
        raise RuleBroken(wrong)
    session.add(user)
    record(session, actor, Tag.USER_REGISTERED, user, roles=frozenset(roles))
    session.flush()
    session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
