"""The coordinator's pages: received bags get their blind codes.

The zones meet in `give_codes` and in `freeze` alone: one transaction each, and no page
shows a bag beside its code.
"""

from secrets import SystemRandom

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from labels.stock import STOCKS
from lims.access import Permission
from lims.cases import operations as cases
from lims.cases.operations import Linking
from lims.custody import manifests
from lims.custody import operations_accession as custody
from lims.custody.stages import Stage
from lims.errors import BadInput
from lims.handoff import recalling
from lims.handoff.recall import Reason
from lims.printing import queries as printing
from lims.samples import operations as samples
from lims.samples import queries as sample_queries
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.languages import ngettext
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail
from lims.web.stages import STREAMS

pages = Blueprint("accession", __name__, url_prefix="/accession")
pages.before_request(needs(Permission.SAMPLE_ACCESSION))
in_rail(
    pages,
    NavItem(
        25, "accession.waiting", _l("Accession"), Permission.SAMPLE_ACCESSION,
        manifests.count_uncoded,
    ),
)  # fmt: skip


@pages.get("/")
def waiting() -> str:
    return render_template(
        "accession/waiting.html",
        consignments=manifests.uncoded(session(), actor()),
        streams=STREAMS,
    )


@pages.get("/<code>")
def show(code: str) -> str:
    found = manifests.consignment(session(), actor(), code)
    lines = manifests.manifest(session(), actor(), code)
    here = [line for line in lines if line.stage in _HERE]
    return render_template(
        "accession/show.html",
        consignment=found,
        lines=sorted(here, key=lambda line: (line.held, line.stage)),
        ready=sum(not line.held for line in here),
        unlabelled=_unlabelled(found),
        stocks=[(stock.name, stock.title) for stock in STOCKS.values()],
        streams=STREAMS,
    )


@pages.post("/<code>")
def give_codes(code: str) -> Response:
    """Codes drawn, linked, given: in one transaction, in no order that tells."""
    chosen = form("bag").getlist("bag")
    ready = manifests.ready_for_accession(session(), actor(), code)
    _refuse_others(chosen, ready)
    drawn = sample_queries.unused_codes(session(), len(chosen))
    SystemRandom().shuffle(drawn)  # neighbours on the manifest are none by their codes
    codes = dict(zip(chosen, drawn, strict=True))
    done = cases.link(session(), actor(), codes)
    given = {ready[bag]: codes[bag] for bag in done.linked}
    samples.accession(session(), actor(), given)
    custody.accessioned(session(), actor(), given)
    custody.wait_for_consent(session(), actor(), [ready[bag] for bag in done.waiting])
    _tell(done)
    return redirect(url_for(".show", code=code))


@pages.post("/freeze")
def freeze() -> Response:
    """Whatever lost its donor's consent is frozen, with all that was made of it."""
    form()
    codes = cases.codes_without_consent(session(), actor())
    frozen = custody.withdraw(session(), actor(), codes)
    recalled = recalling.of_codes(session(), actor(), codes, Reason.CONSENT)
    if recalled:
        flash(
            ngettext(
                "The engine is told to forget %(num)s package.",
                "The engine is told to forget %(num)s packages.",
                len(recalled),
            ),
            "hold",
        )
    flash(
        ngettext(
            "%(num)s item is frozen: its donor does not consent.",
            "%(num)s items are frozen: their donors do not consent.",
            len(frozen),
        ),
        "hold" if frozen else "right",
    )
    return redirect(url_for(".waiting"))


_HERE = frozenset({Stage.RECEIVED, Stage.WAITING_CONSENT})


def _unlabelled(consignment: manifests.Consignment) -> list[str]:
    """The codes given in this consignment that no label carries yet, by code."""
    ids = [bag.sample_id for bag in manifests.bags(session(), consignment)]
    rows = sample_queries.by_ids(session(), actor(), ids)
    codes = {row.code for row in rows.values() if row.code}
    return sorted(codes - set(printing.latest(session(), codes)))


def _refuse_others(chosen: list[str], ready: dict[str, int]) -> None:
    if not chosen:
        raise BadInput(_("Tick the bags that are to get a code."))
    if len(set(chosen)) < len(chosen):
        raise BadInput(_("A bag stands twice in the form. Load the page again."))
    if other := sorted(set(chosen) - set(ready)):
        raise BadInput(
            _(
                "The bag '%(bag)s' cannot get a code now: it is not received here, on"
                " hold, or has one. Load the page again.",
                bag=other[0][:64],
            )
        )


def _tell(done: Linking) -> None:
    told = (
        (len(done.undeclared), "ask", _undeclared),
        (len(done.waiting), "hold", _waiting),
        (len(done.linked), "right", _linked),
    )
    for count, state, sentence in told:
        if count:
            flash(sentence(count), state)


def _linked(count: int) -> str:
    return ngettext(
        "%(num)s bag has its code. Print the label now.",
        "%(num)s bags have their codes. Print the labels now.",
        count,
    )


def _waiting(count: int) -> str:
    return ngettext(
        "%(num)s bag stays sealed: no active consent stands behind it.",
        "%(num)s bags stay sealed: no active consent stands behind them.",
        count,
    )


def _undeclared(count: int) -> str:
    return ngettext(
        "%(num)s bag got no code: the sender has not said what is in it. Ask.",
        "%(num)s bags got no code: the sender has not said what is in them. Ask.",
        count,
    )
