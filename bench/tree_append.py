"""Growing the Merkle tree, against the two hashes a leaf costs at the least.

Events of 344 bytes, in turns: the bare hashing, our tree, and pymerkle's in memory.
"""

from hashlib import sha256
import json
from statistics import median
from time import perf_counter

from pymerkle import InmemoryTree

from lims.audit.merkle import Tree, leaf_hash

EVENTS, ROUNDS = 100_000, 5
LEAST, LEAST_TIMES = 0.4, 5
ENTRIES = [f"{number:0344}".encode() for number in range(EVENTS)]


def main() -> int:
    ours, bare, other = [], [], []
    for _ in range(ROUNDS):
        bare.append(timed(hashing))
        ours.append(timed(growing))
        other.append(timed(growing_other))
    rate, limit, theirs = (EVENTS / median(one) for one in (ours, bare, other))
    told = {
        "bench": "tree-append",
        "value": round(rate),
        "unit": "events/s",
        "baseline": round(limit),
        "baseline_is": "hashing one leaf and one node an event, nothing else",
        "ratio": round(rate / limit, 2),
        "pymerkle": round(theirs),
        "times_pymerkle": round(rate / theirs, 1),
        "goal": f"at least {LEAST} of the limit, {LEAST_TIMES} times pymerkle",
        "ok": rate / limit >= LEAST and rate / theirs >= LEAST_TIMES,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def timed(work: object) -> float:
    started = perf_counter()
    assert callable(work)
    work()
    return perf_counter() - started


def hashing() -> None:
    node = b"\x01" + bytes(64)
    for entry in ENTRIES:
        sha256(b"\x00" + entry).digest()
        sha256(node).digest()


def growing() -> None:
    tree = Tree()
    for entry in ENTRIES:
        tree.append(leaf_hash(entry))


def growing_other() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)


if __name__ == "__main__":
    raise SystemExit(main())
