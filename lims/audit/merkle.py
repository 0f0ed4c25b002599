"""The Merkle tree of RFC 6962 and RFC 9162: roots, proofs and their checks. Pure.

A hash is 32 bytes of SHA-256. A proof is a list of hashes, the lowest first. Proofs
are made from complete subtrees alone, so the tree may lie in memory or in a database.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

SIZE = 32
EMPTY = sha256(b"").digest()
"""The root of the tree without leaves."""

Node = Callable[[int, int], bytes]
"""(level, index) to the hash of a complete subtree: the index-th of 2**level leaves."""

Range = tuple[int, int]


class BadProof(Exception):
    """The proof does not show what it claims; the text says why."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(node: Node, size: int) -> bytes:
    return _subtree(node, 0, size)


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The siblings from the leaf up (RFC 9162, 2.1.3.1)."""
    _expect(0 <= index < size, f"no leaf {index} in a tree of {size}")
    low, high = 0, size
    siblings: list[Range] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            siblings.append((middle, high))
            high = middle
        else:
            siblings.append((low, middle))
            low = middle
    return [_subtree(node, *one) for one in reversed(siblings)]


def consistency(node: Node, old: int, new: int) -> list[bytes]:
    """That the tree of `old` leaves begins the tree of `new` (RFC 9162, 2.1.4.1)."""
    _expect(0 < old <= new, f"no tree of {old} begins one of {new}")
    if old == new:
        return []
    low, high = 0, new
    parts: list[Range] = []
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            parts.append((middle, high))
            high = middle
        else:
            parts.append((low, middle))
            low = middle
    if low:
        parts.append((low, high))
    return [_subtree(node, *one) for one in reversed(parts)]


def check_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> None:
    """Raise BadProof unless the leaf stands at `index` below this root (2.1.3.2)."""
    _expect(0 <= index < size, f"no leaf {index} in a tree of {size}")
    _expect(all(len(one) == SIZE for one in (leaf, *proof)), "a hash of other length")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        _expect(last > 0, "the proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    _expect(last == 0, "the proof is too short")
    _expect(found == expected, "the proof leads to another root")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise BadProof unless the old tree begins the new one (RFC 9162, 2.1.4.2)."""
    _expect(0 < old <= new, f"no tree of {old} begins one of {new}")
    _expect(all(len(one) == SIZE for one in proof), "a hash of other length")
    if old == new:
        _expect(not proof, "equal sizes need no proof")
        _expect(old_root == new_root, "two roots for one size")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    _expect(bool(proof), "the proof is empty")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        _expect(last > 0, "the proof is too long")
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    _expect(last == 0, "the proof is too short")
    _expect(before == old_root, "the proof leads to another old root")
    _expect(after == new_root, "the proof leads to another new root")


class Tree:
    """A tree in memory, all complete subtrees kept: 64 bytes a leaf."""

    def __init__(self) -> None:
        self.size = 0
        self._levels = [bytearray()]

    def append(self, leaf: bytes) -> None:
        levels, place, level = self._levels, self.size, 0
        levels[0] += leaf
        while place & 1:
            pair = levels[level][-2 * SIZE :]
            level, place = level + 1, place >> 1
            if level == len(levels):
                levels.append(bytearray())
            levels[level] += sha256(b"\x01" + pair).digest()
        self.size += 1

    def node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][SIZE * index : SIZE * (index + 1)])


class Edge:
    """The right edge of a growing tree: all that the next leaves need, and the root.

    `peaks` are the complete subtrees that the tree falls into, the largest first.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    @classmethod
    def of(cls, node: Node, size: int) -> "Edge":
        return cls(size, [node(*one) for one in _complete(0, size)])

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf; the subtrees that it completes, as (level, index, hash)."""
        place, level, found = self.size, 0, leaf
        completed = []
        while place & 1:
            found = sha256(b"\x01" + self._peaks.pop() + found).digest()
            level, place = level + 1, place >> 1
            completed.append((level, place, found))
        self._peaks.append(found)
        self.size += 1
        return completed

    def root(self) -> bytes:
        return _fold(self._peaks)


def _split(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(node: Node, low: int, high: int) -> bytes:
    """The hash over the leaves from `low` up to, not with, `high`."""
    return _fold([node(*one) for one in _complete(low, high)])


def _complete(low: int, high: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees, as (level, index), that these leaves fall into."""
    while low < high:
        level = (high - low).bit_length() - 1
        if low:
            level = min(level, (low & -low).bit_length() - 1)
        yield level, low >> level
        low += 1 << level


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    *others, found = peaks
    for one in reversed(others):
        found = node_hash(one, found)
    return found


def _expect(truth: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not truth:
        raise BadProof(sentence)
