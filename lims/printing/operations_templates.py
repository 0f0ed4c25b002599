"""What is done to label templates: saved after every check, and taken out of use."""

from sqlalchemy.orm import Session

from labels import template
from labels.errors import LabelError
from labels.stock import STOCKS, Stock
from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.errors import BadInput, NotFound, RuleBroken
from lims.printing import queries_templates as queries
from lims.printing.tables import LabelTemplate, LabelTemplateVersion


def save(session: Session, actor: Actor, stock: Stock) -> LabelTemplate:
    """A new template, or a new version of it; refused where a check does not pass.

    Labels that were printed keep the version, by its hash, that they were printed by.
    """
    require(actor, Permission.LABEL_DESIGN)
    if stock.name in STOCKS:
        raise BadInput(
            f"'{stock.name}' comes with the program and stays as it is. Give yours "
            "another name."
        )
    try:
        template.require_usable(stock)
    except LabelError as error:
        raise BadInput(str(error)) from error
    found = queries.kept(session, actor, stock.name)
    if found is None:
        found = LabelTemplate(
            organisation_id=actor.organisation_id, name=stock.name, version=0
        )
        session.add(found)
    found.version, found.retired_at = found.version + 1, None
    digest = template.digest(stock)
    record(
        session,
        actor,
        Tag.LABEL_TEMPLATE_SAVED,
        found,
        name=stock.name,
        version=found.version,
        sha256=digest,
    )
    session.flush()
    session.add(
        LabelTemplateVersion(
            template_id=found.id,
            version=found.version,
            body=template.document(stock),
            sha256=digest,
            made_at=clock.now(),
            made_by=actor.user_id,
        )
    )
    session.flush()
    return found


def retire(session: Session, actor: Actor, name: str) -> LabelTemplate:
    """Nothing is printed by it any more; a new version brings it back."""
    require(actor, Permission.LABEL_DESIGN)
    found = queries.kept(session, actor, name)
    if found is None:
        raise NotFound(f"There is no label template '{name[:32]}' of your own.")
    if found.retired_at is not None:
        raise RuleBroken(f"The template '{name}' is out of use already.")
    found.retired_at = clock.now()
    record(session, actor, Tag.LABEL_TEMPLATE_RETIRED, found, name=name)
    return found
