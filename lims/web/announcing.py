"""The sender's page: a consignment is announced, and what is in its bags is declared.

The laboratory sees bags and seals. What is in them goes to the identity zone alone, in
the same transaction. These pages are of the blueprint of the consignments.
"""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lims.access import Permission, Role, require
from lims.cases import operations as cases
from lims.cases import queries as subjects
from lims.cases.operations import Subject
from lims.custody import operations_consignments
from lims.custody.operations_consignments import BagLine
from lims.errors import BadInput
from lims.organisations.queries import everyone
from lims.organisations.tables import OrganisationKind
from lims.samples.tables import Stream
from lims.web.consignments import pages as consignments
from lims.web.languages import gettext as _
from lims.web.looks import looked_at
from lims.web.manifest_lines import Line, lines
from lims.web.request import actor, form, session, writes

ROWS = 6
FIELDS = ("bag", "seal", "subject", "amount")


@consignments.get("/new")
@writes
def new() -> str:
    require(actor(), Permission.CONSIGNMENT_ANNOUNCE)
    stream = _stream(request.args.get("stream", ""))
    offered = _donors(()) if stream is Stream.REFERENCE else _elements(())
    receivers = [
        (one.code, one.name)
        for one in everyone(session())
        if one.kind == OrganisationKind.LABORATORY
    ]
    return render_template(
        "consignments/new.html",
        stream=stream,
        receivers=receivers,
        offered=offered,
        rows=range(1, ROWS + 1),
    )


@consignments.post("/new")
def announce() -> Response:
    require(actor(), Permission.CONSIGNMENT_ANNOUNCE)
    told = form("stream", "receiver", "pasted", *FIELDS)
    rows = list(zip(*(told.getlist(name) for name in FIELDS), strict=False))
    manifest = lines(rows, told.get("pasted", ""))
    stream = _stream(told.get("stream", ""))
    declared = _subjects(manifest, stream)
    made = operations_consignments.announce(
        session(),
        actor(),
        told.get("receiver", ""),
        stream,
        [
            BagLine(one.bag, one.seal, one.measure.amount, one.measure.unit)
            for one in manifest
        ],
    )
    cases.declare(session(), actor(), declared)
    flash(_("Announced. Now hand it to the courier."), "right")
    return redirect(url_for(".show", code=made.code))


def _stream(asked: str) -> Stream:
    """What is asked for; else what this person sends day by day."""
    if asked in set(Stream):
        return Stream(asked)
    collects = Role.COLLECTOR in actor().roles
    return Stream.REFERENCE if collects else Stream.BONE


def _subjects(manifest: Sequence[Line], stream: Stream) -> dict[str, Subject]:
    """Bag to what is in it, all of it on record as the sender's own."""
    named = [one.subject for one in manifest]
    known = _donors(named) if stream is Stream.REFERENCE else _elements(named)
    by_name = {name.casefold(): subject for name, (subject, _told) in known.items()}
    found = {}
    for one in manifest:
        subject = by_name.get(one.subject.casefold())
        if subject is None:
            raise _unknown(one, stream)
        found[one.bag] = subject
    return found


Offered = Mapping[str, tuple[Subject, str]]
"""What may be named in the manifest, and a word that tells it from others."""


def _elements(named: Sequence[str]) -> Offered:
    tags = {one.split(" ")[0].upper() for one in named}
    rows = subjects.own_elements(session(), actor(), tags)
    looked_at(remains for remains, _element in rows)
    return {
        f"{remains.tag} {element.name} {element.side}": (
            Subject(element=element.uid),
            remains.mortuary_tag,
        )
        for remains, element in rows
    }


def _donors(named: Sequence[str]) -> Offered:
    rows = subjects.latest_donors(session(), actor(), [one.upper() for one in named])
    looked_at(rows)
    return {one.code: (Subject(donor=one.code), one.name) for one in rows}


def _unknown(line: Line, stream: Stream) -> BadInput:
    expected = (
        _("the code of a donor on your list, such as FR-7H2K9-D")
        if stream is Stream.REFERENCE
        else _("the tag of remains, the element and its side, as your list has them")
    )
    return BadInput(
        _(
            "Line %(at)s: '%(found)s' is not on record here. Expected is %(expected)s."
            " Register it first, or choose it from the list.",
            at=line.at,
            found=line.subject[:64],
            expected=expected,
        )
    )
