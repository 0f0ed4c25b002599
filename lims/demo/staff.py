"""Who works in the demo: the laboratory's people, those who send, the auditor.

Each has a password that is drawn at this moment and shown once on the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyotp import TOTP
from sqlalchemy.orm import Session

from lims import clock
from lims.access import SIGNERS, Actor, Role
from lims.demo.plan import Sender
from lims.organisations import operations as organisations
from lims.organisations.tables import OrganisationKind
from lims.people import operations as people
from lims.people import queries, second_factor
from lims.people.passwords import random_password
from lims.samples.tables import Stream

LAB = "LAB"
LABORATORY = "Laboratory for the Missing"
ADMINISTRATOR = "admin"


@dataclass(frozen=True)
class Post:
    login: str
    name: str
    place: str
    role: Role


PLACES = (
    (Sender.MORTUARY, "Mortuary of Melilli", OrganisationKind.MORTUARY, "IT"),
    (
        Sender.ASSOCIATION,
        "Association of Families of the Missing, Dakar",
        OrganisationKind.ASSOCIATION,
        "SN",
    ),
    (
        Sender.DIASPORA,
        "Family Tracing Office of the Diaspora, Rome",
        OrganisationKind.ASSOCIATION,
        "IT",
    ),
    (
        Sender.FOCAL_POINT,
        "National Focal Point, Banjul",
        OrganisationKind.FOCAL_POINT,
        "GM",
    ),
    ("AUDIT", "Accreditation Body", OrganisationKind.AUDITOR, "IT"),
)
POSTS = (
    Post("technician", "Tomaso Pipetta", LAB, Role.TECHNICIAN),
    Post("technician2", "Thea Provetta", LAB, Role.TECHNICIAN),
    Post("analyst", "Ada Allele", LAB, Role.ANALYST),
    Post("analyst2", "Aldo Locus", LAB, Role.ANALYST),
    Post("reviewer", "Renata Seconda", LAB, Role.REVIEWER),
    Post("manager", "Marta Direttore", LAB, Role.MANAGER),
    Post("quality", "Quirino Norma", LAB, Role.QUALITY),
    Post("coordinator", "Clara Legame", LAB, Role.COORDINATOR),
    Post("trainee", "Tina Nuova", LAB, Role.TRAINEE),
    Post("mortuary", "Mario Sala", Sender.MORTUARY, Role.MORTUARY),
    Post("collector", "Awa Ndiongue", Sender.ASSOCIATION, Role.COLLECTOR),
    Post("collector.rome", "Selam Ospite", Sender.DIASPORA, Role.COLLECTOR),
    Post("collector.banjul", "Lamin Fonda", Sender.FOCAL_POINT, Role.COLLECTOR),
    Post("auditor", "Aurelia Verifica", "AUDIT", Role.AUDITOR),
    Post("instrument", "Genetic analyzer", LAB, Role.INSTRUMENT),
    Post("worker", "Hand-off worker", LAB, Role.WORKER),
)
MACHINES = frozenset({Role.INSTRUMENT, Role.WORKER})
TECHNICIANS = {Stream.BONE: "technician", Stream.REFERENCE: "technician2"}
"""Whoever works with bones does not work with references."""
SENDERS = {post.place: post.login for post in POSTS if post.place in set(Sender)}


@dataclass(frozen=True)
class Login:
    """What is printed for whoever tries the demo."""

    login: str
    name: str
    role: Role
    password: str
    secret: str = ""
    """Of the second factor, for those who sign or administer."""


@dataclass(frozen=True)
class Staff:
    actors: Mapping[str, Actor]
    """By login."""
    badges: Mapping[str, str]
    logins: tuple[Login, ...]
    """Of those who can log in: machines cannot."""

    def __getitem__(self, login: str) -> Actor:
        return self.actors[login]

    def password(self, login: str) -> str:
        return next(one.password for one in self.logins if one.login == login)


def hire(session: Session) -> Staff:
    """Set up the laboratory, register everybody, and give each a password."""
    logins = [_administrator(session)]
    admin = queries.actor_named(session, ADMINISTRATOR)
    places = {LAB: admin.organisation_id}
    for code, name, kind, country in PLACES:
        made = organisations.register(
            session, admin, code=code, name=name, kind=kind, country=country
        )
        places[code] = made.id
    for post in POSTS:
        machine = post.role in MACHINES
        _, told = people.register_user(
            session,
            admin,
            login=post.login,
            name=post.name,
            organisation_id=places[post.place],
            roles={post.role},
            password=None if machine else random_password(),
            machine=machine,
        )
        if not machine:
            logins.append(Login(post.login, post.name, post.role, told))
    return _staff(session, [_with_second_factor(session, one) for one in logins])


def _administrator(session: Session) -> Login:
    """The first of all; the password given at the set-up is replaced at once."""
    given = organisations.set_up(
        session,
        code=LAB,
        name=LABORATORY,
        country="IT",
        login=ADMINISTRATOR,
        person="Amalia Chiavi",
    )
    admin, chosen = queries.actor_named(session, ADMINISTRATOR), random_password()
    people.set_password(session, admin, old=given, new=chosen, visit_id=0)
    return Login(ADMINISTRATOR, "Amalia Chiavi", Role.ADMINISTRATOR, chosen)


def _with_second_factor(session: Session, one: Login) -> Login:
    """Enrolled at once where the role asks for it: the demo's card is the telephone."""
    if one.role not in SIGNERS:
        return one
    secret = second_factor.new_secret()
    people.enrol_second_factor(
        session,
        queries.actor_named(session, one.login),
        secret=secret,
        code=TOTP(secret).at(clock.now()),
        password=one.password,
        visit_id=0,
    )
    return replace(one, secret=secret)


def _staff(session: Session, logins: list[Login]) -> Staff:
    names = [ADMINISTRATOR, *(post.login for post in POSTS)]
    actors = {name: queries.actor_named(session, name) for name in names}
    worn = queries.badges(session, [one.user_id for one in actors.values()])
    return Staff(
        actors,
        {name: worn[one.user_id] for name, one in actors.items()},
        tuple(logins),
    )
