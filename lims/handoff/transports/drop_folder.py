"""Files in a folder: put whole under a temporary name, synced, then renamed.

The other side sees a file only when all of it is there. Putting the same bytes again
after a crash is no harm: the name is the package's own.
"""

from collections.abc import Iterator
import os
from pathlib import Path

LARGEST = 1_000_000
"""Bytes of one receipt; a larger file is nobody's answer."""


def put(folder: Path, name: str, body: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.part"
    with partial.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def waiting(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The files that stand whole in the folder, oldest name first."""
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            if path.stat().st_size <= LARGEST:
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue  # taken back, or taken by another, meanwhile


def take_back(folder: Path, name: str) -> None:
    """Remove a file that the other side may not have taken yet."""
    (folder / name).unlink(missing_ok=True)


def forget(folder: Path, name: str) -> None:
    """Remove every file of a folder that names this message."""
    for path, body in waiting(folder):
        if name.encode() in body:
            path.unlink(missing_ok=True)


def set_aside(path: Path, place: str) -> None:
    """Move what was dealt with out of the way, into a folder beside it."""
    target = path.parent / place
    target.mkdir(exist_ok=True)
    path.replace(target / path.name)
