"""What every page shares: language, how things are written, the rail, and failures.

A page writer needs three things of this module: `NavItem` with `in_rail` to appear in
the rail, and the filters and functions that `init_app` gives to templates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    render_template,
    request,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import Babel
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from lims.access import Actor, Permission
from lims.web import alarm, languages, shown
from lims.web.headers import nonce
from lims.web.languages import gettext as _
from lims.web.log_state import log_state


@dataclass(frozen=True)
class NavItem:
    """A line of the rail, seen by those who have the permission."""

    place: int
    """Order in the rail; tens, so that others fit between."""
    endpoint: str
    label: object
    """A lazy_gettext text."""
    permission: Permission
    count: Callable[[Session, Actor], int] | None = None
    """How many things wait for this person here: one cheap statement."""


@dataclass(frozen=True)
class Line:
    """A line of the rail as this person sees it now."""

    label: object
    url: str
    count: int
    current: bool
    blueprint: str
    """Whose page it is, so that Today can say the count as a job."""


def in_rail(pages: Blueprint, item: NavItem) -> None:
    """Show a blueprint's page in the rail, wherever that blueprint is registered."""

    def offer(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault("rail", {})[item.endpoint] = item

    pages.record(offer)


def init_app(app: Flask) -> None:
    babel = Babel(app, locale_selector=languages.locale, timezone_selector=shown.zone)
    babel.domain_instance = languages.Languages()
    app.jinja_env.filters.update(
        chip=shown.chip,
        code=shown.code,
        day=shown.day,
        moment=shown.moment,
        sentence=shown.sentence,
    )
    app.jinja_env.globals.update(
        BANDS=shown.BANDS,
        chip=shown.chip,
        direction=languages.direction,
        hx=hx,
        language=languages.language,
        log_state=log_state,
        now=shown.now,
        rail=rail,
        url_if=url_if,
    )
    alarm.init_app(app)
    app.after_request(_for_htmx)
    app.register_error_handler(HTTPException, _tell)


def hx() -> Markup:
    """The mark that each element must wear which htmx is to obey."""
    return Markup('hx-nonce="{}"').format(nonce())


def url_if(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None where this installation has it not."""
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if known else None


def rail() -> list[Line]:
    """The pages open to whoever asks, with what waits there."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        return []
    items: dict[str, NavItem] = current_app.extensions.get("rail", {})
    current = _current(items)
    return [
        _line(item, actor, current)
        for item in sorted(items.values(), key=lambda item: item.place)
        if actor.may(item.permission)
    ]


def _current(items: dict[str, NavItem]) -> str | None:
    """The line of this very page, else one of the same blueprint."""
    if request.endpoint in items:
        return request.endpoint
    near = (name for name in items if name.partition(".")[0] == request.blueprint)
    return next(near, None)


def _line(item: NavItem, actor: Actor, current: str | None) -> Line:
    session: Session | None = g.get("session")
    count = item.count(session, actor) if item.count and session else 0
    return Line(
        label=item.label,
        url=url_for(item.endpoint),
        count=count,
        current=item.endpoint == current,
        blueprint=item.endpoint.partition(".")[0],
    )


def _for_htmx(response: Response) -> Response:
    """Let one view serve htmx and plain forms alike.

    A redirect becomes a whole new page, not a fragment; a refusal goes to the band,
    or into the signature's dialog when that asked.
    """
    if "HX-Request" not in request.headers:
        return response
    if response.location:
        response.headers["HX-Redirect"] = response.headers.pop("Location")
        response.status_code = 200
        response.set_data(b"")
    elif response.status_code >= 400 and not _to_dialog():  # noqa: PLR2004 - HTTP
        response.headers.setdefault("HX-Retarget", "#band")
        response.headers.setdefault("HX-Reswap", "outerHTML")
    return response


def _to_dialog() -> bool:
    return request.headers.get("HX-Target", "").endswith("-answer")


def _tell(error: HTTPException) -> Response | HTTPException:
    """Failures of HTTP itself, in words."""
    if error.code is None or error.code < 400:  # noqa: PLR2004 - HTTP
        return error  # a redirect of the routing
    g.pop("session", None)  # its transaction is over: the rail shows no counts
    page = render_template("error.html", message=_sentence(error.code))
    response = Response(page, error.code)
    response.headers.extend(
        (name, value)
        for name, value in error.get_response().headers.items()
        if name in {"Allow", "Retry-After"}
    )
    return response


def _sentence(status: int) -> str:
    match status:
        case 400:
            return _("The form was not understood. Load the page again and repeat.")
        case 401:
            return _("Nobody is logged in here. Log in and repeat the step.")
        case 404:
            return _("There is no page at this address. Scan the code instead.")
        case 405:
            return _("This address takes no such request. Go back and use the button.")
        case 413:
            return _("The file is larger than this page takes.")
        case _:
            return _(
                "The server failed at this step and nothing of it was kept. Repeat it;"
                " if it fails again, tell the administrator the time."
            )
