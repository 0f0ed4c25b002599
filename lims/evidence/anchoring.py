"""The log's part of a bundle: newest checkpoint, earlier anchors, keys and policy."""

from dataclasses import dataclass
from hashlib import sha256
import re

from sqlalchemy.orm import Session

from lims.anchors import queries as anchors
from lims.anchors.authority import Authority
from lims.anchors.policy import Policy
from lims.audit import log, merkle
from lims.audit.log import Reader, SignedCheckpoint
from lims.audit.notes import Kind, Note, Verifier
from lims.errors import RuleBroken
from lims.evidence.bundle import Anchor, Stamp

EARLIER = 12
"""Earlier checkpoints that somebody outside has cosigned, at most."""


@dataclass(frozen=True)
class State:
    """The newest checkpoint as every paper shows it."""

    text: str
    """Origin, size and root, a line each."""
    line: str
    """The log's Ed25519 signature of that."""
    fingerprint: str
    """SHA-256 of the log's public key, in groups of four."""


@dataclass(frozen=True)
class LogPart:
    """What a bundle rests on, and how it is told in words."""

    newest: Anchor
    anchors: tuple[Anchor, ...]
    stamps: tuple[Stamp, ...]
    policy: bytes
    vkeys: tuple[str, ...]
    told: tuple[str, ...]
    state: State
    reader: Reader

    @property
    def size(self) -> int:
        return self.newest.size


def log_part(session: Session, policy: Policy) -> LogPart:
    """RuleBroken before the log's first checkpoint."""
    newest = log.newest(session)
    if newest is None or newest.size == 0:
        raise RuleBroken(
            "The log has no checkpoint yet, so nothing can be proven. Is the integrator"
            " running (`lims serve`, or `lims integrate` beside PostgreSQL)?"
        )
    reader = Reader(session)
    asked = [one.key for one in policy.witnesses.values()]
    rows = anchors.anchored(session, newest.origin, newest.size, EARLIER, asked)
    rows.append(newest)
    made = tuple(_anchor(session, reader, row, newest) for row in rows)
    stamps = tuple(
        Stamp(row.size, _file(one.authority), one.token)
        for row in rows
        for one in anchors.timestamps(session, row.id)
    )
    logs = _log_keys(session, newest)
    witnesses = [one.key.vkey for one in policy.witnesses.values()]
    return LogPart(
        newest=made[-1],
        anchors=made,
        stamps=stamps,
        policy=_policy(logs, policy),
        vkeys=tuple([one.vkey for one in logs] + witnesses),
        told=tuple(_told(session, rows)),
        state=_state(newest, logs),
        reader=reader,
    )


def state(session: Session) -> State | None:
    """What papers print of the log; None before its first checkpoint."""
    newest = log.newest(session)
    return _state(newest, _log_keys(session, newest)) if newest else None


def _log_keys(session: Session, of: SignedCheckpoint) -> list[Verifier]:
    keys = (Verifier.parse(row.vkey) for row in log.log_keys(session))
    return [key for key in keys if key.name == of.origin]


def _state(newest: SignedCheckpoint, logs: list[Verifier]) -> State:
    note = Note.parse(newest.note)
    signer = next(key for key in reversed(logs) if _signs(note, key))
    signature = note.of(signer)
    line = signature.line.rstrip("\n") if signature else ""
    return State(note.text, line, _fingerprint(signer.public))


def _fingerprint(key: bytes) -> str:
    """As verify.py tells it: SHA-256 in groups of four."""
    digest = sha256(key).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def roots(authority: Authority | None, stamps: tuple[Stamp, ...]) -> dict[str, bytes]:
    """The certificates that the stamps are trusted by, as they are kept today."""
    if authority is None or authority.root_file is None or not stamps:
        return {}
    try:
        return {"roots": authority.root_file.read_bytes()}
    except OSError:
        return {}


def _anchor(
    session: Session, reader: Reader, row: SignedCheckpoint, newest: SignedCheckpoint
) -> Anchor:
    proof = (
        merkle.consistency(reader, row.size, newest.size) if row is not newest else []
    )
    lines = (one.line for one in anchors.cosignatures(session, row.id))
    return Anchor(row.size, row.note, tuple(lines), tuple(proof))


def _signs(note: Note, key: Verifier) -> bool:
    return key.kind is Kind.ED25519 and note.of(key) is not None


def _policy(logs: list[Verifier], policy: Policy) -> bytes:
    """The log's own keys, then witnesses and quorum as the laboratory follows them."""
    lines = [f"log {one.vkey}" for one in logs]
    lines += [f"witness {one.name} {one.key.vkey}" for one in policy.witnesses.values()]
    lines += [
        f"group {name} {needed} {' '.join(members)}"
        for name, (needed, members) in policy.groups.items()
    ]
    lines.append(f"quorum {policy.quorum}")
    return "".join(f"{one}\n" for one in lines).encode("utf-8", "surrogateescape")


def _told(session: Session, rows: list[SignedCheckpoint]) -> list[str]:
    """The latest word of each witness and authority."""
    told: dict[str, str] = {}
    for row in rows:
        for line in anchors.cosignatures(session, row.id):
            name = line.key.partition("+")[0]
            told[name] = (
                f"{name} cosigned the log at {row.size} entries, "
                f"{line.at:%Y-%m-%d %H:%M:%S} UTC."
            )
        for stamp in anchors.timestamps(session, row.id):
            told[stamp.authority] = (
                f"{stamp.authority} stamped the log at {row.size} entries, "
                f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC."
            )
    return list(told.values()) or [
        "Nobody outside the laboratory has cosigned or stamped the log yet."
    ]


def _file(authority: str) -> str:
    """The authority's name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", authority).strip("-")[:60] or "authority"
