"""What cannot be undone: total consumption and destruction, signed and witnessed."""

from hashlib import sha256

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.audit.chain import canonical
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.custody import changes
from lims.custody.changes import Load, Moved, Spot
from lims.people import operations as people
from lims.people import queries as people_queries
from lims.people.meanings import Meaning
from lims.people.shown import Shown


def consume(
    session: Session,
    actor: Actor,
    code: str,
    authority: str,
    witness: str,
    password: Shown | str,
    second_factor: str | None = None,
) -> Moved:
    """Use an item up. `authority` allows it; `witness` is a colleague's badge."""
    require(actor, Permission.CUSTODY_DESTROY)
    item = changes.load(session, actor, code)
    stated = {
        "performer": changes.in_hands(session, actor).at,
        "witness": _badge(session, actor, witness),
        "authority": authority.strip(),
    }
    facts = changes.take(item, "consume", stated, Spot())
    record(
        session,
        actor,
        Tag.CUSTODY_MOVED,
        item.sample,
        sealed={"authority": stated["authority"]},
        witness=stated["witness"],
        **facts,
    )
    _sign(session, actor, item, stated, password, second_factor)
    session.flush()
    return changes.moved(item)


def destroy(
    session: Session,
    actor: Actor,
    code: str,
    order: str,
    witness: str,
    second_witness: str,
    password: Shown | str,
    second_factor: str | None = None,
) -> Moved:
    """Destroy an item by an order's number, before two colleagues (their badges)."""
    require(actor, Permission.CUSTODY_DESTROY)
    item = changes.load(session, actor, code)
    stated = {
        "performer": changes.in_hands(session, actor).at,
        "witness": _badge(session, actor, witness),
        "second witness": _badge(session, actor, second_witness),
        "order": order.strip(),
    }
    facts = changes.take(item, "destroy", stated, Spot())
    record(
        session,
        actor,
        Tag.CUSTODY_MOVED,
        item.sample,
        sealed={"order": stated["order"]},
        witness=stated["witness"],
        second_witness=stated["second witness"],
        **facts,
    )
    _sign(session, actor, item, stated, password, second_factor)
    session.flush()
    return changes.moved(item)


def _badge(session: Session, actor: Actor, badge: str) -> str:
    """The badge, once its wearer is found to work here."""
    return people_queries.person_with_badge(session, actor, badge).badge


def _sign(
    session: Session,
    actor: Actor,
    item: Load,
    stated: dict[str, str],
    password: Shown | str,
    second_factor: str | None,
) -> None:
    """Sign the very act: the item, what was stated, and the chain up to here."""
    act = {"item": item.sample.uid, "head": item.sample.head_hash, **stated}
    digest = sha256(canonical(act)).hexdigest()
    people.sign(
        session,
        actor,
        Meaning.APPROVED,
        item.sample,
        digest,
        password,
        second_factor,
        named=item.name,
    )
