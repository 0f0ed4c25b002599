"""Reads of label templates: those that come with the program, and the laboratory's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels import template
from labels.stock import STOCKS, Stock
from lims.access import Actor
from lims.db import owned
from lims.errors import BadInput, NotFound
from lims.printing.tables import LabelTemplate, LabelTemplateVersion

__all__ = ["Kept", "Version", "every", "kept", "one", "usable", "versions"]


@dataclass(frozen=True)
class Kept:
    """A template that can be printed by, with the number of its version."""

    stock: Stock
    version: int
    built_in: bool
    retired: bool = False


@dataclass(frozen=True)
class Version:
    number: int
    sha256: str
    made_at: datetime
    made_by: int


def every(session: Session, actor: Actor) -> list[Kept]:
    """All that can be used by this actor's laboratory, those of the program first."""
    built_in = [Kept(stock, 1, built_in=True) for stock in STOCKS.values()]
    return built_in + [one for one in _own(session, actor) if not one.retired]


def one(session: Session, actor: Actor, name: str) -> Kept:
    """By its name, in use or not. Raises NotFound."""
    if name in STOCKS:
        return Kept(STOCKS[name], 1, built_in=True)
    for found in _own(session, actor, name):
        return found
    raise NotFound(f"There is no label template '{name[:32]}' here.")


def usable(session: Session, actor: Actor, name: str) -> Stock:
    """What is printed by. Raises BadInput."""
    try:
        found = one(session, actor, name)
    except NotFound:
        known = ", ".join(f"'{kept.stock.name}'" for kept in every(session, actor))
        raise BadInput(f"'{name}' is no known stock. Possible: {known}.") from None
    if found.retired:
        raise BadInput(f"The template '{name}' is out of use. Choose another.")
    return found.stock


def kept(session: Session, actor: Actor, name: str) -> LabelTemplate | None:
    """The laboratory's own row of this name, locked."""
    wanted = select(LabelTemplate).where(LabelTemplate.name == name)
    wanted = owned(wanted, LabelTemplate.organisation_id, actor.scope)
    return session.scalar(wanted.with_for_update())


def versions(session: Session, actor: Actor, name: str) -> list[Version]:
    """Of a template of the laboratory, the newest first."""
    wanted = (
        select(LabelTemplateVersion)
        .join(LabelTemplate, LabelTemplate.id == LabelTemplateVersion.template_id)
        .where(LabelTemplate.name == name)
        .order_by(LabelTemplateVersion.version.desc())
    )
    wanted = owned(wanted, LabelTemplate.organisation_id, actor.scope)
    return [
        Version(row.version, row.sha256, row.made_at, row.made_by)
        for row in session.scalars(wanted)
    ]


def _own(session: Session, actor: Actor, name: str | None = None) -> list[Kept]:
    wanted = (
        select(LabelTemplate, LabelTemplateVersion.body)
        .join(
            LabelTemplateVersion,
            (LabelTemplateVersion.template_id == LabelTemplate.id)
            & (LabelTemplateVersion.version == LabelTemplate.version),
        )
        .order_by(LabelTemplate.name)
    )
    wanted = owned(wanted, LabelTemplate.organisation_id, actor.scope)
    if name is not None:
        wanted = wanted.where(LabelTemplate.name == name)
    return [
        Kept(
            template.read(body),
            row.version,
            built_in=False,
            retired=row.retired_at is not None,
        )
        for row, body in session.execute(wanted)
    ]
