"""The witness's two private keys in one file that only its owner can read."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
import os
from pathlib import Path
import secrets
import stat

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from lims.audit.notes import Kind, Signer

HEADER = "lims witness key 1"
SEED = 32


class BadKey(Exception):
    """The key file cannot be used; the text says why."""


@dataclass(frozen=True)
class WitnessKey:
    """Ed25519 for today's tools, ML-DSA-44 for evidence that must last decades."""

    name: str
    seeds: tuple[bytes, bytes]

    @property
    def signers(self) -> tuple[Signer, Signer]:
        plain = Ed25519PrivateKey.from_private_bytes(self.seeds[0])
        lasting = MLDSA44PrivateKey.from_seed_bytes(self.seeds[1])
        return (
            Signer.of(self.name, Kind.COSIGNATURE, plain),
            Signer.of(self.name, Kind.ML_DSA_44, lasting),
        )

    @property
    def vkeys(self) -> tuple[str, str]:
        """The two lines that a log's laboratory puts into its policy."""
        first, second = self.signers
        return first.verifier.vkey, second.verifier.vkey


def draw(name: str) -> WitnessKey:
    return WitnessKey(name, (secrets.token_bytes(SEED), secrets.token_bytes(SEED)))


def write(path: Path, key: WitnessKey) -> None:
    """Never over another key: a lost key is a lost witness."""
    key.signers  # noqa: B018 - a name that cannot sign is refused before it is kept
    lines = [HEADER, key.name, *(b64encode(seed).decode() for seed in key.seeds)]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path) -> WitnessKey:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise BadKey(
            f"The key file '{path}' has mode '{mode:04o}', so others can read it. "
            "Expected '0600'. If somebody may have read it, begin a new witness."
        )
    lines = path.read_text(encoding="utf-8").split("\n")
    try:
        header, name, *written, end = lines
        first, second = (b64decode(one, validate=True) for one in written)
    except ValueError as error:
        raise BadKey(_unreadable(path)) from error
    if (header, end, len(first), len(second)) != (HEADER, "", SEED, SEED):
        raise BadKey(_unreadable(path))
    return WitnessKey(name, (first, second))


def _unreadable(path: Path) -> str:
    return (
        f"The key file '{path}' is not readable: expected the line '{HEADER}', the "
        "witness's name and two keys in base64. Restore it from where it is kept safe."
    )
