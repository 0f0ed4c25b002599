"""Originals kept by their SHA-256: instrument files and photographs.

A file is written whole and synced before the transaction that names it, so a row
never names bytes that are not there. Bytes without a row do no harm.
"""

from hashlib import sha256
import os
from pathlib import Path
import secrets

from lims.errors import NotFound


class Store:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; keeping them twice is no harm."""
        digest = sha256(content).hexdigest()
        target = self._path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{digest}.{secrets.token_hex(4)}.part")
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
            _sync(target.parent)
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

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
