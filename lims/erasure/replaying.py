"""A database that is restored has forgotten the erasures since: they are done again."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from lims.access import SYSTEM, Role
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.cases import erasing as identities
from lims.cases import legal
from lims.custody import erasing as custody
from lims.db import Database
from lims.erasure import remembered, wiping
from lims.erasure.remembered import Entry
from lims.sealing import keys
from lims.store import Store


@dataclass(frozen=True)
class Replayed:
    """What became of the erasures that the database had forgotten."""

    done: int = 0
    held: tuple[str, ...] = ()
    """The documents of the legal holds for which an erasure was not done again."""


def replay(database: Database, store: Store) -> Replayed:
    """Do again what this database does not know of.

    Called before the doors open. A database on which nothing was ever sealed has no
    list, and none is made. A legal hold that stands here comes first: the erasure waits
    for the next start after it was lifted, and the record says so at each.
    """
    folder = database.ring.folder
    done, held = 0, list[str]()
    for entry in remembered.entries(folder):
        with database.reading() as session:
            owed = keys.standing(session, entry.subjects)
        if owed:
            with database.transaction() as session:
                found = _again(session, entry, store)
            held += found
            done += not found
    if done:
        database.forget()
    if remembered.entries(folder):
        with database.reading() as session:
            pictures = custody.to_wipe(session)
        wiping.wipe_pictures(store, pictures)
    return Replayed(done, tuple(held))


def _again(session: Session, entry: Entry, store: Store) -> list[str]:
    """Erase, or name the documents of the holds that stand against it."""
    roles = frozenset({Role.COORDINATOR})
    acting = replace(SYSTEM, roles=roles, organisation_id=entry.organisation)
    facts: dict[str, Any] = {
        "basis": entry.basis,
        "erasure": entry.id,
        "erased": entry.at,
    }
    donor = identities.donor_with(session, entry.donor)
    if donor is not None:
        if standing := legal.against(session, donor, locked=True):
            orders = [one.document for one in standing]
            told = {**facts, "documents": orders}
            listed = system(session, "erasures")
            record(session, acting, Tag.ERASURE_HELD_BACK, listed, **told)
            return orders
        about = wiping.reach(session, acting, donor)
        wiping.wipe(session, acting, store, about, Tag.ERASURE_REPLAYED, **facts)
    wiping.shred(session, entry.subjects)
    record(session, acting, Tag.ERASURE_REPLAYED, system(session, "erasures"), **facts)
    return []
