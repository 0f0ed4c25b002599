"""The one way in for files: upload, `lims ingest`, and the watched folder.

The bytes are read and then kept, sealed in parts, outside any transaction; then they
are taken in by one, which keeps what opens the parts. A server that dies before it
leaves a file that nobody can open; the bytes are given again. After it, the same bytes
are recognised by their SHA-256.
"""

from collections.abc import Callable
from dataclasses import dataclass
import hashlib
from io import SEEK_END
from pathlib import Path
from typing import IO, Self

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from instruments import Export, GenotypeExport, InstrumentError, Source
from instruments.quantities import QuantityExport
from instruments.source import LARGEST, Tell, nobody
from instruments.traces import TraceExport
from lims.access import Actor, Permission, require
from lims.db import Database
from lims.results import operations, originals, queries
from lims.results.cutting import cut, owners_of
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
    arrived = prepared_again(gate, actor, uid, stated.parser)
    return _committed(
        gate.database,
        lambda session: operations.retry(
            session, actor, uid, arrived, gate.bench, stated
        ),
    )


def prepared(gate: Gate, actor: Actor, parcel: Parcel, tell: Tell = nobody) -> Arrived:
    """Kept and read, before any transaction that changes something is opened.

    `tell` hears meanwhile how many rows were read, of how many.
    """
    require(actor, Permission.IMPORT_FILE)
    with gate.database.reading() as session:
        known = queries.by_sha256(session, actor, parcel.sha256) is not None
    # What was given before is not read again: it is recognised by its bytes.
    return _unread(parcel) if known else _read(gate, parcel, tell=tell)


def prepared_again(gate: Gate, actor: Actor, uid: str, parser: str = "") -> Arrived:
    """The same of a file that was kept before, perhaps by a parser that is named."""
    require(actor, Permission.IMPORT_FILE)
    with gate.database.reading() as session:
        row = queries.one(session, actor, uid)
        name, content = row.name, originals.content(session, gate.store, row)
    return _read(gate, Parcel.of_bytes(name, content), parser)


def _committed(database: Database, act: Callable[[Session], Receipt]) -> Receipt:
    with database.transaction() as session:
        return act(session)


def _read(gate: Gate, parcel: Parcel, parser: str = "", tell: Tell = nobody) -> Arrived:
    name = parcel.name.encode("utf-8", "replace").decode()
    if parcel.content is None:
        told = (
            f"The file has {parcel.size} bytes. It is not copied; keep it where it is."
        )
        fault = Fault(told, expected=f"at most {LARGEST}")
        return Arrived(name, parcel.size, parcel.sha256, fault)
    found: GenotypeExport | TraceExport | QuantityExport | Fault
    try:
        source = Source(name, parcel.content, gate.bench.opened, tell)
        found = _wanted(read(source, parser))
    except InstrumentError as error:
        found = Fault.of_error(error)
    named = owners_of(found)
    kept = originals.keep(
        gate.store, cut(parcel.content, named), gate.database.ring.token
    )
    return Arrived(name, parcel.size, parcel.sha256, found, kept)


def _wanted(export: Export) -> GenotypeExport | TraceExport | QuantityExport | Fault:
    """What is neither calls, trace nor amounts is told from them: it was read."""
    if isinstance(export, GenotypeExport | TraceExport | QuantityExport):
        return export
    return Fault(
        f"This file holds no genotypes: it is a {export.kind}, read by"
        f" '{export.parser}'. It is kept as it came.",
        expected="an export of genotypes, or of quantities",
    )


def _unread(parcel: Parcel) -> Arrived:
    return Arrived(parcel.name, parcel.size, parcel.sha256, Fault())
