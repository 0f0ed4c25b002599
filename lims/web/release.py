"""Pages of technical review and release: each line shows what stands behind it."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lims.access import Actor, Permission
from lims.errors import LimsError
from lims.handoff import operations as handoff
from lims.profiles import queries as profiles
from lims.profiles.queries import Profile
from lims.profiles.states import ProfileState
from lims.results import queries_traces, readable
from lims.results.readable import Injection
from lims.results.tables import InjectionState
from lims.review import clearance, closing, operations, queries
from lims.samples import queries as samples
from lims.web import signing
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import (
    actor,
    laboratory,
    method,
    needs,
    prepared,
    prepared_by,
    session,
)
from lims.web.shell import NavItem, in_rail

S = ProfileState
FOR_REVIEW = (S.CONSENSUS, S.DISCORDANT)
FOR_RELEASE = (S.TECH_OK,)


def waiting_states(person: Actor) -> tuple[ProfileState, ...]:
    """What this person signs next: reviews, releases, or both for a reader of all."""
    wanted: tuple[ProfileState, ...] = ()
    if person.may(Permission.PROFILE_REVIEW):
        wanted += FOR_REVIEW
    if person.may(Permission.PROFILE_RELEASE):
        wanted += FOR_RELEASE
    return wanted or FOR_REVIEW + FOR_RELEASE


def count_waiting(session: Session, person: Actor) -> int:
    return profiles.count_in(session, person, waiting_states(person))


pages = Blueprint("release", __name__, url_prefix="/release")
pages.before_request(needs(Permission.PROFILE_READ))
in_rail(
    pages,
    NavItem(
        70, "release.waiting", _l("Release"), Permission.PROFILE_READ, count_waiting
    ),
)


@dataclass(frozen=True)
class Line:
    profile: Profile
    code: str
    against: str | None
    """What stands against signing now; None when it is clean."""


@pages.get("/")
def waiting() -> str:
    page = profiles.in_states(
        session(), actor(), waiting_states(actor()), request.args.get("after", 0, int)
    )
    lines = sorted(_lines(page.profiles), key=lambda line: line.against is None)
    return render_template(
        "release/waiting.html",
        held=[line for line in lines if line.against],
        clean=[line for line in lines if not line.against],
        after=page.after,
        may_release=actor().may(Permission.PROFILE_RELEASE),
    )


@pages.get("/<uid>")
def show(uid: str) -> str:
    profile = profiles.profile(session(), actor(), uid)
    (line,) = _lines([profile])
    ids = profiles.replicates(session(), profile.id)
    injections = readable.by_ids(session(), ids)
    return render_template(
        "release/show.html",
        line=line,
        profile=profile,
        digest=closing.digest(session(), profile),
        injections=injections,
        traces=_traces(injections),
        numbers={one: number for number, one in enumerate(ids, 1)},
        readings=queries.readings_of(session(), ids),
        comparisons={c.injection_id: c for c in queries.comparisons(session(), ids)},
        signatories=queries.signatories(session(), [profile.id]),
        may_review=actor().may(Permission.PROFILE_REVIEW),
        may_release=actor().may(Permission.PROFILE_RELEASE),
    )


@pages.post("/<uid>/review")
@prepared_by(signing.of_address)
def review(uid: str) -> Response:
    operations.review(session(), actor(), uid, prepared())
    flash(_("Technical review signed. It waits for release now."), "right")
    return redirect(url_for(".waiting"))


@pages.post("/<uid>/set-aside")
@prepared_by(signing.of_address)
def set_aside(uid: str) -> Response:
    form = request.form
    operations.set_aside(session(), actor(), uid, form["method"], prepared())
    flash(_("Set aside. The sample may be tested again."), "right")
    return redirect(url_for(".waiting"))


@pages.post("/settle/<injection>")
@prepared_by(signing.of_address)
def settle(injection: str) -> Response:
    form = request.form
    calls = {
        name.removeprefix("call-"): form[name].replace(",", " ").split()
        for name in form
        if name.startswith("call-")
    }
    profile = operations.settle(
        session(),
        actor(),
        injection,
        calls,
        form["reason"],
        prepared(),
        method(),
    )
    flash(_("The difference is settled."), "right")
    return redirect(url_for(".show", uid=profile.uid))


@pages.post("/")
@prepared_by(signing.of_ticked("profile"))
def release() -> Response:
    """One password for the ticked lines; what stands against one refuses them."""
    chosen = request.form.getlist("profile")
    for uid in chosen:
        handoff.release(session(), actor(), uid, prepared(), laboratory().rules)
    flash(
        _("%(n)s released; the packages leave by themselves.", n=len(chosen)), "right"
    )
    return redirect(url_for(".waiting"))


def _lines(found: list[Profile]) -> list[Line]:
    known = samples.by_ids(session(), actor(), [one.sample_id for one in found])
    return [Line(one, str(known[one.sample_id].code), _against(one)) for one in found]


def _traces(injections: list[Injection]) -> dict[int, str]:
    """Where the trace behind each is shown: a reader comes to it by the reading."""
    found = {}
    for one in injections:
        own = queries_traces.own(session(), one)
        if own is not None and queries_traces.may_see(actor(), own.well.role):
            found[one.id] = url_for("traces.show", uid=own.uid)
        elif own is not None and one.state == InjectionState.CURRENT:
            found[one.id] = url_for("readings.trace", uid=one.uid)
    return found


def _against(profile: Profile) -> str | None:
    try:
        if profile.state == S.DISCORDANT:
            return _("The two readings differ. Somebody else must settle it.")
        if profile.state == S.TECH_OK:
            clearance.refuse_release(session(), actor(), profile, laboratory().rules)
        else:
            clearance.refuse_while_held(session(), profile)
    except LimsError as error:
        return str(error)
    return None
