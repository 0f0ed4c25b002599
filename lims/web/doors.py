"""Who stands at the door: the login's cookie, CSRF, refusals.

flask-login asks `_recognise` at most once a request and remembers the answer; the
login itself is a row of ours, so that a cookie copied before logout is dead after it.
"""

from datetime import timedelta
import re

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    url_for,
)
from flask import session as cookie_session
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from lims import clock
from lims.access import Actor
from lims.errors import NotPermitted
from lims.laboratory import Laboratory
from lims.people import operations_door, tokens
from lims.people.queries import Visit, visit
from lims.web.request import BENCHES, laboratory

TOUCH = timedelta(minutes=1)
"""How exactly the idle time is kept: one short write a minute and login."""
FINISHING = frozenset(
    {"account.page", "account.password", "account.enrol", "people.logout"}
)
"""What a login may reach whose password was given or whose second factor lacks."""
UNASKED = BENCHES | {"static", "health.alive"}


class Visitor:
    """What flask-login calls a user: somebody whose login holds."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def get_id(self) -> str:
        return self.visit.person.uid


def init_app(app: Flask, here: Laboratory) -> None:
    prefix = "__Host-" if here.secure_cookies else ""
    app.config.update(
        LOGIN_COOKIE=f"{prefix}nomen",
        SESSION_COOKIE_NAME=f"{prefix}nomen-form",
        SESSION_COOKIE_SECURE=here.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the login: a page may stay open
        WTF_CSRF_SSL_STRICT=False,  # pages send no referrer; the cookie is Strict
    )
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_recognise)
    forms = CSRFProtect(app)
    for endpoint in BENCHES:
        forms.exempt(app.view_functions[endpoint])
    app.before_request(_finish_first)
    app.register_error_handler(Unauthorized, _to_login)


def identify() -> Actor | None:
    """Whose login the request's cookie names."""
    if request.endpoint in UNASKED or not current_user.is_authenticated:
        return None
    actor: Actor = current_user.visit.person.actor
    return actor


def this_visit() -> Visit:
    """The login that asks."""
    found: Visit = current_user.visit
    return found


def must_enrol(visit: Visit) -> bool:
    """Whether this login goes no further without a second factor."""
    return visit.lacks_second_factor


def refused(session: Session, actor: Actor, endpoint: str, error: NotPermitted) -> None:
    """Record that somebody was refused at an endpoint."""
    operations_door.refuse(session, actor, endpoint, error)


def let_in(answer: AnyResponse, token: str) -> AnyResponse:
    """Give the browser its new token; what its form cookie held is forgotten."""
    cookie_session.clear()
    answer.set_cookie(
        _cookie(),
        token,
        secure=laboratory().secure_cookies,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return answer


def let_out(answer: AnyResponse) -> AnyResponse:
    cookie_session.clear()
    answer.delete_cookie(
        _cookie(), secure=laboratory().secure_cookies, httponly=True, path="/"
    )
    return answer


def token_hash() -> str | None:
    """Of the token that the browser brought, whatever it is worth."""
    token = request.cookies.get(_cookie())
    return tokens.hash_of(token) if token else None


def safe_next(wanted: str) -> str:
    """A path of this site to go on to; anything else leads to the first page."""
    return wanted if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", wanted) else "/"


def _recognise(_: Request) -> Visitor | None:
    shown = token_hash()
    if shown is None:
        return None
    here, now = laboratory(), clock.now()
    with here.database.reading() as session:
        found = visit(session, shown, now, here.idle, here.absolute)
    if found is None:
        return None
    if now - found.seen_at > TOUCH:
        with here.database.transaction() as session:
            operations_door.touch(session, found.id)
    return Visitor(found)


def _finish_first() -> AnyResponse | None:
    """Who has a given password, or signs without a second factor, sets that right."""
    if g.actor is None or request.endpoint in FINISHING or request.endpoint == "static":
        return None
    visit = this_visit()
    if not (visit.provisional or must_enrol(visit)):
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("account.page"))
    return abort(403)


def _to_login(_: Unauthorized) -> AnyResponse:
    """A page leads to the login and back; anything else is refused plainly."""
    if "HX-Request" in request.headers:
        return redirect(url_for("people.login"))
    wishes = request.accept_mimetypes
    if request.method == "GET" and (not wishes or wishes.accept_html):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("people.login", next=wanted))
    return Response("Nobody is logged in here.\n", 401, mimetype="text/plain")


def _cookie() -> str:
    return str(current_app.config["LOGIN_COOKIE"])
