"""The tree against RFC 6962's own definition and against the published vectors."""

from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.audit.merkle import (
    EMPTY,
    BadProof,
    Edge,
    Tree,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf_hash,
    root,
)

SIZES = st.integers(1, 300)


def _entries(size: int) -> list[bytes]:
    return [f"event {number}".encode() for number in range(size)]


def _tree(size: int) -> Tree:
    tree = Tree()
    for entry in _entries(size):
        tree.append(leaf_hash(entry))
    return tree


def _defined(entries: Sequence[bytes]) -> bytes:
    """The Merkle tree hash as RFC 6962, 2.1 defines it."""
    if len(entries) <= 1:
        return sha256(b"\x00" + entries[0]).digest() if entries else sha256().digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    halves = _defined(entries[:half]) + _defined(entries[half:])
    return sha256(b"\x01" + halves).digest()


LARGE = _tree(300)
ENTRIES = _entries(300)


def test_the_root_is_the_defined_one() -> None:
    assert root(LARGE.node, 0) == EMPTY == _defined([])
    for size in range(1, 300):
        assert root(LARGE.node, size) == _defined(ENTRIES[:size])


@given(st.data(), SIZES)
def test_each_leaf_is_proven_and_no_other(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(LARGE.node, index, size)
    whole = root(LARGE.node, size)
    check_inclusion(index, size, leaf_hash(ENTRIES[index]), proof, whole)
    other = data.draw(st.integers(0, size))
    if other not in {index, size}:
        with pytest.raises(BadProof):
            check_inclusion(other, size, leaf_hash(ENTRIES[index]), proof, whole)
    with pytest.raises(BadProof, match="another root"):
        check_inclusion(index, size, leaf_hash(b"forged"), proof, whole)


@given(st.data(), SIZES)
def test_each_older_tree_begins_the_newer(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency(LARGE.node, old, new)
    roots = root(LARGE.node, old), root(LARGE.node, new)
    check_consistency(old, new, *roots, proof)
    if old != new:
        with pytest.raises(BadProof):
            check_consistency(old, new, leaf_hash(b"forged"), roots[1], proof)
        with pytest.raises(BadProof):
            check_consistency(old, new, roots[0], leaf_hash(b"forged"), proof)
        with pytest.raises(BadProof):
            check_consistency(old, new, *roots, proof[:-1])
        with pytest.raises(BadProof):
            check_consistency(old, new, *roots, [*proof, proof[-1]])


@given(SIZES, st.integers(0, 300))
def test_an_edge_that_is_taken_up_again_grows_to_the_same_root(
    first: int, more: int
) -> None:
    size = min(300, first + more)
    edge = Edge.of(LARGE.node, first)
    for entry in ENTRIES[first:size]:
        for level, index, found in edge.append(leaf_hash(entry)):
            assert found == LARGE.node(level, index)
    assert edge.size == size
    assert edge.root() == root(LARGE.node, size)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3), (7, 3)])
def test_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(BadProof, match="no leaf"):
        inclusion(LARGE.node, index, size)
    with pytest.raises(BadProof, match="no leaf"):
        check_inclusion(index, size, EMPTY, [], EMPTY)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_the_empty_and_the_larger_tree_begin_nothing(old: int, new: int) -> None:
    with pytest.raises(BadProof, match="no tree"):
        consistency(LARGE.node, old, new)
    with pytest.raises(BadProof, match="no tree"):
        check_consistency(old, new, EMPTY, EMPTY, [])


def _vectors(shared: Path, kind: str) -> list[dict[str, Any]]:
    found = sorted((shared / "merkle" / "testdata" / kind).rglob("*.json"))
    return [json.loads(path.read_text()) for path in found]


def _hash(text: str | None) -> bytes:
    return b64decode(text or "")


def _accepts(vector: dict[str, Any]) -> bool:
    proof = [_hash(one) for one in vector["proof"] or []]
    try:
        if "leafIdx" in vector:
            place = vector["leafIdx"], vector["treeSize"]
            check_inclusion(
                *place, _hash(vector["leafHash"]), proof, _hash(vector["root"])
            )
        else:
            sizes = vector["size1"], vector["size2"]
            roots = _hash(vector["root1"]), _hash(vector["root2"])
            check_consistency(*sizes, *roots, proof)
    except BadProof:
        return False
    return True


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_the_published_vectors_are_judged_as_published(shared: Path, kind: str) -> None:
    vectors = _vectors(shared, kind)
    assert len(vectors) == 98
    wrong = [one["desc"] for one in vectors if _accepts(one) == one["wantErr"]]
    assert wrong == []
