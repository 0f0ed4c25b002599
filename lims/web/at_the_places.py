"""Scans that put an item somewhere: a place, a position, the next free one of a box."""

from dataclasses import replace

from flask import url_for

from lims import codes
from lims.custody import (
    changes,
    operations,
    operations_found,
    operations_inventory,
    operations_places,
    queries,
    queries_places,
)
from lims.custody.operations_inventory import Saw
from lims.custody.queries import Item
from lims.custody.stages import Stage
from lims.errors import RuleBroken
from lims.samples import queries as samples
from lims.samples import queries_places as places
from lims.samples.queries import Place
from lims.web.answered import Answer, Heard
from lims.web.languages import gettext as _
from lims.web.request import actor, session
from lims.web.scanned import Waiting


def store(heard: Heard, found: Place) -> Answer:
    """What waits is put into the place that was scanned, or a position is offered."""
    now = queries.item(session(), actor(), heard.waiting.item)
    said = {"item": code_shown(now.code), "place": found.name}
    if now.at == found.code:
        told = _("%(item)s stands in %(place)s already. Nothing changed.", **said)
        return Answer("again", told, waiting=heard.waiting)
    if samples.has_positions(session(), found):
        return into_box(heard, found, now)
    return put(now, found)


def put(now: Item, place: Place, box: str = "") -> Answer:
    """Stored, found again, or found elsewhere than the record has it (rule B7)."""
    said = {"item": code_shown(now.code), "place": place.name}
    waiting = Waiting(now.code, box=box)
    if now.stage == Stage.LOST:
        operations.move(session(), actor(), now.code, "found", {"place": place.code})
        told = _("%(item)s was lost and is found: it is in %(place)s.", **said)
        return Answer("ask", told, waiting=waiting, changed=True)
    was = places_named(now.at)
    if was is not None:
        operations_found.found_elsewhere(session(), actor(), now.code, place.code)
        told = _(
            "The record had %(item)s in %(was)s. It stands in %(place)s now, and the"
            " record says that it was found elsewhere.",
            was=was,
            **said,
        )
        return Answer("ask", told, waiting=waiting, changed=True)
    operations.move(session(), actor(), now.code, "store", {"place": place.code})
    told = _("%(item)s stands in %(place)s.", **said)
    return Answer("right", told, _("Wrong place? Scan UNDO."), waiting, changed=True)


def into_box(heard: Heard, box: Place, now: Item) -> Answer:
    """The next free position is offered; the same box again takes it."""
    if any(one.code == now.at for one in samples.places(session(), actor(), box.id)):
        said = {"item": code_shown(now.code), "place": places_named(now.at)}
        told = _("%(item)s stands in %(place)s already. Nothing changed.", **said)
        return Answer("again", told, waiting=heard.waiting)
    free = queries_places.next_free(session(), box)
    if free is None:
        raise RuleBroken(
            _("'%(box)s' is full. Scan another box or position.", box=box.name)
        )
    waits = heard.waiting
    if (waits.box, waits.free) == (box.code, free.code):
        return put(now, free, box.code)
    changes.require_fit(session(), actor(), now.code, free.code)
    told = _(
        "%(place)s of %(box)s is free. Put %(item)s there, then scan the box again.",
        place=free.name,
        box=box.name,
        item=code_shown(now.code),
    )
    hint = _("Another position: scan its label, or choose it on the picture.")
    link = url_for("places.show", code=box.code, item=now.code), _("Picture of the box")
    waiting = Waiting(now.code, box=box.code, free=free.code)
    return Answer("ask", told, hint, waiting, link=link)


def places_named(code: str) -> str | None:
    """As people call the place with this code; None where it is no place."""
    found = samples.places_with(session(), [code])
    if not found:
        return None
    return " / ".join(one.name for one in places.way(session(), found[0])[-2:])


def next_into(heard: Heard, named: str) -> Answer:
    """One item more for the box that was filled last."""
    box = samples.place(session(), actor(), heard.waiting.box)
    waiting = Waiting(named, box=box.code)
    now = queries.item(session(), actor(), named)
    return into_box(replace(heard, waiting=waiting), box, now)


def code_shown(named: str) -> str:
    return codes.shown(named) if codes.is_code(named) else named


def lift(code: str) -> Answer:
    """STORE on the page of a box: the next place scanned is where it is carried."""
    found = samples.place(session(), actor(), code)
    told = _(
        "Scan the shelf, rack or freezer into which %(place)s is carried, with all"
        " that is in it.",
        place=found.name,
    )
    return Answer("ask", told, waiting=Waiting(carried=code))


def carry(code: str, into: Place) -> Answer:
    """A box into the place that was scanned; the same again changes nothing."""
    found = samples.place(session(), actor(), code)
    said = {"place": found.name, "into": into.name}
    if found.parent_id == into.id:
        told = _("%(place)s stands in %(into)s already. Nothing changed.", **said)
        return Answer("again", told, waiting=Waiting(shown=code))
    operations_places.move_place(session(), actor(), code, into.code)
    told = _("%(place)s stands in %(into)s, with all that is in it.", **said)
    return Answer("right", told, waiting=Waiting(shown=code), changed=True)


def counted(heard: Heard, named: str) -> Answer:
    """An item is scanned in an inventory."""
    uid = heard.waiting.inventory
    seen = operations_inventory.see(session(), actor(), uid, named)
    said = {"item": code_shown(named), "was": places_named(seen.was) or seen.was}
    match seen.saw:
        case Saw.EXPECTED:
            state, told = "right", _("%(item)s is here.", item=said["item"])
        case Saw.AGAIN:
            state, told = "again", _("%(item)s was scanned before.", item=said["item"])
        case Saw.ELSEWHERE if not seen.held:
            state = "ask"
            told = _(
                "The record had %(item)s in %(was)s. From now on it is here.", **said
            )
        case _:
            state = "hold"
            told = _(
                "The record had %(item)s in %(was)s, and it does not belong here. It"
                " is held: put it aside, and tell the manager.",
                **said,
            )
    return Answer(state, told, waiting=heard.waiting, changed=seen.saw is not Saw.AGAIN)
