"""A log of another organisation, in memory: grows, signs, proves."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from lims.audit.merkle import EMPTY, Tree, consistency, leaf_hash, root
from lims.audit.notes import Checkpoint, Kind, Note, Signer
from lims.witness.messages import Submission

ORIGIN = "lab.example/record"


class ALog:
    def __init__(self, entries: str = "event", seed: bytes = b"1") -> None:
        self.tree = Tree()
        self.entries = entries
        self._notes: dict[int, bytes] = {}
        plain = Ed25519PrivateKey.from_private_bytes(seed * 32)
        lasting = MLDSA44PrivateKey.from_seed_bytes(seed * 32)
        self.signers = (
            Signer.of(ORIGIN, Kind.ED25519, plain),
            Signer.of(ORIGIN, Kind.ML_DSA_44, lasting),
        )

    def grow(self, size: int) -> "ALog":
        while self.tree.size < size:
            entry = f"{self.entries} {self.tree.size}".encode()
            self.tree.append(leaf_hash(entry))
        return self

    def checkpoint(self, size: int) -> Checkpoint:
        self.grow(size)
        found = root(self.tree.node, size) if size else EMPTY
        return Checkpoint(ORIGIN, size, found)

    def note(self, size: int) -> bytes:
        """Signed once: an ML-DSA signature is another each time."""
        if size not in self._notes:
            text = self.checkpoint(size).text
            lines = tuple(one.sign(text) for one in self.signers)
            self._notes[size] = Note(text, lines).render()
        return self._notes[size]

    def submission(self, old: int, size: int) -> bytes:
        note = self.note(size)
        proof = consistency(self.tree.node, old, size) if 0 < old < size else []
        return Submission(old, tuple(proof), note).render()
