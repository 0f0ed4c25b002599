"""Pages of the labels: print a sheet, print again with a reason, confirm, void.

What leaves is a recorded operation behind a POST; its file name tells nothing.
"""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from lims.access import Permission, require
from lims.batches import queries as batches
from lims.codes import Kind, kind, read, shown
from lims.custody import manifests
from lims.errors import BadInput, NotFound
from lims.people import queries as people
from lims.printing import operations, queries
from lims.printing import queries_templates as templates
from lims.printing.drawing import Sheet
from lims.samples import queries as samples
from lims.web import sent_labels
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.moves import words
from lims.web.numbers import whole_number
from lims.web.request import actor, form, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("labels", __name__, url_prefix="/labels")
in_rail(pages, NavItem(100, "labels.page", _l("Labels"), Permission.LABEL_PRINT))

USUAL = {
    Kind.SAMPLE: "tube",
    Kind.PLATE: "plate",
    Kind.PLACE: "bag",
    Kind.BADGE: "paper",
    Kind.CONSIGNMENT: "bag",
}
"""The stock that a thing of this kind usually wears."""


@pages.before_request
def _guard() -> None:
    """Who prints or prints again sees these pages."""
    if not actor().may(Permission.LABEL_REPRINT):
        require(actor(), Permission.LABEL_PRINT)


@pages.get("/")
def page() -> str:
    sheets = queries.sheets(session(), actor())
    who = {sheet.printed_by for sheet in sheets}
    return render_template(
        "labels/page.html",
        codes=request.args.getlist("code"),
        sheets=sheets,
        names=people.names_by_id(session(), who),
        stocks=_stocks(),
        reasons=words("reprint"),
        printers=sent_labels.choices(),
    )


@pages.get("/find")
def find() -> Answer:
    return redirect(url_for(".show", code=read(request.args.get("code", ""))))


@pages.get("/<code>")
def show(code: str) -> str:
    code = read(code)
    _look_up([code])
    return render_template(
        "labels/show.html",
        code=code,
        copies=queries.copies(session(), code),
        refusal=queries.refusal(session(), code),
        stocks=_stocks(),
        usual=USUAL.get(kind(code), "tube"),
        titles=dict(_stocks()),
        reasons=words("reprint"),
        printers=sent_labels.choices(),
    )


@pages.get("/<code>/again")
def again(code: str) -> str:
    """A torn or lost label: one reason, and the page waits for the new label's scan."""
    require(actor(), Permission.LABEL_REPRINT)
    code = read(code)
    _look_up([code])
    copies = queries.copies(session(), code)
    if not copies:
        raise NotFound(_("It has no label yet. Print its first label."))
    return render_template(
        "labels/again.html", code=code, newest=copies[0], reasons=words("reprint")
    )


@pages.post("/print")
def print_sheet() -> Answer:
    require(actor(), Permission.LABEL_PRINT)
    told = form("codes", "stock", "skip", "printer")
    codes = _codes(told.get("codes", ""))
    skip = whole_number(told, "skip") or 0
    known = _look_up(codes)
    to = sent_labels.printer_of(told)
    sheet = operations.print_labels(
        session(), actor(), codes, told.get("stock", ""), skip, known, to.language
    )
    return _leaves(sheet, to.uid)


@pages.post("/reprint")
def print_again() -> Answer:
    require(actor(), Permission.LABEL_REPRINT)
    told = form("codes", "stock", "skip", "reason", "printer")
    to = sent_labels.printer_of(told)
    codes = _codes(told.get("codes", ""))
    sheet = operations.reprint(
        session(),
        actor(),
        codes,
        told.get("stock", ""),
        _reason(told.get("reason", "")),
        whole_number(told, "skip") or 0,
        _look_up(codes),
        to.language,
    )
    return _leaves(sheet, to.uid)


@pages.post("/confirm")
def confirm() -> Answer:
    require(actor(), Permission.LABEL_PRINT)
    code = read(form("code").get("code", ""))
    label = operations.confirm(session(), actor(), code, _look_up([code]))
    told = _("Copy %(n)s of %(code)s counts now.", n=label.copy, code=shown(code))
    flash(told, "right")
    return redirect(url_for(".show", code=code))


@pages.post("/void")
def void() -> Answer:
    require(actor(), Permission.LABEL_REPRINT)
    told = form("code", "reason")
    code, reason = read(told.get("code", "")), _reason(told.get("reason", ""))
    operations.void(session(), actor(), code, reason, _look_up([code]))
    flash(_("The label of %(code)s is void.", code=shown(code)), "hold")
    return redirect(url_for(".show", code=code))


def _stocks() -> list[tuple[str, str]]:
    every = templates.every(session(), actor())
    return [(kept.stock.name, kept.stock.title) for kept in every]


def _codes(written: str) -> list[str]:
    """Every code that stands in the field, scanned one a line or pasted."""
    codes = [read(one) for one in written.replace(",", " ").split()]
    if not codes:
        raise BadInput(_("Scan or type the codes that the sheet is to carry."))
    return codes


def _reason(given: str) -> str:
    if given not in dict(words("reprint")):
        raise BadInput(_("Choose of the list why the label is printed again or void."))
    return given


def _look_up(codes: list[str]) -> list[str]:
    """The codes of things above labels, found for this person; NotFound otherwise."""
    known = []
    for code in codes:
        match kind(code):
            case Kind.SAMPLE:
                continue  # all at once, by the operation
            case Kind.PLACE:
                samples.place(session(), actor(), code)
            case Kind.BADGE:
                people.person_with_badge(session(), actor(), code)
            case Kind.PLATE:
                known.append(batches.plate(session(), actor(), code).code)
            case Kind.CONSIGNMENT:
                known.append(manifests.consignment(session(), actor(), code).code)
    wanted = [code for code in codes if kind(code) is Kind.SAMPLE]
    samples.by_codes(session(), actor(), wanted)
    return known


def _leaves(sheet: Sheet, printer: str) -> Answer:
    """As a file to print oneself, or to a printer of the laboratory."""
    if not printer:
        return as_file(sheet)
    sent_labels.queue(sheet, printer)
    return redirect(url_for("print_jobs.page"))


def as_file(sheet: Sheet) -> Response:
    answer = Response(sheet.content, mimetype="application/pdf")
    name = f"labels-{sheet.sha256[:8]}.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
