"""What makes the log whole: its places, nodes, checkpoints and keys. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lims.audit import merkle
from lims.audit.chain import stamp
from lims.audit.checking import Fault
from lims.audit.notes import BadNote, Checkpoint, Kind, Note, Verifier

STEP, TOP = 8, 24
"""Complete nodes are stored at each level that STEP divides, up to TOP."""
BOTH = {Kind.ED25519, Kind.ML_DSA_44}


class Signed(NamedTuple):
    """A stored checkpoint, numbered without a gap; `at` as events write a time."""

    number: int
    origin: str
    size: int
    root: bytes
    note: bytes
    at: str


class Key(NamedTuple):
    """A stored public key of the log, in use from a size on."""

    vkey: str
    since: int
    at: str


def log_faults(
    leaves: Iterable[Sequence[Any]],
    nodes: Iterable[Sequence[Any]],
    roots: Iterable[Sequence[Any]],
) -> Iterator[Fault]:
    """Places without a gap, stored nodes, and the root of each checkpoint.

    `leaves` as (place, hash); `nodes` as (level, position, hash) in the order in which
    the growing tree completes them; `roots` as (size, root) of the checkpoints, by
    size. It ends at the first fault: all after it would differ.
    """
    edge, stored, signed = merkle.Edge(), iter(nodes), iter(roots)
    waiting = next(signed, None)
    good = 0
    for place, leaf in leaves:
        if place != edge.size:
            yield Fault("log", f"After {edge.size} places of the log comes {place}.")
            return
        for node in edge.append(leaf):
            if _is_stored(node[0]) and tuple(next(stored, ())) != node:
                yield Fault(
                    "log",
                    f"The stored node {node[1]} of level {node[0]} is not that of the "
                    f"events up to place {place}.",
                )
                return
        while waiting and waiting[0] == edge.size:
            if waiting[1] != edge.root():
                yield Fault(
                    "log",
                    f"The checkpoint of {edge.size} events has another root: some "
                    f"event from place {good} to {edge.size - 1} is not the one that "
                    "was signed.",
                )
                return
            good, waiting = edge.size, next(signed, None)
    if waiting:
        yield Fault(
            "log",
            f"A checkpoint was signed of {waiting[0]} events, the log has {edge.size}.",
        )
    if next(stored, None) is not None:
        yield Fault("log", "A node is stored that no event completes.")


def _is_stored(level: int) -> bool:
    return level % STEP == 0 and level <= TOP


def checkpoint_faults(
    signed: Iterable[Signed], keys: Sequence[Key], announced: frozenset[str]
) -> Iterator[Fault]:
    """That each checkpoint bears both signatures, by keys of the log in their order.

    `signed` in the order of signing; `announced` are the keys that the record itself
    has told of at a rotation.
    """
    verifiers: dict[tuple[str, bytes], Verifier] = {}
    for key in keys:
        try:
            verifier = Verifier.parse(key.vkey)
            verifiers[verifier.name, verifier.key_id] = verifier
        except BadNote as error:
            yield Fault("log key", str(error))
    used: dict[str, Signed] = {}
    sizes: dict[str, int] = {}
    times: dict[str, str] = {}
    for number, one in enumerate(signed, start=1):
        where = f"checkpoint {one.size}"
        if one.number != number:
            yield Fault(where, f"It has the number {one.number}, expected {number}.")
        try:
            for verifier in _signers(one, verifiers):
                used.setdefault(verifier.vkey, one)
        except BadNote as error:
            yield Fault(where, str(error))
        if one.size <= sizes.get(one.origin, 0):
            yield Fault(where, "It was signed after a larger one of the same log.")
        if one.at < times.get(one.origin, ""):
            yield Fault(where, "It states a time before that of the one before it.")
        sizes[one.origin], times[one.origin] = one.size, one.at
    yield from _key_faults(keys, used, announced)


def _signers(
    one: Signed, verifiers: Mapping[tuple[str, bytes], Verifier]
) -> list[Verifier]:
    """Who signed it; raises BadNote unless both keys did, as the row says."""
    note = Note.parse(one.note)
    told = Checkpoint.parse(note.text)
    if (told.origin, told.size, told.root) != (one.origin, one.size, one.root):
        raise BadNote("The note says another thing than its row.")
    found = []
    for signature in note.signatures:
        verifier = verifiers.get((signature.name, signature.key_id))
        if verifier is None:
            raise BadNote(f"A key of '{signature.name}' is not one of this log.")
        at = verifier.check(note.text, signature.blob)
        if at is not None and stamp(datetime.fromtimestamp(at, UTC)) != one.at:
            raise BadNote("It was signed at another time than its row says.")
        found.append(verifier)
    if {verifier.kind for verifier in found} != BOTH or len(found) != len(BOTH):
        raise BadNote("It does not bear both signatures of the log.")
    return found


def _key_faults(
    keys: Sequence[Key], used: Mapping[str, Signed], announced: frozenset[str]
) -> Iterator[Fault]:
    begun: dict[str, int] = {}
    for key in keys:
        name = key.vkey.partition("+")[0]
        where = f"log key {key.vkey[: len(name) + 9]}"
        first = used.get(key.vkey)
        if first is None or (first.size, first.at) != (key.since, key.at):
            yield Fault(
                where, "No checkpoint was first signed with it when it says so."
            )
        if begun.setdefault(name, key.since) != key.since and key.vkey not in announced:
            yield Fault(where, "The record does not tell of its coming into use.")
