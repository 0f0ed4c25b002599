"""The rules by which a witness cosigns: c2sp.org/tlog-witness, add-checkpoint.

It never cosigns two trees of which one does not begin the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lims.audit.merkle import EMPTY, BadProof, check_consistency
from lims.audit.notes import BadNote, Checkpoint, Note, Signer, Verifier
from lims.witness import keys
from lims.witness.memory import Cosigned, Memory
from lims.witness.messages import BadMessage, Submission

KEY_FILE = "witness.key"
MEMORY_FILE = "cosigned.db"

Logs = Mapping[str, Sequence[Verifier]]
"""Origin to the keys that speak for that log, the old and the new one at a change."""


class Refused(Exception):
    """The witness does not cosign. `status` is the answer's, by the protocol."""

    status = 400


class Malformed(Refused):
    """The request or the note is not written as the protocol says."""


class BadSignature(Refused):
    status = 403


class UnknownLog(Refused):
    status = 404


class OtherSize(Refused):
    """The old size is not the remembered one, or a second root came for its size."""

    status = 409

    def __init__(self, remembered: int, sentence: str) -> None:
        super().__init__(sentence)
        self.remembered = remembered


class Fork(OtherSize):
    """The log signed two different trees of one size."""

    def __init__(self, remembered: Cosigned) -> None:
        size = remembered.size
        super().__init__(size, f"Another root is remembered for size '{size}'.")
        self.kept = remembered


class Inconsistent(Refused):
    status = 422


@dataclass(frozen=True)
class Witness:
    signers: tuple[Signer, ...]
    memory: Memory
    logs: Logs

    def cosign(self, raw: bytes) -> str:
        """The cosignature lines for a submitted checkpoint; Refused otherwise."""
        asked, note, new = _read(raw)
        self._expect_known_signature(note, new.origin)
        if asked.old > new.size:
            raise Malformed(
                f"The old size '{asked.old}' is above the checkpoint's '{new.size}'."
            )
        try:
            at = self.memory.advance(
                new, asked.note, lambda last: _judge(last, asked, new)
            )
        except Fork as fork:
            other = Cosigned(new.size, new.root, asked.note)
            self.memory.keep_fork(new.origin, fork.kept, other)
            raise
        second = int(at.timestamp())
        return "".join(one.sign(note.text, second).line for one in self.signers)

    def _expect_known_signature(self, note: Note, origin: str) -> None:
        trusted = self.logs.get(origin)
        if trusted is None:
            raise UnknownLog(f"The log '{origin[:100]}' is not known here.")
        signed = [(key, found) for key in trusted if (found := note.of(key))]
        if not signed:
            raise BadSignature("No key that is trusted for this log has signed.")
        for key, found in signed:
            try:
                key.check(note.text, found.blob)
            except BadNote as error:
                raise BadSignature(str(error)) from error


def at_home(folder: Path, name: str, logs: Logs) -> Witness:
    """The witness of this folder; its key and its empty memory are made at first use.

    The memory is made first: a key never stands without one.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, memory = folder / KEY_FILE, Memory(folder / MEMORY_FILE)
    if not path.exists():
        memory.begin()
        keys.write(path, keys.draw(name))
    memory.require()
    return Witness(keys.read(path).signers, memory, logs)


def _read(raw: bytes) -> tuple[Submission, Note, Checkpoint]:
    try:
        asked = Submission.parse(raw)
        note = Note.parse(asked.note)
        return asked, note, Checkpoint.parse(note.text)
    except (BadMessage, BadNote) as error:
        raise Malformed(str(error)) from error


def _judge(last: Cosigned, asked: Submission, new: Checkpoint) -> None:
    """Raise unless the new checkpoint goes on from the one that is remembered."""
    if asked.old != last.size:
        raise OtherSize(last.size, f"Remembered is size '{last.size}'.")
    if last.size and new.size == last.size and new.root != last.root:
        raise Fork(last)
    if not last.size:
        if asked.proof or (new.size == 0 and new.root != EMPTY):
            raise Inconsistent("From nothing no proof leads, and nothing has one root.")
        return
    try:
        check_consistency(last.size, new.size, last.root, new.root, asked.proof)
    except BadProof as error:
        raise Inconsistent(f"The proof does not hold: {error}.") from error
