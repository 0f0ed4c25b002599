"""Pages of the samples: the list, and one sample with all that is known of it here."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lims.access import Actor, Permission
from lims.codes import is_code
from lims.custody import manifests
from lims.custody import queries as custody
from lims.custody.queries import Hold, Item
from lims.custody.stages import Stage
from lims.errors import NotFound
from lims.people import queries as people
from lims.printing import queries as printing
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind, Stream
from lims.web import moves, quantity_shown, weights
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import plain
from lims.web.places import way_to
from lims.web.quantity_shown import Measurement
from lims.web.request import actor, laboratory, needs, session
from lims.web.shell import NavItem, in_rail
from lims.web.stages import KINDS, STAGES, STREAMS, consent, stage_chip

WAITING = (
    Stage.ACCESSIONED, Stage.IN_USE, Stage.PROCESSED, Stage.RETURN_PENDING,
    Stage.DESTRUCTION_PENDING, Stage.LOST,
)  # fmt: skip
"""The stages in which somebody must do something."""


WORDS = {
    "RUNS": quantity_shown.CHIPS,
    "TARGETS": quantity_shown.ROLES,
    "KINDS": KINDS,
    "STREAMS": STREAMS,
    "consent": consent,
    "stage_chip": stage_chip,
}
"""How pages write what a sample is and where it stands."""


def count_mine(session: Session, person: Actor) -> int:
    """What this person holds or is offered."""
    return custody.count_mine(session, person)


pages = Blueprint("samples", __name__, url_prefix="/samples")
pages.before_request(needs(Permission.SAMPLE_READ))
pages.add_app_template_filter(plain)
in_rail(
    pages,
    NavItem(
        30, "samples.listing", _l("Samples"), Permission.SAMPLE_READ, count_mine
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the list was asked for."""

    stage: Stage | None
    stream: Stream | None
    kind: SampleKind | None
    prefix: str
    mine: bool
    after: int

    @property
    def asked(self) -> dict[str, object]:
        """For addresses: all that was asked but the page."""
        told = {
            "stage": self.stage,
            "stream": self.stream,
            "kind": self.kind,
            "q": self.prefix,
            "mine": "yes" if self.mine else "",
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Whole:
    """One sample as its page shows it."""

    code: str
    """As it is asked for: the code, or the bag's number before it has one."""
    row: Sample
    item: Item
    bag: str
    holder: str
    elsewhere: bool
    """Somebody else holds it, and this person works with samples."""
    way: list[samples.Place]
    holds: list[Hold]
    source: str
    """To look behind it: the code that is linked, for the coordinator alone."""


@pages.get("/")
def listing() -> ResponseReturnValue:
    wanted = _wanted()
    if is_code(wanted.prefix):
        return redirect(url_for(".show", code=wanted.prefix))
    items, after = custody.listing(
        session(),
        actor(),
        stage=wanted.stage,
        stream=wanted.stream,
        kind=wanted.kind,
        prefix=wanted.prefix,
        mine=wanted.mine,
        after=wanted.after,
    )
    return render_template(
        "samples/list.html",
        wanted=wanted,
        items=items,
        after=after,
        holding=count_mine(session(), actor()),
        waiting=custody.waiting(session(), actor(), WAITING),
        held=custody.count_held(session(), actor()),
        stages={stage: text for stage, (_sign, text) in STAGES.items()},
        **WORDS,
    )


@pages.get("/holds")
def holds() -> str:
    found = custody.open_holds(session(), actor(), request.args.get("after", 0, int))
    return render_template(
        "samples/holds.html",
        holds=found,
        after=found[-1][0].id if len(found) == custody.PAGE else None,
        resolutions=moves.words("close hold"),
        reasons=dict(moves.words("hold")),
        KINDS=KINDS,
    )


@pages.get("/<path:code>")
def show(code: str) -> str:
    """By its code, or by its bag's number while it has none."""
    whole = _whole(code)
    family = samples.lineage(session(), actor(), whole.row)
    line = [*family.ancestors[::-1], whole.row, *family.descendants]
    return render_template(
        "samples/show.html",
        whole=whole,
        line=line,
        items={one.code: one for one in custody.items_of(session(), line)},
        labels=printing.copies(session(), whole.row.code) if whole.row.code else [],
        photographs=manifests.photographs(session(), actor(), code),
        measured=_measured(whole.row),
        weights=weights.shown(whole.row),
        next=moves.offered(actor(), whole.item, whole.row),
        making=moves.choices(),
        **WORDS,
    )


@pages.get("/<path:code>/photographs/<digest>")
def photograph(code: str, digest: str) -> Response:
    """The picture's bytes, to those who see the sample."""
    for one in manifests.photographs(session(), actor(), code):
        if one.sha256 == digest:
            shown = Response(
                laboratory().store.content(digest), mimetype=one.media_type
            )
            shown.headers["Content-Disposition"] = "inline"
            return shown
    raise NotFound(_("No such photograph was taken of this sample."))


def _measured(row: Sample) -> list[Measurement]:
    """For the laboratory: the amount of the male target tells of a person's sex."""
    if not actor().may(Permission.IMPORT_READ):
        return []
    return quantity_shown.of_sample(session(), actor(), row)


def _wanted() -> Wanted:
    """Asked for nothing, the list shows what is in the person's own hands, if any."""
    args = request.args
    return Wanted(
        stage=Stage(args["stage"]) if args.get("stage") in set(Stage) else None,
        stream=Stream(args["stream"]) if args.get("stream") in set(Stream) else None,
        kind=SampleKind(args["kind"]) if args.get("kind") in set(SampleKind) else None,
        prefix="".join(c for c in args.get("q", "").upper() if c.isalnum())[:10],
        mine=args.get("mine") == "yes" if args else count_mine(session(), actor()) > 0,
        after=args.get("after", 0, int),
    )


def _whole(code: str) -> Whole:
    row = custody.named_sample(session(), actor(), code)
    item = next(iter(custody.items_of(session(), [row])), None)
    if item is None:
        raise NotFound(_("Nobody ever took custody of '%(code)s'.", code=code))
    bag = custody.bag_of(session(), row.id)
    mine = actor().user_id in (item.holder_id, item.offered_to)
    other = item.holder_id is not None and not mine
    return Whole(
        code=code,
        row=row,
        item=item,
        bag=bag.code if bag else "",
        holder=_holder(item),
        elsewhere=other and actor().may(Permission.CONSIGNMENT_RECEIVE),
        way=way_to(session(), actor(), item.at),
        holds=custody.holds_of(session(), row.id),
        source=_source(row),
    )


def _holder(item: Item) -> str:
    if item.holder_id is None:
        return ""
    if item.holder_id == actor().user_id:
        return _("you")
    return people.names_by_id(session(), [item.holder_id])[item.holder_id]


def _source(row: Sample) -> str:
    if row.code is None or not actor().may(Permission.IDENTITY_LINK):
        return ""
    return samples.sources(session(), actor(), [row.code])[row.code]
