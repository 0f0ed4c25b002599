"""Who forges a bundle mends its list of files too. The proofs do not mend."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from lims.audit import merkle
from lims.audit.chain import canonical
from lims.audit.notes import Note
from lims.evidence import verify
from lims.evidence.bundle import pack
from tests.lims.evidence import bundles

Inside = dict[str, bytes]


def broken(packed: bytes, folder: Path, *keys: str) -> dict[str, str]:
    path = folder / "b.zip"
    path.write_bytes(packed)
    report = verify.examine(path, verify.Trust(keys))
    assert report["answer"] == (1 if report["broken"] else report["answer"])
    return {one["place"]: one["sentence"] for one in reversed(report["broken"])}


def test_a_mended_list_alone_breaks_nothing(tmp_path: Path) -> None:
    assert not broken(bundles.forged(lambda _: None), tmp_path)


def test_a_changed_event_is_named(tmp_path: Path) -> None:
    def change(inside: Inside) -> None:
        inside["events/0003.json"] = inside["events/0003.json"].replace(b"F-2", b"F-9")

    found = broken(bundles.forged(change), tmp_path)
    assert found["events/0003.json"] == (
        "This is not entry 2 of the log: the event or its proof was changed, or "
        "exchanged for another."
    )


def test_two_events_that_changed_places_are_named(tmp_path: Path) -> None:
    def swap(inside: Inside) -> None:
        one, two = "events/0003.json", "events/0006.json"
        inside[one], inside[two] = inside[two], inside[one]

    found = broken(bundles.forged(swap), tmp_path)
    assert "not entry 2 of the log" in found["events/0003.json"]
    assert "not entry 5 of the log" in found["events/0006.json"]


def test_two_events_that_changed_places_with_their_proofs_are_named(
    tmp_path: Path,
) -> None:
    def swap(inside: Inside) -> None:
        for ending in ("json", "tlog-proof"):
            one, two = f"events/0003.{ending}", f"events/0006.{ending}"
            inside[one], inside[two] = inside[two], inside[one]

    found = broken(bundles.forged(swap), tmp_path)
    assert found["events/0004.json"] == ("It does not stand in the order of the log.")


def test_an_event_taken_out_of_a_chain_is_named(tmp_path: Path) -> None:
    """The forger numbers the files anew and mends the table too."""
    content = bundles.stamped()
    entries = [one for one in content.entries if one.index != 9]
    openings = [one for one in content.openings if one.index != 9]
    without = replace(content, entries=entries, openings=openings)
    found = broken(pack(without), tmp_path)
    assert found["events/0012.json"] == (
        "Of 'sample 00000000', event 4 of its chain should stand before this one, and "
        "is missing from the bundle."
    )


def test_the_last_events_of_a_chain_taken_out_change_the_printed_digest(
    tmp_path: Path,
) -> None:
    """No proof shows that nothing came after; the signed paper's digest does."""
    content = bundles.stamped()
    entries = content.entries[:-1]
    links = bundles.log().links[:-1]
    cut = replace(content, entries=entries, items=bundles.items(links))
    assert not broken(pack(cut), tmp_path)
    assert bundles.about(cut) != bundles.about(content)


def test_the_first_events_of_a_chain_taken_out_are_missed(tmp_path: Path) -> None:
    """Whole chains were asked for; of a period a chain may begin later."""
    content = bundles.stamped()
    entries = content.entries[3:]
    links = bundles.log().links[3:]
    named = [one for one in content.openings if one.index >= 3]
    cut = replace(content, entries=entries, items=bundles.items(links), openings=named)
    found = broken(pack(cut), tmp_path)
    assert "the events before 2 were taken out" in found["bundle.json"]
    period = {"kind": "period", "for": ["2026-11-02", "2026-11-02"]}
    assert not broken(pack(replace(cut, asked=period)), tmp_path)


def test_a_pdf_that_was_exchanged_is_missed(tmp_path: Path) -> None:
    """The signed one is the other with a signature below, byte for byte."""
    for name in verify.PAPERS:

        def change(inside: Inside, name: str = name) -> None:
            inside[name] = b"%PDF-1.4 another certificate, and a signature below\n"

        found = broken(bundles.forged(change), tmp_path)
        assert "with a signature below" in found["certificate-signed.pdf"]


def test_an_event_taken_out_without_its_proof_is_named(tmp_path: Path) -> None:
    def take(inside: Inside) -> None:
        del inside["events/0020.json"]

    found = broken(bundles.forged(take), tmp_path)
    assert found["events/0020.tlog-proof"] == (
        "A proof without its event: the event was taken out."
    )


def test_a_proof_cut_short_is_named(tmp_path: Path) -> None:
    def cut(inside: Inside) -> None:
        lines = inside["events/0005.tlog-proof"].split(b"\n")
        del lines[3]
        inside["events/0005.tlog-proof"] = b"\n".join(lines)

    found = broken(bundles.forged(cut), tmp_path)
    assert "cut short" in found["events/0005.tlog-proof"]


@pytest.mark.parametrize(
    "line",
    [b"index 04", b"index +4", b"index 4 ", b"index 19", b"index 99", b"extra AA=="],
)
def test_a_proof_for_another_place_or_in_another_spelling_is_named(
    tmp_path: Path, line: bytes
) -> None:
    def move(inside: Inside) -> None:
        name = "events/0005.tlog-proof"
        inside[name] = inside[name].replace(b"index 4", line, 1)

    found = broken(bundles.forged(move), tmp_path)
    assert {"events/0005.json", "events/0005.tlog-proof"} & set(found)


def test_a_checkpoint_signed_by_another_key_is_named(tmp_path: Path) -> None:
    """The forger's own log, with the laboratory's policy left in place."""
    other = replace(bundles.log(), key=bundles.log_key(b"9")).content()
    forged = replace(other, policy=bundles.stamped().policy,
                     vkeys=bundles.stamped().vkeys)  # fmt: skip
    found = broken(pack(forged), tmp_path)
    assert "not signed by a log key that is trusted here" in found["checkpoint.latest"]


def test_a_replaced_policy_is_found_by_the_auditors_own_key(tmp_path: Path) -> None:
    """All of it is the forger's, and agrees with itself: only the paper tells."""
    forged = pack(replace(bundles.log(), key=bundles.log_key(b"9")).content())
    assert not broken(forged, tmp_path)
    mine = bundles.LOG.verifier
    for given in (mine.vkey, verify.Key.parse(mine.vkey).fingerprint):
        found = broken(forged, tmp_path, given)
        assert "is not the one that this bundle was made with" in found["policy"]
        assert not broken(bundles.whole(), tmp_path, given)


def test_the_auditors_own_policy_decides(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(bundles.whole())
    stranger = bundles.log_key(b"9").verifier.vkey
    for policy, answer in (
        (bundles.stamped().policy, 0),
        (f"log {bundles.LOG.verifier.vkey}\nquorum none\n".encode(), 2),
        (f"log {stranger}\nquorum none\n".encode(), 1),
    ):
        report = verify.examine(path, verify.Trust(policy=policy))
        assert report["answer"] == answer, report
        assert "policy that you gave" in report["rests_on"].get("taken from", "")


def test_a_false_line_of_the_log_is_named(tmp_path: Path) -> None:
    """The right key's name and number, over another text."""
    content = bundles.stamped()
    note = Note.parse(content.anchors[-1].note)
    wrong = replace(note.signatures[0], blob=bytes(64))
    bad = Note(note.text, (wrong, *note.signatures)).render()
    anchors = [content.anchors[0], replace(content.anchors[-1], note=bad)]
    found = broken(pack(replace(content, anchors=anchors, stamps=[])), tmp_path)
    assert found["checkpoint.latest"] == "The log's signature is false."


def test_a_false_cosignature_is_named(tmp_path: Path) -> None:
    content = bundles.stamped()
    line = bundles.WITNESS.sign("another\n1\nAA==\n", bundles.COSIGNED).line
    anchors = [content.anchors[0], replace(content.anchors[-1], witnesses=(line,))]
    found = broken(pack(replace(content, anchors=anchors)), tmp_path)
    assert "cosignature of 'ministry.example/w' is false" in str(found)


def test_a_log_that_was_rewritten_between_two_checkpoints_is_named(
    tmp_path: Path,
) -> None:
    """The operator himself signs a newer log that does not begin with the old one."""
    links = bundles.events()
    other = bundles.Log((*links[1:], links[0]))
    content = bundles.stamped()
    latest = other.content()
    early = content.anchors[0]
    forged = replace(latest, anchors=[
        replace(latest.anchors[0], note=early.note, witnesses=early.witnesses),
        latest.anchors[1],
    ])  # fmt: skip
    found = broken(pack(forged), tmp_path)
    name = f"consistency/{bundles.EARLY}-{bundles.LATE}"
    assert "does not show that the log only grew" in found[name]


def test_a_missing_consistency_proof_is_named(tmp_path: Path) -> None:
    name = f"consistency/{bundles.EARLY}-{bundles.LATE}"

    def take(inside: Inside) -> None:
        del inside[name]

    found = broken(bundles.forged(take), tmp_path)
    assert "Nothing shows that the log of 20 entries begins" in found[name]


def test_an_opening_of_another_value_is_named(tmp_path: Path) -> None:
    def change(inside: Inside) -> None:
        inside["openings.json"] = inside["openings.json"].replace(b"Ama", b"Eve")

    found = broken(bundles.forged(change), tmp_path)
    assert "is not the one that 'events/0005.json' has sealed" in str(found)


def test_an_original_that_no_event_names_is_named(tmp_path: Path) -> None:
    def add(inside: Inside) -> None:
        other = b"something else"
        inside[f"originals/{sha256(other).hexdigest()}"] = other

    found = broken(bundles.forged(add), tmp_path)
    assert "No event in this bundle names this original." in str(found)


def test_a_table_that_hides_a_chain_is_named(tmp_path: Path) -> None:
    content = bundles.stamped()
    found = broken(pack(replace(content, items=content.items[1:])), tmp_path)
    assert "names other events than are here" in found["bundle.json"]


@pytest.mark.parametrize(
    "text", [b"[1.5]", b"[1,1]", b'{"a":1,"a":1}', b"[ ]", b"[NaN]"]
)
def test_openings_that_are_not_in_canonical_form_are_named(
    tmp_path: Path, text: bytes
) -> None:
    def change(inside: Inside) -> None:
        inside["openings.json"] = text

    assert "openings.json" in str(broken(bundles.forged(change), tmp_path))


def test_a_hostile_shape_is_broken_and_never_a_crash(tmp_path: Path) -> None:
    shapes: list[object] = [None, [], {}, [[]], {"items": [1]}, 7, "x", [None]]
    for name in ("bundle.json", "openings.json"):
        inside = bundles.files(bundles.whole())
        for shape in shapes:
            inside[name] = canonical(shape)
            if (name, shape) != ("openings.json", []):
                found = broken(bundles.repacked(inside, listed=True), tmp_path)
                assert found, (name, shape)


def test_every_flipped_bit_of_the_checkpoint_is_found(tmp_path: Path) -> None:
    """With the list mended: one in the ML-DSA line is found by comparison."""
    name = f"checkpoints/{bundles.LATE}.note"
    inside = bundles.files(bundles.whole())
    note = inside[name]
    for at in range(0, len(note) * 8, 151):
        flipped = bytearray(note)
        flipped[at // 8] ^= 1 << at % 8
        inside[name] = bytes(flipped)
        assert broken(bundles.repacked(inside, listed=True), tmp_path), at


def test_its_tree_is_the_one_of_the_record() -> None:
    tree = merkle.Tree()
    for at in range(70):
        tree.append(merkle.leaf_hash(b"%d" % at))
    for size in range(1, 71):
        root = merkle.root(tree.node, size)
        for index in range(size):
            proof = merkle.inclusion(tree.node, index, size)
            leaf = merkle.leaf_hash(b"%d" % index)
            assert verify.root_of(index, size, leaf, proof) == root
        for old in range(1, size):
            was = merkle.root(tree.node, old)
            proof = merkle.consistency(tree.node, old, size)
            verify.grew(old, size, was, root, proof)
            with pytest.raises(ValueError, match=r"cut short|does not begin|empty"):
                verify.grew(old, size, was, root, proof[:-1])


def test_a_proof_on_another_checkpoint_is_named(tmp_path: Path) -> None:
    """Even on one that the same log signed: all of a bundle rests on one state."""
    tree, early = bundles.log().tree, bundles.EARLY
    proof = bundles.hashes(merkle.inclusion(tree.node, 4, early))
    note = bundles.stamped().anchors[0].whole

    def change(inside: Inside) -> None:
        head = b"c2sp.org/tlog-proof@v1\nindex 4\n"
        inside["events/0005.tlog-proof"] = head + proof + b"\n" + note

    found = broken(bundles.forged(change), tmp_path)
    assert found["events/0005.tlog-proof"] == (
        "It rests on another checkpoint than this bundle does."
    )


def test_a_digest_of_other_events_is_named(tmp_path: Path) -> None:
    def change(inside: Inside) -> None:
        digest = bundles.about(bundles.stamped()).encode()
        inside["bundle.json"] = inside["bundle.json"].replace(digest, b"0" * 64)

    found = broken(bundles.forged(change), tmp_path)
    assert found["bundle.json"] == "The digest of the events is another."


def test_keys_beside_the_policy_that_differ_from_it_are_named(tmp_path: Path) -> None:
    def change(inside: Inside) -> None:
        inside["vkeys"] += bundles.log_key(b"9").verifier.vkey.encode() + b"\n"

    found = broken(bundles.forged(change), tmp_path)
    assert found["vkeys"] == "Its keys are not those of the policy."


def test_a_newest_checkpoint_that_lies_nowhere_else_is_named(tmp_path: Path) -> None:
    """Without its witnesses it is another note than the one that was kept."""

    def change(inside: Inside) -> None:
        alone = bundles.stamped().anchors[-1].note
        for name in [one for one in inside if one.endswith(".tlog-proof")]:
            head, _, _ = inside[name].partition(b"\n\n")
            inside[name] = head + b"\n\n" + alone
        inside["checkpoint.latest"] = alone

    found = broken(bundles.forged(change), tmp_path)
    assert "with its witnesses" in found["checkpoint.latest"]


def test_a_cosignature_from_an_impossible_time_is_named(tmp_path: Path) -> None:
    content = bundles.stamped()
    late = content.anchors[-1]
    text = Note.parse(late.note).text
    line = bundles.WITNESS.sign(text, 1 << 40).line
    anchors = [content.anchors[0], replace(late, witnesses=(line,))]
    found = broken(pack(replace(content, anchors=anchors)), tmp_path)
    assert "cosignature of 'ministry.example/w' is false" in str(found)


def test_a_list_in_another_order_is_named(tmp_path: Path) -> None:
    """One set of files has one list, whose SHA-256 names the bundle on record."""
    inside = bundles.files(bundles.whole())
    lines = inside["MANIFEST.sha256"].splitlines(keepends=True)
    inside["MANIFEST.sha256"] = b"".join([*lines[1:], lines[0]])
    found = broken(bundles.repacked(inside), tmp_path)
    assert found["MANIFEST.sha256"] == (
        "The list is not in the one order it must have."
    )
