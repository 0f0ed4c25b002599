"""Originals on the disk: photographs by their SHA-256, files of calls in sealed parts.

A file is written whole and synced before the transaction that names it, so a row
never names bytes that are not there. Bytes without a row do no harm.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
import os
from pathlib import Path
import secrets

from lims.errors import NotFound

PARTS = b"NOMEN PARTS 1\n"
"""How a file of sealed parts begins; then the length of each, in four bytes, and it."""


class Store:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; keeping them twice is no harm."""
        digest = sha256(content).hexdigest()
        target = self._path(digest)
        if not target.exists():
            self._write(target, content)
        return digest

    def content(self, digest: str) -> bytes:
        """The bytes, checked against their hash at every read."""
        try:
            found = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"No original is kept under '{digest[:12]}…'.") from error
        if sha256(found).hexdigest() != digest:
            raise NotFound(
                f"The original '{digest[:12]}…' has changed on the disk since it was "
                "kept. Restore it from a backup."
            )
        return found

    def keep_parts(self, name: str, parts: Sequence[bytes]) -> None:
        """Keep the sealed parts of one original under a name that was drawn for it."""
        body = b"".join(len(one).to_bytes(4, "big") + one for one in parts)
        self._write(self._path(name), PARTS + body)

    def parts(self, name: str) -> list[bytes]:
        """The sealed parts; whether they are whole is told when they are opened."""
        try:
            body = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"No original is kept as '{name[:12]}…'.") from error
        found, start = [], len(PARTS)
        while start < len(body):
            end = start + 4 + int.from_bytes(body[start : start + 4], "big")
            found.append(body[start + 4 : end])
            start = end
        return found

    def _write(self, target: Path, content: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        _sync(target.parent)

    def drop(self, digest: str) -> None:
        """Remove the bytes where they are; for what may be made anew."""
        self._path(digest).unlink(missing_ok=True)

    def wipe(self, digest: str) -> None:
        """Overwrite and remove the bytes where they are: nobody shall have them."""
        target = self._path(digest)
        if not target.exists():
            return
        with target.open("r+b") as file:
            file.write(bytes(target.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        target.unlink()
        _sync(target.parent)

    def names(self, before: datetime) -> Iterator[str]:
        """What is kept here since before that moment, parts of files included."""
        for path in self.folder.glob("??/*"):
            try:
                written = path.stat().st_mtime
            except FileNotFoundError:  # removed, or whole under its name, meanwhile
                continue
            if written < before.timestamp():
                yield path.name

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
