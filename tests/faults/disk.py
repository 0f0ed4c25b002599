"""A disk that remembers each write and each sync, and can lose its power after any.

The recording file system is SQLite's own test method, at its own seam (a VFS); the
engine under it is that of the package apsw.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import apsw

from tests.faults.stream import CLOSE, Said

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
MODES = ("none", "all", "prefix", "some", "torn")
"""What of the writes that no sync had covered reached the disk."""


@dataclass(frozen=True)
class Write:
    file: str
    at: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """The file was shortened, or deleted: cut to nothing."""

    file: str
    size: int


@dataclass(frozen=True)
class Sync:
    file: str


@dataclass(frozen=True)
class Acknowledged:
    """The program was told that its transaction is kept; so many events stand."""

    events: int


Act = Write | Cut | Sync | Acknowledged


def acts_of(said: Sequence[Said], path: Path, synchronous: str = "FULL") -> list[Act]:
    """Say it all again to the database at `path`, on a disk that remembers."""
    acts: list[Act] = []
    disk = _Disk(acts)
    open_: dict[int, apsw.Connection] = {}
    for one in said:
        if one.statement == CLOSE:
            open_.pop(one.connection).close()
            continue
        if one.connection not in open_:
            open_[one.connection] = apsw.Connection(str(path), vfs=disk.name)
        connection = open_[one.connection]
        statement = one.statement.replace(
            "synchronous=FULL", f"synchronous={synchronous}"
        )
        say = connection.executemany if one.many else connection.execute
        list(say(statement, one.values))
        if statement == "COMMIT":
            count = connection.execute("SELECT count(*) FROM audit_event").get
            acts.append(Acknowledged(int(count)))
    for connection in open_.values():
        connection.close()
    return acts


@dataclass
class State:
    """What is on the disk for certain, and what is on its way."""

    durable: dict[str, bytearray]
    pending: dict[str, list[Write | Cut]] = field(
        default_factory=lambda: defaultdict(list)
    )
    acknowledged: int = 0

    def take(self, act: Act) -> None:
        match act:
            case Acknowledged(events):
                self.acknowledged = max(self.acknowledged, events)
            case Sync(file):
                for one in self.pending.pop(file, []):
                    _apply(self.durable.setdefault(file, bytearray()), one)
            case Write(file) | Cut(file):
                self.pending[file].append(act)

    def without_power(self, chance: Random, mode: str, folder: Path) -> None:
        """What lies on the disk when the power comes back, as files in the folder."""
        for file in {*self.durable, *self.pending}:
            body = bytearray(self.durable.get(file, b""))
            for one in _survivors(self.pending.get(file, []), chance, mode):
                _apply(body, one)
            if body:
                (folder / file).write_bytes(body)


def _survivors(
    waiting: list[Write | Cut], chance: Random, mode: str
) -> list[Write | Cut]:
    match mode:
        case "none":
            return []
        case "all":
            return waiting
        case "prefix":
            return waiting[: chance.randint(0, len(waiting))]
    kept = [one for one in waiting if chance.random() < 0.5]
    return [_torn(one, chance) for one in kept] if mode == "torn" else kept


def _torn(one: Write | Cut, chance: Random) -> Write | Cut:
    if isinstance(one, Cut) or chance.random() < 0.7:
        return one
    whole = chance.randint(0, len(one.data) // SECTOR) * SECTOR
    return Write(one.file, one.at, one.data[:whole])


def _apply(body: bytearray, one: Write | Cut) -> None:
    if isinstance(one, Cut):
        del body[one.size :]
        return
    if len(body) < one.at:
        body.extend(bytes(one.at - len(body)))
    body[one.at : one.at + len(one.data)] = one.data


class _Disk(apsw.VFS):
    def __init__(self, acts: list[Act]) -> None:
        self.name = f"remembers {id(acts)}"
        self._acts = acts
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _File(name, flags, self._acts)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802, FBT001 - as above
        super().xDelete(filename, syncdir)
        self._acts.append(Cut(Path(filename).name, 0))


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], acts: list[Act]) -> None:
        given = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._file = Path(given).name if given else ""
        self._acts = acts
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 - SQLite's name
        super().xWrite(data, offset)
        self._note(Write(self._file, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        super().xTruncate(newsize)
        self._note(Cut(self._file, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        super().xSync(flags)
        self._note(Sync(self._file))

    def _note(self, act: Act) -> None:
        if self._file:  # a temporary file has no name, and no power cut can hurt it
            self._acts.append(act)
