"""A picture of a rack proves which tube stands in which well (rule B12).

The picture is read before the transaction, in the process with limits. What was read
without doubt goes along with the form, signed; the rest is scanned by hand. Only the
hash of the picture goes into the record.
"""

from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, render_template, request

from instruments.errors import InstrumentError
from instruments.rack import LARGEST, Corner, Rack, Seen, Sight
from lims.access import Permission, require
from lims.batches import queries
from lims.batches.wells import WellView
from lims.codes import is_code
from lims.codes import shown as grouped
from lims.errors import BadInput
from lims.results.reading import rack
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.plate_shown import Cell
from lims.web.rack_seen import RackSeen, signed
from lims.web.request import actor, form, needs, prepared, prepared_by, session

pages = Blueprint("racks", __name__, url_prefix="/batches")
pages.before_request(needs(Permission.BATCH_READ))

CORNERS = [
    (Corner.TOP_RIGHT, _l("top right: the rack stood on the glass")),
    (Corner.TOP_LEFT, _l("top left")),
    (Corner.BOTTOM_LEFT, _l("bottom left")),
    (Corner.BOTTOM_RIGHT, _l("bottom right")),
]
SIGHTS = {
    Sight.READ: _l("read"),
    Sight.DOUBTFUL: _l("doubtful"),
    Sight.UNREAD: _l("not read"),
    Sight.EMPTY: _l("empty"),
}


@dataclass(frozen=True)
class Picture:
    rack: Rack
    sha256: str


@dataclass(frozen=True)
class Spot:
    """One position: what the picture shows, and what was planned."""

    position: str
    seen: Seen
    planned: str

    @property
    def sure(self) -> bool:
        """Read without doubt, and one of our codes."""
        return self.seen.sight is Sight.READ and is_code(self.seen.code)

    @property
    def fits(self) -> bool:
        return self.sure and self.seen.code == self.planned

    @property
    def cell(self) -> Cell:
        told = grouped(self.seen.code) if is_code(self.seen.code) else self.seen.code
        state = "" if self.fits else "hold" if self.sure else "ask"
        title = f"{told or '–'} · {SIGHTS[self.seen.sight]}"
        return Cell("sample", told[5:] if self.sure else "?", title, state)


def _read(code: str) -> Picture:  # noqa: ARG001 - the plate is looked up in the view
    """Before any transaction is opened."""
    require(actor(), Permission.BATCH_PLAN)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadInput(_("Choose the picture that the scanner made of the rack."))
    with closing(file):
        content = file.stream.read(LARGEST + 1)
    corner = request.form.get("corner", "")
    if corner not in set(Corner):
        raise BadInput(_("Say in which corner of the picture A1 lies."))
    try:
        return Picture(rack(content, Corner(corner)), sha256(content).hexdigest())
    except InstrumentError as error:
        raise BadInput(str(error)) from error


@pages.post("/<code>/rack")
@prepared_by(_read)
def show(code: str) -> str:
    """The map of the picture; from here the plate is loaded."""
    form("corner")
    picture: Picture = prepared()
    plate = queries.plate(session(), actor(), code)
    spots = _spots(picture.rack, queries.wells(session(), plate))
    sure = {one.position: one.seen.code for one in spots if one.sure}
    return render_template(
        "batches/rack.html",
        plate=plate,
        spots=spots,
        cells={one.position: one.cell for one in spots},
        picture=picture.sha256,
        seen=signed(code, RackSeen(picture.sha256, sure)),
        sights=SIGHTS,
    )


def _spots(found: Rack, wells: tuple[WellView, ...]) -> list[Spot]:
    """Where a tube is planned, or one was seen."""
    planned = {one.position: one.code for one in wells if one.code}
    return [
        Spot(place, seen, planned.get(place, ""))
        for place, seen in found.wells.items()
        if place in planned or seen.sight is not Sight.EMPTY
    ]
