"""Pages of the families: who is missed, who gives a sample, and what they allow.

A missing person and a donor never look alike (interface rule 11).
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.cases import operations, queries
from lims.cases.operations import Person
from lims.cases.words import SEXES, Scope
from lims.erasure import withdrawing
from lims.errors import BadInput
from lims.web.cases import relations
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.looks import looked_at
from lims.web.numbers import whole_number
from lims.web.request import actor, form, needs, session, writes
from lims.web.shell import NavItem, in_rail

pages = Blueprint("families", __name__, url_prefix="/families")
pages.before_request(needs(Permission.IDENTITY_READ))
in_rail(
    pages, NavItem(125, "families.missing", _l("Families"), Permission.IDENTITY_READ)
)

SEX_WORDS = {"female": _l("female"), "male": _l("male"), "unknown": _l("not known")}
QUESTIONS = {
    Scope.DNA_IDENTIFICATION: _l(
        "May the laboratory make a DNA profile of your sample and compare it, to find "
        "the person you miss?"
    ),
    Scope.SHARE_NATIONAL: _l(
        "May other laboratories and offices in this country compare it, for the same "
        "purpose?"
    ),
    Scope.SHARE_COUNTRIES: _l(
        "May laboratories in other countries compare it, where the person may be?"
    ),
    Scope.SHARE_INTERNATIONAL: _l(
        "May international organisations that search for missing people compare it?"
    ),
    Scope.CRIMINAL_PROCEEDINGS: _l(
        "May it be used before a court, in proceedings about what happened?"
    ),
    Scope.RESEARCH: _l("May it be used without your name for research and statistics?"),
    Scope.KEEP_SAMPLE: _l("May the sample be kept, so that it can be tested again?"),
    Scope.KEEP_PROFILE: _l(
        "May the profile be kept after the person you miss has been identified?"
    ),
    Scope.CONTACT_AGAIN: _l("May we contact you again?"),
    Scope.PUBLISH_PHOTO: _l("May a photograph of the person you miss be published?"),
}
"""Each scope as it is read to a donor, who answers yes or no."""


@pages.get("/")
@writes
def missing() -> str:
    page = queries.missing_persons(session(), actor(), _after())
    looked_at(page)
    return render_template(
        "families/missing.html",
        missing=page,
        after=page[-1].id if len(page) == queries.PAGE else None,
        incidents=queries.incidents(session(), actor()),
        sexes=SEX_WORDS,
    )


@pages.post("/")
def register_missing_person() -> Response:
    fields = ("name", "fathers_name", "sex", "birth_year", "nationality", "incident")
    told = form(*fields)
    made = operations.register_missing_person(
        session(), actor(), _person(), told.get("incident", "")
    )
    flash(_("The file %(code)s is open.", code=made.code), "right")
    return redirect(url_for(".one_missing", code=made.code))


@pages.get("/missing/<code>")
@writes
def one_missing(code: str) -> str:
    found = queries.missing_person(session(), actor(), code)
    relatives = queries.relatives_of(session(), actor(), code)
    looked_at([found, *(donor for _claim, donor in relatives)])
    return render_template(
        "families/one_missing.html",
        person=found,
        relatives=relatives,
        relations=relations(),
        sexes=SEX_WORDS,
    )


@pages.get("/donors")
@writes
def donors() -> str:
    page = queries.donors(session(), actor(), _after())
    looked_at(page)
    return render_template(
        "families/donors.html",
        donors=page,
        after=page[-1].id if len(page) == queries.PAGE else None,
        sexes=SEX_WORDS,
    )


@pages.get("/donors/new")
@writes
def new_donor() -> str:
    code = request.args.get("missing", "")
    missed = queries.missing_person(session(), actor(), code) if code else None
    looked_at([missed] if missed else [])
    return render_template(
        "families/new_donor.html",
        missed=missed,
        relations=relations(),
        sexes=SEX_WORDS,
    )


@pages.post("/donors")
def register_donor() -> Response:
    form("name", "sex", "birth_year", "missing", "claimed")
    made = operations.register_donor(
        session(), actor(), _person(), _claimed(), relations()
    )
    flash(_("%(code)s is registered. Ask for consent now.", code=made.code), "right")
    return redirect(url_for(".one_donor", donor=made.code))


@pages.get("/donors/<donor>")
@writes
def one_donor(donor: str) -> str:
    found = queries.donor(session(), actor(), donor)
    looked_at([found])
    consents = queries.consents_of(session(), actor(), donor)
    return render_template(
        "families/one_donor.html",
        donor=found,
        claims=queries.relations_of(session(), actor(), donor),
        consents=consents[::-1],
        active=[one for one in consents if one.withdrawn_at is None],
        questions=QUESTIONS,
        relations=relations(),
        sexes=SEX_WORDS,
    )


@pages.post("/donors/<donor>/consent")
def give_consent(donor: str) -> Response:
    told = form("form", *Scope)
    if open_ := [scope for scope in Scope if told.get(scope) not in {"yes", "no"}]:
        question = QUESTIONS[open_[0]]
        raise BadInput(
            _("Answer each question with yes or no. Open: '%(q)s'", q=question)
        )
    allowed = [scope for scope in Scope if told[scope] == "yes"]
    operations.give_consent(session(), actor(), donor, told.get("form", ""), allowed)
    flash(_("The answers are on record."), "right")
    return redirect(url_for(".one_donor", donor=donor))


@pages.post("/donors/<donor>/withdraw")
def withdraw_consent(donor: str) -> Response:
    form()
    withdrawing.withdraw_consent(session(), actor(), donor)
    flash(
        _(
            "The consent has ended. The engine is told to forget what it was given; "
            "the coordinator freezes the samples."
        ),
        "hold",
    )
    return redirect(url_for(".one_donor", donor=donor))


def _after() -> int:
    return request.args.get("after", 0, int)


def _person() -> Person:
    """Who is missed, or who gives, as the form tells."""
    told = request.form
    if told.get("sex") not in SEXES:
        raise BadInput(_("State the sex: female, male or not known."))
    nationality = told.get("nationality", "").strip().upper()
    if len(nationality) not in {0, 2}:
        raise BadInput(_("Write a country as two letters, such as SN."))
    return Person(
        name=told.get("name", ""),
        sex=told["sex"],
        birth_year=whole_number(told, "birth_year"),
        fathers_name=" ".join(told.get("fathers_name", "").split()),
        nationality=nationality,
    )


def _claimed() -> dict[str, str]:
    """Whom the donor misses, by code, and what the donor is to them."""
    missed = [code.strip().upper() for code in request.form.getlist("missing")]
    pairs = zip(missed, request.form.getlist("claimed"), strict=False)
    return {code: claim for code, claim in pairs if code}
