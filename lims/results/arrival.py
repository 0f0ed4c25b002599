"""The one way in for files: upload, `lims ingest`, and the watched folder.

The bytes are kept first, then read outside any transaction, then taken in by one. A
server that dies between two of these loses nothing: the same bytes, given again, are
recognised by their SHA-256.
"""

from collections.abc import Callable
from dataclasses import dataclass
import hashlib
from io import SEEK_END
from pathlib import Path
from typing import IO, Self

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from instruments import InstrumentError, Source
from instruments.source import LARGEST
from lims.access import Actor, Permission, require
from lims.db import Database
from lims.results import operations, queries
from lims.results.faults import Fault
from lims.results.intake import (
    NOTHING_STATED,
    Arrived,
    Bench,
    Receipt,
    Stated,
)
from lims.results.reading import read
from lims.store import Store

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Gate:
    """What a file passes on its way in."""

    database: Database
    store: Store
    bench: Bench


@dataclass(frozen=True)
class Parcel:
    """A file as it was handed in. Of one that is too large the bytes are left out."""

    name: str
    size: int
    sha256: str
    content: bytes | None

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Self:
        return cls(name, len(content), hashlib.sha256(content).hexdigest(), content)

    @classmethod
    def of_stream(cls, name: str, stream: IO[bytes]) -> Self:
        """What is too large is hashed piece by piece, and never in memory whole."""
        size = stream.seek(0, SEEK_END)
        stream.seek(0)
        if size <= LARGEST:
            return cls.of_bytes(name, stream.read())
        digest = hashlib.sha256()
        while piece := stream.read(PIECE):
            digest.update(piece)
        return cls(name, size, digest.hexdigest(), None)

    @classmethod
    def of_path(cls, path: Path) -> Self:
        """Raises OSError where the file cannot be opened."""
        with path.open("rb") as file:
            return cls.of_stream(path.name, file)


def arrive(
    gate: Gate, actor: Actor, parcel: Parcel, stated: Stated = NOTHING_STATED
) -> Receipt:
    """Keep, read and take in one file. Commits, or leaves no row at all."""
    arrived = prepared(gate, actor, parcel)

    def take_in(session: Session) -> Receipt:
        return operations.take_in(session, actor, arrived, gate.bench, stated)

    try:
        return _committed(gate.database, take_in)
    except IntegrityError:
        # The same bytes came in at the same moment by another door.
        return _committed(gate.database, take_in)


def retry(gate: Gate, actor: Actor, uid: str, stated: Stated) -> Receipt:
    """Read a file that waits once more, and take it in with what a person states."""
    arrived = prepared_again(gate, actor, uid)
    return _committed(
        gate.database,
        lambda session: operations.retry(
            session, actor, uid, arrived, gate.bench, stated
        ),
    )


def prepared(gate: Gate, actor: Actor, parcel: Parcel) -> Arrived:
    """Kept and read, before any transaction that changes something is opened."""
    require(actor, Permission.IMPORT_FILE)
    with gate.database.reading() as session:
        known = queries.by_sha256(session, actor, parcel.sha256) is not None
    # What was given before is not read again: it is recognised by its bytes.
    return _unread(parcel) if known else _read(gate.store, parcel)


def prepared_again(gate: Gate, actor: Actor, uid: str) -> Arrived:
    """The same of a file that was kept before."""
    require(actor, Permission.IMPORT_FILE)
    with gate.database.reading() as session:
        row = queries.one(session, actor, uid)
        name, sha256 = row.name, row.sha256
    return _read(gate.store, Parcel.of_bytes(name, gate.store.content(sha256)))


def _committed(database: Database, act: Callable[[Session], Receipt]) -> Receipt:
    with database.transaction() as session:
        return act(session)


def _read(store: Store, parcel: Parcel) -> Arrived:
    name = parcel.name.encode("utf-8", "replace").decode()
    if parcel.content is None:
        told = (
            f"The file has {parcel.size} bytes. It is not copied; keep it where it is."
        )
        fault = Fault(told, expected=f"at most {LARGEST}")
        return Arrived(name, parcel.size, parcel.sha256, fault)
    store.keep(parcel.content)
    try:
        export = read(Source(name, parcel.content))
    except InstrumentError as error:
        fault = Fault.of_error(error)
        return Arrived(name, parcel.size, parcel.sha256, fault)
    return Arrived(name, parcel.size, parcel.sha256, export)


def _unread(parcel: Parcel) -> Arrived:
    return Arrived(parcel.name, parcel.size, parcel.sha256, Fault())
