"""The index of what names which code: it follows the log, and nothing waits for it."""

from collections.abc import Iterator
import json
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lims.audit import log
from lims.codes import is_code
from lims.desk.tables import Mention, Reach

BATCH = 200
"""Events that it takes in one transaction."""


def reach(session: Session) -> int:
    """How many events of the log the index of mentions has looked through."""
    found = session.get(Reach, 1)
    return found.size if found else 0


def lags(session: Session) -> bool:
    """Whether the log holds events that the index has not looked through."""
    return reach(session) < log.size(session)


def follow(session: Session) -> int:
    """Look through the next events of the log for the codes that they name."""
    mark = session.get(Reach, 1, with_for_update=True)
    if mark is None:
        mark = Reach(id=1, size=0)
        session.add(mark)
    events = log.events_from(session, mark.size, BATCH)
    rows = [
        {
            "code": code,
            "at": event.at,
            "event_id": event.id,
            "actor_uid": event.actor_uid,
            "tag": event.tag,
        }
        for event in events
        for code in sorted(set(_codes(json.loads(event.body)["facts"])))
    ]
    if rows:
        session.execute(insert(Mention), rows)
    mark.size += len(events)
    return len(events)


def _codes(facts: Any) -> Iterator[str]:
    match facts:
        case str() if is_code(facts):
            yield facts
        case dict():
            for value in facts.values():
                yield from _codes(value)
        case list():
            for value in facts:
                yield from _codes(value)
