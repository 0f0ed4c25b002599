"""The cast: two laboratories, a mortuary, an association; one person per role.

Names say what they do. Everybody's password is PASSWORD, everybody's second factor
SECRET. Second readers and the second technician exist because four eyes need them.
"""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import SIGNERS, SYSTEM, Actor, Role
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, draw
from lims.organisations.tables import Organisation
from lims.people.tables import User, UserRole

PASSWORD = "a long enough passphrase"
# Few rounds, so that the tests are quick; the product's own hash has many.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$UR6a0vPqjDCC9P0W1bpLRg$"
    "k22lLGUBh7DlzHhpuctsNEYRf0Lk9Pqctj0ULK5Q9QU"
)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

ORGANISATIONS = {
    "LAB": ("Laboratory", "laboratory", "IT"),
    "LAB2": ("Other laboratory", "laboratory", "GR"),
    "MORT": ("Mortuary", "mortuary", "IT"),
    "MORT2": ("Other mortuary", "mortuary", "GR"),
    "FAM": ("Association of families", "association", "SN"),
    "AUDIT": ("Accreditation body", "auditor", "IT"),
}

PEOPLE = {
    "technician": ("LAB", Role.TECHNICIAN),
    "technician2": ("LAB", Role.TECHNICIAN),
    "analyst": ("LAB", Role.ANALYST),
    "analyst2": ("LAB", Role.ANALYST),
    "reviewer": ("LAB", Role.REVIEWER),
    "manager": ("LAB", Role.MANAGER),
    "quality": ("LAB", Role.QUALITY),
    "coordinator": ("LAB", Role.COORDINATOR),
    "administrator": ("LAB", Role.ADMINISTRATOR),
    "instrument": ("LAB", Role.INSTRUMENT),
    "worker": ("LAB", Role.WORKER),
    "trainee": ("LAB", Role.TRAINEE),
    "auditor": ("AUDIT", Role.AUDITOR),
    "mortuary": ("MORT", Role.MORTUARY),
    "collector": ("FAM", Role.COLLECTOR),
    "foreign_technician": ("LAB2", Role.TECHNICIAN),
    "foreign_analyst": ("LAB2", Role.ANALYST),
    "foreign_reviewer": ("LAB2", Role.REVIEWER),
    "foreign_manager": ("LAB2", Role.MANAGER),
    "foreign_quality": ("LAB2", Role.QUALITY),
    "foreign_coordinator": ("LAB2", Role.COORDINATOR),
    "foreign_administrator": ("LAB2", Role.ADMINISTRATOR),
    "foreign_mortuary": ("MORT2", Role.MORTUARY),
}


@dataclass(frozen=True)
class Cast:
    """Actors by name: `cast.technician`. Made once, the same in every database."""

    def enter(self, session: Session) -> None:
        """Write the cast into an empty database."""
        made = {}
        for code, (name, kind, country) in ORGANISATIONS.items():
            made[code] = Organisation(code=code, name=name, kind=kind, country=country)
            session.add(made[code])
            record(session, SYSTEM, Tag.ORGANISATION_REGISTERED, made[code])
            session.flush()
        for login, (place, role) in PEOPLE.items():
            user = User(
                uid=_uid(login),
                login=login,
                name=login.replace("_", " ").title(),
                badge=badge_of(login),
                organisation_id=made[place].id,
                password_hash=PASSWORD_HASH,
                totp_secret=SECRET if role in SIGNERS else None,
                machine=role in {Role.INSTRUMENT, Role.WORKER},
            )
            session.add(user)
            record(session, SYSTEM, Tag.USER_REGISTERED, user, roles=frozenset({role}))
            session.flush()
            session.add(UserRole(user_id=user.id, role=role))

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        places = {code: number for number, code in enumerate(ORGANISATIONS, 1)}
        return {
            login: Actor(_uid(login), login, frozenset({role}), number, places[place])
            for number, (login, (place, role)) in enumerate(PEOPLE.items(), 1)
        }

    def __getattr__(self, login: str) -> Actor:
        try:
            return self._actors[login]
        except KeyError:
            raise AttributeError(login) from None


def badge_of(login: str) -> str:
    """The badge of one of the cast: the same in every database, and a true code."""
    return draw(Kind.BADGE, Random(list(PEOPLE).index(login)).randbytes)


def user(session: Session, actor: Actor) -> User:
    return session.scalars(select(User).where(User.uid == actor.uid)).one()


def _uid(login: str) -> str:
    return login.encode().hex().ljust(32, "0")[:32]
