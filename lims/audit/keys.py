"""The log's private keys, in files that nobody but their owner can read.

A folder holds the two keys, and the last checkpoint that was signed: what the log has
said outlives a database that is brought back from a backup. A copy beside it tells that
it was stored too: a crash in between is not a removal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
import os
from pathlib import Path
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from lims.audit.notes import Checkpoint, Kind, Note, Signer

FILES = {Kind.ED25519: "ed25519.key", Kind.ML_DSA_44: "ml-dsa-44.key"}
SIGNED = "signed.checkpoint"
STORED = "stored.checkpoint"
ORIGIN = "origin"
NEXT = ".next"


class UnsafeKeys(Exception):
    """The keys cannot be used as they lie there; the text says why, and the remedy."""


@dataclass(frozen=True)
class Keys:
    """The two signers of one log, both under the log's own name."""

    folder: Path
    origin: str
    signers: tuple[Signer, ...]

    @property
    def vkeys(self) -> tuple[str, ...]:
        return tuple(one.verifier.vkey for one in self.signers)

    def sign(self, checkpoint: Checkpoint, at: int) -> Note:
        """Sign with both keys; `at` in seconds since 1970."""
        text = checkpoint.text
        return Note(text, tuple(one.sign(text, at) for one in self.signers))


def load(folder: Path, origin: str) -> Keys:
    """The keys in this folder, made at first use.

    `origin` names a new log; one that was begun anew keeps the name it was given then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _expect_private(folder)
    named = folder / ORIGIN
    if named.exists():
        origin = named.read_text().strip()
    signers = [_signer(folder / name, kind, origin) for kind, name in FILES.items()]
    return Keys(folder, origin, tuple(signers))


def begun(folder: Path) -> bool:
    """Whether a log has left anything in this folder."""
    return folder.is_dir() and any(folder.iterdir())


def present(folder: Path, origin: str) -> Keys:
    """The keys that lie in this folder; UnsafeKeys where one is missing.

    For who looks on: only who signs makes the keys of a new log.
    """
    absent = [name for name in FILES.values() if not (folder / name).exists()]
    if absent:
        raise UnsafeKeys(
            f"The folder '{folder}' does not hold '{absent[0]}'. The integrator makes "
            "the keys of a new log at its first start; those of a log that has begun "
            "come from their backup."
        )
    return load(folder, origin)


def renew(keys: Keys) -> Keys:
    """Fresh keys beside the ones in use, for `take_over`.

    Those of a rotation that was broken off are thrown away.
    """
    for name in FILES.values():
        keys.folder.joinpath(name + NEXT).unlink(missing_ok=True)
    signers = [
        _signer(keys.folder / (name + NEXT), kind, keys.origin)
        for kind, name in FILES.items()
    ]
    return Keys(keys.folder, keys.origin, tuple(signers))


def take_over(keys: Keys) -> None:
    """Put the fresh keys in the place of the old ones, which are gone then."""
    for name in FILES.values():
        keys.folder.joinpath(name + NEXT).replace(keys.folder / name)
    _sync(keys.folder)


def begin_anew(keys: Keys, origin: str) -> None:
    """Give the log another name; what it signed under the old one is kept aside.

    The name first: cut off in between, nothing can be signed under the old one.
    """
    write(keys.folder / ORIGIN, f"{origin}\n".encode())
    signed = keys.folder / SIGNED
    if signed.exists():
        signed.rename(keys.folder / f"{SIGNED}.{secrets.token_hex(4)}")
        _sync(keys.folder)


def signed(keys: Keys) -> Note | None:
    """The last checkpoint that this log signed, by the file beside the keys."""
    path = keys.folder / SIGNED
    return Note.parse(path.read_bytes()) if path.exists() else None


def keep_signed(keys: Keys, note: Note) -> None:
    """Remember, synced to the disk, before anybody sees the checkpoint."""
    write(keys.folder / SIGNED, note.render())


def keep_stored(keys: Keys, note: Note) -> None:
    """Remember that the database holds it, so that its removal is told from a crash."""
    if not was_stored(keys, note):
        write(keys.folder / STORED, note.render())


def was_stored(keys: Keys, note: Note) -> bool:
    path = keys.folder / STORED
    return path.exists() and path.read_bytes() == note.render()


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner alone."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync(path.parent)


def faults(folder: Path) -> Iterable[str]:
    """What is wrong with the folder, without making anything."""
    for path in [folder, *sorted(folder.glob("*"))] if folder.exists() else ():
        try:
            _expect_private(path)
        except UnsafeKeys as error:
            yield str(error)


def _signer(path: Path, kind: Kind, origin: str) -> Signer:
    if not path.exists():
        fresh = (
            MLDSA44PrivateKey.generate()
            if kind is Kind.ML_DSA_44
            else Ed25519PrivateKey.generate()
        )
        pem = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write(path, pem)
    _expect_private(path)
    expected = MLDSA44PrivateKey if kind is Kind.ML_DSA_44 else Ed25519PrivateKey
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise UnsafeKeys(f"The key '{path.name}' cannot be read: {error}.") from error
    if not isinstance(private, expected):
        raise UnsafeKeys(
            f"The file '{path.name}' holds another kind of key than {kind.name}. Put "
            "the right one back from its backup, or rotate the keys."
        )
    return Signer.of(origin, kind, private)


def _expect_private(path: Path) -> None:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        wanted = "700" if path.is_dir() else "600"
        raise UnsafeKeys(
            f"'{path.name}' is open to others (mode {mode:o}, expected {wanted}): who "
            "can read the log's keys can sign in its name. Close it by chmod, and "
            "rotate the keys if a stranger may have read them."
        )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
