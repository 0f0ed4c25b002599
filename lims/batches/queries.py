"""Reads of plates and wells. What another laboratory planned is as unknown."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches.plate import POSITIONS, WellRole
from lims.batches.stages import PlateStage
from lims.batches.tables import Plate, Standard, Well
from lims.batches.tubes import Tube
from lims.batches.wells import WellView
from lims.custody import queries as custody
from lims.db import owned
from lims.errors import NotFound
from lims.samples.queries import Sample

__all__ = [
    "PAGE", "Page", "Plate", "Standard", "WellView", "as_tubes", "counts", "kits_of",
    "listing", "plate", "plates_by_ids", "plates_holding", "plates_with", "standards",
    "wells", "wells_by_ids",
]  # fmt: skip

PAGE = 50
_ORDER = {position: order for order, position in enumerate(POSITIONS)}


@dataclass(frozen=True)
class Page:
    rows: tuple[Plate, ...]
    before: int | None
    """Where the next, older page begins; None on the last."""


def plate(session: Session, actor: Actor, code: str, *, locked: bool = False) -> Plate:
    wanted = _seen(actor).where(Plate.code == code)
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(
            f"No plate has the code '{code}' here. Scan the label of the plate again."
        )
    return found


def plates_with(session: Session, actor: Actor, codes: Collection[str]) -> list[Plate]:
    """The plates that have one of these codes; what is unknown is left out."""
    wanted = _seen(actor).where(Plate.code.in_(sorted(codes))).order_by(Plate.id)
    return list(session.scalars(wanted))


def plates_holding(
    session: Session, actor: Actor, sample_ids: Collection[int]
) -> list[Plate]:
    """The plates on which these very tubes stand or stood, the oldest first."""
    on = select(Well.plate_id).where(Well.sample_id.in_(sorted(sample_ids)))
    return list(
        session.scalars(_seen(actor).where(Plate.id.in_(on)).order_by(Plate.id))
    )


def plates_by_ids(session: Session, ids: Collection[int]) -> dict[int, Plate]:
    wanted = select(Plate).where(Plate.id.in_(sorted(ids)))
    return {one.id: one for one in session.scalars(wanted)} if ids else {}


def kits_of(session: Session, plate_ids: Collection[int]) -> dict[int, str]:
    """Each plate's kit, by its name."""
    return {
        number: one.kit for number, one in plates_by_ids(session, plate_ids).items()
    }


def listing(
    session: Session,
    actor: Actor,
    *,
    stages: Collection[PlateStage] = (),
    before: int | None = None,
) -> Page:
    """One page, the newest first."""
    wanted = _seen(actor).order_by(Plate.id.desc()).limit(PAGE + 1)
    if stages:
        wanted = wanted.where(Plate.stage.in_(sorted(stages)))
    if before is not None:
        wanted = wanted.where(Plate.id < before)
    rows = session.scalars(wanted).all()
    more = len(rows) > PAGE
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].id if more else None)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many plates stand in each stage."""
    wanted = owned(
        select(Plate.stage, func.count()).group_by(Plate.stage),
        Plate.organisation_id,
        actor.scope,
    )
    return {str(one): count for one, count in session.execute(wanted)}


def wells(session: Session, of: Plate) -> tuple[WellView, ...]:
    """The wells of a plate that hold something, in the order of filling."""
    found = session.execute(_views().where(Well.plate_id == of.id))
    return tuple(sorted(map(_view, found), key=lambda one: _ORDER[one.position]))


def wells_by_ids(session: Session, ids: Collection[int]) -> dict[int, WellView]:
    """Wells of any plates, with the plate and the kit of each."""
    if not ids:
        return {}
    found = session.execute(_views().where(Well.id.in_(sorted(ids))))
    return {one.id: one for one in map(_view, found)}


def as_tubes(session: Session, rows: Collection[Sample]) -> list[Tube]:
    """The tubes as custody knows them; one of which it knows nothing is nowhere."""
    ids = [one.id for one in rows]
    places = custody.holdings(session, ids)
    held = custody.held_ids(session, ids)
    return [
        Tube(
            str(one.code),
            one.kind,
            one.stream,
            stage=places[one.id].stage if one.id in places else "in no hands",
            held=one.id in held,
        )
        for one in rows
    ]


def standards(session: Session, of: Plate) -> tuple[Standard, ...]:
    """The dilution series of a plate of quantification, in the order of filling."""
    found = session.scalars(select(Standard).where(Standard.plate_id == of.id))
    return tuple(sorted(found, key=lambda one: _ORDER[one.position]))


def _seen(actor: Actor) -> Select[Plate]:
    return owned(select(Plate), Plate.organisation_id, actor.scope)


_Seen = tuple[int, str, str, str, str, str, int | None]


def _views() -> Select[*_Seen]:
    return select(
        Well.id,
        Plate.code,
        Plate.kit,
        Well.position,
        Well.role,
        Well.instrument_name,
        Well.sample_id,
    ).join(Plate, Plate.id == Well.plate_id)


def _view(row: Row[*_Seen]) -> WellView:
    number, code, kit, position, role, name, sample_id = row
    return WellView(number, code, kit, position, WellRole(role), name, sample_id)
