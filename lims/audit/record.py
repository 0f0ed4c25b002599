"""Write events into the running transaction, and refuse what no event tells of."""

from collections.abc import Mapping
import secrets
from typing import Any, NamedTuple

from sqlalchemy import Table, event, insert, inspect, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, sessionmaker

from lims import boxes, clock
from lims.access import Actor
from lims.audit import openings
from lims.audit.chain import canonical, commitment, link
from lims.audit.tables import Event, Opening, System
from lims.audit.tags import Tag
from lims.db import Chained
from lims.sealing import keys
from lims.sealing.rows import Whose


class Unaudited(Exception):
    """A bug: a transaction changed rows and recorded no event of it."""


def record(
    session: Session,
    actor: Actor,
    tag: Tag,
    item: Chained,
    *,
    sealed: Mapping[str, Any] | None = None,
    subject: str = "",
    **facts: Any,
) -> None:
    """Add an event to the item's chain, in the caller's transaction.

    The caller has loaded the item locked. `facts` are told in clear: codes, stages,
    amounts, hashes. `sealed` holds personal data and genotypes: the event gets a
    salted commitment to each, salt and value go to a table that can be erased, sealed
    under the key of their `subject`: whom they are of, by uid; else the item itself.
    """
    whose = Whose(subject or item.uid, actor.organisation_id)
    hidden = {
        name: {"commitment": commit(session, whose, name, value)}
        for name, value in (sealed or {}).items()
    }
    now = clock.now()
    kind = str(inspect(type(item)).local_table.name)
    made = link(
        kind=kind,
        item=item.uid,
        after=(item.ver, item.head_hash),
        at=now,
        actor=actor.uid,
        tag=tag,
        facts={**facts, **hidden, **session.info.get("whence", {})},
    )
    item.ver, item.head_hash = made.seq, made.leaf
    entry = {
        "item_kind": kind,
        "item_uid": made.item,
        "item_seq": made.seq,
        "prev": made.prev,
        "leaf": made.leaf,
        "at": now,
        "actor_uid": actor.uid,
        "tag": str(tag),
        "body": made.body,
    }
    session.info.setdefault("events", []).append(entry)
    session.info["recorded"] = True


@event.listens_for(Session, "before_flush")
def _events_first(session: Session, *_: Any) -> None:
    """Write the events before the rows that they tell of, all in one statement.

    The database refuses an item's new version while its event is not there.
    """
    if entries := session.info.pop("events", None):
        session.connection().execute(insert(Event), entries)


def commit(session: Session, whose: Whose, name: str, value: Any) -> str:
    """A salted commitment to a value; salt and value are sealed at the next flush.

    All that wait are sealed together, so that their keys take one statement.
    """
    salt = secrets.token_bytes(32)
    made = commitment(salt, name, value)
    waiting: list[_Waiting] = session.info.setdefault("openings", [])
    waiting.append(_Waiting(whose, made, name, salt, canonical(value)))
    return made


class _Waiting(NamedTuple):
    """An opening before it is sealed."""

    whose: Whose
    commitment: str
    field: str
    salt: bytes
    value: bytes


@event.listens_for(Session, "before_flush")
def _seal(session: Session, *_: Any) -> None:
    waiting: list[_Waiting] = session.info.pop("openings", [])
    subjects: dict[int, set[str]] = {}
    for one in waiting:
        subjects.setdefault(one.whose.organisation, set()).add(one.whose.subject)
    found = {
        subject: key
        for organisation, named in subjects.items()
        for subject, key in keys.of(session, named, organisation).items()
    }
    # Of who was erased nothing is kept: that commitment nobody will ever open.
    session.add_all(
        _opening(one, found[one.whose.subject])
        for one in waiting
        if one.whose.subject in found
    )


def _opening(one: _Waiting, key: boxes.Key) -> Opening:
    return openings.sealed(key, one.commitment, one.field, one.salt, one.value)


def tell_whence(session: Session, **facts: str | int) -> None:
    """From now on each event of this transaction tells by which scan it came about."""
    session.info["whence"] = {"scan": facts}


def system(session: Session, name: str) -> System:
    """The chained row of one part of the system, made at its first event."""
    found = session.scalar(select(System).where(System.name == name).with_for_update())
    if found is None:
        found = System(name=name)
        session.add(found)
    return found


def watch(sessions: sessionmaker[Session]) -> None:
    """Refuse to commit a change that no event tells of.

    A chained row must have an event of its own; other rows need at least one event
    in the transaction. Tables that say why they need none (`unrecorded`) are exempt.
    The marks stay in session.info: one session lives for one transaction.
    """

    @event.listens_for(sessions, "before_flush")
    def note(session: Session, *_: Any) -> None:
        rewritten = [row for row in session.dirty if session.is_modified(row)]
        touched = [*session.new, *rewritten, *session.deleted]
        if any(isinstance(row, Event) for row in touched):
            raise Unaudited("Only `record` writes events, and none can be changed.")
        for row in touched:
            _note_row(session, row)

    @event.listens_for(sessions, "do_orm_execute")
    def note_bulk(state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            mapper = state.bind_mapper
            if mapper is None or _needs_event(mapper):
                state.session.info["changed"] = True

    @event.listens_for(sessions, "before_commit")
    def check(session: Session) -> None:
        session.flush()
        if session.info.get("changed") and not session.info.get("recorded"):
            raise Unaudited("Rows changed, but no event was recorded.")
        if owing := session.info.get("owing"):
            raise Unaudited(f"Changed without an event of their own: {sorted(owing)}.")


def _note_row(session: Session, row: object) -> None:
    state = inspect(row)
    assert state is not None  # noqa: S101 - a row in a session is mapped
    if not _needs_event(state.mapper):
        return
    session.info["changed"] = True
    if isinstance(row, Chained):
        owing: set[str] = session.info.setdefault("owing", set())
        name = f"{state.mapper.local_table.name} {row.uid}"
        told = state.attrs.ver.history.has_changes() and row.ver > 0
        (owing.discard if told else owing.add)(name)


def _needs_event(mapper: Mapper[Any]) -> bool:
    table = mapper.local_table
    return not (isinstance(table, Table) and "unrecorded" in table.info)
