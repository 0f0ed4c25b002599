"""Scans at the bench: an item first, then where it goes, to whom, or what is done."""

from dataclasses import replace

from flask import url_for

from lims.access import Permission, require
from lims.custody import (
    operations,
    operations_corrections,
    operations_holds,
    operations_undoing,
    queries,
)
from lims.custody.queries import Item
from lims.custody.stages import Stage
from lims.errors import RuleBroken
from lims.people.queries import person_with_badge
from lims.samples import queries as samples
from lims.web import at_the_places
from lims.web.answered import Answer, Heard, go
from lims.web.at_the_places import code_shown
from lims.web.commands import Command, Deed
from lims.web.languages import gettext as _
from lims.web.request import actor, session
from lims.web.scanned import Waiting

MISSCANNED = "MISSCANNED"
"""The reason of a correction that is made by scanning UNDO."""


def item(heard: Heard, named: str) -> Answer:
    """An item: accept it where it is offered, else show it; then it waits."""
    require(actor(), Permission.SAMPLE_READ)
    if heard.waiting.inventory:
        return at_the_places.counted(heard, named)
    now = queries.item(session(), actor(), named)
    if now.offered_to == actor().user_id:
        operations.accept(session(), actor(), named)
        text = _("%(item)s is in your hands now.", item=code_shown(named))
        return _done(text, named)
    if heard.page == "trail":
        return go(url_for("trail.show", code=named))
    if heard.waiting.box and heard.waiting.item != named:
        return at_the_places.next_into(heard, named)
    if heard.waiting.item == named and not heard.waiting.elsewhere:
        return Answer("again", _waits(now), waiting=Waiting(named))
    return go(url_for("samples.show", code=named), waiting=Waiting(named))


def bag(heard: Heard, number: str) -> Answer:
    """A bag that was received: an item by its number, until its content has a code."""
    row = queries.named_sample(session(), actor(), number)
    if row.code is None:
        return item(heard, number)
    told = _(
        "The bag %(bag)s was received, and its content has a code of its own by now."
        " Scan the label with that code.",
        bag=number,
    )
    return Answer("ask", told)


def place(heard: Heard, code: str) -> Answer:
    """A place: what waits is stored there; else its page."""
    require(actor(), Permission.SAMPLE_READ)
    found = samples.place(session(), actor(), code)
    named = heard.waiting.item
    if heard.waiting.inventory:
        told = _("A count is open: scan the items. To stop, end the count.")
        return Answer("ask", told, waiting=heard.waiting)
    if heard.waiting.carried:
        return at_the_places.carry(heard.waiting.carried, found)
    if not named:
        return go(url_for("places.show", code=code))
    if heard.waiting.elsewhere:
        return _correct(named, code, found.name)
    return at_the_places.store(heard, found)


def badge(heard: Heard, code: str) -> Answer:
    """A badge: what waits is offered to its wearer, who must scan it to accept."""
    require(actor(), Permission.USER_READ)
    person = person_with_badge(session(), actor(), code)
    named = heard.waiting.item
    if not named:
        told = _(
            "This is the badge of %(name)s. To hand something over, scan the item"
            " first, then the badge.",
            name=person.name,
        )
        return Answer("ask", told)
    moved = operations.offer(session(), actor(), named, code)
    said = {"item": code_shown(named), "name": person.name}
    if moved.already:
        told = _("%(item)s is offered to %(name)s already.", **said)
        return Answer("again", told, waiting=heard.waiting)
    told = _("Now %(name)s scans %(item)s to accept it.", **said)
    hint = _("Until then it is in your hands.")
    return replace(_done(told, named, hint), state="ask")


def command(heard: Heard, given: Command) -> Answer:
    """A command of the sheet, for what waits."""
    require(actor(), Permission.SAMPLE_READ)
    named = heard.waiting.item
    match given.deed:
        case Deed.FINISH:
            told = _("Done. Nothing waits for a scan any more.")
            door = heard.waiting.consignment
            return Answer("right", told, waiting=Waiting(consignment=door))
        case Deed.RECEIVE:
            told = _("Scan the paper of the consignment, then each of its bags.")
            return go(url_for("consignments.listing"), "ask", told, Waiting())
        case _ if named:
            return _with(named, given)
        case Deed.STORE if heard.waiting.shown:
            return at_the_places.lift(heard.waiting.shown)
    told = _("Scan the item first, then '%(command)s'.", command=given.name)
    return Answer("ask", told)


def _with(named: str, given: Command) -> Answer:
    """What is done with the item that waits, or what is to be scanned next for it."""
    match given.deed:
        case Deed.TAKE_OUT:
            return _take_out(named, given)
        case Deed.HOLD:
            return _hold(named, given)
        case Deed.UNDO:
            return _undo_last(named)
    said = {"item": code_shown(named)}
    if given.deed is Deed.WEIGH:
        told = _("Put %(item)s on the balance.", **said)
        page = url_for("samples.show", code=named)
        return go(page, "ask", told, Waiting(named))
    if given.deed is Deed.HAND_OVER:
        told = _("Scan the badge of whoever gets %(item)s; then they scan it.", **said)
    else:
        told = _("Scan the place in which %(item)s is stored.", **said)
    return Answer("ask", told, waiting=Waiting(named))


def _take_out(named: str, given: Command) -> Answer:
    now = queries.item(session(), actor(), named)
    said = {"item": code_shown(named), "why": given.label}
    if now.holder_id == actor().user_id and now.stage == Stage.IN_USE:
        told = _("%(item)s is in your hands already. Nothing changed.", **said)
        return Answer("again", told, waiting=Waiting(named))
    operations.move(session(), actor(), named, "take out", {"purpose": given.word})
    return _done(_("%(item)s is in your hands. %(why)s.", **said), named)


def _hold(named: str, given: Command) -> Answer:
    now = queries.item(session(), actor(), named)
    said = {"item": code_shown(named), "why": given.label}
    if given.word in now.holds:
        told = _("%(item)s is held already: %(why)s. Nothing changed.", **said)
        return Answer("again", told, waiting=Waiting(named))
    operations_holds.hold(session(), actor(), named, given.word)
    told = _("%(item)s is held: %(why)s. Store it; nothing else may be done.", **said)
    return replace(_done(told, named), state="hold")


def _undo_last(named: str) -> Answer:
    """Take the last act back; a wrong place is corrected by the right one."""
    require(actor(), Permission.CUSTODY_CORRECT)
    if _stored_by(named) is None:
        now = operations_undoing.undo(session(), actor(), named, MISSCANNED)
        said = {"item": code_shown(named), "stage": _(now.stage)}
        return _done(_("Undone: %(item)s is %(stage)s, as before.", **said), named)
    told = _("Scan the place in which %(item)s really stands.", item=code_shown(named))
    hint = _("The record keeps both, and names the one that was wrong.")
    return Answer("ask", told, hint, Waiting(named, elsewhere=True))


def _correct(named: str, code: str, place_name: str) -> Answer:
    seq = _stored_by(named)
    if seq is None:
        raise RuleBroken(
            _("%(item)s was moved meanwhile. Scan it again.", item=code_shown(named))
        )
    operations_corrections.correct(
        session(), actor(), named, seq, MISSCANNED, {"place": code}
    )
    said = {"item": code_shown(named), "place": place_name}
    return _done(_("Corrected: %(item)s stands in %(place)s.", **said), named)


def _stored_by(named: str) -> int | None:
    """The number of the event that stored it, where nothing moved it since."""
    row = queries.named_sample(session(), actor(), named)
    line = queries.custody_line(session(), [row])
    if line and line[-1].action in ("store", "correct", "found elsewhere"):
        return line[-1].seq
    return None


def _waits(now: Item) -> str:
    """What waits, and what can be scanned next."""
    held = ", ".join(now.holds)
    if held:
        return _(
            "%(item)s, held: %(why)s. It may be stored: scan a place.",
            item=code_shown(now.code),
            why=held,
        )
    return _(
        "%(item)s, %(stage)s. Scan a place, a badge or a command.",
        item=code_shown(now.code),
        stage=_(now.stage),
    )


def _done(text: str, named: str, hint: str = "") -> Answer:
    return Answer("right", text, hint, Waiting(named), changed=True)
