"""Torn and swapped labels: one person says what is wrong, another agrees."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lims.access import Permission
from lims.codes import read
from lims.errors import BadInput
from lims.people import queries as people
from lims.printing import operations_repairs as operations
from lims.printing import queries_repairs as queries
from lims.printing import queries_templates as templates
from lims.printing.queries_repairs import Mishap
from lims.web.labels import as_file
from lims.web.languages import gettext as _
from lims.web.moves import words
from lims.web.numbers import whole_number
from lims.web.request import actor, form, needs, session

pages = Blueprint("label_repairs", __name__, url_prefix="/labels/repairs")
pages.before_request(needs(Permission.LABEL_REPRINT))


@pages.get("")
def page() -> str:
    repairs = queries.repairs(session(), actor())
    who = {one.proposed_by for one in repairs} | {
        one.agreed_by for one in repairs if one.agreed_by is not None
    }
    every = templates.every(session(), actor())
    return render_template(
        "label_repairs/list.html",
        repairs=repairs,
        codes_of=queries.codes_of,
        names=people.names_by_id(session(), who),
        reasons=words("reprint"),
        stocks=[(one.stock.name, one.stock.title) for one in every],
        mishaps=[
            (str(Mishap.TORN), _("torn, on one tube")),
            (str(Mishap.SWAPPED), _("swapped, on two tubes")),
        ],
    )


@pages.post("")
def propose() -> ResponseReturnValue:
    told = form("mishap", "first", "second", "reason")
    if told.get("mishap") not in set(Mishap):
        raise BadInput(_("Say whether the label is torn, or two are swapped."))
    if told.get("reason") not in dict(words("reprint")):
        raise BadInput(_("Choose of the list why the label is printed again or void."))
    given = (told.get("first", ""), told.get("second", ""))
    codes = [read(code) for code in given if code.strip()]
    mishap = Mishap(told["mishap"])
    operations.propose(session(), actor(), mishap, codes, told["reason"])
    flash(_("Put them aside: a second person must look and agree."), "hold")
    return redirect(url_for(".page"))


@pages.post("/<uid>/agree")
def agree(uid: str) -> ResponseReturnValue:
    told = form("stock", "skip")
    skip = whole_number(told, "skip") or 0
    stock = told.get("stock", "")
    return as_file(operations.agree(session(), actor(), uid, stock, skip))


@pages.post("/<uid>/withdraw")
def withdraw(uid: str) -> ResponseReturnValue:
    form()
    operations.withdraw(session(), actor(), uid)
    flash(_("The labels count as before."), "right")
    return redirect(url_for(".page"))
