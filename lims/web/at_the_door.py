"""Scans at the door: each bag of a consignment, one scan, and who hands it over."""

from dataclasses import replace

from flask import url_for

from lims.access import Permission, require
from lims.custody import manifests, operations_receiving
from lims.custody.manifests import Bag, Consignment
from lims.custody.operations_receiving import Received
from lims.custody.receiving import Arrival
from lims.custody.tables import BagState
from lims.web.answered import Answer, Heard, go
from lims.web.arrivals import INTACT, conditions, what_differs
from lims.web.languages import gettext as _
from lims.web.request import actor, session
from lims.web.scanned import Number, Waiting


def awaited(heard: Heard) -> list[str]:
    """The numbers that the page in front waits for: bags and, after them, seals."""
    if not is_door(heard):
        return []
    found = manifests.consignment(session(), actor(), heard.waiting.consignment)
    bags = manifests.bags(session(), found)
    return [*(bag.seal for bag in bags), *(bag.code for bag in bags)]


def is_door(heard: Heard) -> bool:
    return heard.page == "consignment" and bool(heard.waiting.consignment)


def receive(heard: Heard, number: Number) -> Answer:
    """One scan: the bag is here and its seal is intact."""
    require(actor(), Permission.CONSIGNMENT_RECEIVE)
    code = heard.waiting.consignment
    found = manifests.consignment(session(), actor(), code)
    bags = manifests.bags(session(), found)
    bag = _among(bags, number.text)
    if bag is None:
        return _unannounced(heard, number)
    giver = heard.giver or heard.waiting.giver or found.giver
    if not giver:
        return _who_gives(heard)
    arrival = _as_awaited(bag)
    if heard.waiting.seal and is_awaited(bag):
        if heard.waiting.sealed != bag.code:
            return _sealed_so(heard, bag)
        arrival = replace(arrival, seal=heard.waiting.seal)
    done = operations_receiving.receive(
        session(), actor(), code, arrival, giver, conditions()
    )
    return _told(found, bags, done, giver)


def badge(heard: Heard, code: str) -> Answer:
    """The badge of whoever hands over; the receiver is whoever is logged in here."""
    return Answer(
        "ask",
        _("Whoever wears the badge %(badge)s hands over. Scan the bags.", badge=code),
        waiting=replace(heard.waiting, giver=code),
    )


def is_awaited(bag: Bag) -> bool:
    return bag.state in (BagState.EXPECTED, BagState.MISSING)


def elsewhere(bag: Bag) -> Answer:
    """A bag that was scanned on another page than its consignment's."""
    page = url_for("consignments.show", code=manifests.consignment_of(session(), bag))
    if not actor().may(Permission.CONSIGNMENT_RECEIVE) or not is_awaited(bag):
        return go(page)
    told = _(
        "The bag %(bag)s is of this consignment. Say who hands it over, then scan it"
        " again.",
        bag=bag.code,
    )
    return go(page, "ask", told)


def _among(bags: list[Bag], number: str) -> Bag | None:
    seals = {bag.seal: bag for bag in bags}
    return (seals | {bag.code: bag for bag in bags}).get(number)


def _as_awaited(bag: Bag) -> Arrival:
    """As announced; where it is here already, as it was found, so nothing changes."""
    if is_awaited(bag):
        return Arrival(bag.code, bag.seal, INTACT)
    return Arrival(bag.code, bag.seal_found or "", bag.condition or INTACT)


def _told(found: Consignment, bags: list[Bag], done: Received, giver: str) -> Answer:
    waiting = Waiting(consignment=found.code, giver=giver)
    absent = (BagState.EXPECTED, BagState.MISSING, BagState.UNANNOUNCED)
    here = sum(bag.state not in absent for bag in bags)
    total = sum(bag.state != BagState.UNANNOUNCED for bag in bags)
    if done.already:
        text = _("The bag %(bag)s was received before. Nothing changed.", bag=done.bag)
        return Answer("again", text, waiting=waiting)
    open_it = url_for("consignments.bag", code=found.code, bag=done.bag)
    if done.found:
        return go(open_it, "hold", what_differs(done))
    text = _(
        "Bag %(n)s of %(all)s · %(bag)s, seal intact", n=here, all=total, bag=done.bag
    )
    return Answer(
        "right", text, waiting=waiting, changed=True, link=(open_it, _("Photograph"))
    )


def _unannounced(heard: Heard, number: Number) -> Answer:
    """Another seal than announced, perhaps: the bag that wears it is scanned next."""
    form = url_for("consignments.bag", code=heard.waiting.consignment, bag=number.text)
    return Answer(
        "ask",
        _(
            "'%(number)s' stands on no line of this manifest, and nothing was received."
            " If it is the seal of a bag, scan that bag's own number. If it is a bag"
            " that came with these:",
            number=number.text,
        ),
        waiting=replace(
            heard.waiting,
            seal="" if "|" in number.text else number.text,
            sealed="",
        ),
        link=(form, _("take it in as unannounced")),
    )


def _sealed_so(heard: Heard, bag: Bag) -> Answer:
    """Asked, since whoever scans may not have seen what the band said before."""
    return Answer(
        "ask",
        _(
            "Does the bag %(bag)s wear the seal '%(found)s' and not '%(seal)s' as"
            " announced? Scan the bag once more: it is received so, and held. Nothing"
            " was received.",
            bag=bag.code,
            found=heard.waiting.seal,
            seal=bag.seal,
        ),
        waiting=replace(heard.waiting, sealed="" if "|" in bag.code else bag.code),
    )


def _who_gives(heard: Heard) -> Answer:
    return Answer(
        "ask",
        _(
            "Who hands it over? Name them beside the list or scan their badge, then"
            " scan the bag again. Nothing was received."
        ),
        waiting=heard.waiting,
    )
