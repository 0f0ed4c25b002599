"""Accounts and signatures as an auditor's queries walk them."""

from collections.abc import Iterator
from itertools import groupby
import json
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import SIGNERS, Role
from lims.audit import walks
from lims.audit.tags import Tag
from lims.people.meanings import Meaning
from lims.people.tables import Signature, User, UserRole


def signers(session: Session) -> Iterator[tuple[str, str, bool]]:
    """Who signs, administers or audits: name, pseudonym, and has a second factor."""
    wanted = (
        select(User.name, User.uid, User.totp_secret)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, User.machine.is_(False), UserRole.role.in_(SIGNERS))
        .distinct()
    )
    for name, uid, secret in session.execute(wanted):
        yield name, uid, secret is not None


def known(session: Session) -> set[str]:
    """The pseudonyms of all accounts, those of people who left too."""
    return set(session.scalars(select(User.uid)))


def signatures(session: Session) -> Iterator[tuple[str, str, str]]:
    """Each signature: pseudonym of what was signed, digest, and what is wrong."""
    wanted = select(Signature).order_by(Signature.id)
    for one in session.scalars(wanted.execution_options(yield_per=1000)):
        wrong = []
        if one.meaning not in set(Meaning):
            wrong.append(f"'{one.meaning}' is no meaning.")
        if len(one.digest) != 64:  # noqa: PLR2004 - a SHA-256 in hexadecimal
            wrong.append("It is bound to no record.")
        if not one.method.startswith("password"):
            wrong.append("No password was shown again.")
        yield one.subject_uid, one.digest, " ".join(wrong)


class Account(NamedTuple):
    uid: str
    name: str
    roles: frozenset[Role]
    machine: bool


def active(session: Session) -> Iterator[Account]:
    """Every account that may act today, with the roles that it has."""
    wanted = (
        select(User.uid, User.name, User.machine, UserRole.role)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .where(User.active)
        .order_by(User.id)
    )
    for (uid, name, machine), rows in groupby(
        session.execute(wanted), key=lambda row: (row.uid, row.name, row.machine)
    ):
        yield Account(
            uid, name, frozenset(Role(r.role) for r in rows if r.role), machine
        )


class Standing:
    """Which roles each account had at each event, as the record tells it."""

    def __init__(self, session: Session) -> None:
        given = walks.tagged(session, Tag.USER_REGISTERED, Tag.USER_CHANGED)
        self._since: dict[str, list[tuple[int, frozenset[Role]]]] = {}
        for event in sorted(given, key=lambda one: one.id):
            facts = json.loads(event.body)["facts"]
            if "roles" in facts:
                roles = frozenset(Role(one) for one in facts["roles"])
                self._since.setdefault(event.item_uid, []).append((event.id, roles))

    def at(self, uid: str, event: int) -> frozenset[Role]:
        """The roles of an account when the event with this number was recorded."""
        held = [roles for since, roles in self._since.get(uid, ()) if since < event]
        return held[-1] if held else frozenset()

    def now(self, uid: str) -> frozenset[Role]:
        return self._since[uid][-1][1] if uid in self._since else frozenset()

    def ever(self) -> Iterator[tuple[str, frozenset[Role]]]:
        """Every set of roles that an account had."""
        for uid, held in self._since.items():
            for _, roles in held:
                yield uid, roles
