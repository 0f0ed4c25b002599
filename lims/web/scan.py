"""The scan box: one interpreter for everything that can be scanned."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lims import codes
from lims.access import Permission, require
from lims.batches.queries import plate
from lims.codes import Kind
from lims.custody import manifests
from lims.errors import BadInput, LimsError, NotFound, NotPermitted, RuleBroken
from lims.printing.queries import refusal
from lims.stations.operations_scans import claim
from lims.web import at_the_bench, at_the_door, at_the_labels, brought, doors, symbols
from lims.web.answered import Answer, Heard, go
from lims.web.brought import answered
from lims.web.commands import Command, Deed, command, commands
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, laboratory, needs, otherwise, session
from lims.web.scanned import (
    Foreign,
    Mistyped,
    Nothing,
    Number,
    Ours,
    Waiting,
    scanned,
)
from lims.web.shell import NavItem, in_rail

pages = Blueprint("scan", __name__, url_prefix="/scan")
pages.before_request(needs(Permission.SELF))
FIELD = "field"
"""The page of a bench's scan that a field took which asks for one: nothing is done."""
in_rail(
    pages,
    NavItem(105, "scan.sheet", _l("Commands"), Permission.CUSTODY_MOVE),
)


def _refused(error: LimsError) -> Response:
    """A scan that came late is kept, and what it is of is held; else it is refused."""
    came = brought.came(_told())
    if came is None or not (came.late or came.bench):
        raise error
    if isinstance(error, NotPermitted):
        doors.refused(session(), actor(), str(request.endpoint), error)
    if not claim(session(), actor(), came):
        return answered(brought.again(came))
    return answered(brought.unapplied(came, brought.heard(_told(), came), str(error)))


@pages.post("/")
@otherwise(_refused)
def scan() -> Response:
    told = _told()
    came = brought.came(told)
    if came and not claim(session(), actor(), came):
        return answered(brought.again(came))
    heard = brought.heard(told, came)
    if came and came.doubtful:
        return answered(brought.unapplied(came, heard, brought.wrong_clock(came)))
    answer = _interpret(heard)
    if came:
        brought.conclude(came, heard, answer)
    return answered(answer, heard.waiting)


def _told() -> MultiDict[str, str]:
    return form("code", "page", "armed", "giver", *brought.FIELDS)


@pages.get("/offline")
def offline() -> str:
    """The page that a browser keeps, for when no other can be had."""
    return render_template("scan/offline.html")


@pages.get("/commands")
def sheet() -> str:
    """The commands to print and hang up at the bench."""
    groups: dict[Deed, list[tuple[Command, str]]] = {}
    for one in commands(laboratory().words):
        groups.setdefault(one.deed, []).append((one, symbols.path(one.code)))
    return render_template("scan/commands.html", groups=groups)


def _interpret(heard: Heard) -> Answer:
    if heard.page == FIELD:
        return Answer("right", _("It stands in the field of the page."))
    match scanned(heard.text, at_the_door.awaited(heard)):
        case Ours() as ours:
            return _ours(heard, ours)
        case Number() as number if at_the_door.is_door(heard):
            return at_the_door.receive(heard, number)
        case Number(text):
            return _bag(heard, text, _unknown(text))
        case Mistyped(text, why):
            return _bag(heard, text, BadInput(why))
        case Foreign(why):
            raise BadInput(why)
        case Nothing():
            raise BadInput(_("Nothing was read. Scan again, or type the code."))


def _ours(heard: Heard, ours: Ours) -> Answer:
    if heard.waiting.label:
        if (answer := at_the_labels.replaced(heard, ours.code)) is not None:
            return answer
        heard = replace(heard, waiting=Waiting())
    if ours.kind is not Kind.COMMAND and (why := refusal(session(), ours.code)):
        raise RuleBroken(why)  # a command stands on a sheet, it has no label to void
    return HANDLERS[ours.kind](heard, ours.code)


def _badge(heard: Heard, code: str) -> Answer:
    if at_the_door.is_door(heard):
        return at_the_door.badge(heard, code)
    return at_the_bench.badge(heard, code)


def _command(heard: Heard, code: str) -> Answer:
    given = command(laboratory().words, code)
    if given is None:
        raise NotFound(
            _(
                "'%(code)s' is a command that is not known here. Print a new sheet of"
                " commands.",
                code=codes.shown(code),
            )
        )
    return at_the_bench.command(heard, given)


def _consignment(heard: Heard, code: str) -> Answer:
    require(actor(), Permission.CONSIGNMENT_READ)
    manifests.consignment(session(), actor(), code)
    if heard.waiting.consignment == code:
        told = _("This is the consignment in front of you. Scan its bags.")
        return Answer("again", told, waiting=heard.waiting)
    return go(url_for("consignments.show", code=code))


def _plate(_heard: Heard, code: str) -> Answer:
    require(actor(), Permission.BATCH_READ)
    plate(session(), actor(), code)
    return go(url_for("batches.show", code=code))


def _no_page(_heard: Heard, code: str) -> Answer:
    things = {Kind.INSTRUMENT: _("an instrument"), Kind.LOT: _("a lot of reagents")}
    told = _(
        "'%(code)s' is the label of %(thing)s. Nothing is done with it by a scan here.",
        code=codes.shown(code),
        thing=things[codes.kind(code)],
    )
    return Answer("ask", told)


def _bag(heard: Heard, text: str, otherwise: BadInput | NotFound) -> Answer:
    """A bag that somebody scans at the bench, before its content has a code."""
    if not actor().may(Permission.CONSIGNMENT_READ):
        raise otherwise
    bag = manifests.bag_known(session(), actor(), text)
    if bag is None:
        raise otherwise
    if at_the_door.is_awaited(bag) or not actor().may(Permission.SAMPLE_READ):
        return at_the_door.elsewhere(bag)
    return at_the_bench.bag(heard, bag.code)


def _unknown(text: str) -> NotFound:
    if what := codes.foreign(text):
        return NotFound(
            _(
                "'%(found)s' is %(what)s. No bag here has this number, and it is none"
                " of our codes. Scan the laboratory's own label.",
                found=text,
                what=what,
            )
        )
    return NotFound(
        _(
            "'%(found)s' is none of our codes, and no manifest here names it. If a bag"
            " has just come, open its consignment and scan it there.",
            found=text,
        )
    )


HANDLERS: dict[Kind, Callable[[Heard, str], Answer]] = {
    Kind.BADGE: _badge,
    Kind.COMMAND: _command,
    Kind.CONSIGNMENT: _consignment,
    Kind.INSTRUMENT: _no_page,
    Kind.LOT: _no_page,
    Kind.PLACE: at_the_bench.place,
    Kind.PLATE: _plate,
    Kind.SAMPLE: at_the_bench.item,
}
