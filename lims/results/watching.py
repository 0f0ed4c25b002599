"""The watched folder: what an instrument drops there is taken in, and put aside.

A file is taken once it has stopped growing between two looks. It is moved only after
the commit: killed in between, the next look finds it again and recognises its bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lims.access import Actor
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Fate, Receipt

TAKEN = "taken"
WAITING = "waiting"
UNFINISHED = (".part", ".tmp", ".crdownload")
_PLACES = {
    Fate.LOADED: TAKEN,
    Fate.REPEATED: TAKEN,
    Fate.QUARANTINED: WAITING,
    Fate.INCIDENT: WAITING,
}


@dataclass
class Watch:
    """One folder, and what it looked like at the last look."""

    folder: Path
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def finished(self) -> list[Path]:
        """The files that are as they were at the last look, the oldest first."""
        now = {path: _size_and_time(path) for path in self._files()}
        still = [path for path, what in now.items() if self._seen.get(path) == what]
        self._seen = now
        return sorted(still, key=lambda path: (now[path][1], path.name))

    def _files(self) -> Iterator[Path]:
        for path in self.folder.iterdir():
            hidden = path.name.startswith((".", "~"))
            if path.is_file() and not hidden and path.suffix not in UNFINISHED:
                yield path


def take(gate: Gate, actor: Actor, path: Path) -> Receipt:
    """Take one finished file in, then move it to the taken or the waiting ones."""
    receipt = arrive(gate, actor, Parcel.of_path(path))
    _put_aside(path, _PLACES[receipt.fate])
    return receipt


def _put_aside(path: Path, place: str) -> None:
    target = path.parent / place / path.name
    target.parent.mkdir(exist_ok=True)
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{path.stem} ({number}){path.suffix}")
    path.rename(target)


def _size_and_time(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_mtime_ns
