"""Log in, log out, and the people of the laboratory."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lims import clock
from lims.access import Permission, Role, require
from lims.errors import BadInput
from lims.organisations.queries import everyone, named
from lims.people import operations, operations_door, queries
from lims.people.passwords import Proof, prove
from lims.people.roles import MACHINES
from lims.web import doors
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, laboratory, prepared, prepared_by, session
from lims.web.shell import NavItem, in_rail

DUTIES = {
    Role.ADMINISTRATOR: _l("looks after accounts and organisations; sees no case"),
    Role.ANALYST: _l("reads profiles, blind to the other reading"),
    Role.AUDITOR: _l("reads everything in the laboratory, changes nothing"),
    Role.COLLECTOR: _l("registers missing persons, donors and their consent"),
    Role.COORDINATOR: _l("links codes to people; alone sees both"),
    Role.INSTRUMENT: _l("machine account: imports what an analyzer wrote"),
    Role.MANAGER: _l("releases profiles, decides on samples and places"),
    Role.MORTUARY: _l("registers remains and sends samples"),
    Role.QUALITY: _l("holds, and closes findings"),
    Role.REVIEWER: _l("reviews profiles after two readings"),
    Role.TECHNICIAN: _l("receives, stores, cuts, plates and imports"),
    Role.TRAINEE: _l("learns; touches nothing yet"),
    Role.WORKER: _l("machine account: takes packages to the engine"),
}
"""What each role does, in a line for the administrator who grants it."""

pages = Blueprint("people", __name__)
in_rail(pages, NavItem(90, "people.page", _l("People"), Permission.USER_READ))


def _at_the_door() -> Proof | None:
    """The password is tried before the transaction; None when no try is left."""
    if request.method != "POST":
        return None
    name, address = _typed_name(), request.remote_addr or ""
    with laboratory().database.reading() as reading:
        kept = queries.credentials(reading, name, address, clock.now())
    if kept.throttled:
        return None
    return prove(kept.password_hash, request.form.get("password", ""))


@pages.get("/login")
def login() -> ResponseReturnValue:
    if g.actor is not None:
        return redirect(doors.safe_next(request.args.get("next", "/")))
    return _login_page(request.args.get("next", "/"))


@pages.post("/login")
@prepared_by(_at_the_door)
def enter() -> ResponseReturnValue:
    given, proof = form("login", "password", "code", "next"), prepared()
    wanted = given.get("next", "/")
    if proof is None:
        trouble = _("Too many failed logins. Wait five minutes, then try again.")
        return _login_page(wanted, trouble), 429
    token = operations_door.login(
        session(),
        _typed_name(),
        proof,
        given.get("code", ""),
        request.remote_addr or "",
        replaces=doors.token_hash(),
    )
    if token is None:
        trouble = _("Name, password or code did not fit. Check all three.")
        return _login_page(wanted, trouble), 401
    return doors.let_in(redirect(doors.safe_next(wanted)), token)


@pages.post("/logout")
def logout() -> ResponseReturnValue:
    form()
    operations_door.logout(session(), actor(), doors.this_visit().id)
    return doors.let_out(redirect(url_for("people.login")))


@pages.get("/people")
def page() -> str:
    require(actor(), Permission.USER_READ)
    people = queries.everybody(session(), actor())
    places = named(session(), {one.organisation_id for one in people})
    return render_template("people/list.html", people=people, places=places)


@pages.get("/people/new")
def new() -> str:
    require(actor(), Permission.USER_MANAGE)
    return render_template(
        "people/new.html", organisations=everyone(session()), duties=DUTIES
    )


@pages.post("/people/new")
def register() -> str:
    given = form("login", "name", "organisation", "roles")
    roles = _ticked_roles()
    user, password = operations.register_user(
        session(),
        actor(),
        login=given.get("login", ""),
        name=given.get("name", ""),
        organisation_id=given.get("organisation", 0, int),
        roles=roles,
        machine=roles <= MACHINES,
    )
    session().flush()
    person = queries.person(session(), actor(), user.uid)
    return render_template("people/told.html", person=person, password=password)


@pages.get("/people/<uid>")
def one(uid: str) -> str:
    require(actor(), Permission.USER_MANAGE)
    person = queries.person(session(), actor(), uid)
    return render_template("people/one.html", person=person, duties=DUTIES)


@pages.post("/people/<uid>/roles")
def change_roles(uid: str) -> ResponseReturnValue:
    form("roles")
    operations.change_roles(session(), actor(), uid, _ticked_roles())
    return redirect(url_for("people.one", uid=uid))


@pages.post("/people/<uid>/reset")
def reset(uid: str) -> str:
    form()
    password = operations.reset_access(session(), actor(), uid)
    person = queries.person(session(), actor(), uid)
    return render_template("people/told.html", person=person, password=password)


@pages.post("/people/<uid>/deactivate")
def deactivate(uid: str) -> ResponseReturnValue:
    form()
    operations.deactivate(session(), actor(), uid)
    return redirect(url_for("people.page"))


def _login_page(wanted: str, trouble: str | None = None) -> str:
    g.actor = None  # the page is a stranger's, whoever was here before
    return render_template("people/login.html", next=wanted, trouble=trouble)


def _typed_name() -> str:
    return request.form.get("login", "").strip().lower()


def _ticked_roles() -> frozenset[Role]:
    ticked = request.form.getlist("roles")
    if unknown := set(ticked) - set(Role):
        raise BadInput(f"'{min(unknown)[:40]}' is no role. Tick roles of the list.")
    return frozenset(Role(one) for one in ticked)
