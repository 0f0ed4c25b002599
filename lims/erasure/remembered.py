"""The list of erasures, beside the keys: it outlives a database that is restored.

One line of JSON for each, synced before the keys are destroyed. It names pseudonyms
alone. A line without its end was written by a power cut, and one that could not be
synced is taken back: those erasures never were.
"""

from dataclasses import asdict, dataclass
import json
import os
from pathlib import Path

from lims.keyring import refuse_others, sync

NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Entry:
    """One erasure that was signed."""

    id: str
    at: str
    basis: str
    organisation: int
    donor: str
    subjects: tuple[str, ...]
    """The uids whose keys are destroyed: the donor's, and those of the samples."""


def append(folder: Path, entry: Entry) -> None:
    _write(folder, asdict(entry))


def undo(folder: Path, entry: Entry) -> None:
    """The transaction was not kept: this erasure is not to be replayed."""
    _write(folder, {"undone": entry.id})


def entries(folder: Path) -> list[Entry]:
    """Every erasure that counts, the oldest first."""
    path = folder / NAME
    if not path.exists():
        return []
    refuse_others(path)
    found: dict[str, Entry] = {}
    for line in path.read_text("utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        told = json.loads(line)
        if "undone" in told:
            found.pop(told["undone"], None)
        else:
            told["subjects"] = tuple(told["subjects"])
            found[told["id"]] = Entry(**told)
    return list(found.values())


def _write(folder: Path, told: dict[str, object]) -> None:
    path = folder / NAME
    line = json.dumps(told, sort_keys=True).encode() + b"\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = _whole(path)
        os.ftruncate(handle, size)
        try:
            _all(handle, line)
            os.fsync(handle)
            sync(folder)
        except BaseException:
            # What may not be on the disk must not be read as if it were.
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def _all(handle: int, line: bytes) -> None:
    written = 0
    while written < len(line):
        written += os.write(handle, line[written:])


def _whole(path: Path) -> int:
    """How much of the list is whole lines."""
    return path.read_bytes().rfind(b"\n") + 1
