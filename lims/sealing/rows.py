"""Rows some of whose values stand sealed: one box a row, under its subject's key.

What is read in an attribute is opened at first use, and the keys of all rows that were
loaded beside it come with one statement. What is written is sealed before it is stored.
Of who was erased nothing opens and nothing is kept: the attributes are empty.
"""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
import json
from typing import Any, Generic, Self, TypeVar, overload

from sqlalchemy import LargeBinary, bindparam, event, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from lims import boxes
from lims.db import Base
from lims.sealing import keys, values
from lims.sealing.keys import MANY, Erased

T = TypeVar("T")
WAITING = b""
"""Stands in the column between a change and the flush that seals it."""
CLEAR = b"{"
"""How begins what a migration put into the column, to be sealed before it ends."""


@dataclass(frozen=True)
class Whose:
    """Whose value it is: the subject's uid, and the organisation that keeps it."""

    subject: str
    organisation: int


class Secret(Generic[T]):
    """A value of a sealed row, such as a name; `erased` is what is left afterwards."""

    def __init__(self, erased: T) -> None:
        self._erased = erased

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: "Sealed", owner: type) -> T: ...
    def __get__(self, row: "Sealed | None", owner: type) -> Self | T:
        if row is None:
            return self
        told = _values(row)
        found: T = told[self._name] if self._name in told else copy(self._erased)
        return found

    def __set__(self, row: "Sealed", value: T) -> None:
        state = vars(row)
        if "_waiting" not in state:
            state["_waiting"] = dict(_values(row))
            if row.kept:
                state.setdefault("_whose", Whose(boxes.subject_of(row.kept), 0))
            row.kept = WAITING
        state["_waiting"][self._name] = value


class Sealed:
    """A row whose secrets stand in one box, which opens in this row alone.

    What each kind of row must tell is no abstract method: a mapped class has a
    metaclass of its own.
    """

    __tablename__: str

    kept: Mapped[bytes | None] = mapped_column("sealed", LargeBinary)
    """The box; nothing where there is nothing to keep, or it was erased."""

    @property
    def whose(self) -> Whose:
        """Whose key seals it, as stated where the row is made."""
        found: Whose = vars(self).get("_whose") or self.owner
        return found

    @whose.setter
    def whose(self, whose: Whose) -> None:
        vars(self)["_whose"] = whose

    @property
    def owner(self) -> Whose:
        """Whose it is where the row tells it by itself."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """What tells the row apart in its table, before it is stored and for ever."""
        raise NotImplementedError


def _values(row: Sealed) -> dict[str, Any]:
    """The secrets of a row, by name; none where it was erased."""
    state = vars(row)
    if "_waiting" in state:
        waiting: dict[str, Any] = state["_waiting"]
        return waiting
    kept = row.kept
    if not kept:
        return {}
    was: tuple[bytes | None, dict[str, Any]] = state.get("_opened", (None, {}))
    if was[0] is not kept:
        was = kept, _opened(row, kept)
        state["_opened"] = was
    return was[1]


def _opened(row: Sealed, kept: bytes) -> dict[str, Any]:
    session = object_session(row)
    if session is None:
        raise boxes.DoesNotOpen("The row has left its piece of work, and the keys.")
    with session.no_autoflush:
        _bring_keys(session, boxes.subject_of(kept))
        try:
            told: dict[str, Any] = json.loads(values.opened(session, _where(row), kept))
        except Erased:
            return {}
    return told


def _bring_keys(session: Session, subject: str) -> None:
    """The key, with those of all rows that were loaded beside: a page takes one go."""
    if subject in session.info.get("subject keys", {}):
        return
    beside = (
        vars(one).get("kept")
        for one in session.identity_map.values()
        if isinstance(one, Sealed)
    )
    loaded = {boxes.subject_of(box) for box in beside if box}
    keys.known(session, loaded | {subject})


def _where(row: Sealed) -> bytes:
    return boxes.place(row.__tablename__, "sealed", row.place)


@event.listens_for(Session, "before_flush")
def _seal(session: Session, *_: Any) -> None:
    """Seal what waits, in all rows at once, so that their keys take one statement."""
    rows = [
        row
        for row in (*session.new, *session.dirty)
        if isinstance(row, Sealed) and "_waiting" in vars(row)
    ]
    found = _keys(session, (row.whose for row in rows))
    for row in rows:
        state = vars(row)
        told = state.pop("_waiting")
        row.kept = _sealed(row, found.get(row.whose.subject), told)
        state["_opened"] = row.kept, told


def _keys(session: Session, owners: Iterable[Whose]) -> dict[str, boxes.Key]:
    subjects: dict[int, set[str]] = {}
    for whose in owners:
        subjects.setdefault(whose.organisation, set()).add(whose.subject)
    return {
        subject: key
        for organisation, named in subjects.items()
        for subject, key in keys.of(session, named, organisation).items()
    }


def _sealed(row: Sealed, key: boxes.Key | None, told: dict[str, Any]) -> bytes | None:
    """Nothing of who was erased."""
    if key is None:
        return None
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return boxes.seal(key, _where(row), plain.encode())


def seal_clear(session: Session) -> dict[str, int]:
    """Seal what a migration put into the columns in clear; table to number of rows.

    Its form is `{"subject": uid, "organisation": row, "values": {...}}`.
    """
    done = {str(kind.__tablename__): _seal_table(session, kind) for kind in _kinds()}
    return {table: count for table, count in done.items() if count}


def _kinds() -> Iterator[Any]:
    return (one for one in Base.__subclasses__() if issubclass(one, Sealed))


def _seal_table(session: Session, kind: Any) -> int:
    (key,) = kind.__mapper__.primary_key
    clear = func.substr(kind.kept, 1, 1, type_=LargeBinary) == CLEAR
    write = update(kind.__table__).where(key == bindparam("of_row"))
    done = 0
    while rows := session.scalars(select(kind).where(clear).limit(MANY)).all():
        told = [json.loads(row.kept) for row in rows]
        owners = [Whose(one["subject"], one["organisation"]) for one in told]
        found = _keys(session, owners)
        boxed = [
            {
                "of_row": getattr(row, key.key),
                "sealed": _sealed(row, found.get(one["subject"]), one["values"]),
            }
            for row, one in zip(rows, told, strict=True)
        ]
        session.expunge_all()
        session.connection().execute(write, boxed)
        done += len(rows)
    return done
