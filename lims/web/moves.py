"""What can be done next with a sample, and the forms' answers: one operation each.

The buttons come from the workflow's table, the fields from what each move takes.
"""

from dataclasses import dataclass
import secrets

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from lims.access import Actor, Permission
from lims.codes import read, shown
from lims.custody import operations, operations_corrections, operations_ends
from lims.custody import operations_holds as freezing
from lims.custody.changes import Moved
from lims.custody.operations import MOVES
from lims.custody.queries import Item
from lims.samples import operations as samples
from lims.samples.amounts import UNITS, Derivation
from lims.samples.operations import DERIVED
from lims.samples.queries import Sample
from lims.web import signing
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import amount
from lims.web.request import (
    actor,
    form,
    laboratory,
    needs,
    prepared,
    prepared_by,
    session,
)
from lims.web.stages import KINDS, STAGES

pages = Blueprint("moves", __name__, url_prefix="/samples")
pages.before_request(needs(Permission.SAMPLE_READ))
P = Permission

LABELS = {
    "store": _l("Store it"),
    "take out": _l("Take it out"),
    "hand over": _l("Hand it over"),
    "derive": _l("Make something of it"),
    "refuse": _l("Refuse it"),
    "return": _l("Mark it for return"),
    "send back": _l("Send it back"),
    "confirm return": _l("Confirm the return"),
    "order destruction": _l("Order its destruction"),
    "keep": _l("Keep it after all"),
    "lost": _l("Say that it is lost"),
    "found": _l("Say where it was found"),
    "consume": _l("Use it up"),
    "destroy": _l("Destroy it"),
    "accept": _l("Accept it into your hands"),
    "measure": _l("Say how much there is"),
    "hold": _l("Put it on hold"),
    "correct": _l("Correct an event"),
}
FIELDS = {
    "place": _l("Place"),
    "purpose": _l("What for"),
    "reason": _l("Reason"),
    "seal": _l("Seal's number"),
    "courier": _l("Courier"),
    "giver": _l("Who hands it over"),
    "receiver": _l("Who receives it"),
    "order": _l("Number of the order"),
    "badge": _l("Badge of the receiver"),
    "authority": _l("Who allows it"),
    "witness": _l("Badge of the witness"),
    "second_witness": _l("Badge of the second witness"),
}
SCANNED = frozenset({"place", "badge", "witness", "second_witness"})
OWN = {
    "hand over": (P.CONSIGNMENT_RECEIVE, ("badge",)),
    "derive": (P.SAMPLE_DERIVE, ()),
    "consume": (P.CUSTODY_DESTROY, ("authority", "witness")),
    "destroy": (P.CUSTODY_DESTROY, ("order", "witness", "second_witness")),
}
"""Steps that are operations of their own: who may take them, and what they take."""
FOR_GOOD = frozenset({"consume", "destroy"})
LAST = ("refuse", "return", "order destruction", "consume", "destroy", "lost")
"""What is offered after the daily work."""


@dataclass(frozen=True)
class Field:
    name: str
    label: LazyString
    choices: list[tuple[str, str]] | None
    scan: bool


@dataclass(frozen=True)
class Act:
    """One button, or a small form with its button."""

    action: str
    label: LazyString
    fields: tuple[Field, ...]

    @property
    def endpoint(self) -> str:
        special = {"hand over": "offer"}
        own = {"accept", "consume", "correct", "derive", "destroy", "hold", "measure"}
        if self.action in own:
            return f"moves.{self.action}"
        return f"moves.{special.get(self.action, 'move')}"

    @property
    def daily(self) -> bool:
        """Part of the day's work, so that it may be the page's one next action."""
        return self.action not in {*LAST, "correct", "hold"}

    @property
    def signed(self) -> bool:
        return self.action in FOR_GOOD


def words(action: str) -> list[tuple[str, str]]:
    """The laboratory's words to choose from for an action, with their labels."""
    rows = laboratory().words["reasons"]
    return [(row["code"], row["label"]) for row in rows if row["action"] == action]


def offered(person: Actor, item: Item, row: Sample) -> list[Act]:
    """What this person can do now; the first is the next step."""
    acts = [_act(name, person) for name in _actions(person, item, row)]
    return [act for act in acts if act is not None]


def _actions(person: Actor, item: Item, row: Sample) -> list[str]:
    if item.offered_to == person.user_id:
        return ["accept"]
    possible = list(item.actions)
    if item.holder_id not in (None, person.user_id):
        possible = []  # whoever holds it hands it over first
    if "derive" in possible and row.amount is None:
        possible[possible.index("derive")] = "measure"
    possible.sort(key=lambda name: (name in LAST, name != "derive"))
    more = ["hold"] if person.may(P.CUSTODY_HOLD) else []
    return [*possible, *more, "correct"]


def _act(action: str, person: Actor) -> Act | None:
    """None where this person may not, or where it is no matter of this page."""
    if action in MOVES:
        permission, takes = MOVES[action].permission, MOVES[action].takes
    elif action in OWN:
        permission, takes = OWN[action]
    else:
        alone = {
            "accept": P.CONSIGNMENT_RECEIVE,
            "correct": P.CUSTODY_CORRECT,
            "hold": P.CUSTODY_HOLD,
            "measure": P.SAMPLE_DERIVE,
        }
        if action not in alone:
            return None
        permission, takes = alone[action], ("reason",) if action == "hold" else ()
    if not person.may(permission):
        return None
    return Act(action, LABELS[action], tuple(_field(action, name) for name in takes))


def _field(action: str, name: str) -> Field:
    choices = words(action) if name in {"reason", "purpose"} else None
    return Field(name, FIELDS[name], choices, name in SCANNED)


@pages.post("/<path:code>/move")
def move(code: str) -> Response:
    told = form("action", *FIELDS)
    stated = {name: _stated(name) for name in FIELDS if told.get(name)}
    done = operations.move(session(), actor(), code, told.get("action", ""), stated)
    return _told(code, done)


@pages.post("/<path:code>/offer")
def offer(code: str) -> Response:
    badge = read(form("badge").get("badge", ""))
    operations.offer(session(), actor(), code, badge)
    flash(_("Offered. It is theirs when %(b)s scans it, too.", b=shown(badge)), "ask")
    return _back(code)


@pages.post("/<path:code>/accept")
def accept(code: str) -> Response:
    form()
    operations.accept(session(), actor(), code)
    flash(_("It is in your hands now."), "right")
    return _back(code)


@pages.post("/<path:code>/measure")
def measure(code: str) -> Response:
    told = form("amount", "unit")
    samples.measure(
        session(), actor(), code, amount(told, "amount"), told.get("unit", "")
    )
    flash(_("The amount is on record."), "right")
    return _back(code)


@pages.post("/<path:code>/derive")
def derive(code: str) -> Response:
    told = form("kind", "taken", "amount", "unit", "method", "once")
    wanted = Derivation(
        kind=told.get("kind", ""),
        taken=amount(told, "taken"),
        amount=amount(told, "amount"),
        unit=told.get("unit", ""),
        method=told.get("method", ""),
    )
    made = operations.derive(session(), actor(), code, wanted, told.get("once"))
    child = made.code or ""
    flash(_("%(code)s was made. Print its label now.", code=shown(child)), "right")
    return _back(child)


@pages.post("/<path:code>/hold")
def hold(code: str) -> Response:
    freezing.hold(session(), actor(), code, form("reason").get("reason", ""))
    flash(
        _("On hold. Only storing, losing and finding are open until it ends."), "hold"
    )
    return _back(code)


@pages.post("/holds/<int:hold_id>")
def release_hold(hold_id: int) -> Response:
    told = form("resolution", "next")
    freezing.release_hold(session(), actor(), hold_id, told.get("resolution", ""))
    flash(_("The hold has ended."), "right")
    code = told.get("next", "")
    return _back(code) if code else redirect(url_for("samples.holds"))


@pages.post("/<path:code>/correct")
def correct(code: str) -> Response:
    told = form("event", "what", "right", "reason")
    what, right = told.get("what", ""), told.get("right", "").strip()
    operations_corrections.correct(
        session(),
        actor(),
        code,
        told.get("event", 0, int),
        told.get("reason", ""),
        {what: read(right) if what == "place" else right},
    )
    flash(_("Corrected. The event before stays on record beside it."), "right")
    return _back(code)


@pages.post("/<path:code>/consume")
@prepared_by(signing.of_address)
def consume(code: str) -> Response:
    told = form("authority", "witness", "password")
    done = operations_ends.consume(
        session(),
        actor(),
        code,
        told.get("authority", ""),
        read(told.get("witness", "")),
        prepared(),
    )
    return _told(code, done)


@pages.post("/<path:code>/destroy")
@prepared_by(signing.of_address)
def destroy(code: str) -> Response:
    told = form("order", "witness", "second_witness", "password")
    done = operations_ends.destroy(
        session(),
        actor(),
        code,
        told.get("order", ""),
        read(told.get("witness", "")),
        read(told.get("second_witness", "")),
        prepared(),
    )
    return _told(code, done)


def choices() -> dict[str, object]:
    """What the forms offer to choose from."""
    return {
        "corrections": words("correct"),
        "holds": dict(words("hold")),
        "kinds": [(kind, KINDS[kind]) for kind in sorted(DERIVED)],
        "methods": words("derive"),
        "once": secrets.token_hex(16),
        "reprints": dict(words("reprint")),
        "resolutions": words("close hold"),
        "units": [(unit, unit) for unit in UNITS],
    }


def _stated(name: str) -> str:
    """What was stated; of scanned codes, the code alone."""
    told = request.form[name]
    return read(told) if name in SCANNED else told


def _told(code: str, done: Moved) -> Response:
    stage = STAGES[done.stage][1]
    if done.already:
        flash(_("Done already; nothing was done twice."), "again")
    else:
        flash(_("Done. It is %(stage)s now.", stage=stage), "right")
    return _back(code)


def _back(code: str) -> Response:
    return redirect(url_for("samples.show", code=code))
