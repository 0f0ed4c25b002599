"""Erase for good what is known of a donor who withdrew. It cannot be undone."""

from contextlib import suppress
from enum import StrEnum
import secrets

from sqlalchemy import event
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.chain import canonical, leaf, stamp
from lims.audit.tags import Tag
from lims.cases import legal
from lims.cases import queries as cases
from lims.custody import erasing as custody
from lims.db import empty_journal
from lims.erasure import remembered, wiping
from lims.erasure.remembered import Entry
from lims.errors import BadInput, RuleBroken
from lims.people import operations as people
from lims.people.meanings import Meaning
from lims.people.shown import Shown
from lims.sealing import keys
from lims.store import Store


class Basis(StrEnum):
    """Why it is erased, as a law knows it."""

    AUTHORITY = "order of an authority"
    CONSENT = "consent withdrawn"
    RETENTION = "retention ended"


def erase(
    session: Session,
    actor: Actor,
    code: str,
    basis: str,
    password: Shown | str,
    store: Store,
) -> list[str]:
    """Erase a donor's identity and every genotype made of the samples.

    RuleBroken under a legal hold. What came to a donor's samples after an erasure is
    erased by another one. The list beside the keys tells of it before the
    transaction is kept, so that a restored database cannot forget it. Answers the
    numbers of the packages that the engine was given before: it must be told by hand.
    """
    require(actor, Permission.IDENTITY_ERASE)
    if basis not in set(Basis):
        raise BadInput(f"'{basis}' is no ground. Possible: {', '.join(Basis)}.")
    donor = cases.donor(session, actor, code, locked=True)
    if standing := legal.against(session, donor, locked=True):
        raise RuleBroken(
            f"The legal hold '{standing[0].document}' stands: nothing is erased until "
            "it is lifted. The consent can be ended, which freezes the samples."
        )
    about = wiping.reach(session, actor, donor)
    if not keys.standing(session, about.subjects):
        raise RuleBroken(f"What was known of '{code}' was erased before.")
    entry = Entry(
        secrets.token_hex(16),
        stamp(clock.now()),
        basis,
        actor.organisation_id,
        donor.uid,
        about.subjects,
    )
    digest = leaf(canonical({"erase": list(about.subjects), "basis": basis}))
    people.sign(session, actor, Meaning.APPROVED, donor, digest, password, named=code)
    gone = wiping.wipe(
        session, actor, store, about, Tag.SUBJECT_ERASED, basis=basis, erasure=entry.id
    )
    _remember(session, entry, store)
    return gone


def _remember(session: Session, entry: Entry, store: Store) -> None:
    """Write the list just before the commit, and take it back if there is none.

    Photographs are wiped from the disk after it; what fails then, the next start does.
    """
    pictures = custody.to_wipe(session)
    folder = keys.ring(session).folder

    @event.listens_for(session, "before_commit", once=True)
    def write(session: Session) -> None:
        session.flush()
        session.info["remembered"] = entry  # first: a line may stand though it failed
        remembered.append(folder, entry)

    @event.listens_for(session, "after_rollback", once=True)
    def take_back(session: Session) -> None:
        if session.info.pop("remembered", None):
            remembered.undo(folder, entry)

    @event.listens_for(session, "after_commit", once=True)
    def forget(session: Session) -> None:
        session.info.pop("remembered", None)
        empty_journal(session)
        with suppress(OSError):
            wiping.wipe_pictures(store, pictures)
