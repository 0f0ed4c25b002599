"""A request's life: who asks, one transaction, and failures told in their words.

A GET reads and the database refuses it a write, unless its view is marked `@writes`
(looking into the identity zone is an event). Everything else is one unit of work:
return keeps, raise undoes, and the answer is built before the commit.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lims import errors
from lims.access import Actor, Permission, require
from lims.laboratory import Laboratory
from lims.profiles.method import Method

BENCHES = frozenset({"bench.enrol", "bench.readings"})
"""What a bench asks: it shows a code or a token, and has no cookie."""
OPEN = BENCHES | {
    "static", "people.login", "people.enter", "health.alive", "worker.script",
}  # fmt: skip
"""The only endpoints that answer a stranger."""

STATUS = {
    errors.BadInput: 422,
    errors.NotFound: 404,
    errors.NotPermitted: 403,
    errors.RuleBroken: 409,
}

View = TypeVar("View", bound=Callable[..., Any])
Refused = Callable[[Session, Actor, str, errors.NotPermitted], None]


def writes(view: View) -> View:
    """Mark a GET that leaves an event, such as looking into the identity zone."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def otherwise(keep: Callable[[errors.LimsError], object]) -> Callable[[View], View]:
    """What a view keeps of what was refused, in a transaction of its own.

    The view's own was undone. The function answers in its place, or raises the error.
    """

    def mark(view: View) -> View:
        view.otherwise = keep  # type: ignore[attr-defined]
        return view

    return mark


def prepared_by(prepare: Callable[..., object]) -> Callable[[View], View]:
    """Do first, before the transaction is opened, what takes long: hash, parse, read.

    The function gets the view's own arguments; the view finds its answer in
    `prepared()`. Nobody waits for the database meanwhile.
    """

    def mark(view: View) -> View:
        view.prepare = prepare  # type: ignore[attr-defined]
        return view

    return mark


def prepared() -> Any:
    return g.prepared


def form(*allowed: str) -> MultiDict[str, str]:
    """The form's fields; one that the page did not ask for refuses them all.

    So nobody sets what no page offers (ASVS 15.3.3, mass assignment).
    """
    unknown = set(request.form) - {*allowed, "csrf_token"}
    if unknown:
        raise errors.BadInput(
            f"The form has a field '{min(unknown)[:40]}' that this page does not know. "
            "Load the page again."
        )
    return request.form


def laboratory() -> Laboratory:
    """The database, the store and the words that these pages work on."""
    return cast("Laboratory", current_app.extensions["lims"])


def actor() -> Actor:
    return cast("Actor", g.actor)


def session() -> Session:
    return cast("Session", g.session)


def method() -> Method:
    """How profiles are made in this laboratory."""
    return Method(laboratory().kits, laboratory().rules)


def needs(permission: Permission) -> Callable[[], None]:
    """Guard a blueprint's pages, the reading ones too."""

    def guard() -> None:
        require(actor(), permission)

    return guard


def init_app(
    app: Flask, identify: Callable[[], Actor | None], refused: Refused
) -> None:
    """Call last: it wraps every view there is.

    `identify` tells whose session the cookie names; `refused` records a refusal.
    """

    def _door() -> None:
        g.actor = identify()
        if request.endpoint not in OPEN and g.actor is None:
            abort(401)

    app.before_request_funcs.setdefault(None, []).insert(0, _door)
    for endpoint, view in app.view_functions.items():
        if endpoint != "static":
            app.view_functions[endpoint] = _in_transaction(view)
    app.register_error_handler(errors.LimsError, _teller(refused))


def _in_transaction(view: Callable[..., Any]) -> Callable[..., Response]:
    reads_only = not getattr(view, "writes", False)
    prepare = getattr(view, "prepare", None)
    keep = getattr(view, "otherwise", None)

    @wraps(view)
    def run(**values: Any) -> Response:
        database = laboratory().database
        g.prepared = prepare(**values) if prepare else None
        reading = request.method in {"GET", "HEAD"} and reads_only
        try:
            with database.reading() if reading else database.transaction() as g.session:
                return make_response(view(**values))
        except errors.LimsError as error:
            if keep is None:
                raise
            with database.transaction() as g.session:
                return make_response(keep(error))

    return run


def wants_json() -> bool:
    """Whether a script of the page asks, which shows the answer itself."""
    return request.accept_mimetypes.best == "application/json"


Told = tuple[str | dict[str, str], int]


def _teller(refused: Refused) -> Callable[[errors.LimsError], Told]:
    def tell(error: errors.LimsError) -> Told:
        database = laboratory().database
        if isinstance(error, errors.NotPermitted) and g.actor is not None:
            with database.transaction() as g.session:  # the request's was rolled back
                refused(g.session, g.actor, str(request.endpoint), error)
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        if wants_json():
            return {"state": "wrong", "told": str(error)}, status
        with database.reading() as g.session:
            return render_template("error.html", message=str(error)), status

    return tell
