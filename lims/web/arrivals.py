"""One bag at the door, where a scan is not enough: what differs, and photographs.

These pages are of the blueprint of the consignments.
"""

from flask import Response as Answer
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission, require
from lims.custody import manifests, operations_receiving
from lims.custody.manifests import Consignment, ManifestLine
from lims.custody.operations_receiving import Received
from lims.custody.receiving import Arrival
from lims.custody.tables import BagState, ConsignmentStage
from lims.errors import BadInput, NotFound
from lims.web.consignments import condition_words
from lims.web.consignments import pages as consignments
from lims.web.languages import gettext as _
from lims.web.languages import ngettext
from lims.web.request import (
    actor,
    form,
    laboratory,
    prepared,
    prepared_by,
    session,
)

INTACT = "INTACT"
"""The condition that one scan at the door states."""


def conditions() -> dict[str, bool]:
    """Each condition of bags, and whether it holds the bag."""
    rows = laboratory().words["conditions"]
    return {row["code"]: row["opens_hold"] == "Y" for row in rows}


@consignments.get("/<code>/bag")
def bag(code: str) -> str:
    """One bag of the manifest, or one that no line of it names."""
    found = manifests.consignment(session(), actor(), code)
    number = request.args.get("bag", "").strip()
    line = _line(code, number)
    return render_template(
        "consignments/bag.html",
        row=found,
        number=number,
        line=line,
        pictures=manifests.photographs(session(), actor(), number) if line else [],
        receives=actor().may(Permission.CONSIGNMENT_RECEIVE)
        and found.receiver_id == actor().organisation_id
        and found.stage != ConsignmentStage.ANNOUNCED,
        accepts=_to_accept(found),
        awaited=line is None or line.state in (BagState.EXPECTED, BagState.MISSING),
        conditions=condition_words(),
    )


@consignments.post("/<code>/bag")
def receive(code: str) -> Response:
    told = form("bag", "seal", "none", "condition", "giver")
    seal = told.get("seal", "").strip()
    if bool(seal) == ("none" in told):
        raise BadInput(
            _("Scan the seal that is on the bag, or tick that there is none.")
        )
    arrival = Arrival(told.get("bag", ""), seal, told.get("condition", ""))
    done = operations_receiving.receive(
        session(), actor(), code, arrival, _giver(told.get("giver", "")), conditions()
    )
    return _go_on(code, done)


@consignments.post("/<code>/crate")
def receive_crate(code: str) -> Response:
    """Many bags at once, as announced: what a reader with a memory has collected."""
    require(actor(), Permission.CONSIGNMENT_RECEIVE)
    told = form("bags", "giver")
    done = operations_receiving.receive_many(
        session(),
        actor(),
        code,
        _crate(code, told.get("bags", "").split()),
        _giver(told.get("giver", "")),
        conditions(),
    )
    new = sum(not one.already for one in done)
    flash(
        ngettext("%(num)s bag received.", "%(num)s bags received.", new),
        "right" if new else "again",
    )
    return redirect(url_for(".show", code=code))


def _crate(code: str, numbers: list[str]) -> list[Arrival]:
    """Each bag as its line of the manifest says."""
    lines = manifests.manifest(session(), actor(), code)
    seals = {line.bag: line.seal for line in lines}
    if unknown := [number for number in numbers if number not in seals]:
        raise BadInput(
            _(
                "'%(bag)s' stands on no line of this manifest. Take it out of the list"
                " and scan it by itself; nothing of the list was received.",
                bag=unknown[0][:64],
            )
        )
    return [Arrival(number, seals[number], INTACT) for number in dict.fromkeys(numbers)]


def _drawn(code: str) -> tuple[str, str]:  # noqa: ARG001 - the view's own arguments
    """The photograph cleaned and kept, before the transaction that names it."""
    from lims.custody import photographs  # noqa: PLC0415 - 3 MB, at the first picture

    require(actor(), Permission.CONSIGNMENT_RECEIVE)
    sent = request.files.get("photograph")
    if sent is None or not sent.filename:
        raise BadInput(_("Choose the photograph first, a JPEG or PNG picture."))
    content, media_type = photographs.clean_photograph(
        sent.stream.read(photographs.MOST_BYTES + 1)
    )
    return laboratory().store.keep(content), media_type


@consignments.post("/<code>/photograph")
@prepared_by(_drawn)
def photograph(code: str) -> Response:
    number = form("bag").get("bag", "")
    if _line(code, number) is None:
        raise _no_such_bag(code, number)
    digest, media_type = prepared()
    operations_receiving.attach_photograph(
        session(), actor(), number, digest, media_type
    )
    flash(_("The photograph is kept with the bag %(bag)s.", bag=number), "right")
    return redirect(url_for(".bag", code=code, bag=number))


@consignments.get("/<code>/photograph/<digest>")
def picture(code: str, digest: str) -> Answer:
    """The bytes of one photograph, for the page of its bag."""
    number = request.args.get("bag", "")
    if _line(code, number) is None:
        raise _no_such_bag(code, number)
    for one in manifests.photographs(session(), actor(), number):
        if one.sha256 == digest:
            content = laboratory().store.content(digest)
            return Answer(content, mimetype=one.media_type)
    raise NotFound(_("The bag '%(bag)s' has no such photograph.", bag=number[:64]))


def _line(code: str, number: str) -> ManifestLine | None:
    lines = manifests.manifest(session(), actor(), code)
    return next((line for line in lines if line.bag == number), None)


def _to_accept(found: Consignment) -> int:
    """How many bags are to be accepted, where none of an open delivery is awaited."""
    if found.stage != ConsignmentStage.PARTLY:
        return 0
    states = [bag.state for bag in manifests.bags(session(), found)]
    return 0 if BagState.EXPECTED in states else len(states)


def what_differs(done: Received) -> str:
    why = ", ".join(done.found)
    return _("Bag %(bag)s: %(why)s. It is held.", bag=done.bag, why=why)


def _no_such_bag(code: str, number: str) -> NotFound:
    return NotFound(
        _(
            "The bag '%(bag)s' is not of the consignment '%(code)s'.",
            bag=number[:64],
            code=code,
        )
    )


def _giver(named: str) -> str:
    if not named.strip():
        raise BadInput(
            _("Say who hands it over, as the paper names them; nothing was received.")
        )
    return named


def _go_on(code: str, done: Received) -> Response:
    """To the next bag; where this one differs, to its photograph first."""
    if done.already:
        flash(_("The bag %(bag)s was received before.", bag=done.bag), "again")
    elif done.found:
        flash(what_differs(done), "hold")
        return redirect(url_for(".bag", code=code, bag=done.bag))
    else:
        flash(_("Bag %(bag)s received.", bag=done.bag), "right")
    return redirect(url_for(".show", code=code))
