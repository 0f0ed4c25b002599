"""Weights on a sample's page: take the balance's, or type one; what is left."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.custody import operations_weighing as weighing
from lims.custody import queries_weighing as queries
from lims.custody.queries_weighing import Extraction, Weighing
from lims.custody.weighing import MG, WeighedPart, Weight, typed
from lims.quantities.targets import Role
from lims.quantities.worth import Outlook, Tried, Worth, outlook
from lims.samples.queries import Sample
from lims.stations.queries import Devices, with_devices
from lims.web import moves, quantity_shown
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.languages import ngettext
from lims.web.numbers import amount, plain
from lims.web.request import actor, form, laboratory, needs, session

pages = Blueprint("weights", __name__, url_prefix="/samples")
pages.before_request(needs(Permission.SAMPLE_READ))

PARTS = {
    WeighedPart.BAG: _l("the bag, closed"),
    WeighedPart.ITEM: _l("the item itself"),
    WeighedPart.REST: _l("what is left of it"),
}
HUMAN = (Role.SMALL, Role.TOTAL)
"""Which amount counts as human DNA, the best one first."""


@dataclass(frozen=True)
class Shown:
    """What the sheet of weights shows."""

    rows: list[Weighing]
    may: bool
    benches: list[Devices]
    reasons: list[tuple[str, str]]
    outlook: str
    parts = PARTS


def shown(row: Sample) -> Shown | None:
    """None for what is not weighed here."""
    if row.kind not in weighing.WEIGHED:
        return None
    may = actor().may(Permission.SAMPLE_DERIVE)
    return Shown(
        queries.of_sample(session(), row.id),
        may,
        with_devices(session(), actor(), "balance") if may else [],
        moves.words("weigh"),
        told(_outlook(row)) if row.code else "",
    )


@pages.post("/<path:code>/weigh")
def weigh(code: str) -> Response:
    given = form("bench", "value", "unit", "balance", "reason")
    if given.get("value", "").strip():
        found = typed(
            amount(given, "value"),
            given.get("unit", ""),
            given.get("reason", ""),
            given.get("balance", "").strip(),
        )
    else:
        found = queries.heard(session(), actor(), given.get("bench", ""))
    done = weighing.weigh(session(), actor(), code, found)
    _say(done, found)
    return redirect(url_for("samples.show", code=code))


def _say(done: weighing.Weighed, found: Weight) -> None:
    said = {"weight": f"{plain(found.value)} {found.unit}", "part": PARTS[done.part]}
    flash(_("%(weight)s: %(part)s. It is on record.", **said), "right")
    if done.remark:
        flash(
            _(
                "This differs by more than 5 % from the weight on record before. Is it"
                " the right item, and was the balance tared?"
            ),
            "ask",
        )


def _outlook(row: Sample) -> Outlook:
    made = queries.extractions(session(), queries.children(session(), actor(), row))
    left = (
        row.amount * MG[row.unit] if row.amount is not None and row.unit in MG else None
    )
    wanted = laboratory().rules.quantities.input.amount
    return outlook(left, [Tried(one.taken, _gained(one)) for one in made], wanted)


def _gained(made: Extraction) -> Decimal | None:
    """Nanograms in all of the extract, by its newest quantification."""
    if not actor().may(Permission.IMPORT_READ):
        return None
    for found in quantity_shown.of_sample(session(), actor(), made.extract)[:1]:
        for role in HUMAN:
            if not found.tube.usable or role not in found.tube.amounts:
                continue
            try:
                return Decimal(found.tube.amounts[role]) * made.volume
            except InvalidOperation:
                return None
    return None


def told(found: Outlook) -> str:
    """What is left, and is it worth another extraction: one line for a person."""
    left, portion = plain(found.left), plain(found.portion)
    match found.worth:
        case Worth.UNKNOWN:
            return _("Nobody has weighed it yet: what is left is not known.")
        case Worth.NOTHING:
            return _("Nothing is left of it.")
    if found.times:
        enough = ngettext(
            "%(left)s mg are left: enough for %(num)s more extraction of %(mg)s mg.",
            "%(left)s mg are left: enough for %(num)s more extractions of %(mg)s mg.",
            found.times,
            left=left,
            mg=portion,
        )
    else:
        enough = _(
            "%(left)s mg are left, less than one portion of %(mg)s mg.",
            left=left,
            mg=portion,
        )
    return f"{enough} {_hope(found)}"


def _hope(found: Outlook) -> str:
    if found.hoped is None:
        return _("No extract of it was quantified yet.")
    hoped = plain(found.hoped)
    if found.worth is Worth.YES:
        return _("The last one lets hope for %(ng)s ng: it is worth it.", ng=hoped)
    return _(
        "The last one lets hope for %(ng)s ng only, less than one reaction wants. It"
        " may be tried all the same.",
        ng=hoped,
    )
